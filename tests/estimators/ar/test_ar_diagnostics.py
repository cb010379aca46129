import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from layouts import IDS, wide_frame
from scipy.integrate import quad
from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch
from statsmodels.stats.stattools import jarque_bera
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.arima_process import ArmaProcess

from forecastkit import ARForecaster
from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.estimators.ar.residual_tests import residual_tests


@pytest.fixture
def y():
    return wide_frame()["north"]


def test_residuals_are_the_errors_of_autoreg_over_their_deviation(y):
    reference = AutoReg(y.to_numpy(), 2).fit()
    residuals = ARForecaster(order=2).fit(y).residuals()
    np.testing.assert_allclose(residuals.iloc[2:], reference.resid / np.sqrt(reference.sigma2), rtol=1e-8)
    assert residuals.iloc[:2].isna().all()
    assert residuals.index.equals(y.index)


@pytest.mark.filterwarnings("ignore:.*het_arch.*:FutureWarning", "ignore:.*result.*:FutureWarning")
@pytest.mark.parametrize("n_lags", [None, 5])
def test_residual_tests_are_those_of_statsmodels(n_lags):
    y = pd.Series(np.random.default_rng(0).normal(size=300).cumsum(), index=pd.RangeIndex(300))
    model = ARForecaster(order=2).fit(y)
    table = model.residual_tests(n_lags).loc["y"] if n_lags else model.residual_tests().loc["y"]
    lags = n_lags or 10
    errors = AutoReg(y.to_numpy(), 2).fit().resid
    ljung = acorr_ljungbox(errors, lags=[lags], model_df=2)
    np.testing.assert_allclose(table.loc["Ljung-Box", ["statistic", "p_value"]].astype(float), ljung.iloc[0], rtol=1e-7)
    np.testing.assert_allclose(
        table.loc["Jarque-Bera", ["statistic", "p_value"]].astype(float), jarque_bera(errors)[:2], rtol=1e-7
    )
    np.testing.assert_allclose(
        table.loc["ARCH LM", ["statistic", "p_value"]].astype(float), tuple(het_arch(errors, nlags=lags))[:2], rtol=1e-6
    )
    assert table["n_lags"].tolist() == [lags, 0, lags]


def test_each_series_is_tested_alone_and_too_few_errors_give_no_number():
    wide = wide_frame()
    table = ARForecaster(order=1).fit(wide).residual_tests()
    assert table.index.names == ["unique_id", "test"]
    for name in wide:
        alone = ARForecaster(order=1).fit(wide[name]).residual_tests()
        pd.testing.assert_frame_equal(table.loc[[name]], alone, rtol=1e-8)
    for errors in (np.arange(3.0), np.zeros(50)):
        assert residual_tests(errors, 5, 1, 0)[["statistic", "p_value"]].isna().all(axis=None)


def test_autocovariance_and_stationary_law_are_those_of_the_arma_process(y):
    model = ARForecaster(order=3).fit(y)
    phi = model.coef_.to_numpy()[0]
    expected = model.sigma2_ * ArmaProcess(np.r_[1, -phi]).acovf(13)
    np.testing.assert_allclose(model.autocovariance(12)["north"], expected, rtol=1e-6)
    mean, variance = model.stationary_law().loc["north"]
    assert mean == pytest.approx(model.intercept_ / (1 - phi.sum()))
    assert variance == pytest.approx(expected[0], rel=1e-6)
    assert len(model.autocovariance(0)) == 1


def test_the_spectrum_is_the_transform_of_the_autocovariance(y):
    model = ARForecaster(order=2).fit(y)
    frequencies = np.linspace(0, 0.5, 7)
    covariance = model.autocovariance(400)["north"].to_numpy()
    lags = np.arange(1, 401)
    expected = covariance[0] + 2 * np.cos(2 * np.pi * np.outer(frequencies, lags)) @ covariance[1:]
    density = model.spectrum(frequencies)["north"]
    np.testing.assert_allclose(density, expected, rtol=1e-8)
    np.testing.assert_allclose(density.index, frequencies)
    total = quad(lambda nu: model.spectrum([nu]).iloc[0, 0], 0, 0.5)[0] * 2
    assert total == pytest.approx(covariance[0], rel=1e-6)
    assert model.spectrum().shape == (513, 1)


def test_a_model_that_is_not_stationary_has_no_moments():
    growth = pd.Series(1.1 ** np.arange(40) + np.random.default_rng(0).normal(size=40) * 1e-3)
    model = ARForecaster(order=1).fit(growth)
    assert model.autocovariance(3).isna().all(axis=None)
    assert model.stationary_law().isna().all(axis=None)
    trend = ARForecaster(order=1, trend="ct").fit(wide_frame()["north"])
    assert trend.stationary_law().isna().all(axis=None)
    assert trend.autocovariance(3).notna().all(axis=None)


def test_a_panel_has_a_column_or_row_per_series():
    model = ARForecaster(order=2).fit(wide_frame())
    assert list(model.autocovariance(3).columns) == list(model.spectrum().columns) == IDS
    assert list(model.stationary_law().index) == IDS


@pytest.mark.parametrize("frequencies", [[0.6], [-0.1], [[0.1]], [np.nan]], ids=repr)
def test_frequencies_outside_the_spectrum_are_refused(y, frequencies):
    with pytest.raises(InvalidParameterError, match=r"'frequencies' must be cycles per step between 0 and 0.5"):
        ARForecaster(order=1).fit(y).spectrum(frequencies)


def test_numbers_of_lags_are_checked(y):
    model = ARForecaster(order=1).fit(y)
    with pytest.raises(InvalidParameterError, match="'n_lags' must be a whole number of 0 or more"):
        model.autocovariance(-1)
    with pytest.raises(InvalidParameterError, match="'n_lags' must be a whole number of 1 or more"):
        model.residual_tests(0)


PLOTS = ["plot_fit", "plot_residuals", "plot_roots", "plot_spectrum"]


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize(
    "parameters",
    [{"order": 2}, {"order": 2, "transform": "log"}, {"order": "bic", "differences": 1}, {"order": 3, "ridge": 0.1}],
    ids=str,
)
def test_plots_are_figures_with_marks(y, plot, parameters):
    figure = getattr(ARForecaster(**parameters).fit(y), plot)()
    assert isinstance(figure, go.Figure)
    assert len(figure.data) > 0


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_of_many_series_needs_to_know_which(plot):
    wide = wide_frame()
    wide.iloc[20, 1] = np.nan
    model = ARForecaster(order=1).fit(wide)
    with pytest.raises(InvalidParameterError, match=r"there are 3 series: say which by series=, such as 'north'"):
        getattr(model, plot)()
    with pytest.raises(InvalidFrameError, match=r"no series 'sout'.*did you mean 'south'"):
        getattr(model, plot)(series="sout")
    assert isinstance(getattr(model, plot)(series="south"), go.Figure)


def test_a_model_with_covariates_can_be_drawn(y):
    X = pd.DataFrame({"x": np.sin(np.arange(80))}, index=pd.date_range("2024-01-01", periods=80))
    model = ARForecaster(order=1).fit(y, X=X)
    for plot in PLOTS:
        assert isinstance(getattr(model, plot)(), go.Figure)
