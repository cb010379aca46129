import numpy as np
import pytest
import torch
from head_laws import N_FEATURES, normal, random_features, random_law
from scipy import stats
from torch import distributions

from forecastkit.nn.heads import HeteroscedasticHead, MixtureEmission, MixtureHead


def test_densities_and_probabilities_are_those_of_torch():
    law, value = random_law("mixture"), normal(3, 2, seed=9)
    reference = distributions.MixtureSameFamily(
        distributions.Categorical(logits=law.logits),
        distributions.Normal(law.location[..., None] + law.offsets, law.log_scales.exp()),
    )
    torch.testing.assert_close(law.log_prob(value), reference.log_prob(value), rtol=1e-12, atol=0)
    torch.testing.assert_close(law.cdf(value), reference.cdf(value), rtol=1e-12, atol=0)
    torch.testing.assert_close(law.mean, reference.mean)
    torch.testing.assert_close(law.scale, reference.stddev)


@pytest.mark.parametrize("n_components", [1, 2, 5])
@pytest.mark.parametrize("n_steps", [1, 3])
def test_the_number_of_parameters(n_components, n_steps):
    head = MixtureHead(N_FEATURES, n_steps, n_components)
    assert sum(weights.numel() for weights in head.parameters()) == n_steps * 3 * n_components * (N_FEATURES + 1)


def test_one_component_is_the_heteroscedastic_head_of_the_same_weights():
    mixture, gaussian = MixtureHead(N_FEATURES, 2, n_components=1).double(), HeteroscedasticHead(N_FEATURES, 2).double()
    with torch.no_grad():  # of logit, mean and log variance, the logit of a single component says nothing
        gaussian.output.weight.copy_(mixture.output.weight.unflatten(0, (2, 3))[:, 1:].flatten(0, 1))
        gaussian.output.bias.copy_(mixture.output.bias.unflatten(0, (2, 3))[:, 1:].flatten())
    features, value, noise = random_features(6), normal(6, 2, seed=9), torch.linspace(-8, 8, 9).double()
    one, other = mixture(features, 0.3), gaussian(features, 0.3)
    torch.testing.assert_close(one.log_prob(value), other.log_prob(value))
    torch.testing.assert_close(one.cdf(value), other.cdf(value))
    torch.testing.assert_close(one.scale, other.scale)
    torch.testing.assert_close(one.from_normal(noise[:, None, None]), other.from_normal(noise[:, None, None]))


@pytest.mark.parametrize("n_components", [1, 2, 5, 8])
def test_a_mixture_starts_symmetric_with_components_that_differ(n_components):
    head = MixtureHead(N_FEATURES, 2, n_components)
    head.start_at_zero(torch.tensor([0.3, 7.0]))
    law = head(random_features(100, dtype=torch.float32), location=0.1)
    assert torch.equal(law.mean, torch.full((100, 2), 0.1))
    assert law.offsets[0, 0].unique().numel() == n_components
    torch.testing.assert_close(law.scale, torch.tensor([[0.3, 7.0]]).expand(100, 2), rtol=1e-5, atol=0)


def test_a_mixture_starts_close_to_the_gaussian():
    head = MixtureHead(1).double()
    head.start_at_zero()
    value = torch.linspace(-3.0, 3.0, 61, dtype=torch.float64)[:, None]
    np.testing.assert_allclose(head(torch.zeros(61, 1).double()).cdf(value).detach(), stats.norm.cdf(value), atol=2e-3)


def test_far_from_every_component_the_log_density_is_finite():
    law = MixtureEmission(torch.zeros(1), torch.zeros(1, 2), torch.tensor([[-1.0, 1.0]]), torch.zeros(1, 2))
    far = torch.tensor([1e4], requires_grad=True)
    law.log_prob(far).backward()
    assert law.log_prob(far).item() == pytest.approx(-0.5 * (1e4 - 1) ** 2)
    assert far.grad is not None
    assert far.grad.item() == pytest.approx(-(1e4 - 1))


def test_draws_of_separate_components_come_in_the_proportion_of_their_weights():
    n, weights = 20_000, torch.tensor([0.1, 0.0, 0.6, 0.3])
    law = MixtureEmission(
        torch.zeros(n),
        weights.log().expand(n, 4),
        torch.tensor([-10.0, 0.0, 10.0, 20.0]).expand(n, 4),
        torch.zeros(n, 4),
    )
    nearest = ((law.sample(torch.Generator().manual_seed(0)) + 10) / 10).round().long()
    shares = torch.bincount(nearest, minlength=4) / n
    torch.testing.assert_close(shares, weights, atol=0.02, rtol=0)
    assert shares[1] == 0
