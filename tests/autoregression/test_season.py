import numpy as np
import pytest
from scipy.signal import lfilter
from statsmodels.datasets import co2, sunspots

from forecastkit.autoregression import infer_season


@pytest.mark.parametrize("season", [4, 7, 12, 24])
@pytest.mark.parametrize("trend", [0.0, 0.5])
def test_a_noisy_pattern_with_or_without_a_trend_is_found(season, trend):
    rng = np.random.default_rng(season)
    n = 12 * season
    y = np.resize(rng.normal(size=season) * 3, n) + trend * np.arange(n) + rng.normal(size=n)
    assert infer_season(y) == season


@pytest.mark.parametrize("make", [lambda e: e, np.cumsum, lambda e: lfilter([1], [1, -0.7], e)])
def test_noise_and_stochastic_trends_have_no_season(make):
    rng = np.random.default_rng(1)
    found = [infer_season(make(rng.normal(size=n))) for n in (40, 120, 500) for _ in range(40)]
    assert np.mean(np.array(found) > 1) <= 0.05


def test_a_stochastic_cycle_is_not_taken_for_a_season():
    rng = np.random.default_rng(2)
    cycle = [1, -2 * 0.9 * np.cos(2 * np.pi / 10), 0.81]
    found = [infer_season(lfilter([1], cycle, rng.normal(size=400))[100:]) for _ in range(40)]
    assert np.mean(np.array(found) > 1) <= 0.1


@pytest.mark.parametrize("y", [[], [1.0], [1.0, 2.0], np.ones(50), np.arange(50.0), np.zeros(5), 1e9 + np.zeros(20)])
def test_short_constant_and_straight_series_have_none(y):
    assert infer_season(np.asarray(y, dtype=float)) == 1


def test_real_series_have_the_season_they_are_known_for():
    monthly = co2.load_pandas().data["co2"].resample("MS").mean().interpolate().to_numpy()
    assert infer_season(monthly[-240:]) == 12
    assert infer_season(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()[:100]) in (1, 10, 11)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_unit_does_not_matter(factor):
    rng = np.random.default_rng(3)
    y = np.tile(rng.normal(size=6), 15) + rng.normal(size=90) * 0.5
    assert infer_season(y * factor) == infer_season(y) == 6
