import numpy as np
import pytest
from example_laws import BATCH, HORIZON, dense, gaussian, generators, known_values, mixture, transformed
from scipy.special import logsumexp

from forecastkit import gaussian as algebra
from forecastkit.autoregression.forecast import GaussianForecast
from forecastkit.autoregression.mixture_forecast import MixtureForecast
from forecastkit.errors import InvalidParameterError


def test_the_point_forecast_is_the_median():
    law = mixture()
    np.testing.assert_allclose(law.cdf(law.point), 0.5, rtol=1e-11)


def test_distribution_and_density_are_the_weighted_ones_of_the_components():
    law, values = (
        MixtureForecast([gaussian(), dense()], np.full((BATCH, 2), [0.3, 0.7])),
        np.full((BATCH, HORIZON), 5.5),
    )
    cdfs = [part.cdf(values) for part in law.components]
    logs = [np.log(w) + part.log_density(values) for part, w in zip(law.components, (0.3, 0.7), strict=True)]
    np.testing.assert_allclose(law.cdf(values), 0.3 * cdfs[0] + 0.7 * cdfs[1], rtol=1e-13)
    np.testing.assert_allclose(law.log_density(values), logsumexp(logs, axis=0), rtol=1e-13)


def test_a_path_stays_with_one_component():
    apart = [GaussianForecast(np.full((1, 3), centre), np.ones((1, 3)), np.ones(1)) for centre in (0.0, 1000.0)]
    paths = MixtureForecast(apart, np.array([[0.3, 0.7]])).sample(4000, generators(1))[:, 0] > 500
    assert (paths == paths[:, :1]).all()
    assert paths.mean() == pytest.approx(0.7, abs=0.03)


def test_a_single_component_with_all_weight_is_that_component():
    law = MixtureForecast([gaussian(), transformed()], np.full((BATCH, 2), [0.0, 1.0]))
    probabilities = np.array([0.1, 0.5])
    np.testing.assert_array_equal(law.quantile(probabilities), transformed().quantile(probabilities))


def test_known_values_reweight_the_components_as_in_the_dense_mixture():
    parts, weights, steps = [gaussian(), dense()], np.array([0.3, 0.7]), np.array([0, 2])
    law = MixtureForecast(parts, np.tile(weights, (BATCH, 1)))
    scenario = law.condition(known_values((1, 0, 5.2), (1, 2, 6.1)))
    covariances = np.stack([part.covariance(1) for part in parts])
    reference = algebra.GaussianMixture(weights, np.stack([part.mean[1] for part in parts]), covariances)
    expected = reference.condition(steps, [5.2, 6.1])
    np.testing.assert_allclose(scenario.weights[1], expected.weights, rtol=1e-10)
    np.testing.assert_allclose(scenario.weights[[0, 2]], law.weights[[0, 2]], rtol=1e-14)
    np.testing.assert_allclose(
        np.broadcast_to(scenario.log_evidence, BATCH)[1], reference.marginal(steps).log_prob([5.2, 6.1]), rtol=1e-10
    )
    for part, mean in zip(scenario.components, expected.means, strict=True):
        np.testing.assert_allclose(part.quantile(np.array([0.5]))[0, 1, [1, 3]], mean, rtol=1e-10)


def test_a_component_that_cannot_have_a_known_value_loses_its_weight_unless_all_do():
    law = MixtureForecast([gaussian(), transformed((0.0, 0.0, 0.0))], np.full((BATCH, 2), 0.5))
    scenario = law.condition(known_values((1, 1, -1.0)))
    np.testing.assert_allclose(scenario.weights, [[0.5, 0.5], [1.0, 0.0], [0.5, 0.5]], rtol=1e-14)
    only = MixtureForecast([transformed((0.0, 0.0, 0.0))], np.ones((BATCH, 1)))
    with pytest.raises(InvalidParameterError, match="must be positive"):
        only.condition(known_values((1, 1, -1.0)))


def test_values_that_no_component_thinks_likely_still_give_weights():
    law = MixtureForecast([gaussian(), dense()], np.full((BATCH, 2), 0.5))
    weights = law.condition(known_values((0, 0, 1e6))).weights
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
