"""Arrays of the future back in the layout of the data they continue."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from .panel import Panel


def future_positions(panel: Panel, horizon: int) -> np.ndarray:
    """Grid positions after each series' end.

    Parameters
    ----------
    panel : Panel
    horizon : int
        Number of steps, at least 1.

    Returns
    -------
    ndarray of int64, shape (n_series, horizon)
    """
    return panel.ends[:, None] + np.arange(horizon)


def regular_index(panel: Panel, positions: np.ndarray) -> pd.Index:
    """Return stamps of increasing grid positions, with the frequency set on dates that follow one another.

    Parameters
    ----------
    panel : Panel
        Whose calendar gives the stamps.
    positions : ndarray of int64, shape (n,)

    Returns
    -------
    pandas.Index, length n
    """
    stamps = panel.calendar.stamps(positions)
    if isinstance(stamps, pd.DatetimeIndex) and (np.diff(positions) == 1).all():
        return pd.DatetimeIndex(stamps, freq=cast(pd.offsets.BaseOffset, panel.calendar.freq))
    return stamps


def point_frame(panel: Panel, values: np.ndarray) -> pd.Series | pd.DataFrame:
    """Put forecasts into the layout of the data.

    Parameters
    ----------
    panel : Panel
        The history; its series' ends are the forecast origins.
    values : ndarray of float64, shape (n_series, horizon)
        One forecast path per series.

    Returns
    -------
    Series or DataFrame
        A Series of the same name; a wide frame of the same columns; a long frame with id, time and target; or the
        same MultiIndex structure that came in. In a wide frame whose series end at different times (after a cut),
        places without a forecast are NaN.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0], index=pd.period_range("2024", periods=2, freq="Y"), name="sales")
    >>> point_frame(as_panel(y), np.array([[3.0]]))
    2026    3.0
    Freq: Y-DEC, Name: sales, dtype: float64
    """
    layout = panel.layout
    positions = future_positions(panel, values.shape[1])
    if layout.kind == "series":
        return pd.Series(values[0], index=regular_index(panel, positions[0]), name=layout.name)  # type: ignore[arg-type]
    if layout.kind == "wide":
        positions, table = _side_by_side(positions, values[:, :, None])
        return pd.DataFrame(table[:, :, 0], index=regular_index(panel, positions), columns=wide_columns(panel))
    return _stacked(panel, positions, {layout.target_col: values})


def columns_frame(panel: Panel, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Put several values per future stamp into the layout of the data.

    Parameters
    ----------
    panel : Panel
        The history.
    columns : dict of str to ndarray of float64, shape (n_series, horizon)
        Values by column name, such as ``forecast`` and ``forecast-lo-80``.

    Returns
    -------
    DataFrame
        With these columns for a Series; for a wide frame with (series, column) MultiIndex columns; for a long frame
        after id and time; for a MultiIndex frame on a (series, time) index.
    """
    horizon = next(iter(columns.values())).shape[1]
    positions = future_positions(panel, horizon)
    if panel.layout.kind == "series":
        return pd.DataFrame(
            {name: values[0] for name, values in columns.items()}, index=regular_index(panel, positions[0])
        )
    if panel.layout.kind == "wide":
        positions, table = _side_by_side(positions, np.stack(list(columns.values()), axis=2))
        names = pd.MultiIndex.from_product(
            [wide_columns(panel), list(columns)], names=[panel.layout.columns_name, None]
        )
        return pd.DataFrame(table.reshape(len(positions), -1), index=regular_index(panel, positions), columns=names)
    return cast(pd.DataFrame, _stacked(panel, positions, columns, as_frame=True))


def sample_frame(panel: Panel, paths: np.ndarray) -> pd.Series | pd.DataFrame:
    """Put joint sample paths into the layout of the data.

    Parameters
    ----------
    panel : Panel
        The history.
    paths : ndarray of float64, shape (n_samples, n_series, horizon)
        Sampled futures.

    Returns
    -------
    Series or DataFrame
        For a Series a Series on a (sample, time) index; for a wide frame a frame on a (sample, time) index; for a
        long frame a ``sample`` column after the time; for a MultiIndex frame an index (series, time, sample).
    """
    layout, calendar = panel.layout, panel.calendar
    n_samples, n_series, horizon = paths.shape
    positions = future_positions(panel, horizon)
    numbers = pd.RangeIndex(n_samples)
    if layout.kind in ("series", "wide"):
        if layout.kind == "wide":
            rows, table = _side_by_side(positions, paths.transpose(1, 2, 0))
            table = table.transpose(2, 0, 1).reshape(-1, n_series)
        else:
            rows, table = positions[0], paths[:, 0, :].reshape(-1, 1)
        stamps = calendar.stamps(rows)
        index = pd.MultiIndex.from_product([numbers, stamps], names=["sample", calendar.name])
        if layout.kind == "series":
            return pd.Series(table[:, 0], index=index, name=layout.name)  # type: ignore[arg-type]
        return pd.DataFrame(table, index=index, columns=wide_columns(panel))
    values = paths.transpose(1, 2, 0).reshape(-1)
    ids = panel.ids.take(np.repeat(np.arange(n_series), horizon * n_samples))
    stamps = calendar.stamps(positions.reshape(-1)).repeat(n_samples)
    sample = np.tile(np.arange(n_samples), n_series * horizon)
    if layout.kind == "long":
        return pd.DataFrame({layout.id_col: ids, layout.time_col: stamps, "sample": sample, layout.target_col: values})
    index = pd.MultiIndex.from_arrays([ids, stamps, sample], names=[layout.id_col, layout.time_col, "sample"])
    return on_multiindex(panel, index, {layout.target_col: values}, as_frame=False)


def by_series(panel: Panel, values: np.ndarray) -> float | pd.Series:
    """Return one number per series: a float for a Series, else a Series by id.

    Parameters
    ----------
    panel : Panel
        The history.
    values : ndarray, shape (n_series,)

    Returns
    -------
    float or Series
        Indexed by id, the index named after the id column.
    """
    if panel.layout.kind == "series":
        return float(values[0])
    return pd.Series(values, index=panel.ids.rename(panel.layout.id_col))


def wide_columns(panel: Panel) -> pd.Index:
    """Return the columns of a wide result."""
    return panel.ids.rename(panel.layout.columns_name)  # type: ignore[arg-type]


def _side_by_side(positions: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of positions (n_rows,) and the table (n_rows, n_series, k) of values (n_series, horizon, k) on them."""
    first = int(positions.min())
    n_rows = int(positions.max()) - first + 1
    if n_rows == positions.shape[1]:
        return positions[0], values.transpose(1, 0, 2)
    table = np.full((n_rows, *values.shape[::2]), np.nan)
    table[positions - first, np.arange(len(values))[:, None]] = values
    return first + np.arange(n_rows), table


def _stacked(
    panel: Panel, positions: np.ndarray, columns: dict[str, np.ndarray], *, as_frame: bool = False
) -> pd.Series | pd.DataFrame:
    """Long or MultiIndex result with the series one below the other."""
    layout = panel.layout
    ids = panel.ids.take(np.repeat(np.arange(panel.n_series), positions.shape[1]))
    stamps = panel.calendar.stamps(positions.reshape(-1))
    flat = {name: values.reshape(-1) for name, values in columns.items()}
    if layout.kind == "long":
        return pd.DataFrame({layout.id_col: ids, layout.time_col: stamps, **flat})
    index = pd.MultiIndex.from_arrays([ids, stamps], names=[layout.id_col, layout.time_col])
    return on_multiindex(panel, index, flat, as_frame=as_frame)


def on_multiindex(
    panel: Panel, index: pd.Index, columns: dict[str, np.ndarray], *, as_frame: bool, name: str | None = None
) -> pd.Series | pd.DataFrame:
    """Return a Series or frame on a (series, time, ...) index, as the data was."""
    layout = panel.layout
    if layout.is_series and not as_frame:
        return pd.Series(
            next(iter(columns.values())),
            index=index,
            name=layout.name if name is None else name,  # type: ignore[arg-type]
        )
    frame = pd.DataFrame(columns, index=index)
    return frame if as_frame else frame.rename_axis(columns=layout.columns_name)
