"""Which autoregression is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .lag_gram import N_DETERMINISTIC, Trend


@dataclass(frozen=True)
class ARSpecification:
    """What is fitted: φ(B) (1 - B)^d (1 - B^s)^D y_t = c + b t + ε_t.

    Parameters
    ----------
    lags : tuple of int, default=()
        The lags of φ; not used when a `criterion` chooses the order.
    criterion : {"aic", "aicc", "bic", "hqic"}, default=None
        Chooses the order among 0..max_order for every series.
    max_order : int, default=None
        Largest order tried; None for `default_max_order`.
    trend : {"n", "c", "ct"}, default="c"
        Deterministic terms c and b t, of the differenced series.
    differences, seasonal_differences : int, default=0
        d and D.
    seasonal_period : int, default=1
        s, in steps.
    ridge : float, default=0.0
        Penalty, 0 or more: RSS/N + ridge Σ_j (s_j φ_j)² is minimised, with s_j² the variance of lag column j over the
        rows, so that it has no unit. A criterion judges unpenalised fits.
    window_mean : bool, default=False
        Whether the mean of each window of p lag values is taken from the target and from them, which makes Σ_j φ_j one.
    averaging : bool, default=False
        Whether the estimates of all orders are averaged by the weights of `criterion`, instead of choosing one order.
        Not together with both `ridge` and `window_mean`, whose penalties differ from order to order.
    """

    lags: tuple[int, ...] = ()
    criterion: str | None = None
    max_order: int | None = None
    trend: Trend = "c"
    differences: int = 0
    seasonal_differences: int = 0
    seasonal_period: int = 1
    ridge: float = 0.0
    window_mean: bool = False
    averaging: bool = False

    @property
    def n_differenced(self) -> int:
        """Values that differencing takes, d + s D."""
        return self.differences + self.seasonal_period * self.seasonal_differences

    @property
    def required_length(self) -> int:
        """Fewest values a series needs, for one residual degree of freedom; one more for each covariate."""
        n_lags = 0 if self.criterion else len(self.lags)
        order = 0 if self.criterion else max(self.lags, default=0)
        return self.n_differenced + order + n_lags + N_DETERMINISTIC[self.trend] + 1

    def max_orders(self, lengths: np.ndarray, n_covariates: int = 0) -> np.ndarray:
        """Largest order tried for differenced series of these lengths."""
        feasible = (lengths - N_DETERMINISTIC[self.trend] - n_covariates - 1) // 2
        wanted = default_max_order(lengths, self.seasonal_period) if self.max_order is None else self.max_order
        return np.maximum(np.minimum(wanted, feasible), 0)


def default_max_order(lengths: np.ndarray, seasonal_period: int) -> np.ndarray:
    """Largest order tried by default: max(10 log₁₀ n, 2 s + 1 for a season s > 1), at most n / 4.

    Parameters
    ----------
    lengths : ndarray of int, shape (batch,)
        Number n of values of each series.
    seasonal_period : int
        Season s in steps, 1 for none.

    Returns
    -------
    ndarray of int, shape (batch,)

    Examples
    --------
    >>> default_max_order(np.array([40, 1000]), 12)
    array([10, 30])
    """
    wanted = np.floor(10 * np.log10(np.maximum(lengths, 1))).astype(int)
    if seasonal_period > 1:
        wanted = np.maximum(wanted, 2 * seasonal_period + 1)
    return np.minimum(wanted, lengths // 4)
