"""Standard errors of estimated AR models, computed when they are asked for."""

from __future__ import annotations

import numpy as np

from .conditional_likelihood import in_data_units, ridge_penalty, series_parts
from .difference import difference
from .estimates import AREstimates
from .lag_design import LagDesign
from .lag_regression import LagRegression
from .least_squares import least_squares, penalised_rows, scaled_factor
from .specification import ARSpecification

_PIVOT = 1e-3  # the inverse of a Gram matrix loses digits as 1 / pivot²: below this take the rows


def standard_errors(
    y: np.ndarray,
    lengths: np.ndarray,
    specification: ARSpecification,
    estimates: AREstimates,
    exog: np.ndarray | None = None,
) -> np.ndarray:
    """Compute the standard errors of estimates of `fit_batch` from the Hessian of the likelihood.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        The series that were fitted.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    specification : ARSpecification
        The model.
    estimates : AREstimates
        What `fit_batch` returned for these.
    exog : ndarray, shape (batch, n, q), default=None
        Covariates that were fitted.

    Returns
    -------
    ndarray, shape (batch, d + q + p)
        Of deterministic terms, effects and φ: roots of the diagonal of σ² (XᵀX)⁻¹, and of σ² A⁻¹ XᵀX A⁻¹ with
        A = XᵀX + Λ for a ridge. NaN where a model does not have the lag, for a series without a model, and for
        estimates averaged over orders, whose weights vary as well.

    Notes
    -----
    O(n p + p³) a series, as for the fit; O(n p²) where regressors are nearly collinear.

    Examples
    --------
    >>> from forecastkit.autoregression import fit_batch
    >>> y, specification = np.array([[1.0, 2.0, 2.5, 3.0, 2.5]]), ARSpecification(lags=(1,))
    >>> estimates = fit_batch(y, np.array([5]), specification)
    >>> standard_errors(y, np.array([5]), specification, estimates).round(4)
    array([[0.3748, 0.1666]])
    """
    s, d, q = specification, estimates.deterministic.shape[1], estimates.effects.shape[1]
    errors = np.full((len(y), d + q + len(estimates.lags)), np.nan)
    if s.averaging:
        return errors
    y = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    if exog is not None:
        columns = np.swapaxes(exog, 1, 2)
        exog = np.swapaxes(difference(columns, s.differences, s.seasonal_differences, s.seasonal_period), 1, 2)
    keys = np.where(estimates.n_rows > 0, estimates.order, -1)
    for order in np.unique(keys[keys >= 0]):
        lags = np.array(s.lags, dtype=int) if s.criterion is None else np.arange(1, order + 1)
        places, design = np.flatnonzero(keys == order), LagDesign(lags, s.trend, s.ridge, s.window_mean)
        own = np.r_[: d + q, d + q + np.searchsorted(estimates.lags, lags)]
        for part in series_parts((len(places), y.shape[1]), design.order):
            place = places[part]
            x = None if exog is None else exog[place]
            variance = _unit_variances(design, y[place], lengths[place] - s.n_differenced, x)
            errors[place[:, None], own] = np.sqrt(estimates.sigma2[place, None] * variance)
    return errors


def _unit_variances(design: LagDesign, y: np.ndarray, lengths: np.ndarray, exog: np.ndarray | None) -> np.ndarray:
    """Variances of the estimates in the data's unit for σ² = 1; shape (batch, d + q + p)."""
    regression = design.regression(y, lengths, exog)
    gram = design.gram(regression.gram(), regression.n_free)
    k = gram.shape[1] - 1
    penalty = ridge_penalty(design, gram, regression.n_free, regression.centred_gram)
    covariance = _unit_covariance(design, regression, gram, np.zeros((len(y), k)) if penalty is None else penalty)
    nothing = np.zeros((len(y), k))
    at_nothing = _in_data_units(design, regression, nothing, lengths)
    to_data = np.empty((*at_nothing.shape, k))
    for i in range(k):
        unit = nothing.copy()
        unit[:, i] = 1.0
        to_data[:, :, i] = _in_data_units(design, regression, unit, lengths) - at_nothing
    return np.maximum(np.einsum("boi,boi->bo", to_data @ covariance, to_data), 0.0)


def _unit_covariance(design: LagDesign, regression: LagRegression, gram: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """Covariances of the centred coefficients for σ² = 1, by QR where a Gram matrix is badly conditioned."""
    k = gram.shape[1] - 1
    factor, scale = scaled_factor(gram[:, :k, :k], penalty)
    root = np.linalg.solve(factor, np.broadcast_to(np.eye(k), factor.shape)) / scale[:, None, :]
    inverse = np.swapaxes(root, 1, 2) @ root
    for b in np.flatnonzero(~(factor[:, range(k), range(k)].min(axis=1, initial=1.0) > _PIVOT)):
        rows = design.columns(regression.rows(int(b)), regression.n_free)
        _, inverse[b], _ = least_squares(penalised_rows(rows, penalty[b]))
    return inverse @ gram[:, :k, :k] @ inverse if design.ridge else inverse


def _in_data_units(design: LagDesign, regression: LagRegression, beta: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Deterministic terms, effects and φ of centred coefficients."""
    weights = design.weights(beta, regression.n_free)
    fit = in_data_units(design, weights, np.zeros(len(beta)), lengths, regression.origin)
    return np.concatenate([fit.deterministic, fit.effects, fit.coef], axis=1)
