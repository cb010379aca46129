"""Forecasters side by side: scores against closed forms, tests against statsmodels, divergences of all pairs."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm
from statsmodels.tsa.stattools import diebold_mariano_test

import forecastkit as fk
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError, NotFittedError, NotSupportedError
from forecastkit.evaluation.comparison import compare
from forecastkit.evaluation.divergence import kl_divergence


def walk(n=160, seed=0, name="y"):
    noise = np.random.default_rng(seed).standard_normal(n)
    return pd.Series(100 + noise.cumsum(), pd.period_range("2010-01", periods=n, freq="M"), name=name)


def fitted(y, **models):
    return {name: model.fit(y) for name, model in models.items()}


def two(y):
    return fitted(y, ar=fk.ARForecaster(order=2), naive=fk.NaiveForecaster())


@pytest.fixture(scope="module")
def result():
    y = walk()
    return compare(two(y.iloc[:120]), y.iloc[120:], horizon=4, n_samples=300, random_state=0)


def test_scores_of_windows_are_those_of_the_gaussian_laws(result):
    y = walk()
    models = two(y.iloc[:120])
    n_windows = 40 - 4 + 1
    assert result.n_origins == n_windows
    for name, model in models.items():
        windows = result.windows.loc[result.windows["model"] == name]
        assert windows["cutoff"].tolist() == list(y.index[119 : 119 + n_windows])
        for k in (0, 7, n_windows - 1):
            law = model.forecast_distribution(4, y=fk.as_panel(y.iloc[: 120 + k]))
            actual = y.iloc[120 + k : 124 + k].to_numpy()
            dense = multivariate_normal(law.mean[0], law.covariance(0))
            assert windows["log_score"].iloc[k] == pytest.approx(-dense.logpdf(actual), rel=1e-9)
            deviation = np.sqrt(law.variance[0])
            z = (actual - law.mean[0]) / deviation
            exact = (deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))).mean()
            assert windows["crps"].iloc[k] == pytest.approx(exact, rel=0.2)
            draws = dense.rvs(20_000, random_state=0)
            first, second = np.linalg.norm(draws - actual, axis=1), np.linalg.norm(draws[1:] - draws[:-1], axis=1)
            assert windows["energy_score"].iloc[k] == pytest.approx(first.mean() - second.mean() / 2, rel=0.2)


def test_estimates_from_paths_have_no_bias():
    y = walk()
    models = two(y.iloc[:120])
    values = [
        compare(models, y.iloc[120:], horizon=4, n_samples=n, step=4, random_state=s).scores()["crps"]["ar"]
        for n, seeds in ((5, 40), (400, 2))
        for s in range(seeds)
    ]
    few, many = np.array(values[:40]), np.array(values[40:])
    assert abs(few.mean() - many.mean()) < 4 * few.std() / np.sqrt(40) + 0.003


def test_differences_are_tested_as_statsmodels_does(result):
    scores = result.windows.pivot_table(index="cutoff", columns="model", values="crps")
    nothing = np.zeros(len(scores))
    expected = diebold_mariano_test(
        nothing, scores["naive"], scores["ar"], criterion=lambda _, loss: loss, harvey_adj=True, horizon=4
    )
    row = result.table.query("measure == 'crps' and model == 'naive'").iloc[0]
    assert row["reference"] == "ar"
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-9)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert row["difference"] == pytest.approx((scores["naive"] - scores["ar"]).mean())
    assert row["difference"] / row["standard_error"] == pytest.approx(row["statistic"])
    own = result.table.query("measure == 'crps' and model == 'ar'").iloc[0]
    assert (own["difference"], own["p_value"]) == (0.0, 1.0)


def test_wide_steps_overlap_less():
    y = walk()
    result = compare(two(y.iloc[:100]), y.iloc[100:], horizon=6, step=3, n_samples=20, random_state=0)
    scores = result.windows.pivot_table(index="cutoff", columns="model", values="log_score")
    assert len(scores) == (60 - 6) // 3 + 1
    loss = {"criterion": lambda _, loss: loss, "harvey_adj": True, "horizon": 2}
    expected = diebold_mariano_test(np.zeros(len(scores)), scores["naive"], scores["ar"], **loss)
    row = result.table.query("measure == 'log_score' and model == 'naive'").iloc[0]
    assert row["statistic"] == pytest.approx(expected.statistic, rel=1e-9)


def test_too_few_origins_have_a_difference_and_no_test():
    y = walk()
    result = compare(two(y.iloc[:120]), y.iloc[120:128], horizon=4, n_samples=20, random_state=0)
    row = result.table.query("measure == 'crps' and model == 'naive'").iloc[0]
    assert np.isfinite(row["difference"])
    assert np.isnan(row[["standard_error", "statistic", "p_value"]].to_numpy(float)).all()


def test_the_matrix_is_that_of_the_divergences(result):
    y = walk()
    models = two(y.iloc[:120])
    matrix = result.divergences()
    assert matrix.loc["ar", "naive"] == pytest.approx(kl_divergence(models["ar"], models["naive"], 4).value)
    assert matrix.loc["naive", "ar"] == pytest.approx(kl_divergence(models["naive"], models["ar"], 4).value)
    assert np.diag(matrix).tolist() == [0.0, 0.0]


def test_the_matrix_says_what_is_infinite_and_what_is_not_known():
    class Quantiles(fk.NaiveForecaster):
        def _path_law(self, *given):
            raise NotSupportedError("no density")

    y = walk()
    models = fitted(
        y.iloc[:120], ar=fk.ARForecaster(order=1), log=fk.ARForecaster(order=1, transform="log"), other=Quantiles()
    )
    result = compare(models, y.iloc[120:], horizon=3, n_samples=20, random_state=0)
    matrix = result.divergences()
    assert np.isposinf(matrix.loc["ar", "log"])
    assert np.isfinite(matrix.loc["log", "ar"])
    assert matrix["other"].isna().all()
    scores = result.scores()
    assert np.isnan(scores.loc["other", "log_score"])
    assert np.isfinite(scores.loc["other", ["crps", "energy_score"]].to_numpy()).all()
    assert [*result.table["measure"].unique()] == ["log_score", "crps", "energy_score", "kl"]
    assert len(result.plot("dark").data) == 4


def test_windows_do_not_see_what_follows_them(result):
    y = walk()
    changed = y.copy()
    changed.iloc[140:] += 50
    again = compare(two(y.iloc[:120]), changed.iloc[120:], horizon=4, n_samples=300, random_state=0)
    before = result.windows["cutoff"] < y.index[136]
    pd.testing.assert_frame_equal(result.windows.loc[before], again.windows.loc[before])
    assert not np.allclose(result.windows["crps"], again.windows["crps"])


def test_models_are_left_as_they_are_and_the_seed_decides(result):
    y = walk()
    models = two(y.iloc[:120])
    before = models["ar"].coef_.copy()
    again = compare(models, y.iloc[120:], horizon=4, n_samples=300, random_state=0)
    pd.testing.assert_frame_equal(result.table, again.table)
    pd.testing.assert_frame_equal(models["ar"].coef_, before)
    assert models["ar"].panel_.lengths.tolist() == [120]
    other = compare(models, y.iloc[120:], horizon=4, n_samples=300, random_state=1)
    assert not np.allclose(result.scores()["crps"], other.scores()["crps"])
    np.testing.assert_allclose(result.scores()["log_score"], other.scores()["log_score"])


def test_many_series_may_end_at_different_times():
    frames = [walk(160 - 7 * i, seed=i).reset_index(name="y").assign(unique_id=name) for i, name in enumerate("abc")]
    y = pd.concat(frames).rename(columns={"index": "ds"})
    last = y.groupby("unique_id")["ds"].transform("max")
    ahead = (last.astype("int64") - y["ds"].astype("int64")).to_numpy()
    held = ahead < np.where(y["unique_id"] == "c", 5, 12)
    models = two(y[~held])
    result = compare(models, y[held], horizon=4, n_samples=20, random_state=0)
    counts = result.windows.query("model == 'ar'").groupby("unique_id").size()
    assert counts.to_dict() == {"a": 9, "b": 9, "c": 2}
    assert result.n_origins == 9
    mean = result.windows.query("model == 'ar'")["crps"].mean()
    assert result.scores().loc["ar", "crps"] == pytest.approx(mean)
    alone = compare(two(y[~held & (y["unique_id"] == "b")]), y[held & (y["unique_id"] == "b")], horizon=4, n_samples=20)
    part = result.windows.query("model == 'ar' and unique_id == 'b'")["log_score"]
    np.testing.assert_allclose(part, alone.windows.query("model == 'ar'")["log_score"])


def test_a_missing_value_leaves_the_other_steps_scored():
    y = walk()
    gappy = y.iloc[120:].copy()
    gappy.iloc[10] = np.nan
    models = fitted(y.iloc[:120], ar=fk.ARForecaster(order=1), naive=fk.NaiveForecaster())
    result = compare(models, gappy, horizon=4, n_samples=20, random_state=0)
    ar = result.windows.query("model == 'ar'")
    assert ar["log_score"].isna().sum() == ar["energy_score"].isna().sum() == 4
    assert ar["crps"].notna().all()
    assert result.table.query("measure == 'log_score'")["p_value"].notna().all()


def test_networks_and_covariates_are_compared():
    n = 140
    X = pd.DataFrame({"heat": np.sin(np.arange(n)), "wind": np.cos(np.arange(n) / 3)}, pd.date_range("2024", periods=n))
    y = (20 + 3 * X["heat"] + np.random.default_rng(0).standard_normal(n)).rename("y")
    train, known = y.iloc[:120], X.iloc[:120]
    settings = {"order": 3, "hidden_size": 8, "max_steps": 20, "random_state": 0, "accelerator": "cpu"}
    models = {
        "arx": fk.ARForecaster(order=1).fit(train, known[["heat"]]),
        "network": fk.ConditionalNARForecaster(**settings).fit(train, known),
        "block": fk.NARForecaster(**settings | {"head": "mixture", "block_size": 2}).fit(train),
    }
    result = compare(models, y.iloc[120:], X=X.iloc[120:], horizon=3, n_samples=30, random_state=0)
    assert np.isfinite(result.scores().to_numpy()).all()
    assert (result.divergences().to_numpy() + 1e-2 > 0).all()
    with pytest.raises(InvalidFrameError, match="model 'arx', origin 1"):
        compare(models, y.iloc[120:], horizon=3, n_samples=30)


def test_what_cannot_be_compared_is_refused():
    y = walk()
    models = two(y.iloc[:120])
    held = y.iloc[120:]
    with pytest.raises(InvalidParameterError, match="'late' was fitted on series 'y' up to 2020-02"):
        compare({**models, "late": fk.NaiveForecaster().fit(y.iloc[:122])}, held, horizon=4)
    with pytest.raises(InvalidParameterError, match="has 3 steps after the training data"):
        compare(models, held.iloc[:3], horizon=4)
    with pytest.raises(InvalidFrameError, match="at or before the end"):
        compare(models, y.iloc[118:], horizon=4)
    with pytest.raises(NotFittedError, match="'new' is not fitted"):
        compare({**models, "new": fk.NaiveForecaster()}, held, horizon=4)
    with pytest.raises(NotSupportedError, match="'odd', dict, has no distribution"):
        compare({"odd": {}}, held, horizon=4)
    quarterly = pd.Series(np.arange(40.0) % 7, pd.period_range("2000Q1", periods=40, freq="Q"), name="y")
    with pytest.raises(InvalidFrameError, match="'ar' was fitted on frequency M and model 'coarse' on Q"):
        compare({**models, "coarse": fk.NaiveForecaster().fit(quarterly)}, held, horizon=4)
    with pytest.raises(InvalidParameterError, match="did you mean 'naive'"):
        compare(models, held, horizon=4, reference="naiv")
    with pytest.raises(InvalidParameterError, match="'step'"):
        compare(models, held, horizon=4, step=0)
    with pytest.raises(InvalidFrameError, match="'ar' was fitted on the series 'y' and model 'other' on 'other'"):
        compare({**models, "other": fk.NaiveForecaster().fit(walk(120, name="other"))}, held, horizon=4)


def test_a_skipped_stamp_is_a_missing_value():
    y = walk()
    with pytest.warns(DataWarning, match="skips 1 stamp"):
        result = compare(two(y.iloc[:119]), y.iloc[120:], horizon=4, n_samples=20, random_state=0)
    assert result.windows["log_score"].isna().sum() == 2


def test_a_list_of_models_and_the_progress():
    y, told = walk(), []
    models = list(two(y.iloc[:120]).values())
    result = compare(models, y.iloc[120:], horizon=4, step=9, n_samples=20, progress=lambda *each: told.append(each))
    assert result.models == ("ARForecaster", "NaiveForecaster")
    assert told[-1][1] == told[-1][2] == len(told)
    assert "2 models" not in repr(result)
    assert "horizon 4" in repr(result)
