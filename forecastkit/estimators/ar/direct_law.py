"""Forecast laws of direct maps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...autoregression import DenseForecast, DirectFit, TransformedForecast, direct_mean
from ...errors import InvalidFrameError, InvalidParameterError
from ..panel_process import PanelProcess


def direct_law(
    fit: DirectFit, on: PanelProcess, index: np.ndarray, horizon: int, naive: np.ndarray
) -> DenseForecast | TransformedForecast:
    """Law of the next steps by direct maps, which are cut to the steps asked for.

    Parameters
    ----------
    fit : DirectFit
        Maps of the fitted series, or one for all.
    on : PanelProcess
        Data to forecast from; its process has each series' transform, and it has their scales.
    index : ndarray of int, shape (n_series,)
        Fitted number of each series; not used where one map serves all.
    horizon : int
        Steps, at most those of the map.
    naive : ndarray of bool, shape (n_series,)
        Series that have no map: their law is that of their process, a random walk.

    Returns
    -------
    DenseForecast or TransformedForecast

    Raises
    ------
    InvalidParameterError
        More steps are asked for than the map has.
    InvalidFrameError
        A series is too short, or lacks one of its last values.
    """
    steps, order = fit.map.shape[1:]
    if horizon > steps:
        raise InvalidParameterError(
            f"horizon={horizon} is beyond the {steps} steps that the direct map was fitted for: fit with "
            f"horizon={horizon}"
        )
    history = on.transformed.padded(order)
    unknown = np.isnan(history).any(axis=1) & ~naive
    if unknown.any():
        i = int(np.argmax(unknown))
        raise InvalidFrameError(
            f"series {on.panel.ids[i]!r} cannot be forecast from: a direct map needs its last {order} values, and "
            f"{int(np.isnan(history[i]).sum())} of them are missing or before its start"
        )
    scale = np.ones(len(history)) if on.scale is None else on.scale
    maps = fit if len(fit.map) == 1 else DirectFit(*(array[index] for array in fit))
    mean = direct_mean(history, maps._replace(scale=scale))[:, :horizon]
    law = DenseForecast(mean, _root(maps.covariance[:, :horizon, :horizon]), scale)
    if naive.any():
        law = _with_walks(law, on, np.flatnonzero(naive))
    power = on.process.power
    return law if (power == 1).all() else TransformedForecast(law, power)


def _with_walks(law: DenseForecast, on: PanelProcess, which: np.ndarray) -> DenseForecast:
    """Give the series numbered in ``which`` the laws of their own processes."""
    n, horizon = law.mean.shape
    walks = replace(on, process=on.process.select(which), panel=on.panel.select(which)).forecast(horizon)
    root, mean, scale = np.broadcast_to(law.root, (n, horizon, horizon)).copy(), law.mean.copy(), law.scale.copy()
    covariances = [walks.covariance(i) for i in range(len(which))]  # type: ignore[union-attr]  # not transformed
    root[which] = _root(np.stack(covariances))
    mean[which], scale[which] = walks.point, 1.0
    return DenseForecast(mean, root, scale)


def _root(covariance: np.ndarray) -> np.ndarray:
    """Square roots of positive semi-definite matrices, shape (m, h, h)."""
    try:
        return np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:  # singular, as from fewer windows than steps
        values, vectors = np.linalg.eigh(covariance)
        return vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
