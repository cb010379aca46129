"""What every head and every law keeps to."""

import dataclasses
import math

import pytest
import torch
from head_laws import N_FEATURES, normal, random_features, random_head, random_law, same_law

from forecastkit.nn.heads import HEADS

every_head = pytest.mark.parametrize("name", HEADS)


@every_head
def test_the_density_integrates_to_one_and_has_the_moments_of_the_law(name):
    law = random_law(name)
    # y = mean + scale sinh(u): an even grid of u reaches far into heavy tails
    u = torch.linspace(-16.0, 16.0, 32_001, dtype=torch.float64).reshape(-1, 1, 1)
    value = law.mean + law.scale * u.sinh()
    mass = law.log_prob(value).exp() * law.scale * u.cosh() * (u[1] - u[0])
    torch.testing.assert_close(mass.sum(0), torch.ones_like(law.mean), atol=1e-7, rtol=0)
    torch.testing.assert_close((mass * value).sum(0), law.mean, atol=1e-7, rtol=0)
    torch.testing.assert_close((mass * (value - law.mean) ** 2).sum(0).sqrt(), law.scale, atol=1e-6, rtol=0)


@every_head
def test_the_distribution_function_is_the_integral_of_the_density(name):
    law = random_law(name)
    edges = torch.linspace(-4.0, 4.0, 4001, dtype=torch.float64).reshape(-1, 1, 1) * law.scale
    density = law.log_prob(edges).exp()
    area = torch.trapezoid(density, edges, dim=0)
    torch.testing.assert_close(law.cdf(edges[-1]) - law.cdf(edges[0]), area, atol=1e-6, rtol=0)


@every_head
def test_quantiles_invert_the_distribution_function(name):
    law, probabilities = random_law(name), torch.tensor([1e-6, 0.01, 0.3, 0.5, 0.9, 0.999], dtype=torch.float64)
    quantiles = law.quantile(probabilities)
    assert quantiles.shape == (6, 3, 2)
    assert (quantiles.diff(dim=0) > 0).all()
    torch.testing.assert_close(law.cdf(quantiles), probabilities[:, None, None].expand(6, 3, 2), atol=1e-9, rtol=1e-9)


@every_head
def test_the_quantiles_of_zero_and_one_are_infinite(name):
    law = random_law(name)
    low, high = law.quantile(torch.tensor([0.0, 1.0], dtype=torch.float64))
    assert (low == -math.inf).all()
    assert (high == math.inf).all()


@every_head
def test_draws_and_their_normal_values_are_inverse_far_into_the_tails(name):
    law = random_law(name)
    noise = torch.linspace(-8.0, 8.0, 161, dtype=torch.float64).reshape(-1, 1, 1).expand(-1, 3, 2)
    value = law.from_normal(noise)
    assert value.shape == (161, 3, 2)
    assert (value.diff(dim=0) > 0).all()
    torch.testing.assert_close(law.to_normal(value), noise, atol=1e-6, rtol=0)


@every_head
def test_noise_broadcasts_with_the_batch(name):
    law, noise = random_law(name, batch=(3, 5)), normal(7, 1, 5, 2, seed=9)
    torch.testing.assert_close(law.from_normal(noise), law.from_normal(noise.expand(7, 3, 5, 2)))


@every_head
def test_normal_values_are_bounded(name):
    law = random_law(name)
    far = torch.tensor([-1e30, 1e30], dtype=torch.float64).reshape(2, 1, 1)
    assert law.to_normal(far)[:, 0, 0].tolist() == [-8.2, 8.2]


@every_head
def test_draws_have_the_moments_and_the_distribution_of_the_law(name):
    n, generator = 40_000, torch.Generator().manual_seed(0)
    law = random_law(name, batch=(1,))
    wide = random_head(name)(random_features(1, seed=1).expand(n, -1), location=0.7)
    draws = wide.sample(generator)
    assert draws.shape == (n, 2)
    assert not draws.requires_grad
    assert ((draws.mean(0) - law.mean[0]).abs() < 5 * law.scale[0] / math.sqrt(n)).all()
    torch.testing.assert_close(draws.std(0), law.scale[0].detach(), rtol=0.05, atol=0)
    ranks = law.cdf(draws).sort(dim=0).values  # Kolmogorov and Smirnov: uniform up to 1.95 / √n at one in a thousand
    even = (torch.arange(n, dtype=torch.float64)[:, None] + 0.5) / n
    assert (ranks - even).abs().max() < 1.95 / math.sqrt(n)


@every_head
def test_the_same_generator_gives_the_same_draw_and_torch_is_left_alone(name):
    law, state = random_law(name), torch.get_rng_state()
    one, other = (law.sample(torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)


@every_head
def test_a_scaled_law_is_that_of_the_scaled_variable(name):
    law = random_law(name)
    location = torch.tensor([[-3.0], [0.0], [4.0]], dtype=torch.float64)
    scale = torch.tensor([[0.01], [1.0], [50.0]], dtype=torch.float64)
    scaled, noise = law.scaled(location, scale), torch.linspace(-5, 5, 11, dtype=torch.float64).reshape(-1, 1, 1)
    value = law.from_normal(noise)
    torch.testing.assert_close(scaled.mean, location + scale * law.mean)
    torch.testing.assert_close(scaled.scale, scale * law.scale)
    torch.testing.assert_close(scaled.from_normal(noise), location + scale * value)
    torch.testing.assert_close(scaled.log_prob(location + scale * value), law.log_prob(value) - scale.log())
    torch.testing.assert_close(scaled.cdf(location + scale * value), law.cdf(value))
    assert scaled.sample(torch.Generator().manual_seed(0)).shape == law.mean.shape


@every_head
def test_a_law_is_scaled_by_numbers_and_to_wider_batches(name):
    law = random_law(name)
    assert same_law(law.scaled(1.0, 2.0), law.scaled(*torch.tensor([[1.0], [2.0]], dtype=torch.float64)))
    assert law.scaled(torch.zeros(7, 1, 1), torch.ones(7, 1, 1)).sample().shape == (7, 3, 2)


@every_head
def test_a_law_of_float32_goes_to_the_unit_of_the_data_in_float64(name):
    law, location = random_law(name, dtype=torch.float32), torch.tensor([[1e9]], dtype=torch.float64)
    scaled = law.scaled(location, torch.ones_like(location))
    assert {getattr(scaled, field.name).dtype for field in dataclasses.fields(scaled)} == {torch.float64}
    value = scaled.from_normal(torch.zeros(3, 2))
    torch.testing.assert_close(value - location, law.from_normal(torch.zeros(3, 2)).double(), atol=1e-6, rtol=0)


@every_head
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_everything_has_the_precision_of_the_head(name, dtype):
    law = random_law(name, dtype=dtype)
    value = law.sample(torch.Generator().manual_seed(0))
    answers = [value, law.mean, law.scale, law.log_prob(value), law.cdf(value), law.to_normal(value)]
    answers += [law.from_normal(torch.zeros_like(value)), law.quantile(torch.tensor([0.5]))]
    assert {answer.dtype for answer in answers} == {dtype}
    assert all(answer.isfinite().all() for answer in answers)


@every_head
def test_float32_agrees_with_float64(name):
    features, noise = random_features(3, dtype=torch.float32), torch.linspace(-8.0, 8.0, 17).reshape(-1, 1, 1)
    single, double = random_head(name, dtype=torch.float32)(features), random_head(name)(features.double())
    value = double.from_normal(noise.double())
    torch.testing.assert_close(single.from_normal(noise).double(), value, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(single.to_normal(value.float()).double(), double.to_normal(value), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(single.log_prob(value.float()).double(), double.log_prob(value), rtol=1e-4, atol=1e-5)


@every_head
def test_a_batch_is_its_entries_one_by_one(name):
    head, features, value = random_head(name), random_features(3, 5), normal(3, 5, 2, seed=9)
    location = torch.linspace(-1, 1, 30, dtype=torch.float64).reshape(3, 5, 2)
    law = head(features, location)
    for i, j in [(0, 0), (1, 3), (2, 4)]:
        single = head(features[i, j], location[i, j])
        torch.testing.assert_close(single.log_prob(value[i, j]), law.log_prob(value)[i, j])
        torch.testing.assert_close(single.to_normal(value[i, j]), law.to_normal(value)[i, j])
        torch.testing.assert_close(single.from_normal(value[i, j]), law.from_normal(value)[i, j])


@every_head
def test_steps_with_repeated_features_are_one_call(name):
    head, features, location = random_head(name, n_steps=3), random_features(5), normal(5, 3, seed=9)
    repeated = features[:, None].expand(5, 3, N_FEATURES)
    assert same_law(head.steps(repeated, location), head(features, location))


@every_head
def test_a_step_reads_its_own_features_only(name):
    head, value = random_head(name, n_steps=3), torch.zeros(3, dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda f: head.steps(f).log_prob(value), random_features(3))
    assert all(((jacobian[i, j] != 0).any() == (i == j)) for i in range(3) for j in range(3))


@every_head
def test_the_location_moves_the_law(name):
    head, features, value = random_head(name), random_features(3), normal(3, 2, seed=9)
    location = normal(3, 2, seed=9)
    moved = head(features, location)
    torch.testing.assert_close(moved.log_prob(value + location), head(features).log_prob(value))
    torch.testing.assert_close(moved.mean, head(features).mean + location)


@every_head
def test_locations_may_have_more_axes_than_the_features(name):
    law = random_head(name)(random_features(3), location=torch.zeros(7, 1, 2, dtype=torch.float64))
    shapes = {law.mean.shape, law.scale.shape, law.sample().shape, law.to_normal(torch.zeros(2)).shape}
    assert shapes == {(7, 3, 2)}


@every_head
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [1.0, 1e-7, 1e8, (0.25, 3.0)])
def test_a_head_starts_at_its_location_with_the_scale_asked_for(name, dtype, scale):
    head, location = random_head(name, dtype=dtype), torch.tensor([[0.1, -1e6], [3.3, 7e-5]], dtype=dtype)
    head.start_at_zero(torch.tensor(scale))
    law = head(random_features(2, dtype=dtype), location)
    assert torch.equal(law.mean, location)
    wanted = torch.tensor(scale, dtype=dtype).expand(2, 2)
    torch.testing.assert_close(law.scale, wanted, rtol=1e-4 if dtype == torch.float32 else 1e-6, atol=0)


@every_head
def test_every_parameter_gets_a_gradient_at_the_start_and_elsewhere(name):
    head, value = random_head(name), torch.tensor([[1.3, -0.4], [0.2, 2.0]], dtype=torch.float64)
    for start in (lambda: None, head.start_at_zero):
        start()
        head.zero_grad()
        head(random_features(2)).log_prob(value).sum().backward()
        assert all((parameter.grad != 0).all() for parameter in head.parameters())


@every_head
def test_gradients_are_those_of_finite_differences(name):
    head, value = random_head(name), torch.tensor([[1.3, -0.4]], dtype=torch.float64)

    def log_prob(features, location):
        law = head(features, location)
        return law.log_prob(value), law.mean, law.scale, law.scaled(2.0, 3.0).log_prob(value)

    location = torch.tensor([[0.3, 0.1]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(log_prob, (random_features(1).requires_grad_(), location))


@every_head
def test_density_and_gradients_stay_finite_for_any_output_of_the_network(name):
    head = random_head(name, dtype=torch.float32)
    features = (1e4 * random_features(64, dtype=torch.float32)).requires_grad_()
    law = head(features)
    log_prob = law.log_prob(law.mean.detach() + 1.0)
    log_prob.sum().backward()
    assert log_prob.isfinite().all()
    assert law.scale.isfinite().all()
    assert (law.scale > 0).all()
    assert features.grad.isfinite().all()


@every_head
def test_a_law_cannot_be_changed(name):
    law = random_law(name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        law.location = law.mean


@every_head
def test_a_saved_head_answers_the_same(name):
    head, copy = random_head(name), random_head(name, seed=5)
    copy.load_state_dict(head.state_dict())
    assert same_law(copy(random_features(3)), head(random_features(3)))
