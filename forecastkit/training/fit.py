"""Train a network on the windows of many series."""

from __future__ import annotations

import contextlib
import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning_fabric.utilities.exceptions import MisconfigurationException  # comes with pytorch_lightning
from pytorch_lightning import Callback, Trainer
from pytorch_lightning.callbacks import Checkpoint
from torch import nn

from ..errors import InvalidParameterError, nearest
from ..windows import WindowIndex, WindowStore
from .callbacks import BestWeights, DivergenceGuard
from .data_module import WindowDataModule
from .module import ForecastModule, Objective
from .options import TrainingOptions
from .surroundings import interruptible, quiet, unmoved_streams

_N_VALIDATIONS = 20
_FOUND_BY_LIGHTNING = ("best", "last", "hpc", "registry")  # checkpoints that have no path


@dataclass(frozen=True)
class TrainingRecord:
    """How training went.

    Attributes
    ----------
    n_steps : int
        Steps made, those before a checkpoint included.
    training_loss : float
        Of the last batch.
    best_validation_loss : float or None
        Smallest one, that of the weights kept; None without validation.
    best_step : int or None
        Step after which it was reached.
    stopped_early : bool
        Whether patience ran out before the last step.
    seconds : float
        Wall-clock time.
    """

    n_steps: int
    training_loss: float
    best_validation_loss: float | None
    best_step: int | None
    stopped_early: bool
    seconds: float


def train(
    network: nn.Module,
    store: WindowStore,
    training_index: WindowIndex,
    validation_index: WindowIndex | None,
    length: int,
    objective: Objective,
    options: TrainingOptions,
    seed: int = 0,
) -> TrainingRecord:
    """Minimise an objective over the windows of a panel or of a network, in place.

    Parameters
    ----------
    network : torch.nn.Module
        Comes back on the CPU, in its own dtype and in evaluation mode, with the weights of the smallest validation
        loss, the last ones without validation.
    store : WindowStore
        The series, or the nodes of a network.
    training_index : WindowIndex
        Windows to learn from, at least one.
    validation_index : WindowIndex or None
        Held-out windows, looked at about 20 times during training; None for no validation.
    length : int
        Values, or rows, a window.
    objective : Objective
        The loss of a batch.
    options : TrainingOptions
        Steps, batches, learning rate, hardware.
    seed : int, default=0
        Of the batches, of dropout and of the objective's draws, 0 or more. The weights are the caller's to initialise.

    Returns
    -------
    TrainingRecord

    Raises
    ------
    InvalidParameterError
        An option is out of its range, unknown to Lightning's Trainer or refused by it, there is no window to learn
        from, or patience is asked for without validation.
    ConvergenceError
        The loss is not finite; the network then has the weights it came with.

    Notes
    -----
    On the CPU the same seed gives the same weights, bit by bit. Nothing is printed and nothing written to disk
    unless the options ask for it; global random streams, log levels and warning filters are left as they were.
    """
    options.check()
    if len(training_index) == 0:
        raise InvalidParameterError(
            f"there is no window of {length} values with observed lags and targets to learn from"
        )
    if options.patience is not None and not validation_index:
        raise InvalidParameterError("'patience' counts validations, and no windows are held out; set validation_size")
    started = time.perf_counter()
    best, guard = BestWeights(options.patience), DivergenceGuard()
    own = [guard, best] if validation_index else [guard]
    arguments, checkpoint = _trainer_arguments(options, own, validates=bool(validation_index))
    module = ForecastModule(network, objective, options, seed)
    data = WindowDataModule(store, training_index, validation_index, length, options.batch_size, seed, options.recency)
    with contextlib.ExitStack() as stack:
        stack.callback(_give_back, network, _dtype(network))
        stack.enter_context(quiet())
        stack.enter_context(unmoved_streams())
        stack.enter_context(interruptible())
        trainer = _made_trainer(arguments)
        trainer.fit(module, datamodule=data, ckpt_path=checkpoint)
    return TrainingRecord(
        n_steps=trainer.global_step,
        training_loss=float("nan") if guard.last_loss is None else guard.last_loss,
        best_validation_loss=best.loss,
        best_step=best.step,
        stopped_early=best.stopped_early,
        seconds=time.perf_counter() - started,
    )


def _trainer_arguments(
    options: TrainingOptions, own: Sequence[Callback], *, validates: bool
) -> tuple[dict[str, Any], str | None]:
    """Arguments of the Trainer, the user's over ours, and the checkpoint to go on from."""
    given = dict(options.trainer_options or {})
    checkpoint = given.pop("ckpt_path", None)
    names = list(inspect.signature(Trainer).parameters)
    for name in given:
        if name not in names:
            raise InvalidParameterError(
                f"'trainer_options' has {name!r}, which is no argument of Lightning's Trainer; "
                f"{nearest(name, [*names, 'ckpt_path'])}"
            )
    path = "last" if checkpoint is None else str(checkpoint)
    if path not in _FOUND_BY_LIGHTNING and "://" not in path and not Path(path).exists():
        raise InvalidParameterError(f"'trainer_options' has ckpt_path={path!r}, and there is no such file")
    asked = given.pop("callbacks", None) or []
    callbacks = [*own, *(options.callbacks or []), *(asked if isinstance(asked, Sequence) else [asked])]
    ours = {
        "accelerator": options.accelerator,
        "devices": 1 if options.devices == "auto" else options.devices,
        "precision": options.precision,
        "max_steps": options.max_steps,
        "max_epochs": -1,
        "gradient_clip_val": options.gradient_clip,
        "check_val_every_n_epoch": None,  # batches are without end, so validations are counted in them
        "val_check_interval": max(1, options.max_steps // _N_VALIDATIONS),
        "limit_val_batches": None if validates else 0,
        "num_sanity_val_steps": 0,
        "use_distributed_sampler": False,
        "enable_progress_bar": options.progress_bar,
        "enable_model_summary": False,
        "enable_checkpointing": any(isinstance(callback, Checkpoint) for callback in callbacks),
        "logger": False,
    }
    return ours | given | {"callbacks": callbacks}, checkpoint


def _made_trainer(arguments: dict[str, Any]) -> Trainer:
    """Trainer of its arguments; what Lightning refuses is the caller's mistake."""
    try:
        return Trainer(**arguments)
    except (MisconfigurationException, TypeError, ValueError) as error:
        text = " ".join(str(error).split())
        raise InvalidParameterError(
            f"Lightning's Trainer cannot be made of 'trainer_options', 'accelerator', 'devices' and 'precision': {text}"
        ) from error


def _dtype(network: nn.Module) -> torch.dtype | None:
    """Dtype of the first floating-point weight."""
    return next((weight.dtype for weight in network.parameters() if weight.is_floating_point()), None)


def _give_back(network: nn.Module, dtype: torch.dtype | None) -> None:
    """Bring a network back to the CPU, to the dtype it had and to evaluation mode."""
    network.to("cpu").eval()
    if _dtype(network) != dtype:  # "64-true" and the like turn all weights
        network.to(dtype)
