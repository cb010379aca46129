"""The pattern by which observed values are hidden: one of the known ones, or a mask of the caller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...checks import check_choice, check_integer
from ...errors import InvalidFrameError, InvalidParameterError, nearest
from ...frames import Panel, as_panel
from ...frames.layout import layout_of
from .masks import GRIN_POINT_RATE, block_mask, check_share, grin_mask, point_mask, sensor_mask

PATTERNS = ("point", "block", "grin_point", "grin_block", "sensor")
POINT_RATE = 0.25


@dataclass(frozen=True, eq=False)
class Pattern:
    """Which observed values are hidden.

    Parameters
    ----------
    name : str
        One of `PATTERNS`, or "given".
    settings : dict of str to float
        What the pattern depends on.
    given : ndarray of bool, shape (n_times, n_sensors), default=None
        The caller's own mask, True where a value is to be hidden.
    """

    name: str
    settings: dict[str, float]
    given: np.ndarray | None = None

    def hidden(self, observed: np.ndarray, seed: int) -> np.ndarray:
        """Return what is hidden with a seed, of the shape of ``observed``."""
        generator = np.random.default_rng(seed)
        if self.given is not None:
            return self.given & observed
        if self.name == "sensor":
            return sensor_mask(observed, generator=generator, **self.settings)
        if self.name == "point":
            return point_mask(observed, generator=generator, **self.settings)
        return (block_mask if self.name == "block" else grin_mask)(observed, generator, **self.settings)  # type: ignore[arg-type]


def make_pattern(
    pattern: Any, panel: Panel, *, rate: float | None, fault_probability: float, shortest: int, longest: int
) -> Pattern:
    """Check what the caller asked for.

    Parameters
    ----------
    pattern : str, DataFrame or Series
        A name, or a table of booleans in the layout of the data.
    panel : Panel
        The data, every series of which spans the whole grid.
    rate : float or None
        Share that is hidden; None for the pattern's own.
    fault_probability, shortest, longest
        Of the faults of "block".

    Returns
    -------
    Pattern

    Raises
    ------
    InvalidParameterError
        A name is not known, or a number is outside its range.
    InvalidFrameError
        The mask is not one of this data.
    """
    if isinstance(pattern, pd.DataFrame | pd.Series):
        if rate is not None:
            raise InvalidParameterError("'rate' does not go with a mask of your own, which says what is hidden")
        return Pattern("given", {}, _given_mask(pattern, panel))
    check_choice(pattern, "pattern", PATTERNS)
    if rate is not None:
        check_share(rate, "rate")
    if pattern == "block":
        points = GRIN_POINT_RATE if rate is None else rate
        settings: dict[str, float] = {
            "fault_probability": check_share(fault_probability, "fault_probability"),
            "shortest": check_integer(shortest, "shortest", 1),
            "longest": check_integer(longest, "longest", shortest),
            "point_rate": points,
        }
        return Pattern(pattern, settings)
    if pattern == "grin_block":
        if rate is not None:
            raise InvalidParameterError("'rate' does not go with pattern='grin_block', whose numbers are fixed")
        return Pattern(pattern, {})
    share = POINT_RATE if rate is None else rate
    return Pattern(
        pattern, {"fault_probability": 0.0, "point_rate": share} if pattern == "grin_point" else {"rate": share}
    )


def _given_mask(mask: pd.DataFrame | pd.Series, panel: Panel) -> np.ndarray:
    """Place the caller's mask on the grid of the data; what it does not name is not hidden."""
    table = mask
    if isinstance(mask, pd.DataFrame) and layout_of(mask).kind == "long":
        table = mask.assign(y=_as_numbers(mask["y"])) if "y" in mask else mask
    else:
        table = _as_numbers(mask)
    given = as_panel(table, freq=panel.calendar.freq, whole=True)  # type: ignore[arg-type]
    numbers = panel.ids.get_indexer(given.ids)
    if panel.layout.kind == given.layout.kind == "series":
        numbers = np.zeros(1, dtype=int)
    if (numbers < 0).any():
        unknown = given.ids[int(np.argmax(numbers < 0))]
        raise InvalidFrameError(f"the mask has a sensor {unknown!r} that X lacks; {nearest(unknown, panel.ids)}")
    positions = panel.calendar.positions(given.calendar.stamps(np.arange(given.starts[0], given.ends[0])))
    row = positions - panel.starts[0]
    n_times = int(panel.lengths[0])
    inside = (row >= 0) & (row < n_times)
    hidden = np.zeros((n_times, panel.n_series), dtype=bool)
    hidden[np.ix_(row[inside], numbers)] = (given.values.reshape(given.n_series, -1).T == 1.0)[inside]
    return hidden


def _as_numbers(mask: Any) -> Any:
    """Turn booleans into numbers, refusing anything else."""
    kinds = set(mask.dtypes if isinstance(mask, pd.DataFrame) else [mask.dtype])
    if not all(pd.api.types.is_bool_dtype(kind) for kind in kinds):
        raise InvalidFrameError(
            "a mask of your own has to be booleans, True where a value of X is to be hidden; it has "
            f"{', '.join(sorted(map(str, kinds)))}"
        )
    return mask.astype(float)
