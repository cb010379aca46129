"""Forecasts of one model at many origins."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from ..errors import ConvergenceError, ForecastkitError
from ..estimators.foreign import covariate_rows, foreign_forecast
from ..frames import Panel, history_frame
from ..frames.wording import word
from .calibration.pit import pit_values
from .origins import Origins
from .task import Forecasts, Task

# 20 quantiles in the middles of equal parts of (0, 1): their mean pinball loss is the midpoint rule for the CRPS
CRPS_LEVELS = tuple(range(5, 100, 10))
_ROLLING_BLOCK = 64  # origins that one rolling computation forecasts together


def blocks_of(model: Any, task: Task) -> list[np.ndarray]:
    """Divide the origins into blocks that are computed, and stored, together.

    A model that rolls forward cheaply takes many origins a block, any other one origin. The division depends on the
    settings alone, so that an interrupted backtest ends with the same numbers.
    """
    n = len(task.origins)
    size = _ROLLING_BLOCK if _rolls(model, task) else 1
    return np.array_split(np.arange(n), np.arange(size, n, size))


def forecast_blocks(name: str, model: Any, task: Task, blocks: Sequence[np.ndarray]) -> Iterator[tuple[Forecasts, Any]]:
    """Forecast block after block; consecutive origins that share a fit are fitted once.

    Parameters
    ----------
    name : str
        What the model is called.
    model : estimator
        Not fitted; it is cloned, never changed.
    task : Task
        Data and windows.
    blocks : sequence of ndarray of int
        Origins of each block, from `blocks_of`.

    Yields
    ------
    forecasts : Forecasts
        Of each block.
    fitted : estimator or None
        The model as it was fitted for the last of its origins; None where it rolls forward.

    Raises
    ------
    ForecastkitError
        What the model raised, with its name and the cutoff in front.
    """
    fitted: tuple[int, Any, Panel] | None = None
    for block in blocks:
        rolled = _rolling_forecasts(name, model, task, block) if _rolls(model, task) else None
        if rolled is not None:
            yield rolled, None
            continue
        parts = []
        for origin in block.tolist():
            with _named(name, task, origin):
                started = time.perf_counter()
                due = int(task.origins.fit_origin[origin])
                if fitted is None or fitted[0] != due:
                    fitted = (due, *_fit(model, task, due))
                fit_seconds = time.perf_counter() - started
                parts.append(_forecast_origin(fitted[1], fitted[2], task, origin, due, fit_seconds))
        yield Forecasts(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))), fitted and fitted[1]


@contextmanager
def _named(name: str, task: Task, origin: int) -> Iterator[None]:
    """Put the model and the window into whatever error is raised."""
    try:
        yield
    except ForecastkitError as error:
        raise type(error)(f"{_place(name, task, origin)}: {error}") from error
    except Exception as error:
        error.add_note(_place(name, task, origin))
        raise


def _place(name: str, task: Task, origin: int) -> str:
    """Name a model and a window."""
    cutoff = word(task.panel.calendar.stamps(np.array([task.origins.ends[origin].max() - 1]))[0])
    return f"model {name!r}, window {origin + 1} of {len(task.origins)} (cutoff {cutoff})"


def uses_covariates(model: Any) -> bool:
    """Whether a model is to be given X; one of another maker is, unless it says otherwise."""
    return bool(getattr(model, "uses_covariates", True))


def _rolls(model: Any, task: Task) -> bool:
    """Whether the model offers, and the data suit, forecasts from many origins at once.

    A model that cannot use text goes the ordinary way, where its `fit` says so.
    """
    text = task.covariates is not None and bool(task.covariates.categories)
    refuses = text and uses_covariates(model) and not getattr(model, "uses_categories", False)
    return hasattr(model, "forecast_origins") and task.panel.n_series < len(task.origins) and not refuses


def _fit(model: Any, task: Task, origin: int) -> tuple[Any, Panel]:
    """Fit a clone on the window of an origin; a window in which nothing was observed leaves it as it is."""
    panel = task.panel.between(task.origins.firsts[origin], task.origins.ends[origin])
    copy: Any = clone(model, safe=False)
    X = _covariates(copy, task, origin, future=False)
    if panel.n_series and _is_ours(copy):
        copy.fit(panel, X)
    elif panel.n_series:
        copy.fit(history_frame(panel, panel.values.copy()), **({} if X is None else {"X": X}))
    return copy, panel


def _forecast_origin(
    fitted: Any, train: Panel, task: Task, origin: int, fit_origin: int, fit_seconds: float
) -> tuple[np.ndarray, ...]:
    """Forecast from one origin with a fitted model; arrays of `Forecasts` with one origin."""
    started = time.perf_counter()
    origins, panel = task.origins, train
    if origin != fit_origin:
        panel = task.panel.between(origins.firsts[origin], origins.ends[origin])
        panel = panel.select(np.flatnonzero(train.ids.get_indexer(panel.ids) >= 0))
    steps = origins.gap + origins.horizon
    levels = _all_levels(task.levels)
    X = _covariates(fitted, task, origin, future=True)
    if not panel.n_series:
        point, bounds = np.empty((0, steps)), None
    elif _is_ours(fitted):
        with np.errstate(over="ignore", invalid="ignore"):  # a forecast that overflows is an error of its own
            forecast = fitted.forecast_distribution(steps, y=None if origin == fit_origin else panel, X=X)
            point, bounds = forecast.point, forecast.quantile(_probabilities(levels))
    else:
        point, bounds = foreign_forecast(fitted, panel, steps, levels, X, history=origin != fit_origin)
    seconds = time.perf_counter() - started
    _check_finite(point, panel.ids)
    index = task.panel.ids.get_indexer(panel.ids)
    point, bounds = _scattered(point, bounds, index, task)
    scored = _scored(point[None], None if bounds is None else bounds[:, None], np.array([origin]), task)
    return *scored, np.array([fit_seconds]), np.array([seconds])


def _scattered(
    point: np.ndarray, bounds: np.ndarray | None, index: np.ndarray, task: Task
) -> tuple[np.ndarray, np.ndarray | None]:
    """Put the forecast series at their places among all series, without the steps of the gap."""
    point, bounds = point[:, task.origins.gap :], None if bounds is None else bounds[..., task.origins.gap :]
    if len(index) == task.panel.n_series:
        return point, bounds
    whole = np.full((task.panel.n_series, task.origins.horizon), np.nan)
    whole[index] = point
    if bounds is None:
        return whole, None
    spread = np.full((len(bounds), *whole.shape), np.nan)
    spread[:, index] = bounds
    return whole, spread


def _check_finite(point: np.ndarray, ids: pd.Index) -> None:
    """Raise for a forecast that overflowed or is missing; `point` has shape (n_series, ...)."""
    bad = np.flatnonzero(~np.isfinite(point).all(axis=tuple(range(1, point.ndim))))
    if len(bad):
        raise ConvergenceError(f"a forecast of series {ids[bad[0]]!r} is not finite")


def _rolling_forecasts(name: str, model: Any, task: Task, block: np.ndarray) -> Forecasts | None:
    """Forecast all origins of a block together, or None where the model needs the ordinary path."""
    started = time.perf_counter()
    origins, panel = task.origins, task.panel
    levels = _all_levels(task.levels)
    with _named(name, task, int(block[0])):
        model.check_parameters()
    fits = np.unique(origins.fit_origin[block])
    windows = np.unique(np.concatenate([fits, block]))
    points, bounds = [], []
    covariates = task.covariates if uses_covariates(model) else None
    for i in range(panel.n_series):
        alone = panel if panel.n_series == 1 else panel.select(np.array([i]))
        starts = origins.firsts[windows, i] - panel.starts[i]
        ends = origins.ends[windows, i] - panel.starts[i]
        with np.errstate(over="ignore", invalid="ignore"):
            forecast = model.forecast_origins(
                alone,
                starts,
                np.minimum(ends, panel.lengths[i]),
                np.searchsorted(windows, origins.fit_origin[windows]),
                origins.gap + origins.horizon,
                None if covariates is None else covariates.for_panel(alone),
            )
            if forecast is None:
                return None
            rows = np.searchsorted(windows, block)
            points.append(forecast.point[rows, origins.gap :])
            bounds.append(forecast.quantile(_probabilities(levels))[:, rows, origins.gap :])
    finite = np.isfinite(np.stack(points)).all(axis=(0, 2))
    if not finite.all():
        first = int(np.argmin(finite))
        with _named(name, task, int(block[first])):
            _check_finite(np.stack([each[first] for each in points]), panel.ids)
    seconds = np.full(len(block), (time.perf_counter() - started) / len(block))
    scored = _scored(np.stack(points, axis=1), np.stack(bounds, axis=2), block, task)
    return Forecasts(*scored, seconds, np.zeros(len(block)))


def _scored(
    point: np.ndarray, bounds: np.ndarray | None, block: np.ndarray, task: Task
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Point forecasts, reported bounds, CRPS and PIT of bounds (2 n_levels, n_origins, n_series, horizon)."""
    levels = _all_levels(task.levels)
    if bounds is None:
        empty = np.full((*point.shape, 2 * len(task.levels)), np.nan)
        return point, empty, np.full(point.shape, np.nan), np.full(point.shape, np.nan)
    from scoringrules import crps_quantile

    probabilities = _probabilities(levels)
    places = [levels.index(level) for level in task.levels]
    reported = np.moveaxis(bounds[[*places, *(len(levels) + p for p in places)]], 0, -1)
    grid = [levels.index(level) for level in CRPS_LEVELS]
    grid += [len(levels) + p for p in grid]
    some = Origins(task.origins.firsts[block], task.origins.ends[block], block, task.origins.horizon, task.origins.gap)
    actuals = some.actuals(task.panel)
    crps = crps_quantile(actuals, np.moveaxis(bounds[grid], 0, -1), probabilities[grid])
    order = np.argsort(probabilities)
    pit = pit_values(actuals, np.moveaxis(bounds[order], 0, -1), probabilities[order])
    return point, reported, crps, pit


def _all_levels(levels: tuple[float, ...]) -> list[float]:
    """List the reported levels and those of the CRPS."""
    return [*levels, *(level for level in CRPS_LEVELS if level not in levels)]


def _probabilities(levels: Sequence[float]) -> np.ndarray:
    """Probabilities of the lower, then the upper bounds of central intervals."""
    tails = (100 - np.array(levels)) / 200
    return np.concatenate([tails, 1 - tails])


def _is_ours(model: Any) -> bool:
    """Whether the model speaks panels and distributions, not frames."""
    return hasattr(model, "forecast_distribution")


def _covariates(model: Any, task: Task, origin: int, *, future: bool) -> Any:
    """X for a model that uses it: as covariates on the grid, or as rows of the frame in the window, or after it."""
    if task.X is None or not uses_covariates(model):
        return None
    if _is_ours(model):
        return task.covariates
    first, end = task.origins.firsts[origin], task.origins.ends[origin]
    steps = task.origins.gap + task.origins.horizon
    return covariate_rows(task.X, task.panel, *((end, end + steps) if future else (first, end)))
