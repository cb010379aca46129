"""Fitting a neural forecaster: from a panel to a trained network."""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal

import torch

from ...errors import ConvergenceError, InvalidParameterError
from ...frames import Covariates, Panel
from ...models import (
    AutoregressiveNetwork,
    CovariateShape,
    NetworkSpecification,
    Objective,
    fit_dependence,
    fit_scale,
    free_run_error,
    series_spread,
    start_linear,
)
from ...nn.backbones import choose_backbone
from ...training import train
from ...windows import tail_windows
from ..parameters import root_seed
from ..training_options import training_options
from .covariate_plan import CovariatePlan
from .network import FittedNetwork
from .training_data import TrainingData, check_variation, count_targets, training_data, warn_of_unused

if TYPE_CHECKING:
    from .forecaster import NARForecaster

_PILOT = 4  # the choice of the skip trains this part of the steps
_PILOT_TAIL = 0.1  # share of the values that it is judged on where nothing is held out otherwise
_MOST_JUDGED = 512
_WORSE = 3.0  # times the error of the start: no objective asks for that much
_ROOM = 0.5  # of the series' unit, for series that the linear start fits exactly


def fit_network(
    model: NARForecaster, panel: Panel, X: Covariates | None, plan: CovariatePlan, before: FittedNetwork | None
) -> FittedNetwork:
    """Train a network on a panel.

    Parameters
    ----------
    model : NARForecaster
        Its parameters, checked.
    panel : Panel
        Training series.
    X : Covariates or None
    plan : CovariatePlan
        Covariates that are read.
    before : FittedNetwork or None
        Where training goes on from, for a warm start.

    Returns
    -------
    FittedNetwork

    Raises
    ------
    InvalidFrameError
        Every series is too short, or none of them ever changes.
    InvalidParameterError
        The windows do not allow so many rollout steps; a warm start of a network of another shape.
    ConvergenceError
        Training exploded.
    """
    if before is not None:
        _check_goes_on(model, plan, before)
        plan = before.plan
    specification, reason = _specification(model, panel, plan)
    seed, order = root_seed(model.random_state), specification.order
    n_targets = count_targets(model, specification, panel)
    check_variation(panel)
    data = training_data(model, panel, X, plan, order, n_targets, model.validation_size)
    warn_of_unused(panel, data, order)
    record: dict[str, Any] = {"backbone": reason}
    if model.linear_skip == "auto" and before is None:
        judged = data
        if data.held_out is None:
            judged = training_data(model, panel, X, plan, order, n_targets, _PILOT_TAIL)
        chosen, record["linear_skip"] = _skip_choice(model, specification, judged, seed)
        specification = replace(specification, linear_skip=chosen)
    elif model.linear_skip == "auto" and before is not None:
        specification = replace(specification, linear_skip=before.network.specification.linear_skip)
    if before is not None and before.network.specification != specification:
        raise _other_shape_error()
    network = _network(model, specification, data, seed) if before is None else copy.deepcopy(before.network)
    judged, steps = data.training.evenly(_MOST_JUDGED), specification.block_size
    at_start = free_run_error(network, data.store, judged, steps)
    record |= _trained(model, network, data, seed)
    _check_learned(at_start, free_run_error(network, data.store, judged, steps))
    fit_scale(network, data.store, data.training, data.held_out)
    spread = series_spread(network, data.store, data.training)
    fit_dependence(network, replace(data.store, spread=spread), data.training)
    return FittedNetwork(network, data.scaling, _scaled_by(model), plan, spread.double().numpy(), seed, record)


def _check_learned(at_start: float, at_end: float) -> None:
    """Raise where training led far away from where it began, though its loss stayed within the range of numbers."""
    if not at_end <= _WORSE * at_start + _ROOM:
        raise ConvergenceError(
            f"training diverged: the root mean squared error of forecasts on the training windows was {at_start:.3g} "
            f"at its start and is {at_end:.3g} at its end, in units of the scaled series: lower learning_rate, or set "
            "gradient_clip=1.0"
        )


def _check_goes_on(model: NARForecaster, plan: CovariatePlan, before: FittedNetwork) -> None:
    """Raise unless a warm start means the same numbers by its inputs as the network does."""
    same = before.scaled_by == _scaled_by(model) and before.scaling.log == (model.transform == "log")
    if not same or plan.columns != before.plan.columns:
        raise _other_shape_error()


def _other_shape_error() -> InvalidParameterError:
    """Error for a warm start of another network."""
    return InvalidParameterError(
        "warm_start=True goes on training the fitted network, and the parameters, the covariates or the missing values "
        "ask for another one: set warm_start=False to begin anew"
    )


def _scaled_by(model: NARForecaster) -> Literal["standard"] | None:
    """How each series is scaled."""
    return None if model.scaler is None else "standard"


def _specification(model: NARForecaster, panel: Panel, plan: CovariatePlan) -> tuple[NetworkSpecification, str]:
    """Shape of the network, and the reason for its backbone."""
    backbone, reason = model.backbone, "given"
    if backbone == "auto":
        backbone, reason = choose_backbone(model.order)
    return NetworkSpecification(
        order=int(model.order),
        block_size=int(model.block_size),
        backbone=backbone,
        head=model.head,
        n_components=int(model.n_components),
        hidden_size=int(model.hidden_size),
        n_layers=int(model.n_layers),
        dropout=float(model.dropout),
        activation=model.activation,
        linear_skip=model.linear_skip is True,
        window_scaling=model.scaler if model.scaler in ("window", "window_mean") else None,
        window_shrinkage=float(model.window_shrinkage) if model.scaler == "window" else 0.0,
        mask_input=not panel.observed.all(),
        known=plan.known_shape(panel),
        past=CovariateShape(len(plan.past.numeric), plan.past.cardinalities),
        static=CovariateShape(len(plan.static.numeric), plan.static.cardinalities),
    ), reason


def _network(
    model: NARForecaster, specification: NetworkSpecification, data: TrainingData, seed: int
) -> AutoregressiveNetwork:
    """Network with weights drawn from the seed, started at the closed-form linear map."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        network = AutoregressiveNetwork(specification)
    start_linear(network, data.store, data.training, float(model.ridge))
    return network.eval()  # dropout is for training alone


def _trained(
    model: NARForecaster, network: AutoregressiveNetwork, data: TrainingData, seed: int, *, pilot: bool = False
) -> dict[str, Any]:
    """Train a network in place; what training did. A pilot is short and unseen by loggers and callbacks."""
    options = training_options(model)
    if pilot:
        unseen = {"devices": 1, "trainer_options": None, "callbacks": None, "progress_bar": False, "patience": None}
        options = replace(options, max_steps=_pilot_steps(model.max_steps), **unseen)
    objective = Objective(
        loss=model.loss,
        rollout_steps=int(model.rollout_steps),
        rollout_weight=float(model.rollout_weight),
        scheduled_sampling=model.scheduled_sampling,
        final_teacher_forcing=float(model.final_teacher_forcing),
        bounds=data.bounds,
    )
    length = network.specification.order + data.n_targets
    done = asdict(train(network, data.store, data.training, data.held_out, length, objective, options, seed))
    return {name: value for name, value in done.items() if name != "seconds"}  # equal fits have equal records


def _pilot_steps(max_steps: int) -> int:
    """Count the steps that each candidate of an automatic choice is trained for."""
    return max(1, max_steps // _PILOT)


def _skip_choice(
    model: NARForecaster, specification: NetworkSpecification, data: TrainingData, seed: int
) -> tuple[bool, str]:
    """Train with and without the linear skip for a part of the steps, and compare free runs on the held-out tail."""
    if data.held_out is None:
        return True, "kept: the series are too short to hold values out and judge it"
    steps = max(data.n_targets, min(2 * specification.order, int(data.tail.max()) // 2))
    runs = tail_windows(data.store, specification.order, steps, data.tail).evenly(_MOST_JUDGED)
    errors = []
    for skip in (True, False):
        network = _network(model, replace(specification, linear_skip=skip), data, seed)
        try:
            _trained(model, network, data, seed, pilot=True)
            errors.append(free_run_error(network, data.store, runs, steps))
        except ConvergenceError:  # the other one may still train
            errors.append(math.inf)
    chosen = errors[0] <= errors[1] and errors[0] < math.inf
    return chosen, (
        f"{'kept' if chosen else 'left out'}: after {_pilot_steps(model.max_steps)} steps the root mean squared "
        f"error of free runs of {steps} steps on held-out values is {errors[0]:.3g} with it, {errors[1]:.3g} "
        "without, in units of the scaled series"
    )
