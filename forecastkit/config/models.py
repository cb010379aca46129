"""The models section: every estimator's settings, read from its constructor and docstring, and the estimators built."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from .. import estimators
from .docstring import parameter_texts, summary


class ModelSettings(BaseModel):
    """Settings of one model; the classes for each type of model derive from it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    type: str

    @model_validator(mode="after")
    def _suits_the_estimator(self) -> ModelSettings:
        """Let the estimator check its parameters, whose InvalidParameterError is a ValueError as pydantic wants."""
        devices = getattr(self, "devices", 1)
        if isinstance(devices, int) and devices > 1:
            raise ValueError(
                f"devices={devices} would start processes that run the whole command again: use one device, and train "
                "on several by a script of your own"
            )
        build_model(self).check_parameters()
        return self


@cache
def model_settings() -> dict[str, type[ModelSettings]]:
    """Make the settings class of every forecaster, by the forecaster's name.

    Returns
    -------
    dict of str to type
        Keys are what ``type:`` may be in the YAML; fields are the constructor's parameters with their defaults.
    """
    return {name: _settings_class(name, forecaster) for name, forecaster in _forecasters().items()}


def build_model(settings: ModelSettings) -> estimators.BaseForecaster:
    """Build the estimator that the settings describe, not fitted; what the file leaves out is the estimator's default.

    Parameters
    ----------
    settings : ModelSettings
        One entry of a models section.

    Returns
    -------
    BaseForecaster
    """
    return _forecasters()[settings.type](**settings.model_dump(exclude={"type"}, exclude_unset=True))


@cache
def _forecasters() -> dict[str, type[estimators.BaseForecaster]]:
    """Every public forecaster by its name."""
    public = {name: getattr(estimators, name) for name in estimators.__all__}
    base = estimators.BaseForecaster
    return {
        name: item
        for name, item in public.items()
        if inspect.isclass(item) and issubclass(item, base) and item is not base
    }


def _settings_class(name: str, forecaster: type[estimators.BaseForecaster]) -> type[ModelSettings]:
    """Make the settings class of one forecaster."""
    texts = _texts(forecaster)
    hints = get_type_hints(forecaster.__init__)  # type: ignore[misc]
    fields: dict[str, Any] = {"type": (Literal[name], Field(description=summary(forecaster)))}
    for parameter in inspect.signature(forecaster).parameters.values():
        field = Field(parameter.default, description=texts.get(parameter.name))
        fields[parameter.name] = (_yaml_type(hints.get(parameter.name, Any)), field)
    return create_model(name, __base__=ModelSettings, __doc__=summary(forecaster), **fields)


def _texts(forecaster: type[estimators.BaseForecaster]) -> dict[str, str]:
    """Say what each parameter means; one that is as for the forecaster it derives from gets the text there."""
    texts: dict[str, str] = {}
    for each in reversed(forecaster.__mro__):
        texts |= {name: text for name, text in parameter_texts(each).items() if not text.startswith("As for ")}
    return texts


def _yaml_type(hint: Any) -> Any:
    """Translate an annotation to what YAML can hold: sequences are lists, mappings are sections."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_yaml_type(each) for each in inner)]  # noqa: UP007
    if origin in (list, tuple, Sequence):
        return list[Union[tuple(_yaml_type(each) for each in inner if each is not ...)]]  # noqa: UP007
    if origin is Mapping:
        return dict[str, Any]
    return hint if origin is Literal or hint in (int, float, str, bool, type(None)) else Any
