"""A trained network as arrays for a saved file."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from ...models import AutoregressiveNetwork, CovariateShape, NetworkSpecification
from ...windows import SeriesScaling
from .covariate_plan import CovariatePlan
from .network import FittedNetwork

_GROUPS = ("known", "past", "static")


def network_state(fitted: FittedNetwork) -> dict[str, np.ndarray]:
    """Arrays that describe a trained network: weights, scaling, and its settings as JSON in bytes.

    Parameters
    ----------
    fitted : FittedNetwork

    Returns
    -------
    dict of str to ndarray
        Which `restored_network` turns back.
    """
    settings = {
        "specification": asdict(fitted.network.specification),
        "plan": fitted.plan.to_json(),
        "scaled_by": fitted.scaled_by,
        "log": fitted.scaling.log,
        "seed": fitted.seed,
        "record": fitted.record,
    }
    state = {f"network.{name}": tensor.numpy() for name, tensor in fitted.network.state_dict().items()}
    text = np.frombuffer(json.dumps(settings).encode(), dtype=np.uint8)
    return state | {
        "settings": text,
        "center": fitted.scaling.center,
        "scale": fitted.scaling.scale,
        "spread": fitted.spread,
    }


def restored_network(state: dict[str, np.ndarray]) -> FittedNetwork:
    """Inverse of `network_state`.

    Parameters
    ----------
    state : dict of str to ndarray

    Returns
    -------
    FittedNetwork

    Raises
    ------
    KeyError, TypeError, ValueError, RuntimeError
        Something is missing, or does not belong together.
    """
    settings: dict[str, Any] = json.loads(state["settings"].tobytes())
    plain = settings["specification"]
    parts = {name: plain[name] for name in _GROUPS}
    shapes = {name: CovariateShape(part["n_numeric"], tuple(part["cardinalities"])) for name, part in parts.items()}
    specification = NetworkSpecification(**plain | shapes)
    with torch.random.fork_rng(devices=[]):  # weights are drawn, and then replaced
        network = AutoregressiveNetwork(specification)
    weights = {name.removeprefix("network."): torch.from_numpy(array.copy()) for name, array in state.items()
               if name.startswith("network.")}  # fmt: skip
    network.load_state_dict(weights)
    return FittedNetwork(
        network.eval(),
        SeriesScaling(state["center"], state["scale"], bool(settings["log"])),
        settings["scaled_by"],
        CovariatePlan.from_json(settings["plan"]),
        state["spread"],
        int(settings["seed"]),
        dict(settings["record"]),
    )
