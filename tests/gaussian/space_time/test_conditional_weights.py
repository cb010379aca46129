import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from space_time_laws import ring, simulate, true_law

from forecastkit.gaussian import conditional
from forecastkit.gaussian.space_time.conditional_weights import (
    WindowLaw,
    condition_windows,
    conditional_weights,
)
from forecastkit.gaussian.space_time.context import ContextSet, whole_window


@st.composite
def windows(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.integers(2, 9))
    targets = draw(st.integers(1, size))
    root = rng.standard_normal((size, size + 2))
    observed = rng.random((4, size)) < draw(st.sampled_from([0.2, 0.6, 1.0]))
    return root @ root.T, observed, targets, rng.standard_normal(size)


@given(windows())
@settings(max_examples=60, deadline=None)
def test_each_target_has_the_dense_conditional_given_the_other_observed_entries(case):
    covariance, observed, targets, x = case
    answer = conditional_weights(covariance, observed, targets)
    for k, seen in enumerate(observed):
        for target in range(targets):
            others = np.flatnonzero(seen & (np.arange(len(x)) != target))
            mean, variance = 0.0, covariance[target, target]
            if len(others):
                law = conditional(np.zeros(len(x)), covariance, others, x[others])
                place = target - np.count_nonzero(others < target)
                mean, variance = law[0][place], law[1][place, place]
            got = answer.weights[k, :, target] @ x[answer.entries[k]]
            assert got == pytest.approx(mean, abs=1e-6, rel=1e-6)
            assert answer.variances[k, target] == pytest.approx(variance, rel=1e-6)


def test_at_most_so_many_of_the_first_observed_entries_are_used():
    rng = np.random.default_rng(0)
    root = rng.standard_normal((8, 10))
    covariance = root @ root.T
    seen = np.array([[False, True, False, True, True, True, True, True]])
    short = seen.copy()
    short[:, 5:] = False
    few, want = conditional_weights(covariance, seen, 1, 3), conditional_weights(covariance, short, 1)
    np.testing.assert_allclose(few.weights, want.weights)
    np.testing.assert_allclose(few.variances, want.variances)


@pytest.fixture
def network():
    rng = np.random.default_rng(1)
    transition = ring(4)
    x = simulate(transition, 60, rng)
    observed = rng.random(x.shape) < 0.6
    observed[20:30, 2] = observed[40] = False
    return true_law(transition, whole_window(4, 2)), x, observed


def test_windows_shrink_at_the_ends_and_agree_with_the_dense_conditional_of_the_rows(network):
    law, x, observed = network
    mean, variance = condition_windows(law, x[None], observed, np.ones_like(observed))
    pairs = np.stack([law.context.sensors[0], law.context.lags[0]], axis=1)
    for t in (0, 1, 25, 40, 59):
        rows = t + pairs[:, 1]
        inside = (rows >= 0) & (rows < len(x))
        seen = np.zeros(len(pairs), bool)
        seen[inside] = observed[rows[inside], pairs[inside, 0]]
        for target in range(4):
            others = np.flatnonzero(seen & (np.arange(len(pairs)) != target))
            cross = law.covariance[0][target, others]
            weights = np.linalg.solve(law.covariance[0][np.ix_(others, others)], cross)
            assert mean[0, t, target] == pytest.approx(weights @ x[rows[others], pairs[others, 0]], abs=1e-9)
            assert variance[t, target] == pytest.approx(law.covariance[0][target, target] - weights @ cross)


def test_equal_patterns_solved_once_equal_each_solved_alone(network):
    law, x, _ = network
    observed = np.ones(x.shape, bool)
    observed[::3, 1] = False
    everything, _ = condition_windows(law, x[None], observed, ~observed)
    for t in np.flatnonzero(~observed[:, 1])[3:6]:
        alone = np.zeros_like(observed)
        alone[t, 1] = True
        one, _ = condition_windows(law, x[None], observed, alone)
        assert one[0, t, 1] == pytest.approx(everything[0, t, 1], abs=1e-12)


def test_values_outside_the_window_and_missing_ones_have_no_effect(network):
    law, x, observed = network
    wanted = np.zeros_like(observed)
    wanted[30] = True
    changed = np.where(observed, x, 1e9)
    changed[:28] = changed[33:] = -7.0
    before, after = (condition_windows(law, values[None], observed, wanted)[0] for values in (x, changed))
    np.testing.assert_array_equal(before, after)


def test_fields_share_the_weights(network):
    law, x, observed = network
    both, _ = condition_windows(law, np.stack([x, 2 * x]), observed, ~observed)
    np.testing.assert_allclose(both[1], 2 * both[0])


def test_a_context_for_each_sensor_answers_for_that_sensor():
    sensors, lags = np.array([[0, 1], [1, 0]]), np.zeros((2, 2), int)
    law = WindowLaw(ContextSet(sensors, lags, 1), np.array([[[1.0, 0.5], [0.5, 1.0]], [[2.0, 0.4], [0.4, 1.0]]]))
    x = np.array([[3.0, 0.0]])
    mean, variance = condition_windows(law, x[None], np.array([[True, False]]), np.array([[False, True]]))
    np.testing.assert_allclose(mean[0], [[0.0, 1.2]])
    np.testing.assert_allclose(variance, [[0.0, 2.0 - 0.16]])
    np.testing.assert_allclose(law.prior_deviation, [1.0, np.sqrt(2.0)])
