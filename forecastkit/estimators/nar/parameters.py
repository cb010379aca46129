"""What the parameters of the neural forecasters mean, and which go together."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ...checks import check_choice, check_integer, check_number
from ...errors import InvalidParameterError
from ..parameters import check_random_state

if TYPE_CHECKING:
    from .forecaster import NARForecaster

BACKBONES = ("auto", "mlp", "causal_cnn", "gru", "lstm", "attention")
HEADS = ("gaussian", "heteroscedastic", "student_t", "mixture")
_SCHEDULED = ("linear", "exponential", "inverse_sigmoid")


def check_nar_parameters(model: NARForecaster) -> None:
    """Raise InvalidParameterError for a parameter outside its range, or that another one rules out."""
    for name in ("order", "block_size", "stride", "n_components", "hidden_size", "n_layers", "rollout_steps"):
        check_integer(getattr(model, name), name, 1)
    if model.seasonal_period is not None:
        check_integer(model.seasonal_period, "seasonal_period", 1)
    check_choice(model.backbone, "backbone", BACKBONES)
    check_choice(model.head, "head", HEADS)
    check_choice(model.activation, "activation", ("relu", "silu", "gelu", "tanh"))
    check_choice(model.point, "point", ("rollout", "mean", "median"))
    check_choice(model.loss, "loss", ("nll", "mse", "mae", "mase"))
    _check_optional(model.scaler, "scaler", ("standard", "window", "window_mean"))
    _check_optional(model.transform, "transform", ("log",))
    _check_optional(model.scheduled_sampling, "scheduled_sampling", _SCHEDULED)
    if not isinstance(model.linear_skip, bool) and model.linear_skip != "auto":
        raise InvalidParameterError(f"'linear_skip' must be True, False or 'auto', got {model.linear_skip!r}")
    if not isinstance(model.warm_start, bool):
        raise InvalidParameterError(f"'warm_start' must be True or False, got {model.warm_start!r}")
    for name in ("rollout_weight", "ridge", "window_shrinkage"):
        check_number(getattr(model, name), name, 0)
    _check_share(model.dropout, "dropout", "below 1")
    _check_share(model.validation_size, "validation_size", "below 1")
    if check_number(model.final_teacher_forcing, "final_teacher_forcing", 0) > 1:
        raise InvalidParameterError(f"'final_teacher_forcing' must be 0 to 1, got {model.final_teacher_forcing!r}")
    if model.final_teacher_forcing > 0 and model.scheduled_sampling is None:
        raise InvalidParameterError(
            f"final_teacher_forcing={model.final_teacher_forcing!r} is where scheduled sampling ends, which is off: "
            "set scheduled_sampling='linear', or leave it at 0"
        )
    if model.patience is not None and model.validation_size == 0:
        raise InvalidParameterError(
            f"patience={model.patience!r} needs held-out values to watch: set validation_size above 0, or patience=None"
        )
    check_random_state(model.random_state)


def _check_optional(value: object, name: str, allowed: Collection[str]) -> None:
    """Raise unless a setting is None or one of the allowed names."""
    if value is not None:
        check_choice(value, name, tuple(allowed))


def _check_share(value: object, name: str, below: str) -> None:
    """Raise unless a setting is a number from 0 to below 1."""
    if check_number(value, name, 0) >= 1:
        raise InvalidParameterError(f"{name!r} must be 0 or more and {below}, got {value!r}")
