"""How much rougher than usual a sensor is around an entry: where it is, intervals have to be wider."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .gap_distance import GAP_CLASSES, GapDistance, gap_distance

SCALES = (8, 64)
"""Half widths, in steps, of the stretches over which roughness is averaged."""
_SPAN = 16
_PRIOR_COUNT = 4.0
_LIMIT = 1.6


@dataclass(frozen=True)
class LocalActivity:
    """Factor exp(Σ_k γ_k log a_k(t, v)) on deviations, a_k the mean roughness within ± ``SCALES[k]`` steps.

    Roughness of an observed value is its distance to the straight line between the neighbouring observed values of the
    sensor, over what is usual for the sensor and for that span. a_k is drawn towards 1 by four values' worth.

    Parameters
    ----------
    typical : ndarray, shape (N,)
        Usual distance of each sensor.
    by_span : ndarray, shape (GAP_CLASSES,)
        Factor on it for each class of span.
    exponents : ndarray, shape (2,)
        γ, non-negative.

    Notes
    -----
    The factor of an observed entry, left out, uses no roughness that its own value enters.
    """

    typical: np.ndarray
    by_span: np.ndarray
    exponents: np.ndarray

    @property
    def reach(self) -> int:
        """Rows to either side that matter."""
        return SCALES[-1] + _SPAN if self.exponents.any() else 0

    def factor(self, z: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Factor on the deviation of every entry, shape (T, N); ``z`` is finite where observed."""
        if not self.exponents.any():
            return np.ones(z.shape)
        return np.exp(np.clip(np.tensordot(self.exponents, self.levels(z, observed), 1), -_LIMIT, _LIMIT))

    def levels(self, z: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return log a_k, shape (2, T, N)."""
        rough, counted, distance = _roughness(z, observed)
        usual = self.typical * self.by_span[distance.length_class()]
        rough = np.where(counted, rough / usual, 0.0)
        weight = counted.astype(float)
        steps = np.arange(len(z))[:, None]
        sensors = np.arange(z.shape[1])[None, :]
        own = [(steps, observed)]
        own.append((steps - distance.before, observed & (distance.before <= _SPAN)))
        own.append((steps + distance.after, observed & (distance.after <= _SPAN)))
        own = [(np.where(at, row, 0), at) for row, at in own]
        out = np.empty((len(SCALES), *z.shape))
        for k, half in enumerate(SCALES):
            total, count = _box(rough, half), _box(weight, half)
            for row, at in own:
                near = at & (np.abs(row - steps) <= half)
                total = total - np.where(near, rough[row, sensors], 0.0)
                count = count - np.where(near, weight[row, sensors], 0.0)
            out[k] = np.log((np.maximum(total, 0.0) + _PRIOR_COUNT) / (np.maximum(count, 0.0) + _PRIOR_COUNT))
        return out

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the factor is, as named arrays; `from_arrays` is the inverse."""
        return {"typical": self.typical, "by_span": self.by_span, "exponents": self.exponents}

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> LocalActivity:
        """Rebuild from :meth:`arrays`; other names are ignored."""
        return cls(named["typical"], named["by_span"], named["exponents"])


def usual_activity(z: np.ndarray, observed: np.ndarray) -> LocalActivity:
    """Usual roughness of every sensor and span on training rows, with exponents zero."""
    rough, counted, distance = _roughness(z, observed)
    count = counted.sum(axis=0)
    pooled = max(float(rough[counted].mean()) if counted.any() else 1.0, 1e-12)
    # Ten values' worth of the pooled mean keep sensors with few values, and constant ones, from dividing by zero.
    typical = (np.where(counted, rough, 0.0).sum(axis=0) + 10.0 * pooled) / (count + 10.0)
    classes = distance.length_class()[counted]
    relative = (rough / typical)[counted]
    number = np.bincount(classes, minlength=GAP_CLASSES)
    by_span = (np.bincount(classes, relative, GAP_CLASSES) + 10.0) / (number + 10.0)
    return LocalActivity(typical, by_span, np.zeros(len(SCALES)))


def fit_exponents(levels: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Exponents γ by least squares of log |score| on the levels of hidden values, not negative.

    Parameters
    ----------
    levels : ndarray, shape (2, n)
    score : ndarray, shape (n,)
        Standardised errors.
    """
    if len(score) < 200:
        return np.zeros(len(levels))
    size = np.log(np.maximum(np.abs(score), 1e-3 * np.median(np.abs(score)) + 1e-12))
    centred = levels - levels.mean(axis=1, keepdims=True)
    kept = np.ones(len(levels), bool)
    exponents = np.zeros(len(levels))
    while kept.any():
        x = centred[kept]
        solved = np.linalg.solve(x @ x.T + 10.0 * np.eye(len(x)), x @ (size - size.mean()))
        if (solved >= 0).all():
            exponents[kept] = np.where(solved > 0.05, np.minimum(solved, 1.0), 0.0)
            break
        kept[np.flatnonzero(kept)[np.argmin(solved)]] = False
    return exponents


def _roughness(z: np.ndarray, observed: np.ndarray) -> tuple[np.ndarray, np.ndarray, GapDistance]:
    distance = gap_distance(observed, _SPAN)
    counted = observed & distance.closed
    steps = np.arange(len(z))[:, None]
    sensors = np.arange(z.shape[1])[None, :]
    low = z[np.where(counted, steps - distance.before, 0), sensors]
    high = z[np.where(counted, steps + distance.after, 0), sensors]
    share = distance.before / (distance.before + distance.after)
    return np.where(counted, np.abs(z - low * (1 - share) - high * share), 0.0), counted, distance


def _box(values: np.ndarray, half: int) -> np.ndarray:
    """Sum over ``half`` steps to either side, along axis 0."""
    steps = len(values)
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(steps)
    return total[np.minimum(rows + half + 1, steps)] - total[np.maximum(rows - half, 0)]
