import numpy as np
import pytest
from reference_fit import simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.model import fit_batch
from forecastkit.autoregression.order_averaging import criterion_weights, fit_averaged
from forecastkit.autoregression.order_selection import CRITERIA
from forecastkit.autoregression.specification import ARSpecification
from forecastkit.errors import InvalidParameterError

TRENDS = ["n", "c", "ct"]
MOST = 6


def averaged_by_fits(y, trend, criterion, exog=None):
    """Deterministic terms, effects and φ averaged over separate fits of statsmodels on the common sample."""
    d, q = TRENDS.index(trend), 0 if exog is None else exog.shape[1]
    fits = [AutoReg(y, k, trend=trend, exog=exog, hold_back=MOST).fit() for k in range(MOST + 1)]
    padded = np.zeros((MOST + 1, d + q + MOST))
    for k, fit in enumerate(fits):
        padded[k, : d + q + k] = np.concatenate([fit.params[:d], fit.params[d + k :], fit.params[d : d + k]])
    values = np.array([getattr(fit, criterion) for fit in fits])
    weights = np.exp((values.min() - values) / 2)
    return weights @ padded / weights.sum(), weights @ np.arange(MOST + 1) / weights.sum() + d + q + 1


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("with_covariate", [False, True])
def test_averages_equal_separate_fits_weighted_by_their_criteria(trend, criterion, with_covariate):
    y = simulated_ar([0.4, 0.15, -0.1], 150, seed=2) + 3
    exog = np.random.default_rng(5).standard_normal((150, 1)) if with_covariate else None
    specification = ARSpecification(criterion=criterion, max_order=MOST, trend=trend, averaging=True)
    fit = fit_batch(y[None], np.array([150]), specification, None if exog is None else exog[None])
    reference, count = averaged_by_fits(y, trend, criterion, exog)
    ours = np.concatenate([fit.deterministic[0], fit.effects[0], fit.coef[0]])
    np.testing.assert_allclose(ours, reference, rtol=1e-8, atol=1e-12)
    assert fit.n_parameters[0] == pytest.approx(count)
    assert fit.n_rows[0] == 150 - MOST
    time = np.arange(MOST, 150)
    columns = [np.ones(len(time)), time + 1.0][: TRENDS.index(trend)]
    columns += [] if exog is None else [exog[MOST:, 0]]
    rows = np.column_stack([*columns, *(y[time - j] for j in range(1, MOST + 1))])
    assert fit.sigma2[0] == pytest.approx(np.mean((y[MOST:] - rows @ reference) ** 2), rel=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
def test_series_with_an_exact_recursion_are_averaged_without_loss(trend):
    wave = np.sin(np.arange(80) * np.pi / 6)
    fit, _ = fit_averaged(wave[None], np.array([80]), 6, trend, "bic")
    np.testing.assert_allclose(fit.coef[0], [np.sqrt(3), -1, 0, 0, 0, 0], atol=1e-7)
    constant, _ = fit_averaged(np.full((1, 40), 7.0), np.array([40]), 4, trend, "aic")
    level = constant.deterministic[0, :1].sum() + 7.0 * constant.coef[0].sum()
    assert level == pytest.approx(7.0, rel=1e-9)
    assert constant.sigma2[0] == 0.0


def test_an_averaged_ridge_is_the_average_of_penalised_fits():
    y = simulated_ar([0.5, 0.2], 120, seed=4)
    averaged, _ = fit_averaged(y[None], np.array([120]), 3, "c", "aic", ridge=0.2)
    time = np.arange(3, 120)
    columns = np.column_stack([np.ones(117), *(y[time - j] for j in (1, 2, 3))])
    penalty, phi, values = 117 * 0.2 * columns.var(axis=0), [], []
    for k in range(4):
        X = columns[:, : k + 1]
        beta = np.linalg.solve(X.T @ X + np.diag(penalty[: k + 1]), X.T @ y[3:])
        phi.append(np.concatenate([beta, np.zeros(3 - k)]))
        values.append(AutoReg(y, k, hold_back=3).fit().aic)
    reference = criterion_weights(np.array(values)) @ np.array(phi)
    np.testing.assert_allclose(np.concatenate([averaged.deterministic[0], averaged.coef[0]]), reference, rtol=1e-9)


def test_weights_sum_to_one_and_follow_the_differences():
    values = np.array([[10.0, 12.0, np.inf], [-1e6, 3.0, 4.0], [np.inf, np.inf, np.inf]])
    weights = criterion_weights(values)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert weights[0, 1] / weights[0, 0] == pytest.approx(np.exp(-1))
    np.testing.assert_array_equal(weights[1:, 0], 1.0)


@pytest.mark.parametrize(
    "settings", [{"lags": (1,)}, {"criterion": "aic", "ridge": 0.1, "window_mean": True}], ids=["no criterion", "both"]
)
def test_settings_that_exclude_each_other_are_refused(settings):
    with pytest.raises(InvalidParameterError, match="'averaging'"):
        fit_batch(np.arange(30.0)[None], np.array([30]), ARSpecification(averaging=True, **settings))
