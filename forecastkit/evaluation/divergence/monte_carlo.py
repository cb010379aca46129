"""The divergence estimated from paths of p, in rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from ...errors import ConvergenceError
from ...estimators.parameters import series_generators
from ..progress import Report
from .common_past import LawPair
from .moments import Moments
from .step_terms import closed_divergences, drawn_divergences, log_ratios

MonteCarlo = Literal["rao_blackwell", "log_ratio"]
_MOST_NUMBERS = 400_000  # of one array of steps: what fits into the cache is fastest
_PILOT = 200


class Estimate:
    """Running averages of one estimator.

    Parameters
    ----------
    n_units : int
        Series times futures of the covariates.
    horizon : int
        Steps.

    Attributes
    ----------
    terms : Moments
        Of every unit and step.
    totals : Moments
        Of every unit, over all steps.
    """

    def __init__(self, n_units: int, horizon: int) -> None:
        self.terms, self.totals = Moments((n_units, horizon)), Moments((n_units,))

    def add(self, terms: np.ndarray, units: slice) -> None:
        """Take in the terms (n_samples, units, horizon) of some units."""
        self.terms.add(terms, units)
        self.totals.add(terms.sum(axis=2), units)

    @property
    def standard_error(self) -> float:
        """Standard error of the mean over the units, whose paths are independent."""
        return float(np.sqrt(self.totals.error_variance.sum()) / len(self.totals.mean))


class PathSampler:
    """Source of paths of p, and of the two estimators' averages over them.

    Parameters
    ----------
    pairs : sequence of LawPair
        One for each future of the covariates.
    seed : int
        The paths of a series depend on it, the series' id and the number of the future only.
    n_samples : int
        Most paths of each series, of which progress is told.
    report : callable
        Told of progress.

    Attributes
    ----------
    estimates : dict
        By estimator.
    done : int
        Paths of each series so far.
    closed_form : bool
        Whether the divergence of each step has a closed form; else it is estimated from stratified draws.
    """

    def __init__(self, pairs: Sequence[LawPair], seed: int, n_samples: int, report: Report) -> None:
        self.pairs, self.done, self._report, self._n_samples = pairs, 0, report, n_samples
        self.n_series, self.horizon = len(pairs[0].p.ids), pairs[0].p.horizon
        seeds = np.random.default_rng(seed).integers(2**63, size=(len(pairs), 2)).tolist()
        self._path_sources = [series_generators(pair.p.ids, one) for pair, (one, _) in zip(pairs, seeds, strict=True)]
        self._draw_sources = [series_generators(pair.p.ids, two) for pair, (_, two) in zip(pairs, seeds, strict=True)]
        n_units = len(pairs) * self.n_series
        self.estimates = {name: Estimate(n_units, self.horizon) for name in ("rao_blackwell", "log_ratio")}
        self.closed_form = True

    def run(self, n_samples: int, estimators: Sequence[MonteCarlo]) -> None:
        """Draw more paths of every series and average what the estimators say of them."""
        total = len(self.pairs) * self.n_series * n_samples
        finished = 0
        for number, pair in enumerate(self.pairs):
            for part, counts in self._parts(pair, n_samples):
                index = np.arange(part.start, part.stop)
                p = pair.p.select(index)
                some = LawPair(p, p if pair.q is pair.p else pair.q.select(index))
                units = slice(number * self.n_series + part.start, number * self.n_series + part.stop)
                for count in counts:
                    self._add(some, count, number, part, units, estimators)
                    finished += count * len(index)
                    through = self.done + n_samples * finished // total
                    self._report("KL divergence", through, self._n_samples)
        self.done += n_samples

    def _add(
        self, pair: LawPair, count: int, number: int, part: slice, units: slice, estimators: Sequence[MonteCarlo]
    ) -> None:
        """Draw paths of some series and add what they say."""
        paths, p_steps = pair.p.draw(count, self._path_sources[number][part])
        q_steps = p_steps if pair.q is pair.p else pair.q.steps(paths)
        for name in estimators:
            if name == "log_ratio":
                terms = log_ratios(p_steps, q_steps, paths)
            else:
                terms = closed_divergences(p_steps, q_steps)
                if terms is None:
                    self.closed_form = False
                    shape = (count, self.horizon)
                    uniforms = np.stack([each.random(shape) for each in self._draw_sources[number][part]], axis=1)
                    terms = drawn_divergences(p_steps, q_steps, uniforms)
                terms = np.broadcast_to(terms, paths.shape)
            if not np.isfinite(terms).all():
                _, i, k = np.argwhere(~np.isfinite(terms))[0].tolist()
                raise ConvergenceError(
                    f"the ratio of the densities of p and q is not finite on a path of p, at step {k + 1} of series "
                    f"{pair.p.ids[i]!r}: one of them gives no density there, or the path leaves the range of numbers"
                )
            self.estimates[name].add(terms, units)

    def _parts(self, pair: LawPair, n_samples: int) -> Iterator[tuple[slice, list[int]]]:
        """Series that are drawn together, and numbers of paths, by what memory is meant for."""
        size = self.horizon * max(pair.p.width, pair.q.width)
        most = max(2, _MOST_NUMBERS // size)  # paths at once
        n_together = max(1, most // n_samples)
        counts = [len(each) for each in np.array_split(np.arange(n_samples), -(-n_samples // most))]
        for first in range(0, self.n_series, n_together):
            yield slice(first, min(first + n_together, self.n_series)), counts


def sample_divergence(
    sampler: PathSampler, estimator: Literal["auto"] | MonteCarlo, n_samples: int, tolerance: float | None
) -> tuple[MonteCarlo, dict[str, float] | None]:
    """Draw paths until there are enough of them.

    Parameters
    ----------
    sampler : PathSampler
        With no paths yet.
    estimator : {"auto", "rao_blackwell", "log_ratio"}
        ``"auto"`` takes the one of smaller standard error on the first 200 paths, which both see.
    n_samples : int
        Most paths of each series.
    tolerance : float or None
        Standard error that is enough; None for ``n_samples`` paths.

    Returns
    -------
    estimator : str
        The one used.
    pilot : dict or None
        Standard errors of both on the first paths, and their number; None where nothing was to be chosen.
    """
    first, pilot = min(n_samples, _PILOT), None
    if estimator == "auto":
        sampler.run(first, ("rao_blackwell", "log_ratio"))
        errors: dict[str, float] = {name: each.standard_error for name, each in sampler.estimates.items()}
        estimator = "log_ratio" if errors["log_ratio"] < errors["rao_blackwell"] else "rao_blackwell"
        pilot = errors | {"n_samples": first}
    else:
        sampler.run(first, (estimator,))
    while sampler.done < n_samples:
        more = n_samples - sampler.done
        if tolerance is not None:
            error = sampler.estimates[estimator].standard_error
            if error <= tolerance:
                break
            wanted = sampler.done * (error / tolerance) ** 2 - sampler.done
            more = int(min(more, np.clip(wanted, _PILOT, sampler.done)))
        sampler.run(more, (estimator,))
    return estimator, pilot
