"""Weights of a network as named arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

_PREFIX = "network."


def named_weights(network: nn.Module) -> dict[str, np.ndarray]:
    """Weights and buffers by name, each behind ``network.``; they share memory with the network.

    Examples
    --------
    >>> sorted(named_weights(nn.Linear(1, 1)))
    ['network.bias', 'network.weight']
    """
    return {_PREFIX + name: tensor.numpy() for name, tensor in network.state_dict().items()}


def load_weights(network: nn.Module, arrays: Mapping[str, np.ndarray]) -> None:
    """Put the arrays of `named_weights` into a network; other names are left alone.

    Raises
    ------
    RuntimeError
        The arrays are those of another network.
    """
    named = {name[len(_PREFIX) :]: array for name, array in arrays.items() if name.startswith(_PREFIX)}
    network.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in named.items()})
