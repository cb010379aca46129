"""The fitted arrays in a saved file: their names, types and shapes."""

from __future__ import annotations

import re

import numpy as np

_PROCESS: dict[str, tuple[str, tuple[str | int, ...]]] = {  # kind of number, and what each axis counts
    "polynomial": ("f", ("series", "width")),
    "deterministic": ("f", ("series", 2)),
    "sigma2": ("f", ("series",)),
    "time_origin": ("i", ("series",)),
    "conditioned": ("i", ("series",)),
    "effects": ("f", ("series", "effects")),
    "power": ("f", ("series",)),
    "slope_variance": ("f", ("series",)),
    "differencing": ("i", (3,)),
}
_ESTIMATES: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "lags": ("i", ("lags",)),
    "coef": ("f", ("series", "lags")),
    "deterministic": ("f", ("series", "terms")),
    "effects": ("f", ("series", "effects")),
    "sigma2": ("f", ("series",)),
    "n_rows": ("i", ("series",)),
    "order": ("i", ("series",)),
    "n_parameters": ("if", ("series",)),
}
_DIRECT: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "map": ("f", ("maps", "steps", "width")),
    "intercept": ("f", ("maps", "steps")),
    "covariance": ("f", ("maps", "steps", "steps")),
    "scale": ("f", ("series",)),
    "n_rows": ("i", ("maps",)),
}
_FORMS = {f"process.{name}": form for name, form in _PROCESS.items()}
_FORMS |= {f"estimates.{name}": form for name, form in _ESTIMATES.items()}
_FORMS |= {f"direct.{name}": form for name, form in _DIRECT.items()}
_FORMS |= {"weights": ("f", ("series", "members")), "unfit": ("b", ("series",)), "scale": ("f", ("series",))}
_FORMS |= {"fitted": ("b", ("series",)), "spread": ("f", ("series",)), "variant": ("i", ("variant",))}
_FORMS |= {"settings": ("u", ("bytes",)), "center": ("f", ("series",))}
_NETWORK = "network."
_MEMBER = re.compile(r"(member-\d+)\.(.+)")


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
    >>> check_state({"unfit": np.zeros(3, dtype=bool)}, 4)
    Traceback (most recent call last):
    ValueError: fitted array 'unfit': bool of shape (3,) is not what a forecaster has
    """
    common = {"series": n_series} | ({} if width is None else {"width": width})
    members: dict[str, dict[str, np.ndarray]] = {"": {}}
    for name, array in state.items():
        if name.startswith(_NETWORK):  # shapes are the network's affair
            if array.dtype.kind != "f":
                raise _form_error(name, array)
            continue
        match = _MEMBER.fullmatch(name)
        member, rest = match.groups() if match else ("", name)
        members.setdefault(member, {})[rest] = array
    for member, arrays in members.items():
        _check_arrays(arrays, dict(common), f"{member}." if member else "")
    if "weights" in state and state["weights"].shape[1] != len(members) - 1:
        raise _form_error("weights", state["weights"])


def _check_arrays(arrays: dict[str, np.ndarray], sizes: dict[str, int], prefix: str) -> None:
    """Check the arrays of one process or member."""
    for name, array in arrays.items():
        kind, axes = _FORMS[name]
        fits = array.dtype.kind in kind and array.ndim == len(axes)
        if not fits or any(_size(axis, n, sizes) != n for axis, n in zip(axes, array.shape, strict=True)):
            raise _form_error(prefix + name, array)
    for name in ("process.polynomial", "direct.map"):
        if name in arrays and 0 in arrays[name].shape[1:]:
            raise _form_error(prefix + name, arrays[name])
    if "direct.map" in arrays and len(arrays["direct.map"]) not in (1, sizes["series"]):
        raise _form_error(f"{prefix}direct.map", arrays["direct.map"])
    if "process.differencing" in arrays:
        d, seasonal, season = arrays["process.differencing"].tolist()
        if min(d, seasonal) < 0 or season < 1 or d + seasonal * season > sizes["width"]:
            raise _form_error(f"{prefix}process.differencing", arrays["process.differencing"])
    if "estimates.lags" in arrays:
        lags = arrays["estimates.lags"]
        if sizes["terms"] > 2 or (
            len(lags) and (lags[0] < 1 or (np.diff(lags) < 1).any() or lags[-1] > sizes["width"])
        ):
            raise _form_error(f"{prefix}estimates.lags", lags)


def _size(axis: str | int, found: int, sizes: dict[str, int]) -> int:
    """Length that an axis must have: that of the first array with such an axis."""
    return axis if isinstance(axis, int) else sizes.setdefault(axis, found)


def _form_error(name: str, array: np.ndarray) -> ValueError:
    """Error for an array that does not fit."""
    return ValueError(f"fitted array {name!r}: {array.dtype} of shape {array.shape} is not what a forecaster has")
