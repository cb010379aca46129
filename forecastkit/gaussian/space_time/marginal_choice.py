"""The power scale of the sensors, by what is likelier for single values."""

from __future__ import annotations

import numpy as np

from .marginal import SensorMarginal, fit_marginal

_POWERS = (1.0, 0.5)


def choose_marginal(
    values: np.ndarray, times: np.ndarray, periods: tuple[float, ...], power: float | str, weights: np.ndarray
) -> tuple[SensorMarginal, float]:
    """Fit the marginals of sensors with the likelier of two powers.

    Parameters
    ----------
    values, times, periods, weights
        As for `fit_marginal`.
    power : float or "auto"
        λ in [0, 1]; "auto" takes that of 1 and ½ under which the values have the higher density, each by itself.

    Returns
    -------
    marginal : SensorMarginal
    power : float
    """
    powers = _POWERS if isinstance(power, str) else (float(power),)
    fits = {each: fit_marginal(values, times, periods, each, weights) for each in powers}
    likeliest = max(powers, key=lambda each: _log_density(fits[each], values, times))
    return fits[likeliest], likeliest


def _log_density(marginal: SensorMarginal, values: np.ndarray, times: np.ndarray) -> float:
    """Log density of all observed values as if they were independent, but for a constant."""
    z = marginal.forward(values, times)
    return float(np.nansum(marginal.log_slope(values) - 0.5 * z**2))
