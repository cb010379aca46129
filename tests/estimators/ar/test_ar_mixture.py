"""The mixture of several autoregressions, whatever decided which they are."""

import warnings

import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame
from scipy.optimize import brentq
from scipy.special import logsumexp
from scipy.stats import norm

from forecastkit import ARForecaster, as_panel
from forecastkit.errors import DataWarning

MEMBERS = [
    {"order": 1},
    {"order": 2, "transform": "log"},
    {"order": 1, "differences": 1, "trend": "n"},
]


def models():
    return [ARForecaster(**parameters) for parameters in MEMBERS]


def mixed(y, on_error="raise"):
    """A forecaster whose members are the models above, of equal weights where they were fitted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        members = [model.set_params(on_error=on_error).fit(y)._members[0] for model in models()]
    host = ARForecaster(order=1).fit(y)
    fitted = np.stack([member.fitted for member in members], axis=1)
    host._keep(members, fitted / fitted.sum(axis=1, keepdims=True))
    return host


@pytest.fixture
def y():
    return wide_frame()["north"]


def test_members_are_fitted_as_alone_and_weigh_the_same(y):
    mixture = mixed(y)
    np.testing.assert_allclose(mixture.weights_, 1 / 3)
    assert mixture.members_["transform"].fillna("none").tolist() == ["none", "log", "none"]
    assert mixture.members_["differences"].tolist() == [0, 0, 1]
    for member, model in zip(mixture._members, models(), strict=True):
        np.testing.assert_allclose(member.process.sigma2, model.fit(y).sigma2_, rtol=1e-10)
    np.testing.assert_allclose(mixture.coef_.dropna(axis=1), models()[0].fit(y).coef_)


def test_quantiles_invert_the_mean_of_the_members_distributions(y):
    mixture = mixed(y)
    laws = [model.fit(y).forecast_distribution(4) for model in models()]

    def probability(value, step):
        return np.mean([law.cdf(np.full((1, 4), value))[0, step] for law in laws])

    quantiles = mixture.predict_quantiles(4, quantiles=[0.1, 0.5, 0.95]).to_numpy()
    for step in range(4):
        expected = [brentq(lambda v: probability(v, step) - q, 1, 40) for q in (0.1, 0.5, 0.95)]  # noqa: B023
        np.testing.assert_allclose(quantiles[step], expected, rtol=1e-8)
    np.testing.assert_allclose(mixture.predict(4), quantiles[:, 1], rtol=1e-10)
    n = 5000
    paths = mixture.sample(4, n, random_state=0).to_numpy().reshape(n, 4)
    share = (paths < quantiles[:, 0]).mean(axis=0)
    assert (np.abs(share - 0.1) < 4.5 * np.sqrt(0.09 / n)).all()


def test_the_likelihood_is_the_log_sum_exp_of_the_members_on_the_values_all_of_them_score(y):
    mixture = mixed(y)
    alone = np.array([model.fit(y).score_samples().iloc[2:].sum() for model in models()])
    assert mixture.log_likelihood() == pytest.approx(logsumexp(alone) - np.log(3), rel=1e-10)
    scores = mixture.score_samples()
    assert scores.iloc[:2].isna().all()
    assert scores.sum() == pytest.approx(mixture.log_likelihood())
    later = np.array([model.fit(y).score_samples().iloc[2:20].sum() for model in models()])
    weights = np.exp(later - logsumexp(later))
    density = [np.exp(model.fit(y).score_samples().iloc[20]) for model in models()]
    assert scores.iloc[20] == pytest.approx(np.log(weights @ density), rel=1e-8)


def test_one_step_forecasts_weigh_the_members_by_what_they_said_before(y):
    fitted = mixed(y).fitted_values()
    past = np.array([model.fit(y).score_samples().iloc[2:30].sum() for model in models()])
    weights = np.exp(past - logsumexp(past))
    laws = [model.fit(y).forecast_distribution(1, y=as_panel(y.iloc[:30])) for model in models()]
    share = sum(w * law.cdf(np.full((1, 1), fitted.iloc[30]))[0, 0] for w, law in zip(weights, laws, strict=True))
    assert share == pytest.approx(0.5, abs=1e-8)


def test_gaps_are_filled_by_the_members_weighted_by_all_that_is_seen(y):
    y = y.copy()
    y.iloc[20] = np.nan
    filled = mixed(y).impute(level=80)
    fits = [model.fit(y) for model in models()]
    past = np.array([model.score_samples().iloc[2:].sum() for model in fits])
    weights = np.exp(past - logsumexp(past))
    bounds = [model.impute(level=100 * (2 * norm.cdf(1) - 1)).iloc[20, 1:].to_numpy() for model in fits]
    bounds[1], value = np.log(bounds[1]), filled["imputed-hi-80"].iloc[20]
    share = 0.0
    for weight, (low, high), at in zip(weights, bounds, [value, np.log(value), value], strict=True):
        share += weight * norm.cdf(at, (low + high) / 2, (high - low) / 2)
    assert share == pytest.approx(0.9, abs=1e-6)
    np.testing.assert_array_equal(filled["imputed"].drop(y.index[20]), y.drop(y.index[20]))


def test_known_values_change_the_weights_by_what_the_members_gave_them(y):
    mixture = mixed(y)
    future = pd.date_range("2024-02-18", periods=3)
    known = pd.Series([14.0], index=future[:1])
    laws = [model.fit(y).forecast_distribution(3) for model in models()]
    given = np.array([law.log_density(np.full((1, 3), 14.0))[0, 0] for law in laws])
    weights = np.exp(given - logsumexp(given))
    parts = [law.condition(np.array([[14.0, np.nan, np.nan]])) for law in laws]
    forecast = mixture.predict(3, known=known)
    assert forecast.iloc[0] == pytest.approx(14.0)
    for step in (1, 2):
        values = np.full((1, 3), forecast.iloc[step])
        share = sum(w * part.cdf(values)[0, step] for w, part in zip(weights, parts, strict=True))
        assert share == pytest.approx(0.5, abs=1e-8)


def test_a_series_that_suits_only_some_members_has_those():
    wide = wide_frame() - 11.0
    wide["south"] += 20.0
    mixture = mixed(wide, on_error="naive")
    np.testing.assert_allclose(mixture.weights_.loc["north"], [0.5, 0, 0.5])
    np.testing.assert_allclose(mixture.weights_.loc["south"], 1 / 3)
    assert np.isfinite(mixture.predict_interval(3)).all(axis=None)
    assert np.isfinite(mixture.log_likelihood()).all()
    assert np.isfinite(mixture.simulate(20, 5, random_state=0)).all(axis=None)


def test_the_summary_lists_the_members(y):
    text = mixed(y).summary().as_text()
    assert "Members" in text
    assert "0.333" in text
