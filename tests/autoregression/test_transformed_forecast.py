import numpy as np
import pytest
from example_laws import gaussian, generators, known_values, transformed
from scipy.stats import lognorm

from forecastkit.autoregression.forecast import GaussianForecast
from forecastkit.autoregression.transformed_forecast import TransformedForecast
from forecastkit.errors import InvalidParameterError

PROBABILITIES = np.array([0.05, 0.5, 0.8])


def test_a_power_of_one_changes_no_bit():
    law = gaussian()
    same = TransformedForecast(law, np.ones(3))
    for found, expected in (
        (same.point, law.point),
        (same.median, law.mean),
        (same.quantile(PROBABILITIES), law.quantile(PROBABILITIES)),
        (same.cdf(law.mean + 0.3), law.cdf(law.mean + 0.3)),
        (same.log_density(law.mean + 0.3), law.log_density(law.mean + 0.3)),
        (same.sample(3, generators(1, 2, 3)), law.sample(3, generators(1, 2, 3))),
    ):
        np.testing.assert_array_equal(found, expected)


def test_the_logarithm_gives_the_lognormal_law():
    law = transformed((0.0, 0.0, 0.0))
    reference = lognorm(np.sqrt(law.law.variance), scale=np.exp(law.law.mean))
    np.testing.assert_allclose(law.point, reference.mean(), rtol=1e-13)
    np.testing.assert_allclose(law.median, reference.median(), rtol=1e-13)
    np.testing.assert_allclose(law.quantile(np.array([0.3]))[0], reference.ppf(0.3), rtol=1e-12)
    np.testing.assert_allclose(law.cdf(law.point), reference.cdf(law.point), rtol=1e-12)
    np.testing.assert_allclose(law.log_density(law.point), reference.logpdf(law.point), rtol=1e-12)


def test_the_mean_of_samples_is_the_point_forecast():
    law, n = transformed((0.0, 0.5, 0.3)), 100_000
    paths = law.sample(n, generators(1, 2, 3))
    assert (np.abs(paths.mean(axis=0) - law.point) < 4.5 * paths.std(axis=0) / np.sqrt(n)).all()


def test_mass_beyond_the_range_sits_at_zero():
    law = TransformedForecast(GaussianForecast(np.zeros((1, 1)), np.ones((1, 1)), np.array([16.0])), np.array([0.5]))
    mass = law.law.cdf(np.array([[-2.0]]))
    np.testing.assert_array_equal(law.cdf(np.zeros((1, 1))), mass)
    np.testing.assert_array_equal(law.cdf(np.full((1, 1), -1e-9)), 0.0)
    np.testing.assert_array_equal(law.quantile(np.array([0.01, 0.3])), 0.0)
    assert law.log_density(np.full((1, 1), -1.0))[0, 0] == -np.inf
    assert (law.sample(2000, generators(1)) == 0).mean() == pytest.approx(mass[0, 0], abs=0.05)


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_a_known_value_that_is_not_positive_is_refused_for_transformed_series_only(value):
    law = transformed((0.0, 0.5, 1.0))
    law.condition(known_values((2, 1, value)))
    with pytest.raises(InvalidParameterError, match=r"step 3 of series number 1 is -?[03].*must be positive"):
        law.condition(known_values((1, 2, value)))
