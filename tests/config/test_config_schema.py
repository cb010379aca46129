import inspect

import pytest

from forecastkit import backtest
from forecastkit.config.schema import BacktestSection, Configuration, json_schema

CHOSEN_BY_THE_COMMAND = {"models", "y", "X", "progress", "directory"}


def test_the_backtest_section_has_the_arguments_of_backtest():
    assert set(BacktestSection.model_fields) == set(inspect.signature(backtest).parameters) - CHOSEN_BY_THE_COMMAND


def test_the_backtest_section_has_the_defaults_of_backtest():
    parameters = inspect.signature(backtest).parameters
    for name, field in BacktestSection.model_fields.items():
        if not field.is_required() and name != "windows":  # windows is 10 where start is not given
            default = parameters[name].default
            assert field.default == (list(default) if isinstance(default, tuple) else default), name


def sections(schema):
    return {"": schema, **schema["$defs"]}


def test_every_key_of_the_json_schema_is_described():
    undescribed = [
        (name, key)
        for name, section in sections(json_schema()).items()
        for key, node in section["properties"].items()
        if "description" not in node and not node.keys() & {"$ref", "allOf", "anyOf"}
    ]
    assert undescribed == []


def test_no_section_takes_unknown_keys():
    assert all(section["additionalProperties"] is False for section in sections(json_schema()).values())


def test_models_are_told_apart_by_their_type():
    models = json_schema()["properties"]["models"]["additionalProperties"]
    assert models["discriminator"]["propertyName"] == "type"
    assert "ARForecaster" in models["discriminator"]["mapping"]


def test_a_configuration_cannot_be_changed():
    configuration = Configuration.model_validate(
        {"data": {"source": "x"}, "models": {"n": {"type": "NaiveForecaster"}}}
    )
    with pytest.raises(ValueError, match="frozen"):
        configuration.data = None
