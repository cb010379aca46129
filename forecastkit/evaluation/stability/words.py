"""Stability in words."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ...frames.wording import count_of
from .measures import StabilityMeasures

Verdict = Literal["contracting", "neutral", "expanding"]

_LEFT = 0.1  # of an error: then it is forgotten
_NOTICED = 1.5  # times its size: a passing growth worth saying
_DANGEROUS = 10.0  # times: then it belongs to the headline
_LEAST = 1e-300
_SEEN = 1e-3  # of an exponent: a smaller error does not matter


def verdict(measures: StabilityMeasures, i: int = 0) -> Verdict:
    """Say whether errors of a series fade, stay or grow in the long run.

    Parameters
    ----------
    measures : StabilityMeasures
    i : int, default=0
        Number of the series.

    Returns
    -------
    {"contracting", "neutral", "expanding"}
        By the sign of the exponent, where it is told from zero.
    """
    exponent, tolerance = float(measures.lyapunov[i]), float(measures.tolerance[i])
    if exponent < -tolerance:
        return "contracting"
    return "expanding" if exponent > tolerance else "neutral"


def forgotten_after(measures: StabilityMeasures, i: int = 0) -> float:
    """Count the steps after which a tenth of an error is left; NaN where errors do not fade.

    The first step from which the root mean square gain over the states stays below a tenth; beyond the horizon it is
    taken to fall by the exponent.
    """
    if verdict(measures, i) != "contracting":
        return float("nan")
    gain = measures.typical_gain[i]
    large = np.flatnonzero(~(gain < _LEFT))
    if not len(large):
        return 1.0
    if large[-1] + 1 < len(gain):
        return float(large[-1] + 2)
    left = np.log(max(float(gain[-1]), _LEAST) / _LEFT)
    return len(gain) + float(np.ceil(max(left, 0.0) / -measures.lyapunov[i]))


def doubling_time(measures: StabilityMeasures, i: int = 0) -> float:
    """Count the steps in which an error doubles, log 2 / λ; NaN where errors do not grow."""
    return float(np.log(2) / measures.lyapunov[i]) if verdict(measures, i) == "expanding" else float("nan")


def headline(measures: StabilityMeasures) -> str:
    """Say in one line what becomes of errors."""
    kind = verdict(measures)
    if np.isnan(measures.lyapunov[0]):
        return "unknown: no series is long enough for a state"
    if kind == "contracting":
        steps = forgotten_after(measures)
        peak = float(np.nanmax(measures.typical_gain[0]))
        after = f", after growing to some {_short(peak)} times their size" if peak > _DANGEROUS else ""
        return f"contracting: errors are forgotten within about {count_of(_rounded(steps), 'step')}{after}"
    if kind == "expanding":
        return f"expanding: errors double every {_short(doubling_time(measures))} steps"
    roots = int(measures.unit_roots[0])
    if roots > 1:
        return f"neutral: with {roots} unit roots errors never fade, and grow like a power of the steps"
    return "neutral: errors neither fade nor grow" + (", by a unit root" if roots else "")


def sentences(measures: StabilityMeasures, n_steps: int, exact: bool) -> list[str]:
    """Say what was measured of all series as one, the headline first.

    Parameters
    ----------
    measures : StabilityMeasures
        Of one row.
    n_steps : int
        Steps of a simulated path.
    exact : bool
        Whether the recursion is linear.

    Returns
    -------
    list of str
    """
    said = [headline(measures) + "."]
    if np.isnan(measures.lyapunov[0]):
        return said
    exponent, error = measures.lyapunov[0], measures.lyapunov_error[0]
    radius, median = measures.spectral_radius[0], measures.median_radius[0]
    if exact:
        said.append(f"The spectral radius is {radius:.4g}, the Lyapunov exponent its logarithm, {_signed(exponent)}.")
    else:
        plus = f" ± {error:.1g}" if error > _SEEN * abs(exponent) else ""
        said.append(
            f"The largest Lyapunov exponent of the free run is {_signed(exponent)}{plus} a step; the spectral radius "
            f"of the Jacobian along the data is {median:.3g} at the median and {radius:.3g} at most."
        )
    gain = measures.typical_gain[0]
    peak = int(np.nanargmax(gain))
    if gain[peak] > _NOTICED:
        said.append(
            f"A difference between two pasts is typically {_short(gain[peak])} times as large in the forecast of "
            f"{count_of(peak + 1, 'step')} ahead."
        )
    said.append(_bounded(measures, n_steps))
    measured = np.flatnonzero(np.isfinite(measures.rmse[0]) & np.isfinite(measures.bound[0]))
    if len(measured):
        last = int(measured[-1])
        said.append(
            f"{count_of(last + 1, 'step')} ahead forecasts are off by {_short(measures.rmse[0, last])} standard "
            f"deviations (independent one-step errors would make {_short(measures.expected[0, last])}; the bound is "
            f"{_short(measures.bound[0, last])})."
        )
    return said


def _bounded(measures: StabilityMeasures, n_steps: int) -> str:
    """Say whether simulated paths stay."""
    share, bounded = float(measures.escaped[0]), bool(measures.bounded[0])
    if share:
        return (
            f"Unbounded: {100 * share:.0f} % of simulated paths leave the surroundings of the data within "
            f"{n_steps:,} steps, the first after {count_of(int(measures.escape_step[0]), 'step')}."
        )
    if bounded:
        return f"Simulated paths stay bounded over {n_steps:,} steps."
    return f"No bound in the long run, though simulated paths stay near the data for {n_steps:,} steps."


def _rounded(steps: float) -> int:
    """Round a number of steps to two digits."""
    return int(float(f"{steps:.2g}")) if steps >= 100 else int(steps)


def _short(value: float) -> str:
    """Return two digits of a number, without an exponent where that is not too long."""
    return f"{float(f'{value:.2g}'):g}"


def _signed(value: float) -> str:
    """Return a number with its sign."""
    return f"{value:+.3g}".replace("-", "−")
