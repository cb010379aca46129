import numpy as np
import pytest
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression import ARSpecification, fit_batch, fit_seasonal_lags, seasonal_lags


def seasonal_walk(n, season, seed=0):
    return np.random.default_rng(seed).normal(size=(-(-n // season), season)).cumsum(axis=0).ravel()[:n] + 50


def ragged(*series):
    lengths = np.array([len(y) for y in series])
    y = np.full((len(series), lengths.max()), np.nan)
    for row, values in zip(y, series, strict=True):
        row[len(row) - len(values) :] = values
    return y, lengths


@pytest.mark.parametrize(("seasons", "centres"), [((12,), (0, 12, 24)), ((24, 168), (0, 24, 168))])
def test_lags_enter_by_their_distance_to_the_seasons(seasons, centres):
    lags = seasonal_lags(seasons, 200, 40)
    distance = np.abs(lags[:, None] - np.array(centres)).min(axis=1)
    assert len(set(lags.tolist())) == 40
    assert (np.diff(distance) >= 0).all()


@pytest.mark.parametrize(("max_lag", "count"), [(0, 5), (5, 0), (5, 9), (30, 9)])
def test_no_lag_is_beyond_the_largest(max_lag, count):
    lags = seasonal_lags((12,), max_lag, count)
    assert len(lags) == min(max_lag, count)
    assert ((lags >= 1) & (lags <= max_lag)).all()


@pytest.mark.parametrize("trend", ["n", "c"])
@pytest.mark.parametrize("differences", [0, 1])
def test_estimates_equal_those_of_statsmodels_on_the_chosen_lags(trend, differences):
    y = seasonal_walk(300, 12)
    specification = ARSpecification(criterion="aicc", trend=trend, differences=differences, seasonal_period=12)
    fit = fit_seasonal_lags(y[None], np.array([300]), specification, (12,))
    w = np.diff(y) if differences else y
    reference = AutoReg(w, lags=fit.lags.tolist(), trend=trend).fit()
    d = fit.deterministic.shape[1]
    np.testing.assert_allclose(np.r_[fit.deterministic[0], fit.coef[0]], reference.params, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(fit.sigma2[0], reference.sigma2, rtol=1e-8)
    assert fit.n_parameters[0] == len(reference.params) + 1
    assert d == (trend == "c")


def test_the_number_of_lags_minimises_the_criterion_on_the_common_sample():
    y = seasonal_walk(240, 12, seed=3)
    lags = seasonal_lags((12,), 120, 23)
    scores = []
    for k in range(1, 24):
        scores.append(AutoReg(y, lags=sorted(lags[:k].tolist()), hold_back=lags.max(), trend="c").fit().aicc)
    fit = fit_seasonal_lags(y[None], np.array([240]), ARSpecification(criterion="aicc"), (12,))
    assert fit.lags.tolist() == sorted(lags[: int(np.argmin(scores)) + 1].tolist())


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_a_batch_of_different_lengths_equals_its_series(shift):
    series = [seasonal_walk(n, 12, seed=n) + shift for n in (60, 61, 90, 200)]
    y, lengths = ragged(*series)
    specification = ARSpecification(criterion="aicc", seasonal_period=12)
    together = fit_seasonal_lags(y, lengths, specification, (12,)).dense_coef()
    for i, values in enumerate(series):
        alone = fit_seasonal_lags(values[None], lengths[[i]], specification, (12,)).dense_coef()[0]
        np.testing.assert_allclose(together[i, : len(alone)], alone, rtol=1e-7, atol=1e-9)
        assert not together[i, len(alone) :].any()


def test_collinear_series_are_fitted_exactly():
    y = np.tile([1.0, 5.0, 2.0, 8.0], 12)[None]
    fit = fit_seasonal_lags(y, np.array([48]), ARSpecification(criterion="aicc"), (4,))
    assert fit.sigma2[0] == 0
    assert np.isfinite(fit.coef).all()


def test_long_seasons_take_few_lags_where_all_lags_take_hundreds():
    rng = np.random.default_rng(0)
    y = (np.tile(rng.normal(size=168), 5) * 5 + rng.normal(size=840))[None]
    lengths = np.array([840])
    few = fit_seasonal_lags(y, lengths, ARSpecification(criterion="aicc"), (24, 168))
    many = fit_batch(y, lengths, ARSpecification(lags=tuple(range(1, 170))))
    assert 168 in few.lags
    assert few.n_parameters[0] < 35 < many.n_parameters[0]
