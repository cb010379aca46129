"""Univariate mixtures of Gaussian laws behind power transforms, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import logsumexp, ndtr, ndtri

from .marginal_law import MarginalLaws
from .power_transform import raw_transform

_BLOCK = 6_000  # quantiles solved for together: their arrays fit into the cache
_HALLEY_STEPS = 12
_BISECTIONS = 200
_PRECISION = 1e-13
_CURVATURE = 16.0  # of Halley's error, against that of the narrowest component
_ROOT_2PI = float(np.sqrt(2 * np.pi))
_ENDLESS = 40.0  # deviations, beyond which the normal law has nothing left in float64
_LARGEST = float(np.finfo(float).max)
_VAGUE = 1e300  # deviation of what is absent, so that it is never the narrowest component


@dataclass(frozen=True, eq=False)
class MarginalMixtures:
    """Laws with density Σ_m w_m p_m.

    Parameters
    ----------
    laws : sequence of MarginalLaws
        Components, each of shape (batch, horizon).
    weights : ndarray, shape (batch, n_components)
        w, of sum 1; what has weight 0 is ignored.
    """

    laws: Sequence[MarginalLaws]
    weights: np.ndarray

    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Probability of at most the values, which have the shape (..., batch, horizon)."""
        total = np.zeros(np.broadcast_shapes(values.shape, self.laws[0].mean.shape))
        for law, weight, rows in self._present():
            total[..., rows, :] += weight * law.part(rows).cdf(values[..., rows, :])
        return total

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities by log-sum-exp, at values of shape (..., batch, horizon)."""
        shape = np.broadcast_shapes(values.shape, self.laws[0].mean.shape)
        parts = np.full((len(self.laws), *shape), -np.inf)
        for part, (law, weight, rows) in zip(parts, self._present(), strict=True):
            part[..., rows, :] = np.log(weight) + law.part(rows).log_density(values[..., rows, :])
        return np.asarray(logsumexp(parts, axis=0))

    def _present(self) -> list[tuple[MarginalLaws, np.ndarray, np.ndarray]]:
        """Each component with the series that have a part of it, and their weights (n_rows, 1)."""
        there = [np.flatnonzero(column > 0) for column in self.weights.T]
        return [
            (law, self.weights[rows, m, None], rows) for m, (law, rows) in enumerate(zip(self.laws, there, strict=True))
        ]

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Values at which the distribution function reaches the probabilities, shape (k, batch, horizon).

        A quantile lies between the smallest and the largest quantile of the components: inside, Halley's method on
        the probit of the distribution function, then bisection where that does not converge.
        """
        batch, horizon = self.laws[0].mean.shape
        result = np.empty((len(probabilities), batch, horizon))
        cells = max(1, _BLOCK // max(1, len(probabilities)))
        n_rows, n_steps = max(1, cells // horizon), min(cells, horizon)
        for start, first in product(range(0, batch, n_rows), range(0, horizon, n_steps)):
            rows, steps = np.arange(start, min(start + n_rows, batch)), slice(first, first + n_steps)
            present = np.flatnonzero((self.weights[rows] > 0).any(axis=0)).tolist()
            parts = [self.laws[m].part(rows, steps) for m in present]
            result[:, rows, steps] = _block_quantile(parts, self.weights[rows][:, present].T, probabilities)
        return result


def _block_quantile(parts: list[MarginalLaws], weights: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles of a block of series and steps, shape (k, rows, steps)."""
    each = np.stack([law.quantile(probabilities) for law in parts])  # (m, k, rows, steps)
    there = np.broadcast_to((weights > 0)[:, None, :, None], each.shape)
    if there.all():
        low, high = each.min(axis=0), each.max(axis=0)
    else:
        low, high = np.where(there, each, np.inf).min(axis=0), np.where(there, each, -np.inf).max(axis=0)
    guess = np.zeros(low.shape)
    for weight, values in zip(weights, each, strict=True):
        guess += weight[:, None] * np.where(weight[:, None] > 0, values, 0.0)
    result = low.copy()
    with np.errstate(invalid="ignore"):  # two infinite ends are no bracket
        open_ = np.nonzero(high - low > 4 * np.finfo(float).eps * np.abs(low))
    if not len(open_[0]):
        return result
    which, row, step = open_
    mixture = _FlatMixture.of(parts, weights, row, step)
    target = np.asarray(probabilities, dtype=float)[which]
    bracket, start = np.stack([low[open_], high[open_]]), guess[open_]
    result[open_] = _solve(mixture, target, bracket, np.where(np.isfinite(start), start, bracket[0]))
    return result


def _solve(whole: _FlatMixture, target: np.ndarray, bracket: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Solve F(x) = target inside a bracket (2, n) from a start in it, for every entry."""
    result, open_ = np.empty(len(x)), np.arange(len(x))
    mixture, goal, (low, high) = whole, ndtri(target), bracket
    exhausted = 1e-15 * np.maximum(np.abs(goal), 1.0)  # no better than this is the probit known
    with np.errstate(all="ignore"):  # steps that are not finite are not taken
        for _ in range(_HALLEY_STEPS):
            cdf, density, slope, steepest = mixture.evaluate(x)
            score = ndtri(cdf)
            rate = density * np.exp(0.5 * score**2) * _ROOT_2PI  # of the probit
            newton = (goal - score) / rate
            step = newton / (1.0 + 0.5 * newton * (slope / density + score * rate))
            below = cdf < target
            low, high = np.where(below, x, low), np.where(below, high, x)
            there = x + step
            inside = (there >= low) & (there <= high)
            size = np.maximum(np.abs(step), np.abs(newton))
            # what a step leaves is its cube over the square of the scale on which the narrowest component changes;
            # two steps cannot tell this factor, as the first may come from where other components rule
            left = _CURVATURE * size * (size * steepest) ** 2
            done = (inside & (left <= _PRECISION * np.abs(x))) | ((np.abs(goal - score) <= exhausted) & (rate > 0))
            x = np.where(inside, there, np.where(done, x, 0.5 * (low + high)))
            if done.any():
                result[open_[done]] = x[done]
                keep = ~done
                if not keep.any():
                    return result
                open_, goal, target, low, high, x, exhausted = (
                    a[keep] for a in (open_, goal, target, low, high, x, exhausted)
                )
                mixture = mixture.take(keep)
        result[open_] = _bisect(mixture, target, np.stack([low, high]), bracket[:, open_])
    return result


def _bisect(mixture: _FlatMixture, target: np.ndarray, inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Bisect in asinh(x), fair to values of any size; jumps at the ends of the outer bracket are met exactly."""
    (low, high), (lowest, highest) = inner, outer
    first = mixture.evaluate(lowest)[0] >= target
    last = np.isinf(highest) & (mixture.evaluate(np.full(len(target), _LARGEST))[0] < target)
    high = np.where(np.isinf(high), _LARGEST, high)
    for _ in range(_BISECTIONS):
        close = np.abs(high - low) <= 4 * np.finfo(float).eps * np.maximum(np.abs(low), np.abs(high))
        closed = close | first | last
        if closed.all():
            break
        middle = np.sinh(0.5 * (np.arcsinh(low) + np.arcsinh(high)))
        middle = np.clip(middle, low, high)
        below = mixture.evaluate(middle)[0] < target
        low, high = np.where(below & ~closed, middle, low), np.where(below | closed, high, middle)
    return np.where(first, lowest, np.where(last, np.inf, high))


@dataclass(frozen=True, eq=False)
class _FlatMixture:
    """Mixtures of n entries, a row a component; powers are left out where all are 0 or 1, and said by the kind."""

    mean: np.ndarray
    precision: np.ndarray
    weight: np.ndarray
    powers: list[np.ndarray | None]
    kinds: list[str]
    exact: bool  # some component is a point mass

    @classmethod
    def of(cls, parts: list[MarginalLaws], weights: np.ndarray, rows: np.ndarray, steps: np.ndarray) -> _FlatMixture:
        """Gather the components of some series and steps of a block."""
        cells = rows * parts[0].mean.shape[1] + steps
        mean = np.stack([part.mean.ravel()[cells] for part in parts])
        deviation = np.stack([part.deviation.ravel()[cells] for part in parts])
        weight = weights[:, rows]
        kinds = ["plain" if (p.power == 1).all() else "log" if (p.power == 0).all() else "power" for p in parts]
        absent = weight == 0
        powers = [
            np.where(gone, 1.0, part.power[rows, 0]) if kind == "power" else None
            for part, kind, gone in zip(parts, kinds, absent, strict=True)
        ]
        if absent.any():  # its numbers may be anything
            mean, deviation = np.where(absent, 0.0, mean), np.where(absent, _VAGUE, deviation)
        with np.errstate(divide="ignore"):
            precision = 1.0 / deviation
        return cls(mean, precision, weight, powers, kinds, bool((deviation == 0).any()))

    def take(self, keep: np.ndarray) -> _FlatMixture:
        """Keep some entries."""
        powers = [None if power is None else power[keep] for power in self.powers]
        mean, precision, weight = self.mean[:, keep], self.precision[:, keep], self.weight[:, keep]
        return _FlatMixture(mean, precision, weight, powers, self.kinds, self.exact)

    def evaluate(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Distribution function, density, its slope, and the inverse of the least scale, at one value an entry.

        The scale is the least of the components' deviations there, the distances from point masses, and the distance
        from 0, where transforms end.
        Components are added one after the other, so that an entry's sums do not depend on what stands beside it.
        """
        cdf, density, slope = np.zeros((3, len(x)))
        steepest = 1.0 / np.abs(x)
        inside = log = upside = x
        if any(kind != "plain" for kind in self.kinds):
            positive = x > 0
            inside = np.where(positive, x, 1.0)
            log = np.where(positive, np.log(inside), -np.inf)
            upside = np.where(positive, 1.0 / inside, 0.0)
        for m, (kind, power) in enumerate(zip(self.kinds, self.powers, strict=True)):
            value, stretch, bend = x, None, None
            if kind == "log":
                value, stretch, bend = log, upside, -upside
            elif power is not None:
                value, bend = raw_transform(x, power), (power - 1.0) * upside
                stretch = np.where(power == 1, 1.0, inside**power * upside)
            rate = scale = self.precision[m] if stretch is None else self.precision[m] * stretch
            z = (value - self.mean[m]) * self.precision[m]
            if self.exact:
                mass = np.isinf(self.precision[m])
                scale = np.where(mass, (1.0 if stretch is None else stretch) / np.abs(value - self.mean[m]), rate)
                rate = np.where(mass, 0.0, rate)
                z = np.where(np.isnan(z) & ~np.isnan(value), np.inf, z)
            np.maximum(steepest, scale, out=steepest)
            # infinity times a density of zero would not be a number
            np.clip(z, -_ENDLESS, _ENDLESS, out=z)
            part = z * z
            part *= -0.5
            np.exp(part, out=part)
            part *= rate
            part *= self.weight[m]
            density += part
            part *= z * rate if bend is None else z * rate - bend
            slope -= part
            ndtr(z, out=z)
            z *= self.weight[m]
            cdf += z
        return cdf, density / _ROOT_2PI, slope / _ROOT_2PI, steepest
