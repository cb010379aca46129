import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.autoregression import GaussianForecast
from forecastkit.estimators.calibrated.conformal import ConformalScores
from forecastkit.estimators.calibrated.law import CalibratedForecast, center_and_spreads


class SkewedForecast:
    """A shifted exponential law: independent steps, mean above the median."""

    def __init__(self, batch=3, horizon=4):
        self.scale = 1 + np.arange(batch * horizon).reshape(batch, horizon)

    @property
    def point(self):
        return self.scale - 5.0

    def quantile(self, probabilities):
        return -np.log1p(-probabilities)[:, None, None] * self.scale - 5.0

    def sample(self, n_samples, generators):
        return np.stack([each.exponential(size=(n_samples, 4)) for each in generators], axis=1) * self.scale - 5.0


def exponential_scores(n=200, groups=1, steps=4, seed=0):
    return ConformalScores(np.random.default_rng(seed).exponential(size=(n, groups, steps)))


def test_scores_of_a_normal_law_leave_its_intervals_nearly_as_they_are():
    rng = np.random.default_rng(1)
    forecast = GaussianForecast(rng.standard_normal((2, 3)), np.ones((2, 3)), np.array([1.0, 4.0]))
    scores = ConformalScores(np.abs(rng.standard_normal((200_000, 1, 1))))
    probabilities = np.array([0.025, 0.1, 0.5, 0.9, 0.975])
    ours = CalibratedForecast(forecast, scores, np.zeros(2, dtype=int)).quantile(probabilities)
    np.testing.assert_allclose(ours, forecast.quantile(probabilities), atol=0.05)


def test_intervals_keep_the_centre_and_the_skew_of_the_law():
    forecast = SkewedForecast()
    law = CalibratedForecast(forecast, exponential_scores(), np.zeros(3, dtype=int))
    np.testing.assert_array_equal(law.point, forecast.point)
    low, middle, high = law.quantile(np.array([0.1, 0.5, 0.9]))
    center, below, above = center_and_spreads(forecast)
    np.testing.assert_allclose(middle, center)
    np.testing.assert_allclose((high - middle) / (middle - low), above / below)


def test_every_series_has_the_widths_of_its_own_group_and_step():
    forecast, scores = SkewedForecast(), exponential_scores(groups=5)
    group = np.array([4, 0, 2])
    law = CalibratedForecast(forecast, scores, group)
    center, _, above = center_and_spreads(forecast)
    widths = (law.quantile(np.array([0.9]))[0] - center) / above
    np.testing.assert_allclose(widths, scores.widths(np.array([0.8]))[0][group])


@given(st.lists(st.floats(0.025, 0.975), min_size=2, max_size=9), st.integers(19, 60), st.integers(0, 99))
@settings(max_examples=50)
def test_quantiles_never_cross(probabilities, n, seed):
    law = CalibratedForecast(SkewedForecast(), exponential_scores(n, seed=seed), np.zeros(3, dtype=int))
    quantiles = law.quantile(np.sort(probabilities))
    assert (np.diff(quantiles, axis=0) >= -1e-12).all()


def test_paths_have_the_calibrated_quantiles():
    law = CalibratedForecast(SkewedForecast(), exponential_scores(), np.zeros(3, dtype=int))
    paths = law.sample(20_000, [np.random.default_rng(i) for i in range(3)])
    for probability in (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95):
        share = (paths <= law.quantile(np.array([probability]))[0]).mean(axis=0)
        np.testing.assert_allclose(share, probability, atol=0.015)


def test_paths_keep_their_order_beyond_the_largest_score_too():
    class Ladder(SkewedForecast):
        def sample(self, n_samples, generators):
            return np.linspace(-5, 300, n_samples)[:, None, None] + np.zeros((3, 4))

    law = CalibratedForecast(Ladder(), exponential_scores(20), np.zeros(3, dtype=int))
    assert (np.diff(law.sample(500, []), axis=0) > 0).all()


def test_no_spread_stays_none():
    forecast = GaussianForecast(np.ones((2, 3)), np.ones((2, 3)), np.zeros(2))
    scores = ConformalScores(np.full((30, 1, 3), np.inf))
    law = CalibratedForecast(forecast, scores, np.zeros(2, dtype=int))
    np.testing.assert_array_equal(law.quantile(np.array([0.1, 0.9])), np.ones((2, 2, 3)))
