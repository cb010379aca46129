"""Each window's own centre and unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from ..windows import Window
    from .specification import WindowScaling

_SMALLEST_UNIT = 1e-2  # of the series' unit: a window that hardly moves is not blown up


@dataclass(frozen=True, eq=False)
class WindowScale:
    """Affine map between the values of windows and what the network sees: value = center + unit * seen.

    Parameters
    ----------
    center, unit : Tensor, shape (...,)
    """

    center: Tensor
    unit: Tensor

    def seen(self, values: Tensor) -> Tensor:
        """Return what the network sees of values (..., n)."""
        return (values - self.center[..., None]) / self.unit[..., None]


def window_scale(values: Tensor, observed: Tensor | None, kind: WindowScaling, shrinkage: float = 0.0) -> WindowScale:
    """Mean and standard deviation of windows.

    Parameters
    ----------
    values : Tensor, shape (..., p)
        The past of a forecast, so that no target moves its scale.
    observed : Tensor of bool, shape (..., p), or None
        Which of them count; all where none was observed.
    kind : {"window", "window_mean"} or None
        Mean and standard deviation, mean only, or neither.
    shrinkage : float, default=0.0
        κ, 0 or more: the unit of a window is the root of its variance plus κ², which draws the units of quiet and of
        lively windows together.

    Returns
    -------
    WindowScale
        Of shape (...,).

    Examples
    --------
    >>> scale = window_scale(torch.tensor([1.0, 3.0]), None, "window")
    >>> scale.center, scale.unit, scale.seen(torch.tensor([9.0]))
    (tensor(2.), tensor(1.), tensor([7.]))
    """
    if kind is None:
        return WindowScale(values.new_zeros(values.shape[:-1]), values.new_ones(values.shape[:-1]))
    if observed is None:
        center = values.mean(dim=-1)
        variance = values.var(dim=-1, correction=0) if kind == "window" else None
    else:
        weight = observed.to(values.dtype)
        weight = torch.where(observed.any(dim=-1, keepdim=True), weight, 1.0)  # else: what it was filled with
        count = weight.sum(dim=-1)
        center = (values * weight).sum(dim=-1) / count
        variance = ((values - center[..., None]) ** 2 * weight).sum(dim=-1) / count if kind == "window" else None
    if variance is None:
        return WindowScale(center, torch.ones_like(center))
    return WindowScale(center, (variance.clamp(min=_SMALLEST_UNIT**2) + shrinkage**2).sqrt())


def scale_window(window: Window, order: int, kind: WindowScaling, shrinkage: float = 0.0) -> tuple[Window, WindowScale]:
    """Take the scale of the first ``order`` values out of the values of windows.

    Parameters
    ----------
    window : Window
    order : int
        1 or more.
    kind, shrinkage
        As for `window_scale`.

    Returns
    -------
    window : Window
        Scaled.
    scale : WindowScale
        Of shape (batch,).
    """
    observed = None if window.observed is None else window.observed[:, :order]
    scale = window_scale(window.values[:, :order], observed, kind, shrinkage)
    return replace(window, values=scale.seen(window.values)), scale
