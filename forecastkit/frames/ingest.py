"""From a Series or DataFrame to a Panel: every check at the door, once."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd

from ..errors import DataWarning
from .inference import infer_calendar, single_stamp_error
from .irregular import off_grid_error
from .layout import layout_of, target_values
from .panel import Layout, Panel
from .rows import read_rows
from .stamp_checks import check_sorted, check_span, time_index
from .value_checks import all_missing_error, check_ids, infinite_error, numeric_values
from .wording import count_of, shown


def as_panel(
    y: pd.Series | pd.DataFrame | Panel,
    *,
    id_col: str = "unique_id",
    time_col: str = "ds",
    target_col: str = "y",
    freq: str | pd.offsets.BaseOffset | int | None = None,
    whole: bool = False,
) -> Panel:
    """Check a Series or DataFrame and turn it into a Panel.

    Parameters
    ----------
    y : Series, DataFrame or Panel
        One series; a wide frame (index = time, a column per series); a long frame with id, time and target columns; a
        Series or one-column frame with a (series, time) MultiIndex. Times are datetimes, periods or integers. A Panel
        passes through unchanged.
    id_col, time_col, target_col : str, default="unique_id", "ds", "y"
        Column names of a long frame.
    freq : str, pandas offset or int, default=None
        Frequency of the time grid, such as ``"h"`` or ``"MS"`` (an int for an integer index); None takes that of the
        index, else the most frequent step within series.
    whole : bool, default=False
        Let every series span the whole grid, as imputation does: missing values at its start are kept, and so is a
        series without an observed value, as long as one has some.

    Returns
    -------
    Panel
        Series in order of first appearance. Leading missing values make a later start; stamps missing from the grid
        become NaN. All series of a wide frame end at its last row, those of a long one each at its own.

    Raises
    ------
    InvalidFrameError
        The data breaks the contract; the message says what was found, where, and what to do.

    Warns
    -----
    DataWarning
        Stamps are missing from the grid.

    Notes
    -----
    O(n) for n values, O(n log n) when the rows of a long frame are shuffled. The input is not changed.

    Examples
    --------
    >>> y = pd.Series([1.0, 2.0, 4.0], index=pd.period_range("2024-01", periods=3, freq="M"), name="sales")
    >>> panel = as_panel(y)
    >>> panel.ids[0], panel.calendar.label, panel.values
    ('sales', 'monthly', array([1., 2., 4.]))
    """
    if isinstance(y, Panel):
        return y.whole() if whole else y
    layout = layout_of(y, id_col=id_col, time_col=time_col, target_col=target_col)
    if len(y) == 1 and freq is None and not isinstance(y.index, pd.PeriodIndex):
        raise single_stamp_error("'h', 'D' or 'MS'", rows=1)
    if layout.kind in ("series", "wide"):
        panel, gaps = _dense_panel(y, layout, freq, whole=whole)
    else:
        panel, gaps = _long_panel(y, layout, freq, whole=whole)
    if gaps is not None:
        warnings.warn(gaps, DataWarning, stacklevel=2)
    return panel


def _dense_panel(y: pd.Series | pd.DataFrame, layout: Layout, freq: object, *, whole: bool) -> tuple[Panel, str | None]:
    """Panel of a Series or wide frame, and what to warn about."""
    if isinstance(y, pd.DataFrame):
        ids = y.columns
        check_ids(ids)
    else:
        ids = pd.Index(["y" if y.name is None else y.name], name=layout.id_col, tupleize_cols=False)
    stamps = time_index(y.index, layout)
    check_sorted(stamps, layout)
    calendar = infer_calendar(stamps, freq=freq)  # type: ignore[arg-type]
    if isinstance(stamps, pd.RangeIndex) and calendar.freq == stamps.step:
        positions = np.array([0, len(stamps) - 1])  # every stamp in between is there
    else:
        positions, on_grid = calendar.place(stamps)
        if not on_grid.all():
            raise off_grid_error(stamps, on_grid, None, calendar, layout, freq=freq)
    columns = numeric_values(y).reshape(len(y), -1).T
    first = int(positions[0])
    span = int(positions[-1]) - first + 1
    if span == len(y):
        grid = np.array(columns, order="C")
    else:
        check_span(span * len(ids), columns.size, stamps, calendar)
        grid = np.full((len(ids), span), np.nan)
        grid[:, positions - first] = columns
    observed = np.isfinite(grid)
    if not observed.all():
        if np.isinf(grid).any():
            series, place = np.nonzero(np.isinf(grid))
            raise infinite_error(ids, series, calendar.stamps(first + place))
        observed = ~np.isnan(grid)
    lead = observed.argmax(axis=1)
    some = observed[np.arange(len(ids)), lead]
    if not (some.any() if whole else some.all()):
        raise all_missing_error(ids[~some], layout)
    if whole:
        lead[:] = 0
    gaps = None
    if span > len(y):
        absent = np.ones(span, dtype=bool)
        absent[positions - first] = False
        places = np.flatnonzero(absent & (np.arange(span) >= lead.min()))
        if len(places):
            named = shown(calendar.stamps(first + places))
            where = f" in each of {len(ids)} series" if len(ids) > 1 else ""
            gaps = f"{count_of(len(places), 'missing stamp')}{where} ({named}): treated as missing values."
    panel = Panel(
        values=grid[np.arange(span) >= lead[:, None]] if lead.any() else grid.reshape(-1),
        starts=first + lead,
        lengths=span - lead,
        ids=ids,
        calendar=calendar,
        layout=layout,
    )
    return panel, gaps


def _long_panel(y: pd.Series | pd.DataFrame, layout: Layout, freq: object, *, whole: bool) -> tuple[Panel, str | None]:
    """Panel of a long or MultiIndex frame, and what to warn about."""
    target = target_values(y, layout)
    rows = read_rows(y, layout)
    calendar = infer_calendar(rows.stamps, rows.steps, freq=freq)  # type: ignore[arg-type]
    placed, on_grid = calendar.place(rows.stamps)
    if not on_grid.all():
        raise off_grid_error(rows.stamps, on_grid, rows, calendar, layout, freq=freq)
    positions = placed[rows.places]
    values = rows.sorted(numeric_values(target))
    if np.isinf(values).any():
        bad = np.flatnonzero(np.isinf(values))
        raise infinite_error(rows.ids, rows.codes[bad], rows.stamps[rows.places[bad]])
    observed = ~np.isnan(values)
    n_series = len(rows.ids)
    counts = np.bincount(rows.codes[observed], minlength=n_series)
    if not (counts.any() if whole else counts.all()):
        raise all_missing_error(rows.ids[counts == 0], layout)
    if whole:
        starts, ends = np.full(n_series, positions.min()), np.full(n_series, positions.max() + 1)
    else:
        first_row = np.flatnonzero(observed)[np.concatenate([[0], np.cumsum(counts)[:-1]])]
        starts = positions[first_row]
        ends = positions[np.cumsum(np.bincount(rows.codes, minlength=n_series)) - 1] + 1
    lengths = ends - starts
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    check_span(int(offsets[-1]), len(values), rows.stamps, calendar)
    places = positions + (offsets[:-1] - starts)[rows.codes]
    leading = positions < starts[rows.codes]
    trimmed = None
    if leading.any():
        places[leading] = -1
        in_rows = rows.in_rows(leading)
        trimmed = rows.in_rows(rows.codes)[in_rows], rows.in_rows(positions)[in_rows]
        kept = ~leading
        grid = np.full(offsets[-1], np.nan)
        grid[places[kept]] = values[kept]
        n_kept = int(kept.sum())
    else:
        n_kept = len(values)
        grid = values.copy()
        if n_kept < offsets[-1]:
            grid = np.full(offsets[-1], np.nan)
            grid[places] = values
    panel = Panel(
        values=grid,
        starts=starts,
        lengths=lengths,
        ids=rows.ids,
        calendar=calendar,
        layout=replace(layout, rows=rows.in_rows(places), trimmed=trimmed),
    )
    return panel, None if n_kept == offsets[-1] else _gap_message(panel)


def _gap_message(panel: Panel) -> str:
    """Count of the stamps that a long frame lacks."""
    absent = np.ones(len(panel.values), dtype=bool)
    rows = cast(np.ndarray, panel.layout.rows)
    absent[rows[rows >= 0]] = False
    series = list(panel.ids[np.unique(panel.series_index[absent])])
    stamps = panel.calendar.stamps(panel.positions[absent][:4])
    return (
        f"{count_of(int(absent.sum()), 'missing stamp')} in {len(series)} series ({shown(series)}), such as "
        f"{shown(stamps)}: treated as missing values."
    )
