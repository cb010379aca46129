import numpy as np
import pytest
from reference_fit import awkward_series, exact_least_squares, lag_rows, simulated_ar
from statsmodels.tsa.ar_model import AutoReg, ar_select_order

from forecastkit.autoregression.lag_gram import lag_gram
from forecastkit.autoregression.order_selection import (
    CRITERIA,
    information_criterion,
    nested_factor_of_rows,
    nested_rss,
    rss_from_projections,
    select_order,
)
from forecastkit.autoregression.rolling_origin import select_order_rolling

SERIES = awkward_series()
TRENDS = ["n", "c", "ct"]


def chosen(y, max_order, trend, criterion):
    return int(select_order(np.asarray(y, float)[None], np.array([len(y)]), max_order, trend, criterion)[0])


def exact_choice(y, max_order, trend, criterion):
    """The order by separate fits in extended precision on the rows that the largest order leaves."""
    X, target = lag_rows(y, range(1, max_order + 1), trend)
    d = TRENDS.index(trend)
    rss = np.array([float(exact_least_squares(X[:, : d + k], target)[2]) for k in range(max_order + 1)])
    k = np.arange(max_order + 1) + d + 1
    return int(np.argmin(information_criterion(rss, np.array(len(target)), k, criterion)))


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("criterion", ["aic", "bic", "hqic"])
@pytest.mark.parametrize("name", ["stationary", "near unit root", "trending"])
def test_the_order_is_that_of_ar_select_order(name, criterion, trend):
    reference = ar_select_order(SERIES[name], 10, ic=criterion, trend=trend).ar_lags
    assert chosen(SERIES[name], 10, trend, criterion) == max(reference or [0])


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("name", SERIES)
def test_the_order_is_that_of_separate_fits_in_extended_precision(name, criterion, trend):
    assert chosen(SERIES[name], 8, trend, criterion) == exact_choice(SERIES[name], 8, trend, criterion)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e5, 1e7])
def test_without_an_intercept_a_large_level_does_not_blur_the_choice(offset):
    y = simulated_ar([0.5, 0.3], 400, seed=11) + offset
    assert chosen(y, 12, "n", "aic") == exact_choice(y, 12, "n", "aic")


@pytest.mark.parametrize("trend", TRENDS)
def test_one_factorisation_gives_the_rss_of_every_order(trend):
    z = simulated_ar([0.6, -0.2], 120)
    fast = nested_rss(lag_gram(z[None], np.array([120]), 6, trend), 6)[0]
    X, target = lag_rows(z, range(1, 7), trend)
    d = TRENDS.index(trend)
    slow = [float(exact_least_squares(X[:, : d + k], target)[2]) for k in range(7)]
    np.testing.assert_allclose(fast, slow, rtol=1e-10)
    factor, scale = nested_factor_of_rows(np.column_stack([X, target]).astype(float))
    np.testing.assert_allclose(rss_from_projections(factor[None, -1], 6)[0] * scale[-1] ** 2, slow, rtol=1e-10)
    assert (np.diff(fast) <= 0).all()


@pytest.mark.parametrize("criterion", ["aic", "bic", "hqic"])
def test_criteria_equal_those_of_autoreg(criterion):
    y = SERIES["stationary"]
    reference = AutoReg(y, 3).fit()
    rss = np.array(reference.sigma2 * reference.nobs)
    ours = information_criterion(rss, np.array(reference.nobs), np.array(5), criterion)
    assert float(ours) == pytest.approx(getattr(reference, criterion), rel=1e-12)


def test_aicc_adds_the_small_sample_term_and_does_not_exist_without_room():
    rss, n = np.array(4.0), np.array(12)
    aic, aicc = (information_criterion(rss, n, np.array(3), name) for name in ("aic", "aicc"))
    assert float(aicc - aic) == pytest.approx(2 * 3 * 4 / (12 - 3 - 1))
    assert information_criterion(rss, n, np.array(11), "aicc") == np.inf


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("criterion", CRITERIA)
def test_exact_series_take_the_smallest_order_that_is_exact(criterion, trend):
    wave = np.sin(np.arange(80) * np.pi / 6)
    assert chosen(wave, 10, trend, criterion) == 2
    assert chosen(np.full(50, 7.3), 8, trend, criterion) == (1 if trend == "n" else 0)


def test_windows_are_judged_as_each_alone():
    y = simulated_ar([0.5, -0.3], 200, seed=4) + 50
    starts, ends = np.array([0, 0, 40, 80]), np.array([90, 150, 140, 200])
    for trend in TRENDS:
        rolled = select_order_rolling(y, starts, ends, 7, trend, "aic")
        alone = [chosen(y[a:b], 7, trend, "aic") for a, b in zip(starts, ends, strict=True)]
        np.testing.assert_array_equal(rolled, alone)


@pytest.mark.parametrize("size", [1e4, 1e8, 1e10])
def test_large_early_values_do_not_blur_later_sliding_windows(size):
    y = simulated_ar([0.5, -0.3, 0.2], 400, seed=6)
    y[:50] *= size
    starts = np.arange(60, 300, 40)
    rolled = select_order_rolling(y, starts, starts + 100, 8, "c", "aic")
    alone = [chosen(y[a : a + 100], 8, "c", "aic") for a in starts]
    np.testing.assert_array_equal(rolled, alone)
