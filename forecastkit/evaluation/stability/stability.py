"""Stability of a forecaster: whether its errors fade, stay or grow."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...estimators.parameters import RandomState
from ...estimators.recursion import LinearRecursion, NetworkRecursion, recursion_of
from ...frames import as_panel
from ...frames.wording import count_of
from .linear import linear_measures
from .result import StabilityResult
from .settings import StabilitySettings

_ALL = 1 - 1e-6


def stability(
    model: Any,
    y: Any = None,
    X: Any = None,
    *,
    horizon: int = 48,
    n_states: int = 128,
    n_steps: int = 10_000,
    n_paths: int = 16,
    reach: float = 10.0,
    random_state: RandomState = 0,
) -> StabilityResult:
    """Ask whether the errors of a recursive forecaster fade or grow as it reads its own forecasts.

    F is the map of the last p values onto those one block later (`StateMap`), L_k the largest norm of D Fᵏ over states
    along the data, and ‖e_{t+k}‖ ≤ L_k ‖e_t‖ + Σ_{j<k} L_j (δ + ‖η_{t+k-j}‖) with one-step errors δ + η. The largest
    Lyapunov exponent λ of the free run tells the long run: differences grow like exp(λ k).

    Parameters
    ----------
    model : BaseForecaster
        Fitted: an autoregression with the recursive strategy, a neural one, a naive or drift forecaster.
    y : Series, DataFrame or Panel, default=None
        Series to look at; None for those of the fit.
    X : DataFrame, default=None
        Their covariates, for a model that was fitted with them; None for those of the fit.
    horizon : int, default=48
        Lead times in steps, 1 or more; a network with blocks rounds it up to whole ones.
    n_states : int, default=128
        States along the data that derivatives and errors are computed at, 1 or more, evenly spaced, of all series
        together; at least 8 of each.
    n_steps : int, default=10_000
        Steps of a simulated path, 1 or more. Free runs settle for a twentieth of that, and a fifth gives the exponent.
    n_paths : int, default=16
        Simulated paths of a series, 1 or more.
    reach : float, default=10.0
        A path has left when it is further from the data than so many of their ranges, 0 or more.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=0
        Seed of the simulated paths.

    Returns
    -------
    StabilityResult
        With ``lipschitz``, ``spectral_radius``, ``lyapunov``, ``is_bounded``, ``error_growth``, ``by_series``,
        ``summary()`` and ``plot()``.

    Raises
    ------
    NotSupportedError
        The model feeds nothing back, as a direct map, or is not one of this package.
    InvalidParameterError
        A parameter is outside its range.
    InvalidFrameError
        No series is as long as the network's order.

    Notes
    -----
    Derivatives are those of free runs that start at the true states (not products of Jacobians at true states): this is
    what the bound asks for. The largest norm is over the states that were looked at, so that L_k, and the bound, are
    estimates from below of what holds for every state. A linear recursion has one derivative: its L_k, radius and
    exponent are exact. Covariates are held at those of the data; runs beyond the end of a series go on with those of
    its start. A network costs n_steps calls for the simulation, a quarter as many for the free run, and n_states runs
    with their Jacobians: a second or two for an MLP, up to a minute for convolutions and attention.

    References
    ----------
    .. [1] G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn (1980), Lyapunov characteristic exponents for smooth
       dynamical systems, Meccanica 15.
    .. [2] H. Kantz and T. Schreiber (2004), Nonlinear Time Series Analysis, sections 5.2 and 11.2.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from forecastkit import ARForecaster
    >>> noise, values = np.random.default_rng(0).standard_normal(300), [0.0]
    >>> for each in noise:
    ...     values.append(0.8 * values[-1] + each)
    >>> result = stability(ARForecaster(order=1).fit(pd.Series(values)), n_steps=1000)
    >>> result
    StabilityResult('contracting: errors are forgotten within about 11 steps')
    >>> result.is_bounded, result.verdict
    (True, 'contracting')
    """
    settings = StabilitySettings(horizon, n_states, n_steps, n_paths, reach, random_state)
    settings.check()
    panel, recursion = recursion_of(model, None if y is None else as_panel(y), X)
    if isinstance(recursion, LinearRecursion):
        notes = _linear_notes(recursion)
        return StabilityResult(linear_measures(recursion, settings), panel.ids, n_steps, True, notes)
    from .network import network_measures, whole_blocks

    settings = whole_blocks(settings, recursion)
    measures, eigenvalues = network_measures(recursion, settings)
    return StabilityResult(measures, panel.ids, n_steps, False, _network_notes(recursion), eigenvalues)


def _linear_notes(recursion: LinearRecursion) -> tuple[str, ...]:
    """Say which of several autoregressions is looked at."""
    lightest = float(recursion.share.min())
    if lightest >= _ALL:
        return ()
    return (
        "The model is a mixture of autoregressions: the heaviest of each series is looked at, with a weight of "
        f"{lightest:.2g} or more.",
    )


def _network_notes(recursion: NetworkRecursion) -> tuple[str, ...]:
    """Say what map is looked at."""
    spec, notes = recursion.fitted.network.specification, []
    if spec.backbone != "mlp":
        notes.append(
            f"Derivatives are those of the map that reads the last {count_of(spec.order, 'value')} anew at every step; "
            f"in a forecast, and so in the measured errors, the {spec.backbone} backbone goes on from what it has read."
        )
    if spec.block_size > 1:
        notes.append(
            f"The map advances {spec.block_size} steps at a time, and nothing is fed back within them; radius and "
            "exponent are those of one step."
        )
    if spec.known.n_columns or spec.past.n_columns:
        notes.append("Covariates are held at those of the data, and begin anew at their end.")
    if recursion.read.scaling.log:
        notes.append("Errors are those of logarithms.")
    if not np.isfinite(recursion.read.scaled()).all():
        notes.append("Where values are missing no state is looked at.")
    return tuple(notes)
