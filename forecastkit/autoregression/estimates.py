"""Estimated AR models of a batch of series."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .conditional_likelihood import ConditionalFit
from .difference import integrated_coefficients
from .specification import ARSpecification


@dataclass(frozen=True, eq=False)
class AREstimates:
    """Estimated AR models of a batch of series on a common list of lags.

    Attributes
    ----------
    lags : ndarray of int, shape (p,)
        Union of the lags of all models.
    coef : ndarray, shape (batch, p)
        φ; zero where a model does not have the lag.
    deterministic : ndarray, shape (batch, d)
        c and b, with t = 1 at the first value that differencing leaves.
    effects : ndarray, shape (batch, q)
        β of each covariate, differenced as the series is.
    sigma2 : ndarray, shape (batch,)
        Innovation variance.
    n_rows : ndarray of int, shape (batch,)
        Values not conditioned on.
    order : ndarray of int, shape (batch,)
        Largest lag of each model.
    n_parameters : ndarray, shape (batch,)
        Free lags, deterministic terms, covariates and σ²; for an average over orders their average, not a whole number.
    """

    lags: np.ndarray
    coef: np.ndarray
    deterministic: np.ndarray
    effects: np.ndarray
    sigma2: np.ndarray
    n_rows: np.ndarray
    order: np.ndarray
    n_parameters: np.ndarray

    @classmethod
    def empty(cls, size: int, n_deterministic: int, sigma2: np.ndarray, n_effects: int = 0) -> AREstimates:
        """Place holders for series without a model: no lags, NaN terms, and the variance of their steps."""
        return cls(
            lags=np.empty(0, dtype=int),
            coef=np.empty((size, 0)),
            deterministic=np.full((size, n_deterministic), np.nan),
            effects=np.full((size, n_effects), np.nan),
            sigma2=sigma2,
            n_rows=np.zeros(size, dtype=int),
            order=np.zeros(size, dtype=int),
            n_parameters=np.zeros(size, dtype=int),
        )

    def select(self, place: np.ndarray) -> AREstimates:
        """Part of the batch, with the same lags."""
        return AREstimates(self.lags, *(getattr(self, field.name)[place] for field in fields(AREstimates)[1:]))

    @property
    def log_likelihood(self) -> np.ndarray:
        """Maximised conditional log-likelihood, infinite for an exact fit, NaN without a model; shape (batch,)."""
        sigma2 = np.where(self.n_rows > 0, self.sigma2, np.nan)
        with np.errstate(divide="ignore"):
            return -0.5 * self.n_rows * (np.log(2 * np.pi * sigma2) + 1)

    @property
    def aic(self) -> np.ndarray:
        """Akaike's criterion, shape (batch,)."""
        return -2 * self.log_likelihood + 2 * self.n_parameters

    @property
    def bic(self) -> np.ndarray:
        """Schwarz's criterion, shape (batch,)."""
        return -2 * self.log_likelihood + self.n_parameters * np.log(np.maximum(self.n_rows, 1))

    def polynomial(self, specification: ARSpecification) -> np.ndarray:
        """Coefficients on the undifferenced lags, at least one lag wide; shape (batch, max(1, p + d + s D))."""
        s = specification
        dense = self.dense_coef()
        polynomial = integrated_coefficients(dense, s.differences, s.seasonal_differences, s.seasonal_period)
        return polynomial if polynomial.shape[1] else np.zeros((len(polynomial), 1))

    def dense_coef(self) -> np.ndarray:
        """φ on the lags 1..max(lags) without gaps; shape (batch, max(lags))."""
        dense = np.zeros((len(self.coef), int(self.lags.max(initial=0))))
        dense[:, self.lags - 1] = self.coef
        return dense


def estimates_of(fit: ConditionalFit, lags: np.ndarray, n_parameters: np.ndarray | None = None) -> AREstimates:
    """Describe a conditional fit of models with the same lags.

    Parameters
    ----------
    fit : ConditionalFit
        Estimates of a batch.
    lags : ndarray of int, shape (p,)
        Their lags.
    n_parameters : ndarray, shape (batch,), default=None
        Free parameters of each model; None for all coefficients and σ².

    Returns
    -------
    AREstimates
    """
    size = len(fit.sigma2)
    if n_parameters is None:
        count = fit.deterministic.shape[1] + fit.effects.shape[1] + fit.coef.shape[1] + 1
        n_parameters = np.full(size, count)
    order = np.full(size, lags.max(initial=0))
    return AREstimates(lags=lags, order=order, n_parameters=n_parameters, **fit._asdict())


def join_estimates(parts: list[AREstimates], places: list[np.ndarray]) -> AREstimates:
    """Put estimates of parts of a batch back at their places in it.

    Parameters
    ----------
    parts : list of AREstimates
        Estimates of each part, their lags may differ.
    places : list of ndarray of int
        Place in the batch of each series of each part; together every place once.

    Returns
    -------
    AREstimates
        Of the whole batch, on the union of the lags.
    """
    if len(parts) == 1:
        return parts[0].select(np.argsort(places[0]))
    lags = np.unique(np.concatenate([part.lags for part in parts]))
    size = sum(map(len, places))
    whole = AREstimates(
        lags=lags,
        coef=np.zeros((size, len(lags))),
        deterministic=np.empty((size, parts[0].deterministic.shape[1])),
        effects=np.empty((size, parts[0].effects.shape[1])),
        sigma2=np.empty(size),
        n_rows=np.empty(size, dtype=int),
        order=np.empty(size, dtype=int),
        n_parameters=np.empty(size, dtype=np.result_type(*(part.n_parameters for part in parts))),
    )
    for part, place in zip(parts, places, strict=True):
        columns = np.searchsorted(lags, part.lags)
        whole.coef[place[:, None], columns] = part.coef
        for name in ("deterministic", "effects", "sigma2", "n_rows", "order", "n_parameters"):
            getattr(whole, name)[place] = getattr(part, name)
    return whole
