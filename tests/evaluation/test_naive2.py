import numpy as np
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose

from forecastkit.evaluation.naive2 import is_seasonal, naive2, seasonal_factors


@pytest.mark.parametrize("season", [4, 7, 12, 24])
def test_factors_equal_the_classical_multiplicative_decomposition(season):
    rng = np.random.default_rng(season)
    y = (
        (50 + np.arange(9 * season + 3))
        * (1.5 + np.sin(2 * np.pi * np.arange(9 * season + 3) / season))
        * rng.uniform(0.9, 1.1, 9 * season + 3)
    )
    reference = seasonal_decompose(y, model="multiplicative", period=season).seasonal[:season]
    np.testing.assert_allclose(seasonal_factors(y, season), reference, rtol=1e-12)


def test_a_seasonal_series_continues_its_pattern():
    pattern = np.array([1.0, 2.0, 4.0, 3.0])
    np.testing.assert_allclose(naive2(np.tile(pattern, 6)[:-1], 5, 4), [3.0, 1.0, 2.0, 4.0, 3.0], rtol=1e-12)


@pytest.mark.parametrize(
    "y",
    [
        np.random.default_rng(0).uniform(1, 2, 60),
        np.r_[0.0, np.tile([1.0, 5.0, 1.0, 1.0], 10)],
        np.full(50, 3.0),
        np.tile([1.0, 5.0], 3),
        np.r_[np.tile([1.0, 5.0, 1.0, 1.0], 10), np.nan, 2.0],
    ],
    ids=["noise", "with a zero", "constant", "short", "gappy"],
)
def test_a_series_that_cannot_be_adjusted_repeats_its_last_value(y):
    assert naive2(y, 3, 4).tolist() == [y[-1]] * 3


def test_the_test_for_a_season_rejects_noise_and_sees_a_season():
    noise = np.random.default_rng(1).normal(size=400)
    assert not is_seasonal(noise, 12)
    assert is_seasonal(noise + 5 * np.cos(2 * np.pi * np.arange(400) / 12), 12)
