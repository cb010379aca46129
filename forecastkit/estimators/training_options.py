"""The parameters of a neural estimator that say how it is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..training import TrainingOptions


def training_options(model: Any) -> TrainingOptions:
    """Collect the options of training among the parameters of an estimator; those it lacks have their default.

    Parameters
    ----------
    model : estimator
        With attributes such as ``max_steps``.

    Returns
    -------
    TrainingOptions
    """
    from ..training.options import TrainingOptions

    names = TrainingOptions.__dataclass_fields__
    return TrainingOptions(**{name: getattr(model, name) for name in names if hasattr(model, name)})


def check_training_options(model: Any) -> None:
    """Raise InvalidParameterError for an option of training outside its range, or hardware that is not there."""
    training_options(model).check()
