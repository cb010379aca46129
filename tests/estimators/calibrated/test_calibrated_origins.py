import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.calibrated.origins import calibration_steps


def test_long_series_are_looked_at_a_season_apart():
    steps = calibration_steps(np.full(414, 700), 48, 19, 24)
    np.testing.assert_array_equal(steps, 48 + 24 * np.arange(6, -1, -1))
    np.testing.assert_array_equal(calibration_steps(np.full(414, 960), 48, 19, 1), 48 + 48 * np.arange(6, -1, -1))


def test_few_series_are_looked_at_more_often():
    steps = calibration_steps(np.array([700]), 48, 19, 24)
    assert len(steps) == 76
    assert set(np.diff(steps)) == {-4}


@given(st.integers(30, 2000), st.integers(1, 30), st.integers(1, 40), st.integers(1, 52), st.booleans())
def test_the_first_fit_keeps_a_quarter_of_the_values_and_all_errors_lie_inside(n, horizon, n_series, season, pooled):
    if n - n // 4 < horizon:
        return
    steps = calibration_steps(np.full(n_series, n), horizon, 19, season, pooled=pooled)
    assert steps.min() == horizon
    assert (np.diff(steps) < 0).all()
    assert len(steps) == 1 or n - steps.max() >= n // 4


def test_what_is_asked_for_is_done_or_refused_with_what_fits():
    np.testing.assert_array_equal(calibration_steps(np.array([100]), 5, 19, 12, 3, 10), [25, 15, 5])
    np.testing.assert_array_equal(calibration_steps(np.array([100]), 5, 19, 12, None, 10), [45, 35, 25, 15, 5])
    with pytest.raises(InvalidFrameError, match=r"20 calibration origins every 10 .* need 197 .*at most 10"):
        calibration_steps(np.array([100]), 5, 19, 12, 20, 10)
    with pytest.raises(InvalidFrameError, match="none fits, choose a smaller horizon"):
        calibration_steps(np.array([20]), 24, 19, 12)
