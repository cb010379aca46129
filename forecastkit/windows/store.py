"""All series of a panel end to end in one tensor, from which windows are cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..errors import InvalidParameterError
from .window import Window, moved


@dataclass(frozen=True, eq=False)
class SeriesStore:
    """The values and covariates of all series, end to end: the values of series i are at offsets[i]:offsets[i+1].

    Parameters
    ----------
    values : Tensor, shape (n_values,)
        A missing value is filled, see :func:`filled_forward`.
    offsets : Tensor of int64, shape (n_series + 1,)
        From 0 to ``n_values``, never falling; a series may be empty.
    observed : Tensor of bool, shape (n_values,), default=None
        None when every value is observed.
    known : Tensor, shape (n_values, n_known), default=None
        Covariates known ahead.
    past : Tensor, shape (n_values, n_past), default=None
        Covariates known up to the origin only.
    static : Tensor, shape (n_series, n_static), default=None
        What is constant in a series.
    weight : Tensor, shape (n_series,), default=None
        Weight of each series in a loss that has weights.
    spread : Tensor, shape (n_series,), default=None
        Factor of the deviation of each series' laws.

    Raises
    ------
    InvalidParameterError
        The offsets do not run from 0 to the number of values, or a tensor has another number of rows.

    Examples
    --------
    >>> store = SeriesStore.from_arrays(np.array([1.0, np.nan, 3.0, 10.0, 11.0, 12.0]), np.array([0, 3, 6]))
    >>> window = store.windows(torch.tensor([0, 4]), length=2)
    >>> window.values.tolist(), window.observed.tolist()
    ([[1.0, 1.0], [11.0, 12.0]], [[True, False], [True, True]])
    """

    values: Tensor
    offsets: Tensor
    observed: Tensor | None = None
    known: Tensor | None = None
    past: Tensor | None = None
    static: Tensor | None = None
    weight: Tensor | None = None
    spread: Tensor | None = None

    def __post_init__(self) -> None:
        n_values = len(self.values)
        ends = self.offsets[[0, -1]].tolist()
        if ends != [0, n_values] or bool((self.offsets.diff() < 0).any()):
            raise InvalidParameterError(
                f"'offsets' must never fall and run from 0 to the {n_values} values, got {ends[0]} to {ends[1]}"
            )
        rows = {"observed": n_values, "known": n_values, "past": n_values}
        rows |= {"static": self.n_series, "weight": self.n_series, "spread": self.n_series}
        for name, n_rows in rows.items():
            tensor = getattr(self, name)
            if tensor is not None and len(tensor) != n_rows:
                raise InvalidParameterError(f"{name!r} must have {n_rows} rows, got {len(tensor)}")

    @classmethod
    def from_arrays(
        cls,
        values: np.ndarray,
        offsets: np.ndarray,
        *,
        known: np.ndarray | None = None,
        past: np.ndarray | None = None,
        static: np.ndarray | None = None,
        weight: np.ndarray | None = None,
        spread: np.ndarray | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> SeriesStore:
        """Store arrays of the shapes above; NaN among the ``values`` is missing and filled forward.

        Returns
        -------
        SeriesStore
            Of numbers of ``dtype``; ``observed`` is None if nothing is missing.
        """
        filled, observed = filled_forward(values, offsets)
        given = (known, past, static, weight, spread)
        return cls(
            torch.as_tensor(filled, dtype=dtype),
            torch.as_tensor(offsets, dtype=torch.int64),
            None if observed.all() else torch.from_numpy(observed),
            *(None if array is None else torch.as_tensor(array, dtype=dtype).contiguous() for array in given),
        )

    @property
    def n_series(self) -> int:
        """Number of series."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Number of values of each series, shape (n_series,)."""
        return self.offsets.diff().cpu().numpy()

    def windows(self, starts: Tensor, length: int, series: Tensor | None = None) -> Window:
        """Cut windows of ``length`` values out of the series.

        Parameters
        ----------
        starts : Tensor of int64, shape (batch,)
            Place of the first value of each window in ``values``. That a window stays inside one series is the
            caller's care, see :class:`WindowIndex`.
        length : int
            Values a window, 1 to ``n_values``.
        series : Tensor of int64, shape (batch,), default=None
            Numbers of the series, for what each has one of; None to find them by the offsets.

        Returns
        -------
        Window
            Copies, of shapes (batch, length) and (batch, length, n); no loop over windows, O(batch · length).
        """
        own = (self.static, self.weight, self.spread)
        if series is None and any(each is not None for each in own):
            series = self.series_of(starts)
        return Window(
            _cut(self.values, starts, length),
            None if self.observed is None else _cut(self.observed, starts, length),
            None if self.known is None else _cut(self.known, starts, length),
            None if self.past is None else _cut(self.past, starts, length),
            *(None if each is None else each[series] for each in own),
        )

    def series_of(self, places: Tensor) -> Tensor:
        """Numbers of the series that hold the values at ``places``, in the shape of these."""
        return torch.searchsorted(self.offsets, places, right=True) - 1

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> SeriesStore:
        """Move to a device and turn the numbers into a dtype; tensors that already are as asked for are shared."""
        given = (self.observed, self.known, self.past, self.static, self.weight, self.spread)
        return SeriesStore(
            moved(self.values, device, dtype),
            moved(self.offsets, device, None),
            *(None if tensor is None else moved(tensor, device, dtype) for tensor in given),
        )


def filled_forward(values: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill missing values with the last observed one of the same series before them, 0 before the first.

    Never with a later one: a forecast made inside a gap must not know how the gap ends.

    Parameters
    ----------
    values : ndarray, shape (n_values,)
        Series end to end, NaN where missing.
    offsets : ndarray of int, shape (n_series + 1,)
        Series i is ``values[offsets[i]:offsets[i + 1]]``.

    Returns
    -------
    filled : ndarray, shape (n_values,)
    observed : ndarray of bool, shape (n_values,)

    Examples
    --------
    >>> filled, observed = filled_forward(np.array([np.nan, 2.0, np.nan, np.nan, 5.0]), np.array([0, 3, 5]))
    >>> filled, observed
    (array([0., 2., 2., 0., 5.]), array([False,  True, False, False,  True]))
    """
    observed = ~np.isnan(values)
    if observed.all():
        return values, observed
    last = np.maximum.accumulate(np.where(observed, np.arange(len(values)), -1))
    has_one = last >= np.repeat(offsets[:-1], np.diff(offsets))
    return np.where(has_one, values[last], 0.0), observed


def _cut(tensor: Tensor, starts: Tensor, length: int) -> Tensor:
    """Rows ``starts`` to ``starts + length`` of a tensor, shape (batch, length, ...)."""
    # An index into a strided view of all windows: nothing but the rows that are asked for is copied.
    view = tensor.unfold(0, length, 1)
    return view[starts] if tensor.ndim == 1 else view.movedim(-1, 1)[starts]
