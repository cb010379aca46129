"""The recursion behind a fitted forecaster: what it feeds its own forecasts into."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import NotSupportedError
from ..frames import Covariates, Panel
from .ar.mixture_forecaster import MixtureForecaster
from .base import BaseForecaster
from .linear import LinearForecaster
from .nar import NARForecaster
from .panel_process import PanelProcess

if TYPE_CHECKING:
    from .nar.network import FittedNetwork
    from .nar.network_input import NetworkInput


@dataclass(frozen=True, eq=False)
class LinearRecursion:
    """Linear processes on the series of a panel.

    Parameters
    ----------
    parts : tuple of PanelProcess
        Each of the series numbered in the entry of ``series`` at the same place; together every series once.
    series : tuple of ndarray of int
        Numbers of the series of each part.
    share : ndarray, shape (n_series,)
        Weight of the process in the model of a series, 1 where it is the only one.
    """

    parts: tuple[PanelProcess, ...]
    series: tuple[np.ndarray, ...]
    share: np.ndarray


@dataclass(frozen=True, eq=False)
class NetworkRecursion:
    """A trained network, and the series of a panel as it reads them.

    Parameters
    ----------
    fitted : FittedNetwork
    read : NetworkInput
    """

    fitted: FittedNetwork
    read: NetworkInput


def recursion_of(forecaster: Any, panel: Panel | None, X: Any) -> tuple[Panel, LinearRecursion | NetworkRecursion]:
    """Put the recursion of a fitted forecaster on the series of a panel.

    Parameters
    ----------
    forecaster : BaseForecaster
        Fitted.
    panel : Panel or None
        Series to look at; None for those of the fit.
    X : DataFrame, Covariates or None
        Their covariates; None for those of the fit.

    Returns
    -------
    panel : Panel
        The series.
    recursion : LinearRecursion or NetworkRecursion
        A mixture of autoregressions is looked at by the heaviest of each series.

    Raises
    ------
    NotSupportedError
        The forecaster feeds nothing back, or is not one of this package.
    """
    if not isinstance(forecaster, BaseForecaster):
        raise NotSupportedError(
            f"what {type(forecaster).__name__} feeds back is not known: stability takes the forecasters of forecastkit"
        )
    panel, index, covariates = forecaster._scored(panel, X)
    if isinstance(forecaster, NARForecaster):
        read = forecaster._fitted.read(panel, index, covariates, forecaster._static)
        return panel, NetworkRecursion(forecaster._fitted, read)
    if isinstance(forecaster, MixtureForecaster):
        return panel, _heaviest(forecaster, panel, index, covariates)
    if isinstance(forecaster, LinearForecaster):
        whole = forecaster._on(forecaster._process, panel, index, covariates)
        return panel, LinearRecursion((whole,), (np.arange(panel.n_series),), np.ones(panel.n_series))
    raise NotSupportedError(f"{type(forecaster).__name__} has no recursion whose stability could be asked for")


def _heaviest(forecaster: MixtureForecaster, panel: Panel, index: np.ndarray, X: Covariates | None) -> LinearRecursion:
    """Choose the heaviest member of each series; a random walk stands alone."""
    members = forecaster._members
    if any(member.direct is not None for member in members):
        raise NotSupportedError(
            "strategy='direct' forecasts every step from observed values: nothing is fed back, so that no error grows "
            "by itself; strategy='recursive' has a recursion to look at"
        )
    which, unfit = forecaster._which[index], forecaster._unfit[index] & (index >= 0)
    parts, series = [], []
    for m, part in enumerate(forecaster._parts(panel, index, X, any_length=True)):
        for walk in (False, True):
            mine = np.flatnonzero((which == m) & (unfit == walk))
            if len(mine):
                chosen = part.select(mine)
                parts.append(_as_walk(chosen) if walk else chosen)
                series.append(mine)
    share = forecaster._weights[index, which] / forecaster._weights[index].sum(axis=1)
    return LinearRecursion(tuple(parts), tuple(series), share)


def _as_walk(part: PanelProcess) -> PanelProcess:
    """Take the differences of the variant from series without a model, whose one lag is none of them."""
    return replace(part, process=replace(part.process, differencing=(0, 0, 1)))
