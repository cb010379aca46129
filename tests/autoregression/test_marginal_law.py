import numpy as np

from forecastkit.autoregression.marginal_law import MarginalLaws


def test_a_point_mass_is_a_step_at_its_value():
    law = MarginalLaws(np.array([[2.0, 2.0]]), np.array([[0.0, 1.0]]), np.ones((1, 1)))
    values = np.array([[[1.9, 2.0]], [[2.0, 2.0]], [[2.1, 2.0]]])
    np.testing.assert_array_equal(law.cdf(values)[:, 0, 0], [0.0, 1.0, 1.0])
    np.testing.assert_array_equal(law.log_density(values)[:, 0, 0], [-np.inf, np.inf, -np.inf])
    np.testing.assert_array_equal(law.quantile(np.array([0.1, 0.9]))[:, 0, 0], 2.0)
    np.testing.assert_allclose(law.cdf(values)[:, 0, 1], 0.5)


def test_what_is_not_known_stays_so():
    law = MarginalLaws(np.array([[np.nan, 1.0]]), np.array([[1.0, np.nan]]), np.array([[0.0]]))
    for found in (law.cdf(np.ones((1, 2))), law.log_density(np.ones((1, 2))), law.quantile(np.array([0.5]))):
        assert np.isnan(found).all()


def test_values_too_far_for_a_square_have_no_density():
    law = MarginalLaws(np.zeros((1, 1)), np.full((1, 1), 1e-200), np.ones((1, 1)))
    assert law.log_density(np.ones((1, 1)))[0, 0] == -np.inf
