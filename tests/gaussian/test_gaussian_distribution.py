import pickle

import numpy as np
import pytest
from gaussian_laws import random_law

from forecastkit import gaussian
from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import Gaussian

MOMENTS = random_law(np.random.default_rng(0), 3, 10.0)
OTHER = random_law(np.random.default_rng(1), 3, 10.0)
LAW = Gaussian(*MOMENTS)


def test_the_value_cannot_be_changed_and_does_not_follow_its_source():
    mean, covariance = np.zeros(2), np.eye(2)
    law = Gaussian(mean, covariance)
    mean[0] = covariance[0, 0] = 9.0
    assert (law.mean[0], law.covariance[0, 0]) == (0.0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        law.covariance[0, 0] = 2.0
    with pytest.raises(AttributeError):
        law.mean = mean


@pytest.mark.parametrize(
    ("method", "function", "arguments"),
    [
        ("affine", gaussian.affine, (np.ones((5, 3)), np.arange(5.0))),
        ("marginal", gaussian.marginal, ([2, 0],)),
        ("condition", gaussian.conditional, ([1], [0.5])),
    ],
)
def test_operations_are_those_of_the_functions_and_give_laws_again(method, function, arguments):
    law = getattr(LAW, method)(*arguments)
    assert isinstance(law, Gaussian)
    for got, want in zip((law.mean, law.covariance), function(*MOMENTS, *arguments), strict=True):
        np.testing.assert_array_equal(got, want)


def test_numbers_are_those_of_the_functions():
    x = np.ones((4, 3))
    np.testing.assert_array_equal(LAW.log_prob(x), gaussian.log_density(x, *MOMENTS))
    assert LAW.entropy() == gaussian.entropy(MOMENTS[1])
    assert LAW.kl(Gaussian(*OTHER)) == gaussian.kl(*MOMENTS, *OTHER)
    assert LAW.cauchy_schwarz(Gaussian(*OTHER)) == gaussian.cauchy_schwarz(*MOMENTS, *OTHER)
    draws = (LAW.sample(4, np.random.default_rng(0)), gaussian.sample(*MOMENTS, 4, np.random.default_rng(0)))
    np.testing.assert_array_equal(*draws)


def test_a_tall_map_gives_a_singular_law_that_draws_and_has_no_density():
    law = LAW.affine(np.vstack([np.eye(3), np.ones(3)]))
    draws = law.sample(5, np.random.default_rng(0))
    np.testing.assert_allclose(draws[:, 3], draws[:, :3].sum(axis=1), atol=1e-7)
    with pytest.raises(InvalidParameterError, match="smallest eigenvalue"):
        law.log_prob(draws)


def test_a_matrix_that_is_no_covariance_is_refused_at_once():
    with pytest.raises(InvalidParameterError, match=r"max\|S - S\^T\| is 1"):
        Gaussian([0.0, 0.0], [[1.0, 1.0], [0.0, 1.0]])
    with pytest.raises(InvalidParameterError, match="mean must be finite"):
        Gaussian([np.nan], [[1.0]])


def test_a_law_survives_pickling():
    again = pickle.loads(pickle.dumps(LAW))
    np.testing.assert_array_equal(again.covariance, LAW.covariance)
