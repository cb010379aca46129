"""What holds for every imputer: data frames in and out, scikit-learn's conventions, errors at the door."""

from __future__ import annotations

import warnings

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import forecastkit as fk
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotFittedError, NotSupportedError
from forecastkit.estimators import (
    ARImputer,
    GaussianImputer,
    GraphImputer,
    IterativeImputer,
    KNNImputer,
    LinearInterpolationImputer,
    MeanImputer,
)

EDGES = pd.DataFrame({"source": list("abcd"), "target": list("bcde")})
SMALL = {"hidden_size": 8, "n_layers": 1, "max_steps": 6, "random_state": 0}
IMPUTERS = {
    "gaussian": GaussianImputer(),
    "gaussian on a graph": GaussianImputer(graph=EDGES, context_length=3, power_transform=None, season=None),
    "state space": GaussianImputer(graph=EDGES, form="state_space", context_length=2),
    "graph": GraphImputer(graph=EDGES, **SMALL),
    "graph forward": GraphImputer(graph=EDGES, direction="forward", **SMALL),
    "mean": MeanImputer(),
    "linear": LinearInterpolationImputer(),
    "knn": KNNImputer(),
    "iterative": IterativeImputer(),
    "ar": ARImputer(),
}
PROBABILISTIC = ["gaussian", "gaussian on a graph", "state space", "graph", "graph forward", "ar"]
JOINT = PROBABILISTIC[:-1]
ONLINE = ["state space", "graph forward"]


def sensors(n=150, seed=0):
    """Five sensors on a path, driven by one wave, with noise of their own, and a quarter of the values missing."""
    generator = np.random.default_rng(seed)
    wave = np.sin(np.arange(n + 5) / 6) * 3 + generator.normal(size=n + 5).cumsum() * 0.1
    values = np.stack([wave[5 - i : n + 5 - i] for i in range(5)], axis=1) + generator.normal(size=(n, 5)) * 0.2 + 10
    index = pd.date_range("2024-03-20", periods=n, freq="h", name="time")
    table = pd.DataFrame(values, index=index, columns=pd.Index(list("abcde"), name="station"))
    return table.mask(generator.random(table.shape) < 0.25)


X = sensors()


@pytest.fixture(scope="module")
def fitted():
    return {name: clone(imputer).fit(X) for name, imputer in IMPUTERS.items()}


@pytest.mark.parametrize("name", IMPUTERS)
class TestEveryImputer:
    def test_observed_values_come_back_bit_for_bit_and_all_else_is_filled(self, name, fitted):
        before = X.copy()
        filled = fitted[name].transform(X)
        pd.testing.assert_frame_equal(X, before)
        assert filled.index.equals(X.index)
        assert filled.columns.equals(X.columns)
        assert filled.columns.name == "station"
        assert not filled.isna().to_numpy().any()
        seen = X.notna().to_numpy()
        np.testing.assert_array_equal(filled.to_numpy()[seen], X.to_numpy()[seen])

    def test_it_is_a_scikit_learn_transformer(self, name, fitted):
        imputer = IMPUTERS[name]
        copy = clone(imputer)
        assert copy.get_params().keys() == imputer.get_params().keys()
        assert repr(copy)
        with pytest.raises(NotFittedError):
            copy.transform(X)
        assert copy.fit(X, None) is copy
        again = copy.fit_transform(X)
        pd.testing.assert_frame_equal(again, fitted[name].transform(X))  # the same seed, the same result
        assert list(copy.get_feature_names_out()) == list("abcde")
        assert copy.n_features_in_ == 5

    def test_it_works_in_a_pipeline(self, name, fitted):
        scaler = StandardScaler().set_output(transform="pandas")
        hourly = FunctionTransformer(lambda frame: frame.asfreq("h"))
        filled = make_pipeline(scaler, hourly, clone(IMPUTERS[name])).fit_transform(X)
        assert filled.shape == X.shape
        assert not filled.isna().to_numpy().any()

    def test_sensors_may_come_in_any_order(self, name, fitted):
        turned = X[list("cabed")]
        pd.testing.assert_frame_equal(fitted[name].transform(turned)[list("abcde")], fitted[name].transform(X))

    def test_nothing_missing_leaves_the_table_as_it_is(self, name, fitted):
        whole = fitted[name].transform(X)
        pd.testing.assert_frame_equal(fitted[name].transform(whole), whole)

    def test_a_row_without_any_value_is_filled(self, name, fitted):
        empty = X.copy()
        empty.iloc[[0, 40, 41, -1]] = np.nan
        assert not fitted[name].transform(empty).isna().to_numpy().any()

    def test_arrays_in_arrays_out(self, name):
        filled = clone(IMPUTERS[name]).set_params(**({"graph": None} if hasattr(IMPUTERS[name], "graph") else {}))
        values = filled.fit_transform(X.to_numpy())
        assert isinstance(values, np.ndarray)
        assert values.shape == X.shape
        assert not np.isnan(values).any()

    def test_unknown_and_absent_sensors_are_errors(self, name, fitted):
        with pytest.raises(InvalidFrameError, match="'aa'"):
            fitted[name].transform(X.rename(columns={"a": "aa"}))
        with pytest.raises(InvalidFrameError, match="'e'"):
            fitted[name].transform(X.drop(columns="e"))

    def test_another_frequency_is_an_error(self, name, fitted):
        with pytest.raises(InvalidFrameError, match="frequency"):
            fitted[name].transform(X.resample("2h").mean())

    def test_a_table_without_any_value_is_an_error(self, name):
        with pytest.raises(InvalidFrameError, match="Only NaN"):
            clone(IMPUTERS[name]).fit(X * np.nan)

    @pytest.mark.parametrize("flaw", ["infinite", "twice", "text", "unsorted", "irregular"])
    def test_flaws_of_the_data_are_found_at_the_door(self, name, flaw):
        table = X.copy()
        if flaw == "infinite":
            table.iloc[3, 2] = np.inf
        elif flaw == "twice":
            table.columns = list("abcda")
        elif flaw == "text":
            table = table.astype(object)
            table.iloc[3, 2] = "high"
        elif flaw == "unsorted":
            table = table.iloc[::-1]
        else:
            table.index = table.index + pd.to_timedelta(np.arange(len(table)) % 7, unit="min")
        with pytest.raises(InvalidFrameError):
            clone(IMPUTERS[name]).fit(table)

    def test_a_sensor_without_values_and_a_constant_one_are_filled(self, name):
        table = X.copy()
        table["d"] = np.nan
        table.loc[table["e"].notna(), "e"] = 4.0
        filled = clone(IMPUTERS[name]).fit_transform(table)
        assert np.isfinite(filled.to_numpy()).all()
        np.testing.assert_allclose(filled["e"], 4.0, atol=1e-3)


@pytest.mark.parametrize("name", [name for name in IMPUTERS if name in JOINT])
class TestLaws:
    def test_a_single_sensor_is_refused_with_what_to_do(self, name):
        with pytest.raises(InvalidFrameError, match="ARForecaster"):
            clone(IMPUTERS[name]).fit(X[["a"]])

    @pytest.mark.parametrize("layout", ["long", "multiindex"])
    def test_other_layouts_come_back_as_they_went_in(self, name, layout, fitted):
        long = X.reset_index().melt("time", var_name="unique_id", value_name="y").rename(columns={"time": "ds"})
        long = long[["unique_id", "ds", "y"]].sample(frac=1, random_state=0)
        table = long if layout == "long" else long.set_index(["unique_id", "ds"])
        filled = fitted[name].transform(table)
        assert filled.index.equals(table.index)
        expected = fitted[name].transform(X).stack()
        keys = pd.MultiIndex.from_frame(long[["ds", "unique_id"]])
        np.testing.assert_allclose(filled["y"].to_numpy(), expected.loc[keys].to_numpy())

    def test_draws_agree_with_intervals(self, name, fitted):
        draws = fitted[name].sample(X, 400, random_state=3)
        assert draws.index.names == ["sample", "time"]
        values = draws.to_numpy().reshape(400, *X.shape)
        missing = X.isna().to_numpy()
        np.testing.assert_array_equal(values[:, ~missing] - X.to_numpy()[~missing], 0.0)
        interval = fitted[name].impute(X, level=80)
        low, high = (interval.xs(f"imputed-{side}-80", axis=1, level=1).to_numpy() for side in ("lo", "hi"))
        inside = ((values >= low) & (values <= high))[:, missing].mean()
        assert abs(inside - 0.8) < 0.05
        again = fitted[name].sample(X, 400, random_state=3)
        pd.testing.assert_frame_equal(draws, again)


@pytest.mark.parametrize("name", [name for name in IMPUTERS if name in PROBABILISTIC])
def test_intervals_contain_the_point_and_grow_with_the_level(name, fitted):
    table = fitted[name].impute(X, level=(50, 95))
    columns = {each: table.xs(each, axis=1, level=1) for each in table.columns.get_level_values(1).unique()}
    names = ["imputed-lo-95", "imputed-lo-50", "imputed", "imputed-hi-50", "imputed-hi-95"]
    ordered = np.stack([columns[each].to_numpy() for each in names])
    assert (np.diff(ordered, axis=0) >= 0).all()
    seen = X.notna().to_numpy()
    np.testing.assert_array_equal(ordered[:, seen], np.broadcast_to(X.to_numpy()[seen], (5, seen.sum())))
    pd.testing.assert_frame_equal(columns["imputed"], fitted[name].impute(X), check_names=False)


@pytest.mark.parametrize("name", [name for name in IMPUTERS if name in JOINT])
def test_a_saved_imputer_fills_as_the_one_it_was(name, fitted, tmp_path):
    fitted[name].save(tmp_path / "imputer.safetensors")
    loaded = fk.load(tmp_path / "imputer.safetensors")
    pd.testing.assert_frame_equal(loaded.transform(X), fitted[name].transform(X))
    assert loaded.get_params().keys() == fitted[name].get_params().keys()
    graph = fitted[name].graph_
    assert (loaded.graph_ is None) == (graph is None)
    if graph is not None:
        pd.testing.assert_frame_equal(loaded.graph_.to_frame(), graph.to_frame())
        pd.testing.assert_frame_equal(loaded.fit(X).graph_.to_frame(), graph.to_frame())  # it is a parameter too


@pytest.mark.parametrize("form", ["coordinates", "networkx"])
def test_any_graph_survives_a_file_alone_and_before_a_forecaster(form, tmp_path):
    places = pd.DataFrame({"latitude": np.arange(5) / 10 + 52, "longitude": -8.0}, index=list("abcde"))
    graph = places if form == "coordinates" else nx.relabel_nodes(nx.path_graph(5), dict(enumerate("abcde")))
    imputer = GaussianImputer(graph=graph, form="state_space", context_length=2)
    pair = fk.ImputedForecaster(imputer=imputer, forecaster=fk.ARForecaster(order=1))
    for model, made in ((imputer, lambda each: each), (pair, lambda each: each.imputer_)):
        model.fit(X.iloc[:140])
        model.save(tmp_path / "model.safetensors")
        loaded = fk.load(tmp_path / "model.safetensors")
        pd.testing.assert_frame_equal(made(loaded).graph_.to_frame(), made(model).graph_.to_frame())
        assert made(loaded).graph_.description == made(model).graph_.description
    pd.testing.assert_frame_equal(loaded.update(X.iloc[140:]).predict(2), pair.update(X.iloc[140:]).predict(2))


@pytest.mark.parametrize("name", [name for name in IMPUTERS if name in JOINT])
def test_update_and_likelihood_are_there_or_name_the_setting(name, fitted, tmp_path):
    imputer = clone(IMPUTERS[name]).fit(X.iloc[:120])
    after = X.iloc[120:125]
    if name not in ONLINE:
        setting = "state_space" if name.startswith("gaussian") else "forward"
        with pytest.raises(NotSupportedError, match=setting):
            imputer.update(after)
        with pytest.raises(NotSupportedError, match=setting):
            imputer.log_likelihood(X)
        return
    assert np.isfinite(imputer.log_likelihood(X))
    imputer.save(tmp_path / "imputer.safetensors")
    loaded = fk.load(tmp_path / "imputer.safetensors")
    filled = imputer.update(after)
    assert filled.index.equals(after.index)
    seen = after.notna().to_numpy()
    np.testing.assert_array_equal(filled.to_numpy()[seen], after.to_numpy()[seen])
    assert not filled.isna().to_numpy().any()
    rows = [loaded.update(after.iloc[[i]]) for i in range(5)]  # one at a time, and after a rest on disk
    pd.testing.assert_frame_equal(pd.concat(rows), filled, check_freq=False)
    with pytest.raises(InvalidFrameError, match="at or before"):
        imputer.update(after)
    skipped = imputer.update(X.iloc[[130]])
    assert len(skipped) == 6


def test_parameters_out_of_range_are_refused():
    for wrong in ({"context_length": 4}, {"form": "windows"}, {"power_transform": "root"}, {"season": 1}):
        with pytest.raises(InvalidParameterError, match=next(iter(wrong))):
            GaussianImputer(**wrong).fit(X)


def test_gaps_in_the_calendar_are_filled_by_impute_and_left_out_by_transform():
    table = X.drop(index=X.index[[20, 21]])
    with warnings.catch_warnings(action="ignore"):
        imputer = GaussianImputer(context_length=3).fit(table)
        assert len(imputer.transform(table)) == len(table)
        assert len(imputer.impute(table)) == len(X)
