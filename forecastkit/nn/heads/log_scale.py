"""Scales on the logarithmic axis, kept where float32 can compute with them."""

from __future__ import annotations

import torch
from torch import Tensor

from ...errors import InvalidParameterError

SCALE_RANGE = (1e-7, 1e8)
_BOUND = 20.0


def bounded_log_scale(raw: Tensor) -> Tensor:
    """Logarithm of a scale, log σ = 20 tanh(raw / 20): the raw value itself near zero, within ±20 everywhere.

    Parameters
    ----------
    raw : Tensor
        What a network says, any real number.

    Returns
    -------
    Tensor
        Same shape.

    Notes
    -----
    σ stays within 2e-9 and 5e8, so that in float32 (from 1e-38 to 3e38) neither the variance σ² underflows or
    overflows, nor 1/σ², the gradient of a residual of size one, nor the square of that gradient, which Adam keeps. A
    hard clamp would do the same but pass no gradient beyond its ends, where a scale then stays for good.

    Examples
    --------
    >>> bounded_log_scale(torch.tensor([0.0, 1.0, -1e6]))
    tensor([  0.0000,   0.9992, -20.0000])
    """
    return _BOUND * torch.tanh(raw / _BOUND)


def raw_log_scale(log_scale: Tensor) -> Tensor:
    """Raw value that `bounded_log_scale` takes to a log scale within ±20.

    Parameters
    ----------
    log_scale : Tensor
        log σ.

    Returns
    -------
    Tensor
        Same shape.

    Examples
    --------
    >>> raw_log_scale(bounded_log_scale(torch.tensor([3.0])))
    tensor([3.])
    """
    return _BOUND * torch.atanh(log_scale / _BOUND)


def as_scale(scale: Tensor | float, n_steps: int, like: Tensor) -> Tensor:
    """Check a scale and give every step its own.

    Parameters
    ----------
    scale : Tensor or float
        One for all steps, or of shape (n_steps,).
    n_steps : int
        Steps s.
    like : Tensor
        Whose precision and device the result has.

    Returns
    -------
    Tensor
        Shape (n_steps,).

    Raises
    ------
    InvalidParameterError
        The shape is another, or a scale is not within 1e-7 (what float32 resolves at values of size one) and 1e8.

    Examples
    --------
    >>> as_scale(0.5, 2, torch.zeros(1))
    tensor([0.5000, 0.5000])
    """
    steps = torch.as_tensor(scale, dtype=like.dtype, device=like.device).detach()
    if steps.shape not in {(), (n_steps,)}:
        raise InvalidParameterError(f"scale must be a number or of shape ({n_steps},), got shape {tuple(steps.shape)}.")
    low, high = SCALE_RANGE
    if not bool(((steps >= low) & (steps <= high)).all()):
        raise InvalidParameterError(
            f"scale must be from {low:g} to {high:g}, got {steps.tolist()}: bring the data to a scale near 1."
        )
    return steps.expand(n_steps)
