"""Sum of squares of a stationary autoregression: all values scored, level and trend at their GLS estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .lag_gram import N_DETERMINISTIC, Trend, lag_gram

_ARRAYS = ("n", "products", "anchor", "anchor_products", "anchor_value", "level_sums", "trend_sums")


class ProfiledTerm(NamedTuple):
    """What one deterministic term takes off the sum of squares, q² · precision, with derivatives in a.

    Attributes
    ----------
    value : ndarray, shape (batch,)
        Reduction of the sum of squares.
    gradient : ndarray, shape (batch, p + 1)
        Of the value.
    hessian : ndarray, shape (batch, p + 1, p + 1)
        Of the value.
    estimate : ndarray, shape (batch,)
        GLS estimate q of the term.
    slope : ndarray, shape (batch, p + 1)
        Gradient of the estimate.
    precision : ndarray, shape (batch,)
        Of the estimate at σ² = 1.
    """

    value: np.ndarray
    gradient: np.ndarray
    hessian: np.ndarray
    estimate: np.ndarray
    slope: np.ndarray
    precision: np.ndarray


@dataclass(frozen=True, eq=False)
class UnconditionalSquares:
    """S(a) = (z - Xθ)ᵀ V⁻¹ (z - Xθ) with θ at its minimum, V the stationary covariance at σ² = 1, a = (1, -φ).

    With D_ij = Σ_{t=0}^{n-1-i-j} z_{i+t} z_{j+t} it is aᵀDa [1]_ less what a level and a trend explain. The trend τ
    is antisymmetric in time, from -1 to 1, so level and trend are uncorrelated for every φ, and the factor 1 - Σφ
    of the level cancels before a unit root makes it vanish. aᵀDa is expanded around an anchor at which it was
    computed from residuals, which keeps the digits that forming D loses.

    Attributes
    ----------
    n : ndarray, shape (batch,)
        Length of each series.
    products : ndarray, shape (batch, p + 1, p + 1)
        D.
    anchor, anchor_products : ndarray, shape (batch, p + 1)
        A value of a, and D times it from residuals.
    anchor_value : ndarray, shape (batch,)
        S there, before the deterministic terms.
    level_sums : ndarray, shape (batch, p + 1)
        β of (1ᵀa) βᵀa, the product of the level with z.
    trend_sums : ndarray, shape (batch, p + 1, p + 1)
        M of aᵀMa, the product of the trend with z.
    n_terms : int
        Deterministic terms: none, level, level and trend.

    References
    ----------
    .. [1] G. E. P. Box, G. M. Jenkins and G. C. Reinsel (2008), Time Series Analysis, appendix A7.4.
    """

    n: np.ndarray
    products: np.ndarray
    anchor: np.ndarray
    anchor_products: np.ndarray
    anchor_value: np.ndarray
    level_sums: np.ndarray
    trend_sums: np.ndarray
    n_terms: int

    @classmethod
    def of(cls, z: np.ndarray, lengths: np.ndarray, anchor: np.ndarray, trend: Trend) -> UnconditionalSquares:
        """Take the end-corrected products of right-aligned series, zero before each start; O(n p + p²) a series."""
        order = anchor.shape[1] - 1
        first, last = _ends(z, lengths, order)
        gram = lag_gram(z, lengths, order, "n")
        products = np.empty(gram.shape)
        products[:, 0] = gram[:, -1, np.r_[order, :order]]
        for j in range(order + 1):
            products[:, 0, j] += np.einsum("bi,bi->b", first[:, j:], first[:, : order - j])
        products[:, :, 0] = products[:, 0]
        change = first[:, :, None] * first[:, None, :] + last[:, :, None] * last[:, None, :]
        for i in range(order):
            products[:, i + 1, 1:] = products[:, i, :-1] - change[:, i]
        level_sums, trend_sums = _deterministic_sums(z, lengths, first, last)
        anchor_value, anchor_products = _anchored_products(z, lengths, anchor, last)
        return cls(
            n=lengths.astype(float),
            products=products,
            anchor=anchor,
            anchor_products=anchor_products,
            anchor_value=anchor_value,
            level_sums=level_sums,
            trend_sums=trend_sums,
            n_terms=N_DETERMINISTIC[trend],
        )

    def take(self, index: np.ndarray) -> UnconditionalSquares:
        """Those of some series."""
        parts: dict[str, np.ndarray] = {name: getattr(self, name)[index] for name in _ARRAYS}
        return replace(self, **parts)

    def anchored(self, z: np.ndarray, lengths: np.ndarray, anchor: np.ndarray) -> UnconditionalSquares:
        """Move the anchor; O(n p) a series."""
        last = _ends(z, lengths, anchor.shape[1] - 1)[1]
        value, products = _anchored_products(z, lengths, anchor, last)
        return replace(self, anchor=anchor, anchor_value=value, anchor_products=products)

    def value(self, a: np.ndarray) -> np.ndarray:
        """S(a), shape (batch,)."""
        step = a - self.anchor
        total = self.anchor_value + 2.0 * _dot(step, self.anchor_products) + _quadratic(step, self.products)
        if self.n_terms >= 1:
            total = total - a.sum(axis=1) * _dot(self.level_sums, a) ** 2 / _dot(self._level_weights(), a)
        if self.n_terms == 2:
            total = total - _quadratic(a, self.trend_sums) ** 2 / self._trend_precision(a)[0]
        return total

    def derivatives(self, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """S(a), its gradient (batch, p + 1) and its Hessian (batch, p + 1, p + 1)."""
        step = a - self.anchor
        gradient = 2.0 * (self.anchor_products + _apply(self.products, step))
        hessian = 2.0 * self.products
        for term in self.terms(a):
            gradient = gradient - term.gradient
            hessian = hessian - term.hessian
        return self.value(a), gradient, hessian

    def terms(self, a: np.ndarray) -> list[ProfiledTerm]:
        """Level and trend at a, as many as there are."""
        return [term(a) for term in (self._level, self._trend)[: self.n_terms]]

    def _level_weights(self) -> np.ndarray:
        """Weights e: the precision of the level is (1ᵀa) (eᵀa)."""
        return self.n[:, None] - 2.0 * np.arange(self.anchor.shape[1])

    def _level(self, a: np.ndarray) -> ProfiledTerm:
        """Level of z, where z crosses no trend."""
        unit, beta, weights = a.sum(axis=1), self.level_sums, self._level_weights()
        product, weight = _dot(beta, a), _dot(weights, a)
        estimate = product / weight
        slope = (beta - estimate[:, None] * weights) / weight[:, None]
        mixed = 2.0 * estimate[:, None] * beta - (estimate**2)[:, None] * weights
        return ProfiledTerm(
            value=unit * estimate * product,
            gradient=(estimate * product)[:, None] + unit[:, None] * mixed,
            hessian=mixed[:, :, None] + mixed[:, None, :] + _outer(slope, 2.0 * unit * weight),
            estimate=estimate,
            slope=slope,
            precision=unit * weight,
        )

    def _trend(self, a: np.ndarray) -> ProfiledTerm:
        """Slope of z along τ."""
        product, product_gradient = _quadratic(a, self.trend_sums), 2.0 * _apply(self.trend_sums, a)
        precision, precision_gradient, precision_hessian = self._trend_precision(a)
        estimate = product / precision
        q = estimate[:, None]
        slope = (product_gradient - q * precision_gradient) / precision[:, None]
        curvature = 4.0 * q[:, :, None] * self.trend_sums - q[:, :, None] ** 2 * precision_hessian
        return ProfiledTerm(
            value=estimate * product,
            gradient=2.0 * q * product_gradient - q**2 * precision_gradient,
            hessian=curvature + _outer(slope, 2.0 * precision),
            estimate=estimate,
            slope=slope,
            precision=precision,
        )

    def _trend_precision(self, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """τᵀV⁻¹τ with its derivatives, a quadratic form in the moments Σ iᵏ a_i, k = 0..3, which do not cancel."""
        n, powers = self.n, np.arange(a.shape[1])[:, None] ** np.arange(4.0)
        form = np.zeros((len(n), 4, 4))
        form[:, 0, 0], form[:, 1, 1] = (n**3 - n) / 12.0, n
        form[:, 0, 1] = form[:, 1, 0] = 1.0 / 12.0 - n**2 / 4.0
        form[:, 0, 3] = form[:, 3, 0] = 1.0 / 6.0
        form[:, 1, 2] = form[:, 2, 1] = -0.5
        form *= (trend_step(n) ** 2)[:, None, None]
        moments = a @ powers
        gradient = 2.0 * _apply(form, moments)
        return 0.5 * _dot(gradient, moments), gradient @ powers.T, 2.0 * powers @ form @ powers.T


def trend_step(n: np.ndarray) -> np.ndarray:
    """Step of the trend τ, which runs evenly from about -1 to 1 over n values."""
    return 2.0 / n


def trend_values(lengths: np.ndarray, n: int) -> np.ndarray:
    """Trend τ of right-aligned series, antisymmetric about the middle of each and zero before it; (batch, n)."""
    place = np.arange(n) - (n - lengths)[:, None]
    tau = (place - (lengths[:, None] - 1) / 2.0) * trend_step(lengths)[:, None]
    return np.where(place >= 0, tau, 0.0)


def _ends(values: np.ndarray, lengths: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """First values from the start on, and last values from the end back; (batch, order) each."""
    n = values.shape[1]
    columns = (n - lengths)[:, None] + np.arange(order)
    return np.take_along_axis(values, columns, axis=1), values[:, n - order :][:, ::-1]


def _deterministic_sums(
    z: np.ndarray, lengths: np.ndarray, first: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Products of the level and the trend with z, by the sums of z and τz without the first i and the last j."""
    order = first.shape[1]
    tau = trend_values(lengths, z.shape[1])
    first_tau, last_tau = _ends(tau, lengths, order)
    total, weighted = z.sum(axis=1), np.einsum("bn,bn->b", z, tau)
    head, tail = _prefix_sums(first), _prefix_sums(last)
    inner = total[:, None, None] - head[:, :, None] - tail[:, None, :]
    shift = np.arange(order + 1) - np.arange(order + 1)[:, None]
    inner *= shift * trend_step(lengths)[:, None, None]
    inner += weighted[:, None, None] - _prefix_sums(first * first_tau)[:, :, None]
    inner -= _prefix_sums(last * last_tau)[:, None, :]
    return total[:, None] - head - tail, 0.5 * (inner + np.swapaxes(inner, 1, 2))


def _anchored_products(
    z: np.ndarray, lengths: np.ndarray, a: np.ndarray, last: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """aᵀDa and Da, by residuals of the series run backwards less those that its end lacks."""
    n, order = z.shape[1], a.shape[1] - 1
    ahead = z.copy()
    used = [i for i in range(1, order + 1) if a[:, i].any()]
    for i in used:
        ahead[:, : n - i] += a[:, i, None] * z[:, i:]
    if lengths.min() < n:
        ahead[np.arange(n) < (n - lengths)[:, None]] = 0.0
    # u_s = Σ_{i>s} a_i z_{n+s-i}: in terms of the last values z_{n-1-j}, i = s + 1 + j
    beyond = np.zeros((len(z), order))
    for j in range(order):
        beyond[:, : order - j] += a[:, j + 1 :] * last[:, j, None]
    products = np.empty(a.shape)
    for i in range(order + 1):
        products[:, i] = np.einsum("bn,bn->b", z[:, i:], ahead[:, : n - i])
        products[:, i] -= np.einsum("bi,bi->b", last[:, :i][:, ::-1], beyond[:, :i])
    return np.einsum("bn,bn->b", ahead, ahead) - np.einsum("bi,bi->b", beyond, beyond), products


def _prefix_sums(values: np.ndarray) -> np.ndarray:
    """Return the sums of the first 0..k values; (batch, k + 1)."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _dot(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Row by row."""
    return np.einsum("bi,bi->b", left, right)


def _apply(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Matrix times vector, row by row."""
    return (matrices @ vectors[:, :, None])[:, :, 0]


def _quadratic(vectors: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Quadratic forms, row by row."""
    return _dot(vectors, _apply(matrices, vectors))


def _outer(vectors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted vector times itself, row by row."""
    return weights[:, None, None] * vectors[:, :, None] * vectors[:, None, :]
