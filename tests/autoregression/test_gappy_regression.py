import numpy as np
import pytest
from gappy_series import integrated, log_density, step_rows, with_gaps
from reference_fit import simulated_ar

from forecastkit.autoregression.gap_law import interpolated
from forecastkit.autoregression.gappy_regression import GappyRegression, neighbour_variance

NO_COVARIATES = np.empty((80, 0))
COEF = np.array([0.5, 0.2, -0.3])


def regression(y, lags=(1, 2, 3), trend="c", differencing=(0, 0, 1), exog=NO_COVARIATES, ridge=0.0):
    return GappyRegression(y, np.array(lags, dtype=int), trend, differencing, exog[: len(y)], ridge)


def dense_objective(fitted, y, parameters):
    """Log density of the observed values after the first P, those before it fixed or of their prior law."""
    d = {"n": 0, "c": 1, "ct": 2}[fitted.trend]
    coef = np.zeros(fitted.order)
    coef[fitted.lags - 1] = parameters[len(parameters) - 1 - len(fitted.lags) : -1]
    polynomial = integrated(coef, fitted.differencing)
    order, n = len(polynomial), len(y)
    lead = order - fitted.order
    level = fitted.centre / fitted.scale
    values = y / fitted.scale
    base = interpolated(values)
    drift = np.zeros(n)
    time = (np.arange(n) - (n - 1)) / fitted.length
    drift += parameters[0] if d >= 1 else 0.0
    drift += parameters[1] * time if d == 2 else 0.0
    drift += level * (1 - coef.sum())
    missing = np.isnan(y)
    early = np.flatnonzero(missing[:order])
    rows = step_rows(polynomial, n)
    solve, first = np.linalg.inv(rows[:, order:]), rows[:, :order]
    spread = np.zeros((order, order))
    spread[early, early] = neighbour_variance(base - base.mean(), missing, early)
    noise = np.exp(parameters[-1]) * np.eye(n - order)
    mean = solve @ (drift[order:] - first @ base[:order])
    covariance = solve @ (noise + first @ spread @ first.T) @ solve.T
    seen = ~missing[order:]
    assert lead == n - fitted.length
    return log_density(values[order:][seen], mean[seen], covariance[np.ix_(seen, seen)])


CASES = {
    "a complete start": (with_gaps(simulated_ar(COEF, 80, seed=1, intercept=2.0), 0.3, 1, complete=3), {}),
    "gaps at the start": (with_gaps(simulated_ar(COEF, 80, seed=1, intercept=2.0), 0.4, 9, complete=1), {}),
    "a trend": (with_gaps(simulated_ar(COEF, 80, seed=2) + 0.1 * np.arange(80), 0.3, 2), {"trend": "ct"}),
    "no constant": (with_gaps(simulated_ar(COEF, 80, seed=3), 0.3, 3), {"trend": "n"}),
    "some lags": (with_gaps(simulated_ar(COEF, 80, seed=4), 0.3, 4), {"lags": (1, 4)}),
    "differences": (with_gaps(np.cumsum(simulated_ar(COEF, 80, seed=5)), 0.3, 5), {"differencing": (1, 1, 4)}),
    "a long gap": (np.where(np.abs(np.arange(80) - 40) < 15, np.nan, simulated_ar(COEF, 80, seed=6)), {}),
    "no lags": (with_gaps(simulated_ar([], 80, seed=7), 0.3, 7), {"lags": ()}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_objective_is_the_likelihood_of_what_is_observed_up_to_a_constant(name):
    y, options = CASES[name]
    fitted = regression(y, **options)
    here = fitted.start()
    there = here + 0.1 * np.random.default_rng(0).standard_normal(len(here))
    got = fitted.expect(there).objective - fitted.expect(here).objective
    assert got == pytest.approx(dense_objective(fitted, y, there) - dense_objective(fitted, y, here), abs=1e-7)


@pytest.mark.parametrize("name", CASES)
def test_no_step_lowers_the_likelihood(name):
    y, options = CASES[name]
    fitted = regression(y, **options)
    parameters = fitted.start() + 0.3
    values = []
    for _ in range(25):
        found = fitted.expect(parameters)
        values.append(found.objective)
        parameters = fitted.maximise(parameters, found)
    assert (np.diff(values) >= -1e-9).all()


def test_expected_moments_are_those_of_draws():
    y = with_gaps(simulated_ar(COEF, 80, seed=8), 0.4, 8, complete=3)
    fitted = regression(y)
    parameters = fitted.start()
    expected = fitted.expect(parameters)
    z, missing = (y - fitted.centre) / fitted.scale, np.isnan(y)
    # draws of the gaps from the dense conditional of the steps, the first values fixed
    coef, variance = parameters[1:-1], np.exp(parameters[-1])
    rows = step_rows(coef, 80)
    precision = rows[:, missing].T @ rows[:, missing] / variance
    known = rows[:, ~missing] @ z[~missing] - parameters[0]
    mean = np.linalg.solve(precision, -rows[:, missing].T @ known / variance)
    draws = np.random.default_rng(0).multivariate_normal(mean, np.linalg.inv(precision), 5_000)
    total = np.zeros(expected.gram.shape)
    for draw in draws:
        z[missing] = draw
        columns = np.column_stack([np.ones(77), *(z[3 - lag : 80 - lag] for lag in (1, 2, 3)), z[3:]])
        total += columns.T @ columns / len(draws)
    np.testing.assert_allclose(expected.gram, total, atol=0.6, rtol=0.02)
    residual = np.append(-parameters[:-1], 1.0)
    np.testing.assert_allclose(expected.moments, (expected.gram @ residual)[:-1], atol=1e-10)
    assert expected.squares == pytest.approx(residual @ expected.gram @ residual, rel=1e-12)


def test_the_prior_of_an_early_gap_is_that_of_a_tied_walk_up_to_the_spread_of_the_series():
    base = np.cumsum(np.random.default_rng(0).standard_normal(4000))
    missing = np.zeros(4000, dtype=bool)
    missing[[0, 3, 4, 5, 6]] = True
    variances = neighbour_variance(base, missing, np.array([0, 3, 4, 5, 6]))
    assert variances[0] == pytest.approx(base[~missing].var())
    np.testing.assert_allclose(variances[1:], [0.8, 1.2, 1.2, 0.8], rtol=0.1)
