import numpy as np
import pytest
import torch
from scipy import stats
from small_networks import HEADS, autoregression, normal, small_network, store_of, windows_of

from forecastkit.models import block_correlation, block_log_density, fit_dependence, sampled_rollout
from forecastkit.nn.heads import GaussianEmission
from forecastkit.windows import SeriesStore, Window

CORRELATION = np.array([[1.0, 0.7, -0.2], [0.7, 1.0, 0.1], [-0.2, 0.1, 1.0]])
FACTOR = torch.from_numpy(np.linalg.cholesky(CORRELATION))


def gaussian_law(*batch):
    return GaussianEmission(normal(*batch, 3), 0.3 * normal(*batch, 3, seed=2))


def multivariate(law, i):
    """SciPy's joint law of the block i."""
    scale = law.scale[i].numpy()
    return stats.multivariate_normal(law.mean[i].numpy(), scale[:, None] * CORRELATION * scale)


def test_the_joint_density_is_that_of_the_multivariate_normal_law():
    law, values = gaussian_law(5), normal(5, 3, seed=3)
    found = block_log_density(law, values, FACTOR)
    for i in range(5):
        assert found[i].sum().item() == pytest.approx(multivariate(law, i).logpdf(values[i]), rel=1e-10)


def test_terms_are_the_densities_given_the_values_before():
    law, values = gaussian_law(4), normal(4, 3, seed=3)
    found = block_log_density(law, values, FACTOR)
    for i in range(4):
        joint = multivariate(law, i)
        for k in range(1, 4):
            part = stats.multivariate_normal(joint.mean[:k], joint.cov[:k, :k])
            assert found[i, :k].sum().item() == pytest.approx(part.logpdf(values[i, :k]), rel=1e-10)


def test_missing_values_are_integrated_out():
    patterns = torch.tensor([[bool(k >> j & 1) for j in range(3)] for k in range(8)])
    law, values = gaussian_law(8), normal(8, 3, seed=3)
    found = block_log_density(law, torch.where(patterns, values, torch.nan), FACTOR)
    assert torch.equal(torch.isnan(found), ~patterns)
    for i in range(1, 8):
        seen, joint = patterns[i].numpy(), multivariate(law, i)
        part = stats.multivariate_normal(joint.mean[seen], joint.cov[np.ix_(seen, seen)])
        assert found[i].nansum().item() == pytest.approx(part.logpdf(values[i].numpy()[seen]), rel=1e-10)


def test_batches_have_any_shape_and_layout():
    law, values = gaussian_law(2, 4), normal(2, 4, 3, seed=3)
    values[0, 1, 2] = torch.nan
    flat = GaussianEmission(law.location.reshape(8, 3), law.log_scale.reshape(8, 3))
    found = block_log_density(law, values, FACTOR)
    expected = block_log_density(flat, values.reshape(8, 3), FACTOR).reshape(2, 4, 3)
    torch.testing.assert_close(found, expected, equal_nan=True)
    turned = GaussianEmission(law.location.transpose(0, 1), law.log_scale.transpose(0, 1))
    other = block_log_density(turned, values.transpose(0, 1), FACTOR)
    torch.testing.assert_close(other, found.transpose(0, 1), equal_nan=True)


@pytest.mark.parametrize("head", HEADS)
def test_independent_steps_have_their_marginal_densities(head):
    network = small_network(head=head, block_size=3)
    values = normal(4, 7)
    with torch.no_grad():
        law = network.next_block(Window(values))
        found = block_log_density(law, values[:, 4:], network.dependence)
        torch.testing.assert_close(found, law.log_prob(values[:, 4:]))
        single = small_network(head=head).next_block(Window(values))
        one_step = block_log_density(single, values[:, 4:5], torch.ones(1, 1))
    torch.testing.assert_close(one_step, single.log_prob(values[:, 4:5]))


@pytest.mark.parametrize("head", ["student_t", "mixture"])
def test_the_joint_density_of_two_steps_integrates_to_one(head):
    network = small_network(head=head, block_size=2)
    factor = torch.tensor([[1.0, 0.0], [0.6, 0.8]], dtype=torch.float64)
    with torch.no_grad():
        law = network.next_block(Window(normal(1, 4)))
        grid = torch.linspace(-25, 25, 501, dtype=torch.float64)
        points = law.mean[0] + law.scale[0] * torch.cartesian_prod(grid, grid)
        density = block_log_density(law, points[:, :], factor).sum(-1).exp()
    cell = law.scale[0].prod() * (grid[1] - grid[0]) ** 2
    assert (density.sum() * cell).item() == pytest.approx(1.0, abs=5e-3)


def test_the_correlation_of_scores_is_recovered():
    scores = normal(50_000, 3).numpy() @ np.linalg.cholesky(CORRELATION).T
    np.testing.assert_allclose(block_correlation(scores), CORRELATION, atol=0.02)
    np.testing.assert_allclose(block_correlation(5.0 * scores), block_correlation(scores), atol=1e-12)


@pytest.mark.parametrize(("n", "s"), [(1, 3), (5, 3), (2, 40), (500, 64), (500, 65), (30, 200)])
@pytest.mark.parametrize("kind", ["noise", "equal", "zero"])
def test_every_correlation_is_positive_definite_with_a_diagonal_of_ones(n, s, kind):
    scores = normal(n, s).numpy()
    if kind == "equal":
        scores = np.repeat(scores[:, :1], s, axis=1)
    elif kind == "zero":
        scores[:, 1:] = 0.0
    correlation = block_correlation(scores)
    np.testing.assert_array_equal(np.diag(correlation), 1.0)
    np.testing.assert_allclose(correlation, correlation.T, atol=1e-15)
    assert np.linalg.eigvalsh(correlation).min() >= 0.009
    assert np.isfinite(np.linalg.cholesky(correlation)).all()


def test_few_factors_keep_the_correlation_of_many_steps():
    s = 80
    loadings = np.cos(np.outer(np.arange(s) / s, np.pi * np.arange(3)))  # three smooth factors
    noise = np.random.default_rng(0)
    scores = noise.standard_normal((5000, 3)) @ loadings.T + 0.5 * noise.standard_normal((5000, s))
    covariance = loadings @ loadings.T + 0.25 * np.eye(s)
    deviation = np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(block_correlation(scores), covariance / np.outer(deviation, deviation), atol=0.08)


def linear_network(series, block_size=2):
    """A network whose forecasts are exact: the mean of an autoregression of order one with coefficient 0.8."""
    network = small_network(order=2, block_size=block_size, linear_skip=True)
    powers = 0.8 ** torch.arange(1, block_size + 1).double()
    network.head.start_at_zero(((1 - powers**2) / (1 - 0.64)).sqrt())
    with torch.no_grad():
        network.skip.weight.zero_()
        network.skip.weight[:, 1] = powers
        network.skip.bias.zero_()
    return network, store_of(series)


def test_the_errors_of_a_block_have_the_correlation_of_the_process():
    network, store = linear_network(autoregression(20_000, (0.8,)))
    fit_dependence(network, store, windows_of(store, 2, 2))
    found = network.dependence @ network.dependence.T
    assert found[0, 1].item() == pytest.approx(0.8 / 1.64**0.5, abs=0.03)  # corr(e_1, 0.8 e_1 + e_2)
    assert torch.equal(network.dependence, network.dependence.tril())


def test_the_sampled_blocks_show_the_correlation_of_the_process():
    network, store = linear_network(autoregression(20_000, (0.8,)))
    fit_dependence(network, store, windows_of(store, 2, 2))
    with torch.no_grad():
        paths = sampled_rollout(network, Window(torch.zeros(1, 2, dtype=torch.float64)), normal(20_000, 1, 4))[:, 0]
    powers = 0.8 ** np.arange(4)
    lower = np.tril(powers[np.abs(np.subtract.outer(np.arange(4), np.arange(4)))])
    np.testing.assert_allclose(np.cov(paths.T.numpy()), lower @ lower.T, atol=0.12)


def test_blocks_with_missing_values_are_left_out():
    series = autoregression(2000, (0.8,))
    network, _ = linear_network(series)
    filled = series.copy()
    filled[::7] = 50.0  # what stands where nothing was observed
    observed = torch.ones(2000, dtype=torch.bool)
    observed[::7] = False
    offsets = torch.tensor([0, 2000])
    found = []
    for values in (series, filled):
        store = SeriesStore(torch.from_numpy(values), offsets, observed)
        index = windows_of(store, 2, 2)
        starts = index.starts[[bool(observed[i : i + 2].all()) for i in index.starts]]  # of observed lags
        fit_dependence(network, store, type(index)(starts, torch.tensor([0, len(starts)])))
        found.append(network.dependence.clone())
    torch.testing.assert_close(*found)


def test_without_a_whole_block_steps_stay_independent():
    series = autoregression(60)
    series[::2] = np.nan
    network, store = linear_network(series)
    fit_dependence(network, store, windows_of(store, 2, 2))
    assert torch.equal(network.dependence, torch.eye(2).double())


def test_a_block_of_one_step_depends_on_nothing():
    network, store = linear_network(autoregression(60), block_size=1)
    fit_dependence(network, store, windows_of(store, 2, 1))
    assert torch.equal(network.dependence, torch.ones(1, 1).double())
