import numpy as np
import pytest
import torch
from small_networks import autoregression, fields, small_network, store_of, windows_of

from forecastkit.models import fit_scale
from forecastkit.windows import SeriesStore, Window

ORDER, S = 3, 2


def residuals(network, store, index):
    """Errors of each step in the unit that the network sees, one window at a time; NaN where nothing was observed."""
    found = []
    for start in index.starts.tolist():
        window = store.windows(torch.tensor([start]), ORDER + S)
        past = window.values[:, :ORDER]
        spec = network.specification
        unit = (past.var(correction=0) + spec.window_shrinkage**2) ** 0.5 if spec.window_scaling == "window" else 1.0
        error = (window.values[:, ORDER:] - network.next_block(Window(past)).mean) / unit
        if window.observed is not None:
            error = torch.where(window.observed[:, ORDER:], error, torch.nan)
        found.append(error[0].detach().numpy())
    return np.array(found)


def parts(store, n_training):
    """Windows to train on and others."""
    index = windows_of(store, ORDER, S)
    halves = index.starts[:n_training], index.starts[n_training:]
    return [type(index)(starts, torch.tensor([0, len(starts)])) for starts in halves]


@pytest.mark.parametrize(
    ("window_scaling", "shrinkage"), [(None, 0.0), ("window", 0.0), ("window", 0.7), ("window_mean", 0.0)]
)
def test_the_scale_is_the_root_mean_square_of_the_errors(window_scaling, shrinkage):
    network = small_network(order=ORDER, block_size=S, window_scaling=window_scaling, window_shrinkage=shrinkage)
    store = store_of(autoregression(80))
    index = windows_of(store, ORDER, S)
    fit_scale(network, store, index)
    expected = np.sqrt((residuals(network, store, index) ** 2).mean(axis=0))
    state = network.start(Window(store.values[None, :ORDER]), S)
    np.testing.assert_allclose(network.emit(state).scale.detach()[0], state.scale.unit.item() * expected, rtol=1e-8)


def test_no_other_scale_has_a_larger_likelihood():
    network, store = small_network(order=ORDER, block_size=S, window_scaling="window"), store_of(autoregression(80))
    index = windows_of(store, ORDER, S)
    fit_scale(network, store, index)
    window = store.windows(index.starts, ORDER + S)
    law = network.emissions(window)
    law.log_prob(window.values[:, None, ORDER:]).mean().backward()
    assert network.head.log_scale.grad.abs().max() < 1e-10


def test_held_out_errors_count_against_a_hundred_training_ones():
    network, store = small_network(order=ORDER, block_size=S), store_of(autoregression(150))
    training, held_out = parts(store, 90)
    fit_scale(network, store, training, held_out)
    squares = (residuals(network, store, training) ** 2).mean(axis=0)
    own = residuals(network, store, held_out) ** 2
    expected = (own.sum(axis=0) + 100 * squares) / (len(own) + 100)
    law = network.next_block(Window(store.values[None, :ORDER]))
    np.testing.assert_allclose(law.scale.detach()[0] ** 2, expected, rtol=1e-8)


def test_missing_targets_do_not_count():
    series = autoregression(120)
    observed = torch.ones(120, dtype=torch.bool)
    observed[ORDER :: ORDER + S] = False
    store = SeriesStore(torch.from_numpy(series), torch.tensor([0, 120]), observed)
    network, index = small_network(order=ORDER, block_size=S), windows_of(store, ORDER, S)
    fit_scale(network, store, index)
    expected = np.nanmean(residuals(network, store, index) ** 2, axis=0)
    law = network.next_block(Window(store.values[None, :ORDER]))
    np.testing.assert_allclose(law.scale.detach()[0] ** 2, expected, rtol=1e-8)


def test_a_step_that_was_never_observed_keeps_its_scale():
    observed = torch.zeros(60, dtype=torch.bool)
    observed[:ORDER] = observed[ORDER + 1] = True
    store = SeriesStore(torch.from_numpy(autoregression(60)), torch.tensor([0, 60]), observed)
    network = small_network(order=ORDER, block_size=S)
    network.head.start_at_zero(torch.tensor([0.7, 0.8]))
    first = type(windows_of(store, ORDER, S))(torch.tensor([0]), torch.tensor([0, 1]))
    fit_scale(network, store, first)
    scale = network.next_block(Window(store.values[None, :ORDER])).scale[0]
    assert scale[0].item() == pytest.approx(0.7, rel=1e-6)
    assert scale[1].item() != pytest.approx(0.8, rel=1e-6)


@pytest.mark.parametrize("head", ["heteroscedastic", "student_t", "mixture"])
def test_other_heads_stay_as_they_are(head):
    network, store = small_network(order=ORDER, head=head), store_of(autoregression(40))
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    fit_scale(network, store, windows_of(store, ORDER, 1))
    assert all(torch.equal(weights, before[name]) for name, weights in network.state_dict().items())


def test_nothing_but_the_scale_moves():
    network, store = small_network(order=ORDER), store_of(autoregression(40))
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    fit_scale(network, store, windows_of(store, ORDER, 1))
    moved = {name for name, weights in network.state_dict().items() if not torch.equal(weights, before[name])}
    assert moved == {"head.log_scale"}
    assert network.head.log_scale.requires_grad


@pytest.mark.parametrize("size", [0.0, 1e-12, 1e12])
def test_errors_of_any_size_leave_a_usable_law(size):
    network = small_network(order=ORDER)
    network.head.start_at_zero(1.0)
    store = store_of(np.r_[np.zeros(30), size, np.zeros(30)])
    fit_scale(network, store, windows_of(store, ORDER, 1))
    law = network.next_block(Window(torch.zeros(1, ORDER, dtype=torch.float64)))
    assert torch.isfinite(fields(law)).all()
