"""From panels to what a network reads: scaled series in one tensor, and the windows to forecast from."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from ...errors import DataWarning, InvalidFrameError
from ...frames import Covariates, Panel
from ...frames.wording import count_of, word
from ...windows import SeriesScaling, SeriesStore, Window, filled_forward
from .covariate_plan import CovariatePlan, group_rows
from .static_covariates import column_rows, frame_rows

if TYPE_CHECKING:
    from ...models import NetworkSpecification


@dataclass(frozen=True, eq=False)
class NetworkInput:
    """Series and covariates in the numbers of a network.

    Parameters
    ----------
    panel : Panel
        In the data's own unit.
    scaling : SeriesScaling
        Of the panel's series.
    X : Covariates or None
        On the panel's grid.
    plan : CovariatePlan
        Which covariates are read.
    spread : ndarray, shape (n_series,)
        Factor of the deviation of each series' laws.
    static : DataFrame or tuple or None
        Frame of static covariates, or names of columns of X.
    """

    panel: Panel
    scaling: SeriesScaling
    X: Covariates | None
    plan: CovariatePlan
    spread: np.ndarray | None = None
    static: Any = None

    def scaled(self) -> np.ndarray:
        """Scaled values, NaN where missing; shape (n_values,)."""
        panel = self.panel
        if self.scaling.log:
            check_positive(panel)
        return self.scaling.forward(panel.values, panel.series_index)

    def store(self, dtype: torch.dtype = torch.float32) -> SeriesStore:
        """All series end to end, to cut windows from."""
        panel = self.panel
        return SeriesStore.from_arrays(
            self.scaled(),
            panel.offsets,
            known=_none_if_empty(self.plan.known_rows(panel, self.X, panel.starts, panel.lengths)),
            past=_none_if_empty(group_rows(self.plan.past, self.X, panel.starts, panel.lengths)),
            static=_none_if_empty(self.static_rows()),
            spread=self.spread,
            dtype=dtype,
        )

    def last_window(self, specification: NetworkSpecification, horizon: int) -> Window:
        """Return the last ``order`` values of every series, with the known covariates of the steps ahead.

        Parameters
        ----------
        specification : NetworkSpecification
            Of the network.
        horizon : int
            Steps ahead, 1 or more.

        Returns
        -------
        Window
            In float64. The known covariates are repeated to the end of the last block, which no step sees.

        Raises
        ------
        InvalidFrameError
            Values are missing and the network does not know of missing values; covariates do not reach far enough.

        Warns
        -----
        DataWarning
            A series is shorter than the order: its first value is taken to have been there before.
        """
        panel, order, n = self.panel, specification.order, self.panel.n_series
        filled, observed = filled_forward(self.scaled(), panel.offsets)
        places, inside = panel.padded_places(order, None)
        first = np.broadcast_to(panel.offsets[:-1, None], places.shape)
        values = filled[np.where(inside, places, first)]
        seen = np.where(inside, observed[np.where(inside, places, 0)], False)
        if not specification.mask_input and not seen[inside].all():
            raise self._gap_error(order, seen | ~inside)
        if not inside.all():
            short = np.flatnonzero(~inside.all(axis=1))
            warnings.warn(
                f"{len(short)} of {n} series ({panel.ids[short[0]]!r} first) are shorter than the {order} values that "
                "the network looks at: the first value is taken to have been there before",
                DataWarning,
                stacklevel=2,
            )
        known = self._around_origin(specification, horizon)
        past = None
        if self.plan.past.names:
            lengths = np.minimum(panel.lengths, order)
            rows = group_rows(self.plan.past, self.X, panel.ends - lengths, lengths)
            past = _padded(rows, lengths, order)
        static = _none_if_empty(self.static_rows())
        return Window(
            torch.from_numpy(values),
            torch.from_numpy(seen | ~inside) if specification.mask_input else None,
            *(None if each is None else torch.from_numpy(each) for each in (known, past, static, None, self.spread)),
        )

    def refuse_gaps(self, specification: NetworkSpecification, store: SeriesStore) -> None:
        """Raise InvalidFrameError for missing values that a network was not trained to read."""
        if store.observed is None or specification.mask_input:
            return
        place = int((~store.observed).nonzero()[0, 0])
        stamp = word(self.panel.calendar.stamps(self.panel.positions[place : place + 1])[0])
        raise InvalidFrameError(
            f"series {self.panel.ids[self.panel.series_index[place]]!r} has missing values (first at {stamp}), and the "
            "network was trained without any: fill them, for example with y.interpolate(), or fit on data with missing "
            "values"
        )

    def static_rows(self) -> np.ndarray:
        """Encode the static covariates, shape (n_series, n_static)."""
        group = self.plan.static
        if not group.names:
            return np.empty((self.panel.n_series, 0))
        values, categories = static_values(self.static, self.X, self.panel)
        return group.encoded(values[:, [static_names(self.static).index(each) for each in group.names]], categories)

    def _around_origin(self, specification: NetworkSpecification, horizon: int) -> np.ndarray | None:
        """Known covariates of the last ``order`` rows and of those ahead, shape (n_series, rows, n_known)."""
        panel, order, s = self.panel, specification.order, specification.block_size
        lengths = np.minimum(panel.lengths, order) + horizon
        rows = self.plan.known_rows(panel, self.X, panel.ends + horizon - lengths, lengths)
        if not rows.shape[1]:
            return None
        known = _padded(rows, lengths, order + horizon)
        return np.concatenate([known, np.repeat(known[:, -1:], -horizon % s, axis=1)], axis=1)

    def _gap_error(self, order: int, seen: np.ndarray) -> InvalidFrameError:
        """Say which missing values keep a network from forecasting."""
        panel, i = self.panel, int(np.argmin(seen.all(axis=1)))
        position = panel.ends[i] - order + int(np.argmin(seen[i]))
        stamp = word(panel.calendar.stamps(np.array([position]))[0])
        return InvalidFrameError(
            f"series {panel.ids[i]!r} has {count_of(int((~seen[i]).sum()), 'missing value')} (first at {stamp}) among "
            f"the last {order}, and the network was trained without any: fill them, for example with y.interpolate(), "
            "or fit on data with missing values"
        )


def static_values(static: Any, X: Covariates | None, panel: Panel) -> tuple[np.ndarray, Any]:
    """Values of static covariates for each series, and the labels of those that are text."""
    if isinstance(static, pd.DataFrame):
        return frame_rows(static, panel)
    if X is None:
        raise InvalidFrameError(f"static_covariates={static!r} are columns of X: call it with X")
    return column_rows(tuple(static), X, panel)


def static_names(static: Any) -> list[Any]:
    """Names of static covariates."""
    return list(static.columns) if isinstance(static, pd.DataFrame) else list(static)


def _none_if_empty(rows: np.ndarray) -> np.ndarray | None:
    """Rows, or None where there are no columns."""
    return rows if rows.shape[1] else None


def _padded(rows: np.ndarray, lengths: np.ndarray, n_rows: int) -> np.ndarray:
    """Right-align stretches of rows, each one's first row repeated before it; shape (n, n_rows, n_columns)."""
    ends = np.cumsum(lengths)
    place = ends[:, None] - n_rows + np.arange(n_rows)
    return rows[np.maximum(place, (ends - lengths)[:, None])]


def check_positive(panel: Panel) -> None:
    """Refuse values that have no logarithm."""
    bad = np.flatnonzero(panel.values <= 0)
    if len(bad):
        series = panel.ids[panel.series_index[bad[0]]]
        stamp = word(panel.calendar.stamps(panel.positions[bad[:1]])[0])
        raise InvalidFrameError(
            f"transform='log' needs positive values, and y has {count_of(len(bad), 'value')} of 0 or less: "
            f"{panel.values[bad[0]]:g} of series {series!r} at {stamp} first; use transform=None"
        )
