"""Sensors whose gaps one imputer filled: what was missing, and how sure it is of what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...frames import Panel
from ...plots.filled_gap import FilledGap
from ...plots.imputation import runs
from .gap_choice import Gap, picture_rows


@dataclass(frozen=True, eq=False)
class FilledSensors:
    """Sensors with gaps, and what fills them.

    Parameters
    ----------
    name : str
        Name of the imputer.
    index : pandas.Index, length n_times
        Times.
    ids : pandas.Index, length n_sensors
        Sensors.
    actual : ndarray of float64, shape (n_sensors, n_times)
        What was observed, NaN in the gaps.
    filled : ndarray of float64, shape (n_sensors, n_times)
        The same with the gaps filled.
    bounds : dict of str to (ndarray, ndarray), each of shape (n_sensors, n_times)
        Lower and upper ends of the intervals, by level in percent, the lowest first; empty without intervals.
    """

    name: str
    index: pd.Index
    ids: pd.Index
    actual: np.ndarray
    filled: np.ndarray
    bounds: dict[str, tuple[np.ndarray, np.ndarray]]

    @cached_property
    def missing(self) -> np.ndarray:
        """True where nothing was observed; shape (n_sensors, n_times)."""
        return np.isnan(self.actual)

    @property
    def widest(self) -> str | None:
        """The highest level; None without intervals."""
        return next(reversed(self.bounds), None)

    @cached_property
    def spread(self) -> np.ndarray:
        """Width of the range that holds the middle of each sensor's observed values, as many percent as `widest`.

        NaN for a sensor with fewer than two values, or with one value all along; shape (n_sensors,).
        """
        tail = (1 - float(self.widest or 95) / 100) / 2
        spread = np.full(len(self.ids), np.nan)
        for i, (values, missing) in enumerate(zip(self.actual, self.missing, strict=True)):
            if np.count_nonzero(~missing) > 1:
                low, high = np.quantile(values[~missing], [tail, 1 - tail])
                spread[i] = high - low if high > low else np.nan
        return spread

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Columns sensor, start, length and measure, a row a gap.

        The measure is the mean width of the widest intervals in the gap, relative to the sensor's spread; NaN without.
        """
        n_sensors, n_times = self.actual.shape
        apart = np.zeros((n_sensors, 1), dtype=bool)  # the gap of a sensor must not go on in the next one
        first, last = runs(np.concatenate([self.missing, apart], axis=1).reshape(-1))
        sensor, start = np.divmod(first, n_times + 1)
        length = last - first + 1
        measure = np.full(len(first), np.nan)
        if self.widest is not None and len(first):
            total = np.concatenate([[0.0], np.cumsum(self._widths)])
            end = np.cumsum(length)
            measure = (total[end] - total[end - length]) / length / self.spread[sensor]
        return pd.DataFrame({"sensor": sensor, "start": start, "length": length, "measure": measure})

    def by_sensor(self) -> pd.DataFrame:
        """Columns missing, share, gaps, longest, width: a row a sensor, width relative to its spread."""
        gaps, n_sensors = self.gaps, len(self.ids)
        sensor, length = gaps["sensor"].to_numpy(int), gaps["length"].to_numpy(int)
        missing = np.bincount(sensor, length, n_sensors).astype(int)
        longest = np.zeros(n_sensors, dtype=int)
        np.maximum.at(longest, sensor, length)
        total = np.bincount(sensor, gaps["measure"] * length, n_sensors)
        width = np.full(n_sensors, np.nan)
        np.divide(total, missing, out=width, where=missing > 0)
        columns = {
            "missing": missing,
            "share": missing / len(self.index),
            "gaps": np.bincount(sensor, minlength=n_sensors),
            "longest": longest,
            "width": width,
        }
        return pd.DataFrame(columns, index=self.ids)

    def picture(self, gap: Gap) -> FilledGap:
        """Return a gap with what lies around it."""
        rows = slice(*picture_rows(gap, 0, len(self.index)))
        bounds = [
            (float(level), lower[gap.sensor, rows], upper[gap.sensor, rows])
            for level, (lower, upper) in self.bounds.items()
        ]
        return FilledGap(
            self.index[rows],
            self.actual[gap.sensor, rows],
            self.missing[gap.sensor, rows],
            {self.name: self.filled[gap.sensor, rows]},
            {self.name: bounds},
        )

    @property
    def _widths(self) -> np.ndarray:
        """Widths of the widest intervals of all missing values, sensor by sensor."""
        lower, upper = self.bounds[str(self.widest)]
        return upper[self.missing] - lower[self.missing]


def filled_sensors(table: pd.DataFrame, panel: Panel, name: str) -> FilledSensors:
    """Return what an imputer made of a panel.

    Parameters
    ----------
    table : DataFrame
        Columns ``imputed``, and ``imputed-lo-80``, ``imputed-hi-80``, ... where there are intervals: a row for every
        value of ``panel``, in its order.
    panel : Panel
        The data with their gaps, every series of which spans the whole grid.
    name : str
        Name of the imputer.

    Returns
    -------
    FilledSensors
    """
    shape = panel.n_series, -1
    levels = [str(column).removeprefix("imputed-lo-") for column in table if str(column).startswith("imputed-lo-")]

    def values(column: str) -> np.ndarray:
        """Put a column into the shape of the sensors."""
        return table[column].to_numpy(float).reshape(shape)

    return FilledSensors(
        name,
        panel.calendar.stamps(np.arange(panel.starts[0], panel.ends[0])),
        panel.ids,
        panel.values.reshape(shape),
        values("imputed"),
        {level: (values(f"imputed-lo-{level}"), values(f"imputed-hi-{level}")) for level in sorted(levels, key=float)},
    )
