"""What one imputer says about the missing values of one masked table."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from ...errors import ConvergenceError, ForecastkitError, InvalidFrameError
from .imputers import gives_intervals

# 20 quantiles in the middles of equal parts of (0, 1): their mean pinball loss is the midpoint rule for the CRPS
CRPS_LEVELS = tuple(range(5, 100, 10))
_MOST_NUMBERS = 50_000_000  # in the interval frame of one call, of which an imputer may hold several at once


@dataclass(frozen=True, eq=False)
class MaskedTable:
    """A table of sensors in which values are hidden, and what is known of them.

    Parameters
    ----------
    actual : ndarray of float64, shape (n_times, n_sensors)
        All that was observed, NaN where nothing was.
    hidden : ndarray of bool, shape (n_times, n_sensors)
        Observed values that imputers are not shown.
    index : pandas.Index, length n_times
        Times.
    ids : pandas.Index, length n_sensors
        Sensors.
    n_train : int
        Rows that imputers are fitted on, the first ones.
    test_start : int
        First row of the test part.
    """

    actual: np.ndarray
    hidden: np.ndarray
    index: pd.Index
    ids: pd.Index
    n_train: int
    test_start: int

    def frame(self) -> pd.DataFrame:
        """Return what imputers are shown, a new one at every call: what is not ours may write into it."""
        return pd.DataFrame(np.where(self.hidden, np.nan, self.actual), index=self.index, columns=self.ids)

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Row and sensor of every value of the test part that imputers are not shown, sensor by sensor."""
        missing = self.hidden[self.test_start :] | np.isnan(self.actual[self.test_start :])
        sensor, row = np.nonzero(missing.T)
        return row + self.test_start, sensor

    def at_places(self, tested: np.ndarray) -> np.ndarray:
        """Return what an array of the test part, shape (n_rows, n_sensors, ...), holds at the places."""
        row, sensor = self.places()
        return tested[row - self.test_start, sensor]


@dataclass(frozen=True, eq=False)
class Estimate:
    """Estimates of one imputer at the places of a masked table.

    Attributes
    ----------
    point : ndarray of float64, shape (n_places,)
        Imputed values.
    bounds : ndarray of float64, shape (n_places, 2 n_levels), or None
        Lower, then upper bounds; None without intervals.
    crps : ndarray of float64, shape (n_places,)
        Continuous ranked probability score; NaN without intervals or actual value.
    unfilled : int
        Places that the imputer left empty; the sensor's mean of the training part stands there.
    fit_seconds, transform_seconds : float
        Wall-clock time.
    """

    point: np.ndarray
    bounds: np.ndarray | None
    crps: np.ndarray
    unfilled: int
    fit_seconds: float
    transform_seconds: float


def estimate(name: str, imputer: Any, table: MaskedTable, levels: Sequence[float], seed: int) -> Estimate:
    """Fit a clone of an imputer on the training part and impute the whole table.

    Parameters
    ----------
    name : str
        What the imputer is called.
    imputer : estimator
        It is cloned, never changed.
    table : MaskedTable
    levels : sequence of float
        Interval coverages that are reported, in percent.
    seed : int
        Of the mask, for messages.

    Returns
    -------
    Estimate

    Raises
    ------
    ForecastkitError
        What the imputer raised, with its name and the seed in front.
    """
    with _named(name, seed):
        copy: Any = clone(imputer, safe=False)
        train = table.frame().iloc[: table.n_train].copy()
        started = time.perf_counter()
        copy.fit(train)
        fitted = time.perf_counter()
        asked = [*levels, *(each for each in CRPS_LEVELS if each not in levels)]
        if gives_intervals(copy):
            values = _with_intervals(copy, table, asked)
        else:
            values = table.at_places(_point_columns(copy.transform(table.frame()), table))[:, None]
        finished = time.perf_counter()
        rows, sensors = table.places()
        unfilled = int(np.isnan(values[:, 0]).sum())
        if unfilled:
            means = _training_means(table)[sensors]
            values[:, 0] = np.where(np.isnan(values[:, 0]), means, values[:, 0])
        values = np.where(np.isnan(values), values[:, :1], values)  # without a bound the estimate is all there is
        if not np.isfinite(values).all():
            first = int(np.argmax(~np.isfinite(values).all(axis=1)))
            raise ConvergenceError(f"an imputed value of sensor {table.ids[sensors[first]]!r} is not finite")
    seconds = (fitted - started, finished - fitted)
    if values.shape[1] == 1:
        return Estimate(values[:, 0], None, np.full(len(rows), np.nan), unfilled, *seconds)
    bounds, crps = _scored(values[:, 1:], table.actual[rows, sensors], asked, len(levels))
    return Estimate(values[:, 0], bounds, crps, unfilled, *seconds)


def _with_intervals(imputer: Any, table: MaskedTable, asked: Sequence[float]) -> np.ndarray:
    """Imputed values at the places, then lower, then upper bounds; few levels a call where the table is large."""
    at_once = max(_MOST_NUMBERS // (2 * table.actual.size), 1)
    point, lower, upper = [], [], []
    for first in range(0, len(asked), at_once):
        levels = list(asked[first : first + at_once])
        names = ["imputed", *(f"imputed-{side}-{each}" for side in ("lo", "hi") for each in levels)]
        values = table.at_places(_interval_columns(imputer.impute(table.frame(), level=levels), table, names))
        point.append(values[:, :1])
        lower.append(values[:, 1 : 1 + len(levels)])
        upper.append(values[:, 1 + len(levels) :])
    return np.concatenate([point[0], *lower, *upper], axis=1)


def _scored(
    bounds: np.ndarray, actual: np.ndarray, asked: Sequence[float], n_levels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pick the bounds that are reported, the first ``n_levels``, and score the quantiles of the CRPS."""
    from scoringrules import crps_quantile

    n = len(asked)
    tails = (100 - np.array(asked)) / 200
    probabilities = np.concatenate([tails, 1 - tails])
    grid = [list(asked).index(each) for each in CRPS_LEVELS]
    grid += [n + place for place in grid]
    crps = crps_quantile(actual, bounds[:, grid], probabilities[grid])
    return bounds[:, [*range(n_levels), *range(n, n + n_levels)]], np.asarray(crps)


def _training_means(table: MaskedTable) -> np.ndarray:
    """Mean of each sensor over what imputers see of the training part, of all sensors where one has nothing."""
    seen = table.frame().iloc[: table.n_train]
    return seen.mean().fillna(np.nanmean(seen.to_numpy())).to_numpy()


def _interval_columns(result: Any, table: MaskedTable, names: Sequence[str]) -> np.ndarray:
    """Columns of the test part of an interval frame as an array (n_rows, n_sensors, n_names)."""
    wanted = pd.MultiIndex.from_product([table.ids, names])
    if not isinstance(result, pd.DataFrame) or result.columns.nlevels != 2:
        raise InvalidFrameError(
            f"impute(X, level=...) returned a {type(result).__name__} without (sensor, column) columns"
        )
    columns = result.columns.get_indexer(wanted)
    if (columns < 0).any():
        raise InvalidFrameError(f"impute(X, level=...) returned no column {wanted[int(np.argmin(columns))]!r}")
    values = result.to_numpy(float)[_rows(result, table)][:, columns]
    return values.reshape(len(values), len(table.ids), len(names))


def _point_columns(result: Any, table: MaskedTable) -> np.ndarray:
    """Imputed values of the test part, NaN for a sensor without training values that is left out."""
    n_times, n_sensors = table.actual.shape
    empty = np.isnan(table.frame().iloc[: table.n_train].to_numpy()).all(axis=0)
    if isinstance(result, pd.DataFrame):
        columns = result.columns.get_indexer(table.ids)
        if not (columns[~empty] >= 0).all():
            lacking = table.ids[~empty][columns[~empty] < 0][0]
            raise InvalidFrameError(f"transform returned no column {lacking!r}")
        values = result.to_numpy(float)[_rows(result, table)]
        return np.where(columns >= 0, values[:, columns], np.nan)
    array = np.asarray(result.toarray() if hasattr(result, "toarray") else result, dtype=float)
    if array.shape == (n_times, n_sensors):
        return array[table.test_start :]
    if array.shape == (n_times, n_sensors - int(empty.sum())):  # scikit-learn's drop a column without values
        values = np.full((n_times, n_sensors), np.nan)
        values[:, ~empty] = array
        return values[table.test_start :]
    raise InvalidFrameError(f"transform returned an array of shape {array.shape} for a table of {(n_times, n_sensors)}")


def _rows(result: pd.DataFrame, table: MaskedTable) -> np.ndarray:
    """Rows of a result that are the table's test part, in the order of its times."""
    rows = result.index.get_indexer(table.index)
    if (rows < 0).any():
        raise InvalidFrameError(f"the result has no row for {table.index[int(np.argmin(rows))]}")
    return rows[table.test_start :]


@contextmanager
def _named(name: str, seed: int) -> Iterator[None]:
    """Put the imputer and the seed into whatever error is raised."""
    place = f"imputer {name!r}, seed {seed}"
    try:
        yield
    except ForecastkitError as error:
        raise type(error)(f"{place}: {error}") from error
    except Exception as error:
        error.add_note(place)
        raise
