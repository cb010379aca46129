"""Widths of intervals from hidden values: quantiles of standardised errors by gap class and by how much is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from .gap_distance import GAP_CLASSES

LEVELS = np.concatenate([[0.001, 0.005], np.linspace(0.01, 0.99, 99), [0.995, 0.999]])
"""Probabilities at which the quantiles of the errors are kept."""
_RATIO_BINS = 6
_PRIOR_SCORES = 60.0


@dataclass(frozen=True)
class IntervalCalibration:
    """Quantiles of (z − mean) / deviation, as they were on hidden values.

    Parameters
    ----------
    width : ndarray, shape (GAP_CLASSES,)
        Factor on the deviation in each class of gap length.
    edges : ndarray, shape (B − 1,)
        Inner edges of the ratio of the deviation to that without observations.
    table : ndarray, shape (B, L)
        Quantiles at ``LEVELS`` in each bin of that ratio, after the factor; increasing, 0 at one half.

    Notes
    -----
    Under a Gaussian law the table holds the normal quantiles. Heavy tails make the outer ones larger and the inner ones
    smaller. Beyond the outermost level the tail is that of the normal law, scaled.
    """

    width: np.ndarray
    edges: np.ndarray
    table: np.ndarray

    def factor(self, gap_class: np.ndarray) -> np.ndarray:
        """Return the factor on the deviation, same shape as ``gap_class``."""
        return self.width[gap_class]

    def score(self, probability: np.ndarray | float, ratio: np.ndarray) -> np.ndarray:
        """Quantile of the standardised error at ``probability``, for entries with deviation ratio ``ratio``.

        Both broadcast against each other.
        """
        probability, ratio = np.broadcast_arrays(np.asarray(probability, float), ratio)
        bins = np.searchsorted(self.edges, ratio)
        out = np.empty(probability.shape)
        normal = ndtri(LEVELS)
        at = ndtri(np.clip(probability, 1e-12, 1 - 1e-12))
        for k in range(len(self.table)):
            inside = bins == k
            if inside.any():
                row, x = self.table[k], at[inside]
                low, high = row[0] / normal[0], row[-1] / normal[-1]
                y = np.interp(x, normal, row)
                out[inside] = np.where(x < normal[0], x * low, np.where(x > normal[-1], x * high, y))
        return out

    def from_normal(self, u: np.ndarray, ratio: np.ndarray) -> np.ndarray:
        """Calibrated error score of a standard normal ``u``: the quantile at Φ(u)."""
        return self.score(ndtr(u), ratio)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the calibration is, as named arrays; `from_arrays` is the inverse."""
        return {"width": self.width, "edges": self.edges, "table": self.table}

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> IntervalCalibration:
        """Rebuild the calibration from `arrays`."""
        return cls(named["width"], named["edges"], named["table"])


def normal_calibration() -> IntervalCalibration:
    """Return the calibration that changes nothing."""
    return IntervalCalibration(np.ones(GAP_CLASSES), np.empty(0), ndtri(LEVELS)[None])


def fit_calibration(score: np.ndarray, ratio: np.ndarray, gap_class: np.ndarray) -> IntervalCalibration:
    """Fit widths and quantiles on values that were hidden from the conditional.

    Parameters
    ----------
    score : ndarray, shape (n,)
        (z − mean) / deviation.
    ratio : ndarray, shape (n,)
        Deviation over the deviation without observations.
    gap_class : ndarray of int, shape (n,)

    Returns
    -------
    IntervalCalibration
        The normal law where there are few scores, more and more the scores' own quantiles where there are many.
    """
    if len(score) < 10:
        return normal_calibration()
    pooled = _spread(score)
    width = np.empty(GAP_CLASSES)
    for k in range(GAP_CLASSES):
        inside = score[gap_class == k]
        trust = len(inside) / (len(inside) + _PRIOR_SCORES)
        width[k] = (_spread(inside) if len(inside) else pooled) ** trust * pooled ** (1 - trust)
    scaled = score / width[gap_class]
    edges = np.unique(np.quantile(ratio, np.linspace(0, 1, _RATIO_BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, ratio)
    normal = ndtri(LEVELS)
    overall = _blend(scaled, normal)
    table = np.stack([_blend(scaled[bins == k], overall) for k in range(len(edges) + 1)])
    return IntervalCalibration(width, edges, table)


def _spread(score: np.ndarray) -> float:
    """Size of the scores such that 80 % of a normal law with it are as wide as 80 % of them."""
    return max(float(np.quantile(np.abs(score), 0.8) / ndtri(0.9)), 1e-3)


def _blend(score: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Quantiles of the scores drawn towards ``prior``, more so in the tails; increasing and 0 at one half."""
    if not len(score):
        return prior
    tail = np.minimum(LEVELS, 1 - LEVELS) * len(score)
    trust = tail / (tail + 5.0)
    row = trust * np.quantile(score, LEVELS) + (1 - trust) * prior
    centre = float(np.interp(0.5, LEVELS, row))
    row = np.maximum.accumulate(row - centre)
    return row + 1e-9 * np.arange(len(row)) - 1e-9 * (len(row) // 2)
