import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.impute import KNNImputer as SklearnKNN
from sklearn.pipeline import make_pipeline

from forecastkit import ARForecaster
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotFittedError
from forecastkit.estimators import ARImputer, IterativeImputer, KNNImputer, LinearInterpolationImputer, MeanImputer

IMPUTERS = (MeanImputer(), LinearInterpolationImputer(), KNNImputer(), IterativeImputer(), ARImputer())
EVERY = pytest.mark.parametrize("imputer", IMPUTERS, ids=lambda each: type(each).__name__)


def sensors(n_times=150, missing=0.2):
    generator = np.random.default_rng(0)
    common = np.cumsum(generator.normal(0, 1, n_times))
    values = 5 + common[:, None] * [1.0, -2.0, 0.5] + generator.normal(0, 0.3, (n_times, 3))
    values[generator.random(values.shape) < missing] = np.nan
    return pd.DataFrame(values, pd.date_range("2024-01-01", periods=n_times, freq="h"), ["a", "b", "c"])


@EVERY
def test_all_gaps_are_filled_and_the_rest_comes_back_bit_for_bit(imputer):
    X = sensors()
    before = X.copy()
    filled = clone(imputer).fit(X).transform(X)
    assert filled.notna().all(axis=None)
    pd.testing.assert_frame_equal(filled.where(X.notna()), X)
    pd.testing.assert_frame_equal(X, before)


@EVERY
def test_layouts_order_and_rows_are_those_given(imputer):
    X = sensors().rename_axis(index="ds", columns="unique_id")
    model = clone(imputer).fit(X)
    filled = model.transform(X)
    pd.testing.assert_frame_equal(model.transform(X[["c", "a", "b"]]), filled[["c", "a", "b"]])
    long = X.T.stack(future_stack=True).rename("y").reset_index().sample(frac=1, random_state=0)
    stacked = clone(imputer).fit(long).transform(long)
    assert stacked.index.equals(long.index)
    wide = stacked.pivot(index="ds", columns="unique_id", values="y")
    np.testing.assert_allclose(wide, filled[wide.columns], rtol=1e-6)
    array = clone(imputer).fit_transform(X.to_numpy())
    np.testing.assert_allclose(array, filled, rtol=1e-9)


@EVERY
def test_empty_and_constant_sensors_and_empty_rows_are_survived(imputer):
    X = sensors()
    X["b"], X["d"] = np.nan, np.where(np.arange(150) % 3, 7.0, np.nan)
    X.iloc[40:45] = np.nan
    filled = clone(imputer).fit(X).transform(X)
    assert np.isfinite(filled).all(axis=None)
    assert np.allclose(filled["d"], 7.0)
    later = sensors().assign(d=1.0)
    assert np.isfinite(clone(imputer).fit(X).transform(later.iloc[:10])).all(axis=None)


@EVERY
def test_a_single_sensor_is_filled(imputer):
    X = sensors()["a"]
    filled = clone(imputer).fit(X).transform(X)
    assert isinstance(filled, pd.Series)
    assert filled.notna().all()


@EVERY
def test_contract_of_transformers(imputer):
    X = sensors()
    with pytest.raises(NotFittedError):
        clone(imputer).transform(X)
    model = make_pipeline(clone(imputer)).fit(X)
    assert model.get_feature_names_out().tolist() == ["a", "b", "c"]
    with pytest.raises(InvalidFrameError, match="lacks 1 of the 3 sensors"):
        model.transform(X[["a", "b"]])
    with pytest.raises(InvalidFrameError):
        model.transform(X.rename(columns={"a": "aa"}))
    pd.testing.assert_frame_equal(clone(imputer).fit_transform(X), model.transform(X))


@EVERY
def test_units_do_not_matter(imputer):
    X = sensors()
    filled, scaled = (clone(imputer).fit_transform(each) for each in (X, X * [1.0, 1e6, 1e-6] + [0, 1e7, 0]))
    np.testing.assert_allclose(scaled, filled * [1.0, 1e6, 1e-6] + [0, 1e7, 0], rtol=1e-5)


def test_interpolation_is_that_of_pandas_and_the_mean_that_of_the_fit():
    X = sensors()
    pd.testing.assert_frame_equal(
        LinearInterpolationImputer().fit_transform(X), X.interpolate(limit_direction="both"), check_freq=False
    )
    filled = MeanImputer().fit(X.iloc[:50]).transform(X.iloc[50:])
    gaps = X.iloc[50:].isna()
    np.testing.assert_allclose(filled.where(gaps).mean(), X.iloc[:50].mean())


def test_neighbours_are_those_of_scikit_learn_on_standardised_sensors():
    X = sensors()
    standard = (X - X.mean()) / X.std(ddof=0)
    theirs = SklearnKNN(n_neighbors=10).fit_transform(standard) * X.std(ddof=0).to_numpy() + X.mean().to_numpy()
    np.testing.assert_allclose(KNNImputer().fit_transform(X), theirs)


def test_a_sensor_that_is_new_follows_the_others():
    X = sensors(missing=0.0)[["a", "c"]]
    train = X.copy()
    train["c"] = np.nan
    for imputer in (KNNImputer(), IterativeImputer()):
        filled = clone(imputer).fit_transform(train)
        assert np.corrcoef(filled["c"], X["c"])[0, 1] > 0.9


def test_gaps_are_filled_by_the_law_of_the_autoregression():
    X = sensors()
    X.iloc[:3, 0] = np.nan
    ours = ARImputer(max_order=3).fit(X).impute(X, level=(80, 95))
    one = X[["b"]]
    theirs = ARForecaster(order="aic", max_order=3).fit(one).impute(level=(80, 95))
    np.testing.assert_allclose(ours["b"], theirs["b"], rtol=1e-4)
    assert list(ours["a"]) == ["imputed", "imputed-lo-80", "imputed-hi-80", "imputed-lo-95", "imputed-hi-95"]
    np.testing.assert_allclose(ours.xs("imputed", axis=1, level=1), ARImputer(max_order=3).fit_transform(X))
    first = ours["a"].iloc[0]
    assert first["imputed"] == pytest.approx(X["a"].mean())
    assert first["imputed-hi-80"] - first["imputed"] == pytest.approx(1.2816 * X["a"].std(ddof=0), rel=1e-4)


def test_short_sensors_are_interpolated():
    X = sensors(20)
    pd.testing.assert_frame_equal(
        ARImputer().fit_transform(X).iloc[5:], LinearInterpolationImputer().fit_transform(X).iloc[5:]
    )


@pytest.mark.parametrize(
    "imputer",
    [
        KNNImputer(n_neighbors=0),
        KNNImputer(max_rows=0),
        IterativeImputer(max_iter=0),
        IterativeImputer(n_nearest_features=2.5),
        IterativeImputer(random_state=-1),
        ARImputer(max_order=0),
        ARImputer(max_rows="all"),
    ],
)
def test_parameters_outside_their_range_are_refused(imputer):
    with pytest.raises(InvalidParameterError):
        imputer.fit(sensors())
