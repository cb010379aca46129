import numpy as np
import pytest
import torch
from head_laws import N_FEATURES, normal, random_features, random_head, random_law
from scipy import stats

from forecastkit.nn.heads import GaussianEmission, GaussianHead, HeteroscedasticHead


def test_densities_and_probabilities_are_those_of_scipy():
    law, value = random_law("heteroscedastic"), normal(3, 2, seed=9)
    reference = stats.norm(law.mean.numpy(), law.scale.numpy())
    np.testing.assert_allclose(law.log_prob(value), reference.logpdf(value), rtol=1e-12)
    np.testing.assert_allclose(law.cdf(value), reference.cdf(value), rtol=1e-12)
    np.testing.assert_allclose(law.cdf(law.mean - 30 * law.scale), stats.norm.cdf(np.full((3, 2), -30.0)), rtol=1e-11)


@pytest.mark.parametrize(
    ("head", "per_step"), [(GaussianHead, N_FEATURES + 2), (HeteroscedasticHead, 2 * N_FEATURES + 2)]
)
def test_the_number_of_parameters(head, per_step):
    for n_steps in (1, 3):
        assert sum(weights.numel() for weights in head(N_FEATURES, n_steps).parameters()) == n_steps * per_step


def test_one_scale_a_step_whatever_the_features():
    head = random_head("gaussian")
    head.start_at_zero(torch.tensor([1.0, 2.0]))
    scale = head(random_features(5)).scale.detach()
    torch.testing.assert_close(scale, torch.tensor([[1.0, 2.0]], dtype=torch.float64).expand(5, 2))


def test_the_heteroscedastic_scale_follows_the_features():
    assert random_law("heteroscedastic", batch=(5,)).scale.unique().numel() == 10


def test_the_best_scale_is_the_root_mean_square_of_the_residuals():
    head, value = GaussianHead(1).double(), torch.tensor([[3.0], [-4.0]], dtype=torch.float64)
    head.start_at_zero(float(value.square().mean().sqrt()))
    head(torch.zeros(2, 1, dtype=torch.float64)).log_prob(value).sum().backward()
    assert head.log_scale.grad is not None
    assert head.log_scale.grad.abs().item() < 1e-12


def test_draws_from_normal_values_carry_gradients_to_both_parameters():
    location, log_scale = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    GaussianEmission(location, log_scale).from_normal(torch.tensor([2.0])).backward()
    assert (location.grad, log_scale.grad) == (torch.tensor([1.0]), torch.tensor([2.0]))
