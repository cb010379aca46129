import inspect

import pytest
from pydantic import ValidationError

from forecastkit import estimators
from forecastkit.config.models import build_model, model_settings

BASES = estimators.BaseForecaster, estimators.BaseImputer


def test_every_public_forecaster_and_imputer_is_a_type_of_model():
    public = [getattr(estimators, name) for name in estimators.__all__]
    classes = {item for item in public if inspect.isclass(item) and issubclass(item, BASES)}
    assert {item.__name__ for item in classes} - {"BaseForecaster", "BaseImputer"} == set(model_settings())


@pytest.mark.parametrize("name", sorted(model_settings()))
def test_settings_have_the_parameters_and_defaults_of_the_constructor(name):
    parameters = inspect.signature(getattr(estimators, name)).parameters
    fields = {key: field.default for key, field in model_settings()[name].model_fields.items() if key != "type"}
    assert fields == {key: parameter.default for key, parameter in parameters.items() if key != "graph"}


@pytest.mark.parametrize("name", sorted(model_settings()))
def test_every_parameter_is_described(name):
    undescribed = [key for key, field in model_settings()[name].model_fields.items() if not field.description]
    assert undescribed == []


def test_a_parameter_that_is_as_for_another_forecaster_has_the_text_there():
    fields = {name: model_settings()[name].model_fields for name in ("NARForecaster", "ConditionalNARForecaster")}
    own = fields["NARForecaster"]["backbone"].description
    assert own.startswith("Network")
    assert fields["ConditionalNARForecaster"]["backbone"].description == own
    assert "not known ahead" in fields["ConditionalNARForecaster"]["past_covariates"].description


def test_the_estimator_gets_what_the_file_states_and_keeps_its_own_defaults():
    settings = model_settings()["ARForecaster"].model_validate({"type": "ARForecaster", "order": [1, 2, 24]})
    model = build_model(settings)
    assert model.get_params() == {**estimators.ARForecaster().get_params(), "order": [1, 2, 24]}


def test_the_estimator_checks_its_parameters():
    with pytest.raises(ValidationError, match="seasonal_differences"):
        model_settings()["ARForecaster"].model_validate({"type": "ARForecaster", "seasonal_differences": -1})
