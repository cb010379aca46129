import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.autoregression import automatic_candidates, fit_automatic
from forecastkit.autoregression.tail_backtest import forecast_window


def ragged(*series):
    lengths = np.array([len(y) for y in series])
    y = np.full((len(series), lengths.max()), np.nan)
    for row, values in zip(y, series, strict=True):
        row[len(row) - len(values) :] = values
    return y, lengths


def fit_one(y, seasons=()):
    return fit_automatic(np.asarray(y, dtype=float)[None], np.array([len(y)]), seasons)


def median_forecast(y, fit, horizon):
    """Weighted mean of the members' medians."""
    total = np.zeros(horizon)
    for m, candidate in enumerate(fit.candidates):
        if fit.weights[0, m] > 0:
            z = np.asarray(y, dtype=float)[None] if candidate.power == 1 else np.log(y)[None]
            mean, _ = forecast_window(z, candidate.specification, fit.estimates[m], horizon)
            total += fit.weights[0, m] * (mean[0] if candidate.power == 1 else np.exp(mean[0]))
    return total


def is_sound(fit):
    used = fit.weights > 0
    sigma2 = np.stack([each.sigma2 for each in fit.estimates], axis=1)
    return np.isfinite(sigma2[used]).all() and np.isfinite(fit.spread[used]).all() and (fit.spread[used] > 0).all()


@pytest.mark.parametrize("seasons", [(), (4,), (24, 168)])
def test_candidates_differ_and_each_has_a_twin_in_logarithms(seasons):
    candidates = automatic_candidates(seasons)
    assert len(set(candidates)) == len(candidates)
    kinds = [{(c.specification, c.seasons) for c in candidates if c.power == power} for power in (0, 1)]
    assert kinds[0] == kinds[1]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 60),
    st.sampled_from([(), (4,), (12,), (24, 168)]),
    st.sampled_from(["walk", "count", "constant", "growth", "step", "pattern"]),
    st.floats(1e-6, 1e6),
    st.integers(0, 9),
)
def test_any_series_has_weights_of_sum_one_on_finite_models(n, seasons, kind, unit, seed):
    rng = np.random.default_rng(seed)
    make = {
        "walk": lambda: rng.normal(size=n).cumsum(),
        "count": lambda: rng.poisson(0.5, n),
        "constant": lambda: np.full(n, 3.0),
        "growth": lambda: np.exp(0.3 * np.arange(n)),
        "step": lambda: (np.arange(n) > n // 2) * 1.0,
        "pattern": lambda: np.resize([1.0, 5.0, 2.0, 8.0], n),
    }
    fit = fit_one(make[kind]() * unit, seasons)
    assert fit.weights.sum() == pytest.approx(1)
    assert (fit.weights >= 0).all()
    assert is_sound(fit)


def test_a_single_value_has_no_model():
    assert not fit_one([5.0]).weights.any()


def test_logarithms_need_positive_values():
    rng = np.random.default_rng(0)
    for y in (rng.normal(size=80), rng.poisson(1.0, 80), -np.exp(rng.normal(size=80))):
        fit = fit_one(y, (12,))
        assert all(fit.weights[0, m] == 0 for m, c in enumerate(fit.candidates) if c.power == 0)


@pytest.mark.parametrize(("log", "power"), [(True, 0), (False, 1)])
def test_the_transform_under_which_noise_is_even_is_kept(log, power):
    rng = np.random.default_rng(1)
    walk = rng.normal(size=400).cumsum() * 0.15
    fit = fit_one(np.exp(walk) if log else 20 + 10 * (walk - walk.min()), ())
    weight = sum(fit.weights[0, m] for m, c in enumerate(fit.candidates) if c.power == power)
    assert weight == pytest.approx(1)


def test_members_alike_in_the_backtest_weigh_alike():
    y = np.random.default_rng(2).normal(size=300).cumsum()
    weights = fit_one(y - y.max() - 1).weights[0]
    used = weights[weights > 0]
    assert len(used) == 3
    assert used.max() < 2 * used.min()


def test_a_member_that_the_backtest_shows_to_be_worse_weighs_less():
    rng = np.random.default_rng(3)
    y = np.resize(rng.normal(size=60) * 10, 240) + rng.normal(size=240)
    fit = fit_one(y, (60,))
    names = [(c.specification.seasonal_differences, c.seasons) for c in fit.candidates]
    blind = [w for w, name in zip(fit.weights[0], names, strict=True) if name == (0, ())]
    assert max(blind) < 0.2 * fit.weights[0].max()


def test_a_strong_season_is_forecast_better_than_by_the_last_season():
    rng = np.random.default_rng(3)
    y = 50 + np.resize(rng.normal(size=24) * 5, 720) + rng.normal(size=720)
    fit = fit_one(y[:-48], (24, 168))
    error = np.abs(median_forecast(y[:-48], fit, 48) - y[-48:]).mean()
    naive = np.abs(np.resize(y[-72:-48], 48) - y[-48:]).mean()
    assert error < 0.85 * naive


def test_an_exactly_repeated_pattern_is_forecast_exactly():
    y = np.resize([1.0, 5.0, 2.0, 8.0], 60)
    np.testing.assert_allclose(median_forecast(y, fit_one(y, (4,)), 8), np.resize(y[:4], 8), atol=1e-6)


def test_what_is_decided_for_a_series_depends_on_no_other():
    rng = np.random.default_rng(4)
    series = [np.exp(rng.normal(size=n).cumsum() * 0.1) + 1 for n in (2, 9, 24, 60, 61, 200)]
    y, lengths = ragged(*series)
    together = fit_automatic(y, lengths, (12,))
    for i, values in enumerate(series):
        alone = fit_one(values, (12,))
        np.testing.assert_allclose(together.weights[i], alone.weights[0], rtol=1e-5, atol=1e-8)
        used = alone.weights[0] > 0
        np.testing.assert_allclose(together.spread[i, used], alone.spread[0, used], rtol=1e-5)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_does_not_matter(unit):
    y = 10 + np.random.default_rng(5).normal(size=90).cumsum()
    y = y - y.min() + 1
    np.testing.assert_allclose(fit_one(y * unit, (12,)).weights, fit_one(y, (12,)).weights, rtol=1e-4, atol=1e-7)


def test_intervals_of_white_noise_cover_what_they_claim():
    rng = np.random.default_rng(6)
    y, after = rng.normal(size=(300, 60)), rng.normal(size=300)
    fit = fit_automatic(y, np.full(300, 60), ())
    inside = np.zeros(300)
    grid = np.random.default_rng(7).normal(size=4000)
    for i in range(300):
        draws = []
        for m, candidate in enumerate(fit.candidates):
            if fit.weights[i, m] > 0:
                mean, variance = forecast_window(
                    y[[i]], candidate.specification, fit.estimates[m].select(np.array([i])), 1
                )
                size = round(fit.weights[i, m] * len(grid))
                draws.append(mean[0, 0] + np.sqrt(variance[0, 0] * fit.spread[i, m]) * grid[:size])
        low, high = np.quantile(np.concatenate(draws), [0.1, 0.9])
        inside[i] = low <= after[i] <= high
    assert 0.74 < inside.mean() < 0.88
