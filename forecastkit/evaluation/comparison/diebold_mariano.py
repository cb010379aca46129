"""The Diebold-Mariano test of equal scores."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

_FEWEST = 8  # origins below which no variance of dependent differences can be estimated


class ScoreTest(NamedTuple):
    """Mean difference of two models' scores, and how sure it is.

    Attributes
    ----------
    difference : float
        Of the model less the reference, below 0 where the model is better.
    standard_error : float
        By Newey and West, with the autocorrelation of overlapping windows.
    statistic, p_value : float
        Of the test that the expected difference is 0; NaN where there are too few origins.
    """

    difference: float
    standard_error: float
    statistic: float
    p_value: float


def score_test(model: np.ndarray, reference: np.ndarray, overlap: int) -> ScoreTest:
    """Test whether two models have the same expected score.

    Parameters
    ----------
    model, reference : ndarray, shape (n_origins,)
        Scores in the order of time.
    overlap : int
        Origins that a window reaches over, 1 for windows side by side: the h of the test.

    Returns
    -------
    ScoreTest

    Notes
    -----
    `statsmodels.tsa.stattools.diebold_mariano_test` with the small-sample correction of Harvey, Leybourne and Newbold;
    it needs at least 8 origins and 2 h + 1.

    References
    ----------
    .. [1] F. X. Diebold and R. S. Mariano (1995), Comparing predictive accuracy.
    .. [2] D. Harvey, S. Leybourne and P. Newbold (1997), Testing the equality of prediction mean squared errors.

    Examples
    --------
    >>> test = score_test(np.array([1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 3.0]), np.ones(8), overlap=1)
    >>> round(test.difference, 3), test.p_value < 0.05
    (0.625, True)
    """
    difference = model - reference
    if not len(difference) or np.isnan(difference).any():
        return ScoreTest(np.nan, np.nan, np.nan, np.nan)
    mean = float(difference.mean())
    if not difference.any():
        return ScoreTest(0.0, 0.0, 0.0, 1.0)
    enough = len(difference) >= max(_FEWEST, 2 * overlap + 1)
    if not enough or not np.isfinite(difference).all() or np.ptp(difference) == 0:
        return ScoreTest(mean, np.nan, np.nan, np.nan)
    from statsmodels.tsa.stattools import diebold_mariano_test

    loss: Any = _as_it_is
    nothing = np.zeros(len(model))
    result = diebold_mariano_test(nothing, model, reference, criterion=loss, harvey_adj=True, horizon=overlap)
    statistic = float(result.statistic)
    error = mean / statistic if statistic else np.nan
    return ScoreTest(mean, error, statistic, float(result.pvalue))


def _as_it_is(_: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Loss of a score: itself."""
    return score
