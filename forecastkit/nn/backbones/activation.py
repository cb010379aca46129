"""Nonlinearities between layers, by name."""

from __future__ import annotations

from torch import nn

from ...errors import InvalidParameterError, nearest

_CLASSES: dict[str, type[nn.Module]] = {"gelu": nn.GELU, "relu": nn.ReLU, "silu": nn.SiLU, "tanh": nn.Tanh}
ACTIVATIONS = tuple(_CLASSES)


def make_activation(name: str) -> nn.Module:
    """Return a new module that applies a nonlinearity to every entry.

    Parameters
    ----------
    name : {"gelu", "relu", "silu", "tanh"}
        Its name.

    Returns
    -------
    torch.nn.Module

    Raises
    ------
    InvalidParameterError
        The name is unknown.

    Examples
    --------
    >>> make_activation("relu")
    ReLU()
    """
    if name not in _CLASSES:
        raise InvalidParameterError(f"unknown activation {name!r}; {nearest(name, ACTIVATIONS)}")
    return _CLASSES[name]()
