import numpy as np
import pytest
from dense_autoregression import dense_covariance, gappy_path, random_model
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.statespace.varmax import VARMAX

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.gaussian import conditional, log_density
from forecastkit.gaussian.space_time import (
    VectorAutoregression,
    advance,
    final_state,
    gap_factor,
    initial_state,
    log_likelihood,
    smooth,
    smooth_samples,
)

QUICK = settings(max_examples=40, deadline=None)


@st.composite
def gappy_series(draw):
    """A model, a series of it with gaps, and the dense covariance of all its values."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    model = random_model(rng, draw(st.integers(1, 3)), draw(st.integers(1, 4)))
    n_rows = draw(st.integers(1, 40))
    return model, gappy_path(rng, model, n_rows, draw(st.sampled_from([0.0, 0.3, 0.9]))), rng


@given(gappy_series())
@QUICK
def test_smoothing_is_the_conditional_of_the_dense_law(case):
    model, z, _ = case
    covariance, missing = dense_covariance(model, len(z)), np.isnan(z)
    known = np.flatnonzero(~missing.ravel())
    mean, deviation = smooth(model, z)
    np.testing.assert_array_equal(mean[~missing], z[~missing])
    assert (deviation[~missing] == 0).all()
    if missing.any():
        centre, spread = conditional(np.zeros(z.size), covariance, known, z.ravel()[known])
        np.testing.assert_allclose(mean[missing], centre, atol=1e-8)
        np.testing.assert_allclose(deviation[missing], np.sqrt(np.diag(spread)), atol=1e-8)
    seen = covariance[np.ix_(known, known)]
    wanted = log_density(z.ravel()[known], np.zeros(len(known)), seen)
    assert log_likelihood(model, z) == pytest.approx(float(wanted), abs=1e-7)


@given(gappy_series())
@QUICK
def test_advancing_row_by_row_filters_the_series(case):
    model, z, _ = case
    state, total = initial_state(model), 0.0
    for t, row in enumerate(z):
        state, mean, deviation, density = advance(model, state, row)
        total += density
        past = smooth(model, z[: t + 1])
        np.testing.assert_allclose(mean, past[0][-1], atol=1e-8)
        np.testing.assert_allclose(deviation, past[1][-1], atol=1e-8)
    assert total == pytest.approx(log_likelihood(model, z), abs=1e-7)
    last = final_state(model, z)
    assert last.step == state.step == len(z)
    np.testing.assert_array_equal(last.unknown, state.unknown)
    np.testing.assert_allclose(last.mean, state.mean, atol=1e-8)
    np.testing.assert_allclose(last.root @ last.root.T, state.root @ state.root.T, atol=1e-8)


def test_the_order_of_the_memory_does_not_matter():
    rng = np.random.default_rng(3)
    model = random_model(rng, 2, 3)
    z = gappy_path(rng, model, 30, 0.3)
    for one, other in zip(smooth(model, z), smooth(model, np.asfortranarray(z)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_advancing_does_not_change_the_state_it_starts_from():
    model = random_model(np.random.default_rng(0), 2, 3)
    state = advance(model, initial_state(model), [1.0, np.nan, np.nan])[0]
    copies = [state.mean.copy(), state.unknown.copy(), state.root.copy()]
    first = advance(model, state, [np.nan, 0.0, np.nan])
    again = advance(model, state, [np.nan, 0.0, np.nan])
    for before, after in zip(copies, (state.mean, state.unknown, state.root), strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(first[1], again[1])


def test_draws_have_the_conditional_mean_and_covariance():
    rng = np.random.default_rng(1)
    model = random_model(rng, 2, 2)
    z = gappy_path(rng, model, 9, 0.4)
    missing = np.isnan(z)
    known = np.flatnonzero(~missing.ravel())
    centre, spread = conditional(np.zeros(z.size), dense_covariance(model, 9), known, z.ravel()[known])
    draws = smooth_samples(model, z, 40_000, np.random.default_rng(2))
    assert (draws[:, ~missing] == z[~missing]).all()
    values = draws[:, missing]
    scale = np.sqrt(np.diag(spread))
    assert (np.abs(values.mean(axis=0) - centre) < 5 * scale / 200).all()
    np.testing.assert_allclose(np.cov(values.T) / scale / scale[:, None], spread / scale / scale[:, None], atol=0.04)


def test_draws_are_those_of_the_seed_and_do_not_depend_on_what_fits_in_memory(monkeypatch):
    rng = np.random.default_rng(3)
    model = random_model(rng, 1, 4)
    z = gappy_path(rng, model, 200, 0.5)
    whole = smooth(model, z), smooth_samples(model, z, 3, np.random.default_rng(5)), log_likelihood(model, z)
    np.testing.assert_array_equal(smooth_samples(model, z, 3, np.random.default_rng(5)), whole[1])
    monkeypatch.setattr(gap_factor, "_MEMORY", 3000)
    assert len(gap_factor.GapFactor(model, z)._segments) > 2
    pieces = smooth(model, z), smooth_samples(model, z, 3, np.random.default_rng(5)), log_likelihood(model, z)
    np.testing.assert_array_equal(pieces[0][0], whole[0][0])
    np.testing.assert_array_equal(pieces[0][1], whole[0][1])
    np.testing.assert_array_equal(pieces[1], whole[1])
    assert pieces[2] == pytest.approx(whole[2], abs=1e-9)


def test_block_lengths_do_not_matter(monkeypatch):
    rng = np.random.default_rng(4)
    model = random_model(rng, 2, 3)
    z = gappy_path(rng, model, 60, 0.4)
    reference = smooth(model, z)
    for wanted in (1, 7, 10_000):
        monkeypatch.setattr(gap_factor, "_WANTED", wanted)
        for got, expected in zip(smooth(model, z), reference, strict=True):
            np.testing.assert_allclose(got, expected, atol=1e-10)


@pytest.mark.parametrize("order", [1, 2])
def test_smoothing_agrees_with_statsmodels(order):
    rng = np.random.default_rng(6)
    model = random_model(rng, order, 3)
    z = gappy_path(rng, model, 50, 0.3)
    reference = VARMAX(z, order=(order, 0), trend="n", error_cov_type="unstructured")
    stacked = model.coefficients.transpose(1, 0, 2).reshape(3, -1)
    factor = model.innovation_factor[np.tril_indices(3)]
    result = reference.smooth(np.concatenate([stacked.ravel(), factor]))
    mean, deviation = smooth(model, z)
    np.testing.assert_allclose(mean, result.smoothed_state[:3].T, atol=1e-6)
    variances = np.diagonal(result.smoothed_state_cov[:3, :3], axis1=0, axis2=1)
    np.testing.assert_allclose(deviation**2, variances, atol=1e-6)
    assert log_likelihood(model, z) == pytest.approx(result.llf, abs=1e-6)


def test_nearly_singular_innovations_keep_their_digits():
    rng = np.random.default_rng(7)
    n, n_rows = 20, 12
    basis = np.linalg.qr(rng.standard_normal((n, n)))[0]
    innovation = (basis * np.geomspace(1e-7, 1.0, n)) @ basis.T
    model = VectorAutoregression(0.9 * np.eye(n)[None], (innovation + innovation.T) / 2)
    z = gappy_path(rng, model, n_rows, 0.4)
    known = np.flatnonzero(~np.isnan(z.ravel()))
    centre, spread = conditional(np.zeros(z.size), dense_covariance(model, n_rows), known, z.ravel()[known])
    mean, deviation = smooth(model, z)
    np.testing.assert_allclose(mean[np.isnan(z)], centre, atol=1e-6)
    np.testing.assert_allclose(deviation[np.isnan(z)], np.sqrt(np.diag(spread)), atol=1e-6)
    state, total = initial_state(model), 0.0
    for row in z:
        state, _, _, density = advance(model, state, row)
        total += density
    assert total == pytest.approx(log_likelihood(model, z), rel=1e-6)


def test_nothing_observed_gives_the_stationary_law():
    model = random_model(np.random.default_rng(8), 2, 3)
    z = np.full((7, 3), np.nan)
    mean, deviation = smooth(model, z)
    np.testing.assert_array_equal(mean, 0.0)
    np.testing.assert_allclose(deviation, np.tile(np.sqrt(np.diag(model.initial)[:3]), (7, 1)), rtol=1e-9)
    assert log_likelihood(model, z) == pytest.approx(0.0, abs=1e-9)


def test_a_sensor_that_is_never_seen_is_told_by_the_others():
    rng = np.random.default_rng(9)
    model = VectorAutoregression([0.5 * np.eye(2)], [[1.0, 0.99], [0.99, 1.0]])
    z = model.simulate(300, rng)[0]
    truth = z[:, 1].copy()
    z[:, 1] = np.nan
    mean, deviation = smooth(model, z)
    assert np.corrcoef(mean[:, 1], truth)[0, 1] > 0.98
    assert (deviation[:, 1] < 0.2).all()


def test_bad_series_are_refused():
    model = random_model(np.random.default_rng(10), 1, 2)
    with pytest.raises(InvalidParameterError, match=r"z must have shape \(T, 2\)"):
        smooth(model, np.zeros((4, 3)))
    with pytest.raises(InvalidFrameError, match=r"infinities, first at \(1, 0\)"):
        smooth(model, [[0.0, 1.0], [np.inf, 0.0]])
    with pytest.raises(InvalidParameterError, match="real numbers"):
        log_likelihood(model, [["a", "b"]])
    with pytest.raises(InvalidParameterError, match="n_samples"):
        smooth_samples(model, np.zeros((2, 2)), 0, np.random.default_rng(0))
    with pytest.raises(InvalidParameterError, match="z must have shape"):
        advance(model, initial_state(model), [1.0, 2.0, 3.0])
