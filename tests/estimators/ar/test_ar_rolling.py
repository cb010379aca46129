import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame

from forecastkit import ARForecaster, as_panel
from forecastkit.frames import as_covariates

MODELS = {
    "trend": ARForecaster(order=2, trend="ct"),
    "criterion": ARForecaster(order="aic", max_order=5),
    "list of lags, differences": ARForecaster(order=[1, 4], trend="n", differences=1),
    "seasonal differences": ARForecaster(order=1, seasonal_differences=1, seasonal_period=4),
    "logarithms": ARForecaster(order=2, transform="log"),
    "logarithms, differences": ARForecaster(order="bic", max_order=3, transform="log", differences=1),
    "ridge": ARForecaster(order=3, ridge=0.2),
    "average": ARForecaster(order="aic", max_order=3, averaging=True),
    "window mean": ARForecaster(order=4, window_scaling="mean"),
}
X = pd.DataFrame({"heat": np.sin(1.3 * np.arange(60)), "price": np.arange(60) % 7})
X.index = pd.date_range("2024-01-01", periods=60)
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@pytest.fixture
def y():
    return wide_frame()["north"]


def windows(sliding=False, step=3):
    """Training windows up to every third origin."""
    ends = np.arange(24, 45, step)
    return (ends - 20 if sliding else np.zeros_like(ends)), ends


@every_model
@pytest.mark.parametrize("covariates", [None, X], ids=["alone", "with covariates"])
@pytest.mark.parametrize("sliding", [False, True], ids=["expanding", "sliding"])
@pytest.mark.parametrize("every", [1, 3, 100])
def test_forecasts_from_many_origins_equal_fresh_fits(y, model, every, sliding, covariates):
    starts, ends = windows(sliding)
    fit_origin = np.arange(len(ends)) // every * every
    panel = as_panel(y)
    rows = None if covariates is None else as_covariates(covariates, panel)
    rolled = model.forecast_origins(panel, starts, ends, fit_origin, 4, rows)
    assert rolled is not None
    for o, due in enumerate(fit_origin):
        fresh = ARForecaster(**model.get_params()).fit(y.iloc[starts[due] : ends[due]], X=covariates)
        forecast = fresh.forecast_distribution(4, y=as_panel(y.iloc[starts[o] : ends[o]]))
        one = rolled.select(np.array([o]))
        np.testing.assert_allclose(one.point, forecast.point, rtol=1e-8)
        probabilities = np.array([0.05, 0.9])
        np.testing.assert_allclose(one.quantile(probabilities), forecast.quantile(probabilities), rtol=1e-8)


@every_model
def test_a_changed_future_does_not_move_a_past_forecast(y, model):
    starts, ends = windows()
    origins = np.arange(len(ends))
    first = model.forecast_origins(as_panel(y), starts, ends, origins, 4)
    for future in (-1e3, 0.0, 1e6):
        changed = y.copy()
        changed.iloc[36:] = future
        if model.transform == "log" and future <= 0:
            assert model.forecast_origins(as_panel(changed), starts, ends, origins, 4) is None
        before = ends <= 36
        again = model.forecast_origins(as_panel(changed), starts[before], ends[before], origins[before], 4)
        np.testing.assert_allclose(again.point, first.point[before], rtol=1e-12)
        tail = np.array([0.1])
        np.testing.assert_allclose(again.quantile(tail), first.quantile(tail)[:, before], rtol=1e-12)


@every_model
def test_changed_covariates_move_only_forecasts_that_look_at_them(y, model):
    starts, ends = windows()
    origins, panel = np.arange(len(ends)), as_panel(y)
    changed = X.copy()
    changed.iloc[36:] = 50.0
    first, again = (
        model.forecast_origins(panel, starts, ends, origins, 4, as_covariates(each, panel)).point
        for each in (X, changed)
    )
    before = ends + 4 <= 36
    np.testing.assert_allclose(again[before], first[before], rtol=1e-10)
    assert not np.isclose(again[~before], first[~before]).all(axis=1).any()


@pytest.mark.parametrize(
    "parameters",
    [
        {"order": 2, "transform": "boxcox"},
        {"order": 2, "likelihood": "exact"},
        {"order": 2, "pooling": "global"},
        {"order": 2, "strategy": "direct", "horizon": 2},
    ],
    ids=str,
)
def test_what_has_no_fast_path_is_left_to_the_ordinary_one(y, parameters):
    starts, ends = windows()
    assert ARForecaster(**parameters).forecast_origins(as_panel(y), starts, ends, np.arange(len(ends)), 2) is None


def test_short_windows_and_gaps_are_left_to_the_ordinary_path(y):
    model, starts = ARForecaster(order=3), np.zeros(2, dtype=int)
    assert model.forecast_origins(as_panel(y), starts, np.array([7, 40]), np.arange(2), 2) is None
    assert model.forecast_origins(as_panel(wide_frame()), starts, np.array([30, 40]), np.arange(2), 2) is None
    gappy = y.copy()
    gappy.iloc[35] = np.nan
    assert model.forecast_origins(as_panel(gappy), starts, np.array([30, 40]), np.arange(2), 2) is None
    assert model.forecast_origins(as_panel(gappy), starts, np.array([30, 34]), np.arange(2), 2) is not None
