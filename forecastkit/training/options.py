"""How a network is trained: steps, batches, learning rate, hardware."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from pytorch_lightning import Callback

from ..checks import check_choice, check_integer, check_number
from ..errors import InvalidParameterError

Schedule = Literal["cosine", "constant"]
SCHEDULES = ("cosine", "constant")
_ACCELERATORS = ("auto", "cpu", "cuda", "gpu", "mps", "tpu")
_PRECISIONS = ("32-true", "64-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true")


@dataclass(frozen=True)
class TrainingOptions:
    """Options of :func:`train`, in one object that is checked once.

    Parameters
    ----------
    max_steps : int, default=1000
        Steps of the optimiser, 1 or more.
    batch_size : int, default=256
        Windows a step, 1 or more; of each process, when there are several.
    recency : float, default=0.0
        How much oftener late windows are drawn than early ones, 0 or more, see `forecastkit.windows.draw`.
    learning_rate : float, default=1e-3
        Of AdamW at the first step, above 0.
    schedule : {"cosine", "constant"}, default="cosine"
        Whether the learning rate falls to zero along half a cosine over ``max_steps``, or stays.
    weight_decay : float, default=0.0
        Of the weight matrices, 0 or more; biases and scales, which have one axis, and the vectors of categories are not
        decayed.
    gradient_clip : float, default=1.0
        Largest norm of the gradient, above 0; None for no limit.
    patience : int, default=None
        Stop after that many validations in a row without a smaller loss, 1 or more; None never to stop early.
    accelerator : str, default="auto"
        ``"cpu"``, ``"cuda"`` (or ``"gpu"``), ``"mps"``, ``"tpu"``, or ``"auto"`` for the best one there is.
    devices : int, sequence of int or "auto", default="auto"
        Number of devices, or their numbers. ``"auto"`` is one: more start processes that run the caller's script
        again, which has to be meant.
    precision : str, default="32-true"
        Numbers of the computation: ``"32-true"``, ``"64-true"``, ``"16-mixed"``, ``"bf16-mixed"``, ``"16-true"`` or
        ``"bf16-true"``.
    trainer_options : mapping, default=None
        Arguments of Lightning's ``Trainer``, which win over those made from the options above, and ``ckpt_path``, a
        checkpoint to go on from.
    callbacks : sequence of pytorch_lightning.Callback, default=None
        Called beside those of forecastkit.
    progress_bar : bool, default=False
        Show Lightning's progress bar; otherwise nothing is printed.

    Examples
    --------
    >>> TrainingOptions(schedule="cosin").check()
    Traceback (most recent call last):
        ...
    forecastkit.errors.InvalidParameterError: 'schedule' must be one of the allowed names, got 'cosin'; allowed: \
'cosine', 'constant'; did you mean 'cosine'?
    """

    max_steps: int = 1000
    batch_size: int = 256
    recency: float = 0.0
    learning_rate: float = 1e-3
    schedule: Schedule = "cosine"
    weight_decay: float = 0.0
    gradient_clip: float | None = 1.0
    patience: int | None = None
    accelerator: str = "auto"
    devices: int | Sequence[int] | Literal["auto"] = "auto"
    precision: str = "32-true"
    trainer_options: Mapping[str, Any] | None = None
    callbacks: Sequence[Callback] | None = None
    progress_bar: bool = False

    def check(self) -> None:
        """Raise InvalidParameterError unless every option is in its range and the hardware is there.

        The names in ``trainer_options`` are compared with the Trainer's own by :func:`train`.
        """
        check_integer(self.max_steps, "max_steps", 1)
        check_integer(self.batch_size, "batch_size", 1)
        check_number(self.recency, "recency", 0)
        _check_positive(self.learning_rate, "learning_rate")
        check_choice(self.schedule, "schedule", SCHEDULES)
        check_number(self.weight_decay, "weight_decay", 0)
        if self.gradient_clip is not None:
            _check_positive(self.gradient_clip, "gradient_clip")
        if self.patience is not None:
            check_integer(self.patience, "patience", 1)
        _check_accelerator(self.accelerator)
        _check_devices(self.devices)
        check_choice(self.precision, "precision", _PRECISIONS)
        if not isinstance(self.trainer_options, Mapping | None):
            raise InvalidParameterError(
                f"'trainer_options' must map names of arguments of Lightning's Trainer to values, "
                f"got {self.trainer_options!r}"
            )
        _check_callbacks(self.callbacks)


def _check_positive(value: object, name: str) -> None:
    """Raise unless a number is above zero."""
    if check_number(value, name, 0) == 0:
        raise InvalidParameterError(f"{name!r} must be a number above 0, got {value!r}")


def _check_callbacks(callbacks: object) -> None:
    """Raise unless callbacks are a sequence of Lightning's."""
    if callbacks is None:
        return
    wrong = [] if isinstance(callbacks, Sequence) and not isinstance(callbacks, str) else [callbacks]
    wrong = wrong or [each for each in cast("Sequence[object]", callbacks) if not isinstance(each, Callback)]
    if wrong:
        raise InvalidParameterError(
            f"'callbacks' must be a list of Lightning's Callback objects, such as pytorch_lightning.callbacks.Timer(), "
            f"got {wrong[0]!r}"
        )


def _check_accelerator(accelerator: str) -> None:
    """Raise unless the accelerator has a known name and, if it is a graphics card, is there."""
    check_choice(accelerator, "accelerator", _ACCELERATORS)
    has_cuda, has_mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if {"cuda": has_cuda, "mps": has_mps, "gpu": has_cuda or has_mps}.get(accelerator, True):
        return
    missing = "MPS" if accelerator == "mps" else "CUDA"
    raise InvalidParameterError(
        f"'accelerator' is {accelerator!r}, but torch finds no {missing} device; use 'auto' or 'cpu', or install "
        "the torch that fits the graphics card"
    )


def _check_devices(devices: object) -> None:
    """Raise unless devices are "auto", a number of them, or a list of their numbers."""
    if devices == "auto":
        return
    if isinstance(devices, Sequence) and not isinstance(devices, str) and len(devices):
        for number in devices:
            check_integer(number, "devices", 0)
    elif isinstance(devices, Sequence):
        raise InvalidParameterError(f"'devices' must be 'auto', a number of devices or their numbers, got {devices!r}")
    else:
        check_integer(devices, "devices", 1)
