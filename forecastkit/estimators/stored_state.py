"""The fitted arrays in a saved file: their names, types and shapes."""

from __future__ import annotations

import numpy as np

_FORMS: dict[str, tuple[str, tuple[str | int, ...]]] = {  # kind of number, and what each axis counts
    "polynomial": ("f", ("series", "width")),
    "deterministic": ("f", ("series", 2)),
    "variances": ("f", ("series", 2)),
    "time_origin": ("i", ("series",)),
    "unfit": ("b", ("series",)),
    "lead": ("i", ("series",)),
    "estimates.lags": ("i", ("lags",)),
    "estimates.coef": ("f", ("series", "lags")),
    "estimates.deterministic": ("f", ("series", "terms")),
    "estimates.sigma2": ("f", ("series",)),
    "estimates.n_rows": ("i", ("series",)),
    "estimates.standard_errors": ("f", ("series", "estimates")),
    "estimates.order": ("i", ("series",)),
    "estimates.n_parameters": ("i", ("series",)),
}


def check_state(state: dict[str, np.ndarray], n_series: int, width: int | None = None) -> None:
    """Refuse fitted arrays that do not belong together or to the training data.

    Parameters
    ----------
    state : dict of str to ndarray
        Fitted arrays by name.
    n_series : int
        Number of series in the training data.
    width : int, default=None
        Number of past values that a forecast looks at; None where it was estimated.

    Raises
    ------
    KeyError
        An array has a name that no forecaster has.
    ValueError
        An array has another type or shape.

    Examples
    --------
    >>> check_state({"lead": np.zeros(3, dtype=int)}, 4)
    Traceback (most recent call last):
    ValueError: fitted array 'lead': int64 of shape (3,) is not what a forecaster has
    """
    sizes = {"series": n_series} | ({} if width is None else {"width": width})
    for name, array in state.items():
        kind, axes = _FORMS[name]
        fits = array.dtype.kind == kind and array.ndim == len(axes)
        if not fits or any(_size(axis, n, sizes) != n for axis, n in zip(axes, array.shape, strict=True)):
            raise _form_error(name, array)
    if sizes.get("width") == 0:
        raise _form_error("polynomial", state["polynomial"])
    if "estimates.lags" in state:
        lags = state["estimates.lags"]
        if len(lags) and (lags[0] < 1 or (np.diff(lags) < 1).any() or lags[-1] > sizes["width"]):
            raise _form_error("estimates.lags", lags)
        if sizes["terms"] > 2 or sizes["estimates"] != sizes["terms"] + len(lags):
            raise _form_error("estimates.standard_errors", state["estimates.standard_errors"])


def _size(axis: str | int, found: int, sizes: dict[str, int]) -> int:
    """Length that an axis must have: that of the first array with such an axis."""
    return axis if isinstance(axis, int) else sizes.setdefault(axis, found)


def _form_error(name: str, array: np.ndarray) -> ValueError:
    """Error for an array that does not fit."""
    return ValueError(f"fitted array {name!r}: {array.dtype} of shape {array.shape} is not what a forecaster has")
