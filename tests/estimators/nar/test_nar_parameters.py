import pytest
from fitted_networks import nar, oscillation

from forecastkit import ConditionalNARForecaster
from forecastkit.errors import InvalidParameterError

REFUSED = {
    "order": (0, "'order' must be a whole number of 1 or more, got 0"),
    "block_size": (1.5, "'block_size' must be a whole number of 1 or more, got 1.5"),
    "hidden_size": (True, "'hidden_size' must be a whole number"),
    "rollout_steps": (0, "'rollout_steps' must be a whole number of 1 or more"),
    "n_components": (0, "'n_components' must be a whole number of 1 or more"),
    "n_layers": ("2", "'n_layers' must be a whole number of 1 or more"),
    "stride": (0, "'stride' must be a whole number of 1 or more"),
    "seasonal_period": (0, "'seasonal_period' must be a whole number of 1 or more"),
    "ridge": (-1e-3, "'ridge' must be a number of 0 or more"),
    "window_shrinkage": (-0.1, "'window_shrinkage' must be a number of 0 or more"),
    "recency": (-1, "'recency' must be a number of 0 or more"),
    "backbone": ("grru", "did you mean 'gru'"),
    "head": ("gausian", "did you mean 'gaussian'"),
    "activation": ("relo", "did you mean 'relu'"),
    "point": ("medain", "did you mean 'median'"),
    "loss": ("nnl", "did you mean 'nll'"),
    "scaler": ("windows", "did you mean 'window'"),
    "transform": ("logs", "did you mean 'log'"),
    "scheduled_sampling": ("inverse_sigmod", "did you mean 'inverse_sigmoid'"),
    "linear_skip": ("yes", "'linear_skip' must be True, False or 'auto', got 'yes'"),
    "warm_start": (1, "'warm_start' must be True or False, got 1"),
    "rollout_weight": (-1.0, "'rollout_weight' must be a number of 0 or more"),
    "dropout": (1.0, "'dropout' must be 0 or more and below 1, got 1.0"),
    "validation_size": (1, "'validation_size' must be 0 or more and below 1, got 1"),
    "final_teacher_forcing": (0.5, "set scheduled_sampling='linear', or leave it at 0"),
    "random_state": (-1, "'random_state' must be a whole number of 0 or more"),
    "max_steps": (0, "'max_steps' must be a whole number of 1 or more"),
    "schedule": ("cosin", "did you mean 'cosine'"),
    "precision": ("32", "'precision' must be one of the allowed names"),
    "accelerator": ("cudda", "did you mean 'cuda'"),
    "trainer_options": ({"max_epoch": 1}, "did you mean 'max_epochs'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_parameter_out_of_its_range_is_named_with_what_is_allowed(name):
    value, message = REFUSED[name]
    model = nar(**{name: value})
    with pytest.raises(InvalidParameterError) as raised:
        model.fit(oscillation(60))
    assert message in str(raised.value)
    assert not hasattr(model, "panel_")


def test_final_teacher_forcing_is_a_probability():
    with pytest.raises(InvalidParameterError, match="'final_teacher_forcing' must be 0 to 1, got 2"):
        nar(final_teacher_forcing=2, scheduled_sampling="linear").check_parameters()
    nar(final_teacher_forcing=1, scheduled_sampling="linear").check_parameters()


def test_patience_needs_values_to_watch():
    with pytest.raises(InvalidParameterError, match="set validation_size above 0, or patience=None"):
        nar(patience=3, validation_size=0).check_parameters()


@pytest.mark.parametrize("accelerator", ["cuda", "gpu"])
def test_a_graphics_card_that_is_not_there_is_refused_by_fit(monkeypatch, accelerator):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(InvalidParameterError, match="finds no CUDA device; use 'auto' or 'cpu'"):
        nar(accelerator=accelerator).fit(oscillation(60))


@pytest.mark.parametrize("name", ["past_covariates", "static_covariates", "categorical"])
def test_names_of_covariates_come_in_a_sequence(name):
    with pytest.raises(InvalidParameterError, match=f"'{name}' must be a sequence of names of columns"):
        ConditionalNARForecaster(**{name: "price"}).check_parameters()


def test_the_conditional_forecaster_has_the_parameters_of_the_other_with_the_same_defaults():
    plain, conditional = nar().get_params(), ConditionalNARForecaster().get_params()
    defaults = type(nar())().get_params()
    assert set(conditional) - set(plain) == {"past_covariates", "static_covariates", "categorical", "calendar"}
    assert {name: conditional[name] for name in plain} == defaults
