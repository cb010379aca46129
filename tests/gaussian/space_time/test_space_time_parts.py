import numpy as np
import pytest
from scipy.special import ndtri
from space_time_laws import covariance_at, ring, simulate, true_law

from forecastkit.gaussian.space_time.autoregressive_target import autoregressive_covariances, window_of
from forecastkit.gaussian.space_time.calibration import fit_calibration, normal_calibration
from forecastkit.gaussian.space_time.context import (
    far_context,
    nearest_context,
    simultaneous_correlation,
    whole_window,
)
from forecastkit.gaussian.space_time.gap_distance import GAP_CLASSES, gap_distance, interpolated_entries
from forecastkit.gaussian.space_time.hidden_values import hidden_values
from forecastkit.gaussian.space_time.local_activity import LocalActivity, fit_exponents, usual_activity
from forecastkit.gaussian.space_time.surrogate import stationary_draws
from forecastkit.gaussian.space_time.training_rows import related_groups, training_rows
from forecastkit.gaussian.space_time.window_covariance import (
    Shrinkage,
    block_toeplitz,
    positive_definite,
    window_law,
)


def test_window_covariances_are_block_toeplitz_and_near_the_true_ones():
    transition = ring(3)
    y = simulate(transition, 40_000, np.random.default_rng(0))
    context = whole_window(3, 2)
    law = window_law(y[None], context, Shrinkage(0.0, 0.0))
    np.testing.assert_allclose(law.covariance, true_law(transition, context).covariance, atol=0.25)
    again = block_toeplitz(law.covariance[0], context.lags[0], 3)
    np.testing.assert_allclose(law.covariance[0], again, atol=1e-9)


def test_the_first_order_target_is_that_of_the_process():
    transition = ring(3)
    y = simulate(transition, 40_000, np.random.default_rng(1))
    got = autoregressive_covariances(y[None], 4)
    for lag in range(5):
        np.testing.assert_allclose(got[lag], covariance_at(transition, lag), atol=0.25)
    context = whole_window(3, 2)
    window = window_of(got, context.sensors[0], context.lags[0])
    np.testing.assert_allclose(window, window.T)
    assert np.linalg.eigvalsh(window)[0] > 0


def test_an_indefinite_matrix_becomes_positive_definite_and_a_good_one_stays():
    good = np.array([[2.0, 0.5], [0.5, 1.0]])
    np.testing.assert_array_equal(positive_definite(good, 0.0), good)
    assert np.linalg.eigvalsh(positive_definite(np.array([[1.0, 2.0], [2.0, 1.0]]), 0.0))[0] > 0


def test_contexts_start_with_their_target_and_hold_no_pair_twice():
    y = simulate(ring(5), 300, np.random.default_rng(2))
    correlation = simultaneous_correlation(y)
    near = nearest_context(y, 2, 12, correlation, 6)
    for context in (near, far_context(300, correlation, (24, 1)), whole_window(5, 2)):
        own = context.sensors[:, : context.targets].ravel()
        np.testing.assert_array_equal(own, np.arange(5))
        assert not context.lags[:, : context.targets].any()
        for sensors, lags in zip(context.sensors, context.lags, strict=True):
            assert len(set(zip(sensors.tolist(), lags.tolist(), strict=True))) == context.size
    assert near.size == 13


def test_distances_look_past_the_entry_itself():
    observed = np.array([True, False, False, True, True, False])[:, None]
    distance = gap_distance(observed, 4)
    np.testing.assert_array_equal(distance.before[:, 0], [5, 1, 2, 3, 1, 1])
    np.testing.assert_array_equal(distance.after[:, 0], [3, 2, 1, 1, 5, 5])
    np.testing.assert_array_equal(
        distance.length_class()[:, 0], [GAP_CLASSES - 1, 1, 1, 2, GAP_CLASSES - 1, GAP_CLASSES - 1]
    )
    fields = np.array([0.0, 9.0, 9.0, 3.0, 5.0, 9.0])[None, :, None]
    np.testing.assert_allclose(interpolated_entries(fields, distance, np.arange(6), 0)[0], [3, 1, 2, 3.75, 3, 5])


def test_stationary_draws_have_the_autocovariances_of_the_series():
    rng = np.random.default_rng(3)
    z = simulate(ring(3), 200, rng)
    draws = stationary_draws(z, 40, 4_000, rng)
    for lag in (0, 1, 3):
        want = z[: 200 - lag].T @ z[lag:] / 200
        got = np.einsum("dti,dtj->ij", draws[:, : 40 - lag], draws[:, lag:]) / (4_000 * (40 - lag))
        np.testing.assert_allclose(got, want, atol=0.15)


def test_hidden_values_are_observed_ones_and_follow_their_sensor():
    rng = np.random.default_rng(4)
    y = rng.standard_normal((2_000, 5))
    y[rng.random(y.shape) < 0.3] = np.nan
    hidden = hidden_values(y, 0)
    assert not (hidden & np.isnan(y)).any()
    assert 0.12 < hidden.sum() / np.count_nonzero(~np.isnan(y)) < 0.3
    np.testing.assert_array_equal(hidden_values(y[:, ::-1], 0), hidden[:, ::-1])
    assert (hidden != hidden_values(y, 1)).any()


def test_calibration_recovers_the_quantiles_of_heavy_tails_by_class():
    rng = np.random.default_rng(5)
    ratio, classes = rng.random(60_000), rng.integers(0, 2, 60_000)
    score = rng.standard_t(3, 60_000) * np.where(classes == 0, 1.0, 2.0)
    calibration = fit_calibration(score, ratio, classes)
    assert calibration.width[1] / calibration.width[0] == pytest.approx(2.0, rel=0.05)
    for level in (0.8, 0.95):
        half = calibration.score(0.5 + level / 2, ratio) * calibration.factor(classes)
        assert np.mean(np.abs(score) < half) == pytest.approx(level, abs=0.01)
    assert (np.diff(calibration.table, axis=1) > 0).all()
    np.testing.assert_allclose(calibration.score(0.5, ratio), 0.0, atol=1e-6)
    np.testing.assert_allclose(normal_calibration().score(0.975, np.zeros(2)), ndtri(0.975), atol=2e-3)


def test_activity_finds_where_a_sensor_is_rough_and_ignores_the_entry_itself():
    rng = np.random.default_rng(6)
    scale = np.where(np.arange(2_000) // 200 % 2, 3.0, 1.0)[:, None]
    z = rng.standard_normal((2_000, 2)) * scale
    observed = rng.random(z.shape) < 0.8
    zeroed = np.where(observed, z, 0.0)
    activity = usual_activity(zeroed, observed)
    levels = activity.levels(zeroed, observed)
    exponents = fit_exponents(levels.reshape(2, -1), z.ravel())
    assert exponents.sum() == pytest.approx(1.0, abs=0.35)
    strong = LocalActivity(activity.typical, activity.by_span, exponents)
    factor = strong.factor(zeroed, observed)
    assert factor[300].mean() > 1.5 * factor[100].mean()
    t = 700 + int(np.argmax(observed[700:, 0]))
    moved = zeroed.copy()
    moved[t, 0] += 20.0
    assert strong.factor(moved, observed)[t, 0] == pytest.approx(factor[t, 0], rel=1e-9)


def test_long_series_are_learned_from_stretches_and_wide_ones_from_groups():
    values, times = np.zeros((50_000, 2)), np.arange(50_000)
    rows = training_rows(values, times)
    assert len(rows.values) <= 20_000
    usable = rows.usable(3)
    jumps = np.flatnonzero(np.diff(rows.times) > 1) + 1
    np.testing.assert_array_equal(jumps, rows.joints)
    assert not usable[jumps].any()
    rng = np.random.default_rng(7)
    y = np.repeat(rng.standard_normal((200, 4)), 10, axis=1) + 0.1 * rng.standard_normal((200, 40))
    kept = related_groups(y, 20, 0)
    assert len(kept) == 20
    assert np.bincount(kept // 10).max() >= 5
