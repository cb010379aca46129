import numpy as np
import pandas as pd
import pytest
from layouts import IDS, every_layout, long_frame, ragged_long, wide_frame
from statsmodels.tsa.ar_model import AutoReg

from forecastkit import ARForecaster
from forecastkit.errors import DataWarning


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", [2, [1, 3]], ids=str)
def test_attributes_are_those_of_autoreg(lags, trend):
    y = wide_frame()["north"]
    model, reference = ARForecaster(order=lags, trend=trend).fit(y), AutoReg(y.to_numpy(), lags, trend=trend).fit()
    d = {"n": 0, "c": 1, "ct": 2}[trend]
    terms = np.concatenate([reference.params[:d], np.zeros(2)])
    np.testing.assert_allclose(model.coef_.loc["north"], reference.params[d:], rtol=1e-8)
    assert model.intercept_ == pytest.approx(terms[0], rel=1e-8)
    assert model.trend_ == pytest.approx(terms[1], rel=1e-8)
    assert model.sigma2_ == pytest.approx(reference.sigma2, rel=1e-8)
    np.testing.assert_allclose(model.bse_.loc["north"], reference.bse, rtol=1e-8)
    assert model.aic_ == pytest.approx(reference.aic, rel=1e-8)
    assert model.bic_ == pytest.approx(reference.bic, rel=1e-8)
    np.testing.assert_allclose(np.sort_complex(model.roots_), np.sort_complex(reference.roots), rtol=1e-8)
    assert model.is_stationary_ == bool((np.abs(reference.roots) > 1).all())


def test_a_series_gives_plain_numbers():
    model = ARForecaster(order=2).fit(wide_frame()["north"])
    assert type(model.order_) is int
    assert type(model.is_stationary_) is bool
    assert type(model.sigma2_) is type(model.aic_) is type(model.intercept_) is float


@pytest.mark.parametrize("layout", ["wide", "long", "multiindex frame"])
def test_a_panel_gives_numbers_by_id(layout):
    model = ARForecaster(order=2).fit(every_layout()[layout])
    for name in ("order_", "sigma2_", "aic_", "bic_", "intercept_", "trend_", "is_stationary_"):
        values = getattr(model, name)
        assert list(values.index) == IDS
        assert values.index.name == "unique_id"
    assert model.order_.dtype == int
    assert model.is_stationary_.dtype == bool
    assert list(model.roots_) == list(model.coef_.index) == list(model.bse_.index) == IDS
    assert list(model.bse_.columns) == ["const", 1, 2]


def test_lags_that_a_series_does_not_have_are_zero_without_a_standard_error():
    wide = wide_frame()
    model = ARForecaster(order="aic").fit(ragged_long(wide))
    for name, order in model.order_.items():
        beyond = [lag for lag in model.coef_.columns if lag > order]
        assert (model.coef_.loc[name, beyond] == 0).all()
        assert model.bse_.loc[name, beyond].isna().all()
        assert model.bse_.loc[name].drop(beyond).notna().all()
        assert len(model.roots_[name]) == order


def test_a_series_left_to_the_naive_forecast_has_no_estimates_and_does_not_count_as_stationary():
    wide = wide_frame()
    rows = pd.concat([long_frame(wide[["north"]]), long_frame(wide[["south"]].iloc[-3:])])
    with pytest.warns(DataWarning):
        model = ARForecaster(order=2, on_error="naive").fit(rows)
    assert model.bse_.loc["south"].isna().all()
    assert np.isnan(model.aic_["south"])
    assert np.isnan(model.bic_["south"])
    assert not model.is_stationary_["south"]
    assert np.isfinite([model.aic_["north"], model.bic_["north"]]).all()
    assert model.sigma2_["south"] == pytest.approx(np.mean(np.diff(wide["south"].iloc[-3:]) ** 2))


def test_an_explosive_series_is_not_stationary():
    y = pd.Series(1.1 ** np.arange(40) + np.random.default_rng(0).standard_normal(40) * 1e-3, index=pd.RangeIndex(40))
    model = ARForecaster(order=1).fit(y)
    assert not model.is_stationary_
    assert abs(model.roots_[0]) == pytest.approx(1 / 1.1, rel=1e-3)
