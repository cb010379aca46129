"""The models section: every estimator's settings, read from its constructor and docstring, and the estimators built."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Optional, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from .. import estimators
from .docstring import parameter_texts, summary

Estimator = estimators.BaseForecaster | estimators.BaseImputer
_PARTS = {"imputer", "forecaster"}  # parameters that are estimators themselves
_FROM_SECTION = "graph"  # a parameter that has a section of its own


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
    """Make the settings class of every forecaster and imputer, by its name.

    Returns
    -------
    dict of str to type
        Keys are what ``type:`` may be in the YAML; fields are the constructor's parameters with their defaults.
    """
    return {name: _settings_class(name, estimator) for name, estimator in _estimators().items()}


def build_model(settings: ModelSettings) -> Estimator:
    """Build the estimator that the settings describe, not fitted; what the file leaves out is the estimator's default.

    Parameters
    ----------
    settings : ModelSettings
        One entry of a models section.

    Returns
    -------
    BaseForecaster or BaseImputer
    """
    given = {name: getattr(settings, name) for name in settings.model_fields_set - {"type"}}
    plain = settings.model_dump(exclude={"type", *_PARTS}, exclude_unset=True)
    parts = {name: build_model(given[name]) for name in _PARTS if isinstance(given.get(name), ModelSettings)}
    return _estimators()[settings.type](**plain, **parts)


@cache
def _estimators() -> dict[str, type[Estimator]]:
    """Every public forecaster and imputer by its name; those that are made of others come last."""
    public = {name: getattr(estimators, name) for name in estimators.__all__}
    bases = estimators.BaseForecaster, estimators.BaseImputer
    found = {
        name: item
        for name, item in public.items()
        if inspect.isclass(item) and issubclass(item, bases) and item not in bases
    }
    return dict(sorted(found.items(), key=lambda item: bool(_PARTS & set(inspect.signature(item[1]).parameters))))


def _settings_class(name: str, estimator: type[Estimator]) -> type[ModelSettings]:
    """Make the settings class of one estimator; one that is made of others has their settings in its own."""
    texts = _texts(estimator)
    hints = get_type_hints(estimator.__init__)  # type: ignore[misc]
    fields: dict[str, Any] = {"type": (Literal[name], Field(description=summary(estimator)))}
    for parameter in inspect.signature(estimator).parameters.values():
        if parameter.name == _FROM_SECTION:
            continue
        field = Field(parameter.default, description=texts.get(parameter.name))
        hint = _part_type(parameter.name) if parameter.name in _PARTS else _yaml_type(hints.get(parameter.name, Any))
        fields[parameter.name] = (hint, field)
    return create_model(name, __base__=ModelSettings, __doc__=summary(estimator), **fields)


@cache
def _part_type(kind: str) -> Any:
    """Return the settings of a forecaster or an imputer inside another model."""
    base = estimators.BaseForecaster if kind == "forecaster" else estimators.BaseImputer
    simple = [item for item in _estimators().items() if not _PARTS & set(inspect.signature(item[1]).parameters)]
    classes = [_settings_class(name, item) for name, item in simple if issubclass(item, base)]
    return Optional[Annotated[Union[tuple(classes)], Field(discriminator="type")]]  # noqa: UP007, UP045


def _texts(estimator: type[Estimator]) -> dict[str, str]:
    """Say what each parameter means; one that is as for the estimator it derives from gets the text there."""
    texts: dict[str, str] = {}
    for each in reversed(estimator.__mro__):
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
