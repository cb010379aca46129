"""Gaussian laws over time whose precision matrix is banded: imputation, scenarios, likelihood and joint draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InvalidParameterError
from .array_checks import as_array, check_draw
from .banded import (
    as_band,
    band_cholesky,
    band_log_det,
    band_product,
    band_solve,
    principal_band,
    selected_inverse,
    solve_upper,
    upper_product,
)
from .density import LOG_2PI
from .distribution import Gaussian


@dataclass(frozen=True, eq=False, init=False)
class GaussMarkov:
    """The law N(μ, Q⁻¹) of a series x_0..x_{n−1} whose precision matrix Q has bandwidth p.

    Parameters
    ----------
    precision : array_like, shape (p + 1, n)
        Q in LAPACK's lower banded storage: row k, column j holds Q[j + k, j]; the last k entries of row k are ignored.
        Q may be singular (a diffuse start): then only what is determined by known values can be asked for.
    mean : array_like, shape (n,), default=None
        μ; None means zeros. Under a singular Q, any series that the law holds most likely.

    Raises
    ------
    InvalidParameterError
        A shape is wrong or a value is not finite; in the methods, a matrix that must be solved with is singular.

    Notes
    -----
    An autoregression of order p has this form: with rows (−φ_p, …, −φ_1, 1)/σ in a banded A, Q = Aᵀ A. The banded
    Cholesky factor Q = L Lᵀ costs O(n p²) once, then a solve or a draw O(n p). Nothing of size n × n is formed.

    References
    ----------
    Rue and Held (2005), *Gaussian Markov Random Fields*, sections 2.3 and 2.4.

    Examples
    --------
    A random walk with unit steps and a diffuse start: between two known values it is a bridge.

    >>> walk = GaussMarkov([[1.0, 2.0, 2.0, 1.0], [-1.0, -1.0, -1.0, 0.0]])
    >>> bridge = walk.condition([0.0, 0.0, 0.0, 3.0], [True, False, False, True])
    >>> bridge.mean.round(6), bridge.variance.round(6)
    (array([1., 2.]), array([0.666667, 0.666667]))
    """

    precision: np.ndarray
    mean: np.ndarray

    def __init__(self, precision: ArrayLike, mean: ArrayLike | None = None) -> None:
        band = as_band("precision", precision)
        n = band.shape[1]
        centre = np.zeros(n) if mean is None else as_array("mean", mean, (n,))
        for name, array in (("precision", band), ("mean", centre)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def from_information(cls, precision: ArrayLike, information: ArrayLike) -> GaussMarkov:
        """Build the law with density proportional to exp(−½ xᵀ Q x + hᵀ x), whose mean solves Q μ = h."""
        law = cls(precision)
        information = as_array("information", information, law.mean.shape)
        object.__setattr__(law, "mean", band_solve(law.factor, information))
        law.mean.setflags(write=False)
        return law

    @cached_property
    def factor(self) -> np.ndarray:
        """Cholesky factor L of Q in lower banded storage, shape (p + 1, n)."""
        return band_cholesky("precision", self.precision, np.arange(len(self.mean)))

    def condition(self, values: ArrayLike, observed: ArrayLike) -> GaussMarkov:
        """Law of the unknown entries u given the known ones k: N(μ_u − Q_uu⁻¹ Q_uk (x_k − μ_k), Q_uu⁻¹).

        Parameters
        ----------
        values : array_like, shape (n,)
            x; what stands at unknown entries is ignored and may be NaN.
        observed : array_like of bool, shape (n,)
            True where x is known, False in one place at least.

        Returns
        -------
        GaussMarkov
            Over the unknown entries in the order of time, with precision Q_uu, again banded.

        Raises
        ------
        InvalidParameterError
            All entries are known, Q_uu is singular, a shape is wrong or a known value is not finite.

        Notes
        -----
        O(n p + m q²) for m unknown entries and q the bandwidth of Q_uu, at most p and small when gaps are short.
        """
        values, observed = self._known(values, observed)
        if observed.all():
            raise InvalidParameterError("observed must be False somewhere, but every value is known.")
        unknown = np.flatnonzero(~observed)
        deviation = np.where(observed, values - self.mean, 0.0)
        pull = band_product(self.precision, deviation)[unknown]
        precision = principal_band(self.precision, unknown)
        factor = band_cholesky("The precision of the unknown values", precision, unknown)
        law = GaussMarkov(precision, self.mean[unknown] - band_solve(factor, pull))
        vars(law)["factor"] = factor  # known already: spares the cached property a second factorisation
        return law

    def log_likelihood(self, values: ArrayLike, observed: ArrayLike) -> float:
        """Exact log density of the known entries alone, the others integrated out.

        Parameters
        ----------
        values, observed
            As for :meth:`condition`; all may be known, or none (then the result is 0).

        Returns
        -------
        float
            Natural logarithm.

        Raises
        ------
        InvalidParameterError
            Q is singular, so that there is no density, a shape is wrong or a known value is not finite.

        Notes
        -----
        With x̂ the series completed by the conditional mean and m known entries this is
        −m/2 log 2π + ½ log det Q − ½ log det Q_uu − ½ ‖Lᵀ(x̂ − μ)‖². O(n p²).

        References
        ----------
        Rue and Held (2005), *Gaussian Markov Random Fields*, section 2.3.3.
        """
        values, observed = self._known(values, observed)
        log_dets, completed = band_log_det(self.factor), values
        if not observed.all():
            rest = self.condition(values, observed)
            completed = values.copy()
            completed[~observed] = rest.mean
            log_dets -= band_log_det(rest.factor)
        quadratic = (upper_product(self.factor, completed - self.mean) ** 2).sum()
        return 0.5 * float(log_dets - observed.sum() * LOG_2PI - quadratic)

    def log_prob(self, x: ArrayLike) -> float:
        """Log density of one whole series x of shape (n,)."""
        return self.log_likelihood(x, np.ones(self.mean.shape, dtype=bool))

    def covariance_band(self) -> np.ndarray:
        """Covariances up to lag p, shape (p + 1, n): row k, column j holds Cov(x_{j+k}, x_j). O(n p²)."""
        return selected_inverse(self.factor)

    @property
    def variance(self) -> np.ndarray:
        """Marginal variances, the diagonal of Q⁻¹, shape (n,). O(n p²)."""
        return self.covariance_band()[0]

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Joint draws μ + L⁻ᵀ ε, shape (n_samples, n). O(n p) each."""
        check_draw(n_samples, generator)
        return self.paths(generator.standard_normal((n_samples, len(self.mean))))

    def paths(self, noise: np.ndarray) -> np.ndarray:
        """Paths μ + L⁻ᵀ ε of given standard normal draws ε of shape (n_samples, n). O(n p) each."""
        return self.mean + solve_upper(self.factor, noise.T).T

    def to_gaussian(self) -> Gaussian:
        """Give the same law with its full covariance, for few entries such as a horizon. O(n² p) and n² memory."""
        root = solve_upper(self.factor, np.eye(len(self.mean)))
        return Gaussian(self.mean, root @ root.T)

    def _known(self, values: ArrayLike, observed: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Check values and mask; unknown values become the mean."""
        mask = np.asarray(observed)
        if mask.dtype != bool or mask.shape != self.mean.shape:
            raise InvalidParameterError(
                f"observed must be booleans of shape {self.mean.shape}, got {mask.dtype} of shape {mask.shape}."
            )
        given = np.asarray(values)
        if given.shape != self.mean.shape:
            raise InvalidParameterError(f"values must have shape {self.mean.shape}, got {given.shape}.")
        return as_array("values", np.where(mask, given, self.mean), mask.shape), mask
