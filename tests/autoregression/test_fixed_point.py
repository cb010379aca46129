import numpy as np
import pytest

from forecastkit.autoregression.fixed_point import ascend
from forecastkit.errors import ConvergenceError


def linear_map(rates):
    """A contraction towards 1, ..., k at the given rates, with the objective that each step raises."""
    target = np.arange(1.0, len(rates) + 1)
    seen = []

    def step(x):
        value = -float((x - target) @ (x - target))
        seen.append(value)
        return target + rates * (x - target), value

    return step, target, seen


def test_slow_contractions_are_followed_to_their_end_in_few_steps():
    rates = np.array([0.999, 0.99, 0.9, 0.5, 0.1])
    step, target, seen = linear_map(rates)
    found = ascend(step, np.zeros(5), 1e-12, 1000)
    np.testing.assert_allclose(found, target, rtol=1e-9)
    assert len(seen) < 30


def test_a_point_at_which_the_objective_falls_is_not_kept():
    """The objective rises to the left only: an extrapolation beyond the fixed point is refused."""
    accepted = []

    def step(x):
        value = -np.inf if x[0] < 1.0 else -x[0]
        if np.isfinite(value):
            accepted.append(value)
        return np.sqrt(x), value

    np.testing.assert_allclose(ascend(step, np.array([50.0]), 1e-10, 200), 1.0, rtol=1e-9)
    assert (np.diff(accepted) > -1e-9).all()


def test_an_ascent_without_end_is_given_up():
    with pytest.raises(ConvergenceError, match="in 20 steps"):
        ascend(lambda x: (x + 1.0, float(x.sum())), np.ones(2), 1e-10, 20)


def test_an_ascent_that_only_rounding_moves_is_over():
    noise = np.random.default_rng(0)
    found = ascend(lambda x: (1.0 + 1e-6 * noise.standard_normal(1), -1e9), np.zeros(1), 1e-12, 100)
    np.testing.assert_allclose(found, 1.0, atol=1e-5)
