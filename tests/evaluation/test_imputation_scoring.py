from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from imputation_example import Marginal, example_scoring, example_sensors
from scipy.stats import norm
from scoringrules import crps_normal
from sklearn.base import BaseEstimator
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError
from forecastkit.evaluation.imputation import GRIN_SEEDS, grin_mask, score_imputation


class Witness(BaseEstimator):
    """Keeps all it is shown, and writes into it."""

    seen: ClassVar[list] = []

    def fit(self, X, y=None):
        self.seen.append(X.copy())
        X.iloc[:] = 1e9
        return self

    def transform(self, X):
        self.seen.append(X.copy())
        filled = X.fillna(0.0)
        X.iloc[:] = 1e9
        return filled


class Failing(BaseEstimator):
    def __init__(self, error=None):
        self.error = error

    def fit(self, X, y=None):
        raise self.error

    def transform(self, X):
        return X


def test_no_hidden_value_reaches_an_imputer():
    X = example_sensors()
    hidden = pd.DataFrame(np.random.default_rng(1).random(X.shape) < 0.25, X.index, X.columns)
    changed = X.mask(hidden & X.notna(), 1e6)
    shown, scores = [], []
    for data in (X, changed):
        Witness.seen = []
        scores.append(example_scoring({"witness": Witness(), "marginal": Marginal()}, data, pattern=hidden))
        shown.append(Witness.seen)
    for one, other in zip(*shown, strict=True):
        pd.testing.assert_frame_equal(one, other)
    assert not shown[0][1][hidden].notna().any(axis=None)
    assert len(shown[0][0]) == 140
    first, second = (each.imputed for each in scores)
    estimates = [name for name in first if name not in ("unique_id", "ds", "seed", "y")]
    pd.testing.assert_frame_equal(first[estimates], second[estimates])
    assert (second["y"] == 1e6).all()
    assert (scores[1].scores()["mae"] > scores[0].scores()["mae"]).all()


def test_the_recipe_of_the_reference_results():
    X = example_sensors()
    hidden = (np.random.default_rng(1).random(X.shape) < 0.25) & X.notna().to_numpy()
    result = example_scoring(X=X, rate=0.25)
    means = X.mask(hidden).iloc[:140].mean()
    hidden[:160] = False
    error = np.abs(X - means).to_numpy()[hidden]
    assert result.scores().loc["mean", "mae"] == pytest.approx(error.mean())
    assert result.scores().loc["marginal", "mae"] == pytest.approx(error.mean())
    assert len(result.imputed) == hidden.sum()


def test_crps_and_coverage_are_those_of_the_law():
    X = pd.DataFrame(np.random.default_rng(3).normal(0, 2, (3000, 2)), columns=["a", "b"])
    result = example_scoring(X=X, baselines=False)
    scores, rows = result.scores().loc["marginal"], result.imputed
    deviation = (rows["marginal-hi-80"] - rows["marginal"]) / norm.ppf(0.9)
    assert scores["crps"] == pytest.approx(np.mean(crps_normal(rows["y"], rows["marginal"], deviation)), rel=0.02)
    assert scores["coverage-80"] == pytest.approx(0.8, abs=0.06)
    assert scores["coverage-95"] == pytest.approx(0.95, abs=0.04)


@pytest.mark.parametrize("layout", ["wide", "long", "multiindex"])
def test_layouts_give_the_same_scores(layout):
    wide = example_sensors().rename_axis(index="ds", columns="unique_id")
    long = wide.T.stack(future_stack=True).rename("y")
    X = {"wide": wide, "long": long.reset_index(), "multiindex": long}[layout]
    scores = example_scoring(X=X).scores()["mae"]
    pd.testing.assert_series_equal(scores, example_scoring(X=example_sensors()).scores()["mae"])


def test_a_single_series_is_scored():
    result = example_scoring(X=example_sensors()["s0"])
    assert set(result.imputed["unique_id"]) == {"s0"}
    unnamed = example_scoring(X=example_sensors()["s0"].rename(None))
    assert set(unnamed.imputed["unique_id"]) == {"y"}
    assert result.scores()["mae"].notna().all()


def test_seeds_are_runs_of_their_own_and_averaged():
    both = example_scoring(seeds=(1, 2))
    apart = [example_scoring(seeds=seed) for seed in (1, 2)]
    scores = [name for name in both.scores() if "seconds" not in name]
    mean = sum(each.scores()[scores] for each in apart) / 2
    pd.testing.assert_frame_equal(both.scores()[scores], mean)
    assert both.by_seed().groupby("imputer")["seed"].agg(list).tolist() == [[1, 2]] * 6
    assert len(both.imputed) == sum(len(each.imputed) for each in apart)


def test_grin_blocks_are_its_mask():
    X = example_sensors(400)
    result = example_scoring(X=X, pattern="grin_block", seeds=(GRIN_SEEDS["metr_la"],))
    hidden = grin_mask(X.notna().to_numpy(), np.random.default_rng(GRIN_SEEDS["metr_la"]))
    assert (result.tables[0].hidden == hidden).all()


def test_whole_sensors_can_be_hidden_and_are_estimated_from_the_others():
    result = example_scoring(pattern="sensor")
    scores = result.scores()
    assert result.imputed["unique_id"].nunique() == 1
    assert scores.loc["knn", "mae"] < scores.loc["linear", "mae"]


def test_a_mask_of_ones_own_in_any_layout_and_order():
    X = example_sensors()
    mask = pd.DataFrame(False, X.index, X.columns)
    mask.loc[X.index[170] :, "s2"] = True
    results = [example_scoring(X=X, pattern=each) for each in (mask, mask[["s2", "s0"]], mask.iloc[165:])]
    for result in results:
        assert set(result.imputed["unique_id"]) == {"s2"}
        assert len(result.imputed) == X["s2"].iloc[170:].notna().sum()
    with pytest.raises(InvalidFrameError, match="did you mean 's2'"):
        example_scoring(X=X, pattern=mask.rename(columns={"s2": "s22"}))
    with pytest.raises(InvalidFrameError, match="booleans"):
        example_scoring(X=X, pattern=mask.astype(int))
    with pytest.raises(InvalidParameterError, match="one seed"):
        example_scoring(X=X, pattern=mask, seeds=(1, 2))
    with pytest.raises(InvalidParameterError, match="nothing is left"):
        example_scoring(X=X, pattern=~mask | mask)
    with pytest.raises(InvalidParameterError, match="nothing to score"):
        example_scoring(X=X, pattern=mask & False)


@pytest.mark.filterwarnings("ignore:Skipping features")
def test_imputers_of_scikit_learn_may_drop_an_empty_sensor():
    X = example_sensors()
    X.iloc[:150, 1] = np.nan
    with pytest.warns(DataWarning) as caught:
        result = example_scoring({"simple": SimpleImputer(), "piped": make_pipeline(SimpleImputer())}, X)
    left = int(result.scores().loc["simple", "unfilled"])
    told = [str(each.message) for each in caught if issubclass(each.category, DataWarning)]
    assert [text.partition(" missing")[0] for text in told] == [
        f"imputer {name!r} left {left}" for name in ("simple", "piped")
    ]
    scores = result.scores()
    assert scores.loc["simple", "unfilled"] > 0
    assert scores.loc["mean", "unfilled"] == 0
    assert np.isfinite(scores["mae"]).all()


def test_data_frames_of_scikit_learn_are_read_by_name():
    simple = example_scoring({"simple": SimpleImputer()}).scores()
    named = example_scoring({"simple": SimpleImputer().set_output(transform="pandas")}).scores()
    assert simple.loc["simple", "mae"] == named.loc["simple", "mae"]


def test_imputers_are_cloned_and_named():
    imputer = Marginal()
    result = example_scoring([imputer, Marginal(width=2.0)], baselines=False)
    assert not hasattr(imputer, "mean_")
    assert result.models == ("Marginal", "Marginal-2")
    assert result.baselines == ()
    assert result.reference is None


def test_baselines_are_in_the_table_unless_they_take_long(monkeypatch):
    assert example_scoring().baselines == ("mean", "linear", "knn", "iterative", "ar")
    monkeypatch.setattr("forecastkit.evaluation.imputation.imputers._MOST_DISTANCES", 10)
    with pytest.warns(DataWarning, match="'knn' is left out: 200 rows x 4 sensors"):
        result = example_scoring()
    assert "knn" not in result.scores().index
    assert list(result.skipped) == ["knn"]


def test_what_fails_is_named():
    with pytest.raises(InvalidFrameError, match=r"imputer 'bad', seed 1: no such"):
        example_scoring({"bad": Failing(InvalidFrameError("no such"))})
    with pytest.raises(ZeroDivisionError) as caught:
        example_scoring({"bad": Failing(ZeroDivisionError("oops"))})
    assert caught.value.__notes__ == ["imputer 'bad', seed 1"]


class Cut(BaseEstimator):
    def __init__(self, cut=None):
        self.cut = cut

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.cut(X.fillna(1.0))


@pytest.mark.parametrize(
    ("cut", "match"),
    [
        (lambda X: X.drop(columns="s1"), "no column 's1'"),
        (lambda X: X.iloc[1:], "no row for"),
        (lambda X: X.to_numpy()[:, :2], "array of shape"),
        (lambda X: X + np.inf, "not finite"),
    ],
)
def test_results_of_another_shape_are_refused(cut, match):
    with pytest.raises(Exception, match=match):
        example_scoring({"cut": Cut(cut)})


def test_intervals_have_to_come_in_columns_of_sensors():
    class Odd(Marginal):
        def impute(self, X, level=None):
            return X.fillna(0.0)

    with pytest.raises(InvalidFrameError, match=r"without \(sensor, column\) columns"):
        example_scoring({"odd": Odd()})


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"pattern": "blok"}, "did you mean 'block'"),
        ({"rate": 25}, "'rate' is a share"),
        ({"pattern": "grin_block", "rate": 0.1}, "does not go with"),
        ({"train_size": 0.9}, "must not overlap"),
        ({"train_size": 1.5}, "share between 0 and 1"),
        ({"test_size": 0.001}, "less than one row"),
        ({"test_size": 0}, "'test_size'"),
        ({"seeds": ()}, "'seeds'"),
        ({"seeds": (1, 1)}, "'seeds'"),
        ({"metrics": ["mea"]}, "there is no metric"),
        ({"level": 0.8}, "percent"),
        ({"pattern": "block", "shortest": 5, "longest": 2}, "'longest'"),
        ({"imputers": {}}, "is empty"),
        ({"imputers": {"y": Marginal()}}, "cannot be named"),
        ({"imputers": {"a-lo-b": Marginal()}}, "cannot be named"),
        ({"imputers": Marginal}, "pass an instance"),
        ({"imputers": {"a": object()}}, "has no fit and no transform"),
        ({"rate": 0.0}, "nothing to score"),
    ],
)
def test_bad_settings_are_refused(settings, match):
    with pytest.raises(InvalidParameterError, match=match):
        example_scoring(**settings)


def test_a_large_table_is_asked_for_few_levels_at_a_time(monkeypatch):
    whole = example_scoring()
    monkeypatch.setattr("forecastkit.evaluation.imputation.estimate._MOST_NUMBERS", 5000)
    parts = example_scoring()
    pd.testing.assert_frame_equal(whole.imputed, parts.imputed)
    pd.testing.assert_frame_equal(whole.crps, parts.crps)


def test_progress_is_told():
    told = []
    example_scoring(seeds=(1, 2), progress=lambda *each: told.append(each))
    assert told[0] == ("marginal", 1, 12)
    assert told[-1] == ("ar", 12, 12)


def test_the_same_seed_gives_the_same_result():
    first, second = (example_scoring(pattern="block") for _ in range(2))
    pd.testing.assert_frame_equal(first.imputed, second.imputed)


def test_stamps_that_the_data_lack_are_filled_and_not_scored():
    X = example_sensors()
    with pytest.warns(DataWarning, match="missing stamp"):
        result = score_imputation({"marginal": Marginal()}, X.drop(X.index[[50, 190]]))
    assert X.index[190] not in set(result.imputed["ds"])
    assert X.index[190] in set(result.estimates["ds"])
