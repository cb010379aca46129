import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from utilsforecast import losses

from forecastkit.errors import InvalidParameterError
from forecastkit.evaluation.imputation.estimate import CRPS_LEVELS
from forecastkit.evaluation.imputation.scores import check_imputation_metrics, group_scores


@pytest.fixture
def rows():
    generator = np.random.default_rng(0)
    actual = generator.normal(5, 3, 400)
    point = actual + generator.normal(0, 1, 400)
    bounds = {
        f"m-{side}-{each}": point + sign * ndtri((100 + each) / 200)
        for each in (80, 95)
        for side, sign in (("lo", -1), ("hi", 1))
    }
    return pd.DataFrame({"y": actual, "m": point, **bounds, "bare": point + 1, "group": np.arange(400) % 3})


def scored(rows, model="m", **settings):
    crps = pd.DataFrame({"m": np.arange(400.0), "bare": np.nan})
    settings = {"level": (80, 95), "metrics": check_imputation_metrics(None), **settings}
    return group_scores(rows, crps, model, settings["level"], settings["metrics"], [rows["group"]])


def test_scores_are_those_of_other_libraries_in_every_group(rows):
    table = scored(rows)
    named = {"id_col": "group", "target_col": "y", "cutoff_col": ""}
    for each in (80, 95):
        for name, loss in ((f"coverage-{each}", losses.coverage), (f"winkler-{each}", losses.winkler_score)):
            theirs = loss(rows, models=["m"], level=each, **named)["m"]
            np.testing.assert_allclose(table[name], theirs)
    for group, part in rows.groupby("group"):
        assert table.loc[group, "mae"] == pytest.approx(mean_absolute_error(part["y"], part["m"]))
        assert table.loc[group, "rmse"] == pytest.approx(root_mean_squared_error(part["y"], part["m"]))
        assert table.loc[group, "mre"] == pytest.approx((part["m"] - part["y"]).abs().sum() / part["y"].abs().sum())


def test_an_imputer_without_intervals_has_no_scores_of_intervals(rows):
    table = scored(rows, "bare")
    assert table[["mae", "rmse", "mre"]].notna().all(axis=None)
    assert table[["crps", "coverage-80", "winkler-95"]].isna().all(axis=None)


def test_a_function_is_a_score_too(rows):
    def bias(actual, estimate):
        return np.mean(estimate - actual)

    table = scored(rows, "bare", metrics=(bias, "mae"))
    assert list(table) == ["bias", "mae"]
    assert table.loc[0, "bias"] == pytest.approx((rows["bare"] - rows["y"])[rows["group"] == 0].mean())


def test_unknown_scores_name_the_nearest():
    with pytest.raises(InvalidParameterError, match="did you mean 'rmse'"):
        check_imputation_metrics(["rmsee"])
    with pytest.raises(InvalidParameterError, match="empty"):
        check_imputation_metrics([])
    assert check_imputation_metrics("mae") == ("mae",)


def test_the_levels_of_the_crps_are_the_middles_of_twenty_parts():
    tails = sorted(p for each in CRPS_LEVELS for p in ((100 - each) / 200, (100 + each) / 200))
    np.testing.assert_allclose(tails, (np.arange(20) + 0.5) / 20)
