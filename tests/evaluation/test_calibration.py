import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_example import LastValue, example_result
from scipy import stats

from forecastkit import ARForecaster, NaiveForecaster, backtest
from forecastkit.errors import InvalidFrameError
from forecastkit.estimators import CalibratedForecaster
from forecastkit.evaluation.calibration import calibrate, pit_histogram, pit_values, reliability
from forecastkit.evaluation.checkpoint import Checkpoint

PROBABILITIES = np.array([0.025, *np.arange(0.075, 0.95, 0.05), 0.975])


def test_pit_values_are_the_distribution_function_where_quantiles_are_dense():
    probabilities = np.linspace(0.001, 0.999, 999)
    values = np.random.default_rng(0).normal(2, 3, 500)
    quantiles = np.broadcast_to(stats.norm(2, 3).ppf(probabilities), (500, 999))
    np.testing.assert_allclose(pit_values(values, quantiles, probabilities), stats.norm(2, 3).cdf(values), atol=1e-3)


@given(st.lists(st.floats(-10, 10), min_size=20, max_size=20), st.floats(-12, 12))
def test_a_pit_value_is_below_a_probability_if_the_actual_value_is_below_its_quantile(quantiles, y):
    ordered = np.sort(quantiles)
    pit = pit_values(np.array(y), ordered, PROBABILITIES)
    assert 0 < pit < 1
    for quantile, probability in zip(ordered, PROBABILITIES, strict=True):
        if y < quantile:
            assert pit <= probability + 1e-12
        if y > quantile:
            assert pit >= probability - 1e-12


def test_a_value_in_a_jump_gets_its_middle_and_one_outside_half_the_tail():
    constant = np.full((3, 20), 5.0)
    np.testing.assert_allclose(pit_values(np.array([4.0, 5.0, 6.0]), constant, PROBABILITIES), [0.0125, 0.5, 0.9875])
    some = np.array([[0.0, 1.0, 1.0, 2.0]])
    assert pit_values(np.array([1.0]), some, np.array([0.2, 0.4, 0.6, 0.8])) == pytest.approx(0.5)
    assert pit_values(np.array([2.0]), some, np.array([0.2, 0.4, 0.6, 0.8])) == pytest.approx(0.8)


def test_what_is_missing_has_no_pit_value():
    quantiles = np.array([[0.0, 1.0], [np.nan, 1.0]])
    assert np.isnan(pit_values(np.array([np.nan, 0.5]), quantiles, np.array([0.2, 0.8]))).all()


def test_reliability_counts_central_intervals_and_clusters_their_errors():
    rng = np.random.default_rng(1)
    pit = pd.DataFrame({"even": rng.random(4000), "wide": 0.25 + 0.5 * rng.random(4000), "none": np.nan})
    table = reliability(pit, np.arange(4000), [10, 50, 80])
    even, wide = table[table["model"] == "even"], table[table["model"] == "wide"]
    assert (np.abs(even["coverage"] - even["level"] / 100) < 4 * even["standard_error"]).all()
    np.testing.assert_allclose(wide["coverage"], [0.2, 1.0, 1.0], atol=0.03)
    assert set(table["model"]) == {"even", "wide"}
    repeated = reliability(pd.concat([pit] * 3), np.tile(np.arange(4000), 3), [10, 50, 80])
    pd.testing.assert_frame_equal(table, repeated)


def test_the_histogram_has_mass_one_and_leaves_out_models_without_values():
    pit = pd.DataFrame({"a": np.random.default_rng(2).random(1000), "none": np.nan})
    table = pit_histogram(pit, bins=20)
    assert list(table["model"].unique()) == ["a"]
    assert (table["density"] * (table["high"] - table["low"])).sum() == pytest.approx(1)
    assert pit_histogram(pit[["none"]]).empty


def test_a_backtest_keeps_pit_values_that_agree_with_its_intervals():
    result = example_result({"ar": ARForecaster(order=3), "last": LastValue()}, level=(80, 93))
    assert list(result.pit) == list(result.models)
    assert result.pit["last"].isna().all()
    table = result.reliability().set_index(["model", "level"])["coverage"]
    assert "last" not in table.index.get_level_values(0)
    scores = result.scores()
    rows = result.forecasts
    for level in (80, 93):
        inside = rows["y"].between(rows[f"ar-lo-{level}"], rows[f"ar-hi-{level}"])
        assert table["ar", level] == pytest.approx(inside.mean())
        assert table["seasonal_naive", level] == pytest.approx(scores.loc["seasonal_naive", f"coverage-{level}"])


def test_rolled_and_refitted_models_have_the_same_pit_values():
    y = pd.Series(
        np.random.default_rng(3).standard_normal(150).cumsum(), pd.period_range("2000", periods=150, freq="M")
    )

    class Slow(ARForecaster):
        forecast_origins = property()  # type: ignore[assignment]

    settings = {"horizon": 2, "windows": 20, "step": 1, "baselines": False}
    result = backtest({"fast": ARForecaster(order=2), "slow": Slow(order=2)}, y, **settings)
    np.testing.assert_allclose(result.pit["fast"], result.pit["slow"], rtol=1e-7)


def test_a_block_stored_without_pit_values_is_computed_again(tmp_path):
    y = pd.Series(np.arange(40.0) % 7, pd.period_range("2000", periods=40, freq="M"))
    settings = {"horizon": 2, "windows": 3, "baselines": False, "directory": tmp_path}
    expected = backtest({"naive": NaiveForecaster()}, y, **settings)
    path = tmp_path / "model-000-block-000000.npz"
    arrays = dict(np.load(path))
    del arrays["pit"]
    np.savez(path, **arrays)
    assert Checkpoint(tmp_path).read(0, 0) is None
    pd.testing.assert_frame_equal(backtest({"naive": NaiveForecaster()}, y, **settings).pit, expected.pit)


def test_calibrate_is_the_fitted_forecaster():
    y = pd.Series(np.random.default_rng(4).standard_normal(200), pd.period_range("2000", periods=200, freq="M"))
    model = calibrate(ARForecaster(order=1), y, horizon=3, method="adaptive", n_origins=30, step_size=0.05)
    assert isinstance(model, CalibratedForecaster)
    other = CalibratedForecaster(
        forecaster=ARForecaster(order=1), method="adaptive", horizon=3, n_origins=30, step_size=0.05
    )
    pd.testing.assert_frame_equal(model.predict_interval(3), other.fit(y).predict_interval(3))
    with pytest.raises(InvalidFrameError, match="need 19 errors"):
        calibrate(ARForecaster(order=1), y.iloc[-20:], horizon=6, n_origins=2)
