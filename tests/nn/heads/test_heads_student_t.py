import math

import numpy as np
import pytest
import torch
from head_laws import N_FEATURES, normal, random_law
from scipy import stats

from forecastkit.nn.heads import StudentTEmission, StudentTHead

DEGREES = [2.001, 2.5, 5.0, 39.999, 40.0, 40.001, 300.0, 1e6]


def law_of(degrees, dtype=torch.float64):
    """Standard laws, one for each of the degrees of freedom."""
    degrees = torch.tensor(degrees, dtype=dtype)
    return StudentTEmission(torch.zeros_like(degrees), torch.zeros_like(degrees), degrees)


def test_densities_and_probabilities_are_those_of_scipy():
    law, value = random_law("student_t"), normal(3, 2, seed=9)
    reference = stats.t(law.degrees.numpy(), law.mean.numpy(), law.log_scale.exp().numpy())
    np.testing.assert_allclose(law.log_prob(value), reference.logpdf(value), rtol=1e-10)
    np.testing.assert_allclose(law.cdf(value), reference.cdf(value), rtol=1e-10)
    np.testing.assert_allclose(law.scale, reference.std(), rtol=1e-10)


@pytest.mark.parametrize(("dtype", "accuracy"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_the_density_is_accurate_for_any_degrees_of_freedom(dtype, accuracy):
    law = law_of(DEGREES, dtype)
    for value in (0.0, 1.0, 30.0):
        exact = stats.t.logpdf(value, law.degrees.double().numpy())
        np.testing.assert_allclose(law.log_prob(torch.tensor(value, dtype=dtype)), exact, rtol=accuracy, atol=accuracy)


def test_the_density_has_a_gradient_for_any_degrees_of_freedom():
    law = law_of([2.5, 10.0, 39.0, 41.0, 1e3])
    degrees = law.degrees.requires_grad_()
    value = torch.full_like(law.location, 1.5)
    assert torch.autograd.gradcheck(
        lambda nu: StudentTEmission(law.location, law.log_scale, nu).log_prob(value), degrees
    )


def test_tails_are_far_and_met_exactly():
    law = law_of([2.5, 5.0, 40.0])
    for noise in (-8.0, 8.0):
        value = law.from_normal(torch.tensor(noise, dtype=torch.float64))
        exact = math.copysign(1.0, noise) * stats.t.isf(stats.norm.sf(8.0), law.degrees.numpy())
        np.testing.assert_allclose(value, exact, rtol=1e-9)


def test_the_number_of_parameters():
    for n_steps in (1, 3):
        n_parameters = sum(weights.numel() for weights in StudentTHead(N_FEATURES, n_steps).parameters())
        assert n_parameters == n_steps * (2 * (N_FEATURES + 1) + 1)


def test_the_degrees_start_at_ten_and_the_standard_deviation_stays_finite():
    head = StudentTHead(1)
    assert head(torch.zeros(1)).degrees.item() == pytest.approx(10.0, abs=0.01)
    with torch.no_grad():
        head.raw_degrees.fill_(-1e4)
    head.start_at_zero(1e-7)
    law = head(torch.zeros(1))
    assert law.degrees.item() == pytest.approx(2.001)
    assert law.scale.item() == pytest.approx(1e-7, rel=1e-2)
