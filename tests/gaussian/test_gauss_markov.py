import time

import numpy as np
import pytest
from gaussian_laws import autoregressive_precision, dense, lower_band, random_coefficients
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import Gaussian, GaussMarkov

QUICK = settings(max_examples=40, deadline=None)


@st.composite
def series(draw):
    """An autoregression over time, its dense law, values, and a mask with something unknown."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, p = draw(st.integers(2, 50)), draw(st.integers(1, 24))
    band, mean = autoregressive_precision(random_coefficients(rng, p), n), rng.standard_normal(n)
    observed = rng.random(n) < draw(st.sampled_from([0.1, 0.5, 0.9]))
    observed[draw(st.integers(0, n - 1))] = False
    law = Gaussian(mean, np.linalg.inv(dense(band)))
    return rng, GaussMarkov(band, mean), law, law.sample(1, rng)[0], observed


@given(series())
@QUICK
def test_the_conditional_is_that_of_the_dense_law(case):
    rng, markov, law, x, observed = case
    got = markov.condition(np.where(observed, x, np.nan), observed)
    want = law.condition(np.flatnonzero(observed), x[observed]) if observed.any() else law
    np.testing.assert_allclose(got.mean, want.mean, atol=1e-8)
    np.testing.assert_allclose(got.variance, np.diag(want.covariance), rtol=1e-8)
    width = len(got.precision) - 1
    np.testing.assert_allclose(got.covariance_band(), lower_band(want.covariance, width), atol=1e-8)
    np.testing.assert_allclose(got.to_gaussian().covariance, want.covariance, atol=1e-8)
    y = want.sample(1, rng)[0]
    assert got.log_prob(y) == pytest.approx(want.log_prob(y), abs=1e-7)


@given(series())
@QUICK
def test_the_likelihood_is_the_density_of_the_known_values_alone(case):
    _, markov, law, x, observed = case
    known = np.flatnonzero(observed)
    want = law.marginal(known).log_prob(x[known]) if len(known) else 0.0
    assert markov.log_likelihood(np.where(observed, x, np.nan), observed) == pytest.approx(want, abs=1e-7)
    assert markov.log_prob(x) == pytest.approx(law.log_prob(x), abs=1e-7)


@given(series())
@QUICK
def test_the_likelihood_of_all_is_that_of_the_known_plus_that_of_the_rest_given_them(case):
    _, markov, _, x, observed = case
    rest = markov.condition(x, observed).log_prob(x[~observed])
    assert markov.log_likelihood(x, observed) + rest == pytest.approx(markov.log_prob(x), abs=1e-8)


def test_draws_have_the_moments_of_the_conditional():
    rng = np.random.default_rng(4)
    markov = GaussMarkov(autoregressive_precision([0.6, 0.3], 12), np.arange(12.0))
    observed = np.arange(12) % 4 == 0
    given_known = markov.condition(np.arange(12.0) + 1, observed)
    n = 20_000
    draws = given_known.sample(n, rng)
    exact = given_known.to_gaussian()
    variances = np.diag(exact.covariance)
    assert (np.abs(draws.mean(axis=0) - exact.mean) < 5 * np.sqrt(variances / n)).all()
    errors = np.sqrt((exact.covariance**2 + np.outer(variances, variances)) / n)
    assert (np.abs(np.cov(draws.T) - exact.covariance) < 6 * errors).all()
    np.testing.assert_array_equal(
        given_known.sample(3, np.random.default_rng(1)), given_known.sample(3, np.random.default_rng(1))
    )


def test_a_diffuse_random_walk_is_interpolated_in_gaps_and_spreads_after_the_last_value():
    walk = GaussMarkov(autoregressive_precision([1.0], 8, start=0.0))
    observed = np.array([True, False, False, False, True, False, False, False])
    rest = walk.condition(np.where(observed, [1e6, 0, 0, 0, 1e6 + 8, 0, 0, 0], np.nan), observed)
    np.testing.assert_allclose(rest.mean - 1e6, [2.0, 4.0, 6.0, 8.0, 8.0, 8.0], atol=1e-8)
    np.testing.assert_allclose(rest.variance, [0.75, 1.0, 0.75, 1.0, 2.0, 3.0], rtol=1e-12)


def test_a_future_value_that_is_known_moves_the_steps_before_and_after_it():
    phi, n = 0.8, 10
    markov = GaussMarkov(autoregressive_precision([phi], n))
    values, observed = np.zeros(n), np.arange(n) < 6
    values[8], observed[8] = 1.0, True
    rest = markov.condition(values, observed)
    # Between y_5 = 0 and y_8 = 1, and one step after: the AR(1) bridge.
    variance = np.array([1.0, 1 + phi**2, 1 + phi**2 + phi**4])
    bridge = np.array([phi**2 * variance[0], phi * variance[1]]) / variance[2]
    np.testing.assert_allclose(rest.mean, [*bridge, phi], rtol=1e-12)


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 5))
@QUICK
def test_information_gives_the_mean_that_solves_it(seed, n, p):
    rng = np.random.default_rng(seed)
    band, mean = autoregressive_precision(random_coefficients(rng, p), n), rng.standard_normal(n)
    law = GaussMarkov.from_information(band, dense(band) @ mean)
    np.testing.assert_allclose(law.mean, mean, atol=1e-8)


def test_without_a_mean_it_is_zero_and_the_law_cannot_be_changed():
    law = GaussMarkov([[1.0, 1.0]])
    assert law.mean.tolist() == [0.0, 0.0]
    for array in (law.mean, law.precision, law.condition([0.0, 0.0], [True, False]).mean):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


WALK = GaussMarkov(autoregressive_precision([1.0], 4, start=0.0))
NOBODY, EVERYBODY = np.zeros(4, dtype=bool), np.ones(4, dtype=bool)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: WALK.condition(np.zeros(4), NOBODY), "precision of the unknown values is singular .* up to time 3"),
        (lambda: WALK.log_prob(np.zeros(4)), "precision is singular to working precision.*smallest eigenvalue"),
        (lambda: WALK.sample(1, np.random.default_rng(0)), "needs more known values or a proper start"),
        (lambda: WALK.condition(np.zeros(4), EVERYBODY), "every value is known"),
        (lambda: WALK.condition(np.zeros(3), NOBODY), r"values must have shape \(4,\), got \(3,\)"),
        (lambda: WALK.condition(np.zeros(4), [0, 1, 1, 1]), r"booleans of shape \(4,\), got int64 of shape \(4,\)"),
        (lambda: WALK.condition([0, np.nan, 0, 0], np.arange(4) < 3), r"values must be finite.*first at \(1,\)"),
        (lambda: GaussMarkov([[1.0, 1.0]], [0.0]), r"mean must have shape \(2\), got \(1,\)"),
        (lambda: GaussMarkov([1.0]), r"precision must have shape \(bandwidth \+ 1, n\)"),
        (lambda: GaussMarkov.from_information([[1.0, 1.0]], [0.0]), r"information must have shape \(2\)"),
    ],
)
def test_what_is_undetermined_or_wrong_is_refused(call, message):
    with pytest.raises(InvalidParameterError, match=message):
        call()


def test_a_hundred_thousand_steps_take_no_loop_over_time():
    n, p, rng = 100_000, 24, np.random.default_rng(0)
    short = autoregressive_precision(random_coefficients(rng, p), 200)
    middle = np.repeat(short[:, 100:101], n - 200, axis=1)  # away from the ends the rows repeat
    law = GaussMarkov(np.hstack([short[:, :100], middle, short[:, 100:]]))
    observed = rng.random(n) > 0.1
    start = time.perf_counter()
    rest = law.condition(rng.standard_normal(n), observed)
    variance = rest.variance
    assert time.perf_counter() - start < 2.0  # 0.02 s on two cores; a loop over time takes longer than this bound
    assert len(variance) == (~observed).sum()
    assert (variance > 0).all()
