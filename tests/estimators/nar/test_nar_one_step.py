import numpy as np
import pandas as pd
import pytest
from fitted_networks import fitted, oscillation, panel_of_three

from forecastkit import as_panel


def one_step(model, y):
    panel = as_panel(y)
    return model._one_step(panel, model._numbers(panel), None)


@pytest.mark.parametrize("settings", [{}, {"block_size": 3, "backbone": "gru", "head": "mixture"}], ids=str)
def test_a_fitted_value_is_the_forecast_from_just_before(settings):
    y, model = panel_of_three(), fitted("wide", **settings)
    values = model.fitted_values()
    assert values.iloc[:4].isna().all(axis=None)
    assert values.iloc[4:].notna().all(axis=None)
    for t in (4, 30, 59):
        np.testing.assert_allclose(values.iloc[t], model.predict(1, y=y.iloc[:t]).iloc[0], rtol=1e-11)


def test_its_quantiles_and_draws_are_those_of_the_forecast_from_just_before():
    y, model, probabilities = oscillation(), fitted("series", head="student_t"), np.array([0.1, 0.5, 0.9])
    law = one_step(model, y)
    quantiles = law.quantile(probabilities)
    assert quantiles.shape == (3, 120, 1)
    assert law.point.shape == (120, 1)
    for t in (4, 77):
        expected = model.predict_quantiles(1, quantiles=probabilities, y=y.iloc[:t]).iloc[0]
        np.testing.assert_allclose(quantiles[:, t, 0], expected, rtol=1e-9)
    draws = law.sample(500, [np.random.default_rng(i) for i in range(120)])
    assert draws.shape == (500, 120, 1)
    assert np.isnan(draws[:, :4]).all()
    below = (draws[:, 4:, 0] < quantiles[2, 4:, 0]).mean()
    assert below == pytest.approx(0.9, abs=0.01)


def test_windows_are_read_in_batches(monkeypatch):
    model = fitted("series")
    expected, density = model.fitted_values(), model.score_samples()
    monkeypatch.setattr("forecastkit.estimators.nar.network._BATCH", 7)
    pd.testing.assert_series_equal(model.fitted_values(), expected, rtol=1e-12)
    pd.testing.assert_series_equal(model.score_samples(), density, rtol=1e-12)
    draws = one_step(model, oscillation()).sample(3, [np.random.default_rng(i) for i in range(120)])
    assert np.isfinite(draws[:, 4:]).all()


def test_a_series_that_is_shorter_than_the_order_has_no_law():
    model = fitted("series")
    law = one_step(model, oscillation(3))
    assert np.isnan(law.point).all()
    assert np.isnan(law.quantile(np.array([0.5]))).all()
    assert np.isnan(law.sample(2, [np.random.default_rng(0)] * 3)).all()
    assert np.isnan(model.log_likelihood(oscillation(3)))
    assert model.score_samples(oscillation(4)).isna().all()
