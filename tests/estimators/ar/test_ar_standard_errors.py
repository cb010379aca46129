import numpy as np
import pytest
from layouts import wide_frame
from statsmodels.tsa.arima.model import ARIMA

from forecastkit import ARForecaster


@pytest.mark.parametrize("order", [1, 2])
def test_those_of_the_exact_likelihood_come_from_its_curvature(order):
    y = wide_frame()["north"]
    model = ARForecaster(order=order, likelihood="exact").fit(y)
    reference = ARIMA(y.to_numpy(), order=(order, 0, 0)).fit(cov_type="approx")
    np.testing.assert_allclose(model.bse_.loc["north"].to_numpy()[1:], reference.bse[1:-1], rtol=0.02)


@pytest.mark.parametrize(
    "parameters",
    [
        {"strategy": "direct", "horizon": 2},
        {"pooling": "global"},
        {"strategy": "direct", "horizon": 2, "pooling": "global"},
    ],
    ids=str,
)
def test_maps_and_global_models_have_none(parameters):
    assert ARForecaster(order=2, **parameters).fit(wide_frame()).bse_.isna().all(axis=None)


def test_an_average_and_a_gappy_series_have_none():
    wide = wide_frame()
    assert ARForecaster(order="aic", max_order=2, averaging=True).fit(wide).bse_.loc[:, [1, 2]].isna().all(axis=None)
    wide.iloc[12, 1] = np.nan
    errors = ARForecaster(order=2).fit(wide).bse_
    assert errors.isna().all(axis=1).tolist() == [False, True, False]
    np.testing.assert_allclose(errors.loc["east"], ARForecaster(order=2).fit(wide["east"]).bse_.loc["east"], rtol=1e-8)


@pytest.mark.parametrize("transform", ["log", "boxcox"])
def test_those_of_transformed_values_are_those_of_the_transformed_series(transform):
    y = wide_frame()["north"]
    model = ARForecaster(order=2, transform=transform).fit(y)
    power = model.power_
    z = np.log(y) if power == 0 else (y**power - 1) / power
    np.testing.assert_allclose(model.bse_, ARForecaster(order=2).fit(z).bse_, rtol=1e-6)
