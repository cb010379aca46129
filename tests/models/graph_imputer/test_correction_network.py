"""The full network: a value never reaches its own law, and the linear law is where it starts."""

import numpy as np
import pytest
import torch

from forecastkit.models.graph_imputer import CorrectionNetwork, CorrectionObjective
from forecastkit.models.graph_imputer.node_features import N_SEEN, n_channels
from forecastkit.windows import NodeWindow

N, LENGTH, CHANNELS = 5, 7, n_channels(0)
RING = np.roll(np.eye(N), 1, axis=1)


def _network(refine=False, head="student_t", moved=True):
    torch.manual_seed(0)
    network = CorrectionNetwork(CHANNELS, RING, hidden_size=8, head=head, refine=refine).double().eval()
    if moved:
        with torch.no_grad():
            for weight in network.head.parameters():
                weight.add_(torch.randn_like(weight))
    return network


def _jacobian(network, time, node):
    features = torch.randn(1, LENGTH, N, CHANNELS, dtype=torch.float64, requires_grad=True)
    law = network(features)
    total = law.location[0, time, node, 0] + 3.0 * law.log_scale[0, time, node, 0]
    return torch.autograd.grad(total, features)[0][0].abs()


@pytest.mark.parametrize("refine", [False, True])
def test_law_does_not_depend_on_its_own_value(refine):
    moved = _jacobian(_network(refine), time=3, node=2)
    assert (moved[3, 2, :N_SEEN] == 0).all()
    assert (moved[3, 2, N_SEEN:] > 0).any()


def test_law_depends_on_neighbours_at_its_time_and_on_both_sides():
    moved = _jacobian(_network(), time=3, node=2)
    for time, node in ((3, 1), (3, 3), (0, 2), (6, 2), (2, 0), (4, 4)):
        assert (moved[time, node, :N_SEEN] > 0).any()
    assert (moved[3, 0] == 0).all()  # two edges away at the same time: a message is passed on once


@pytest.mark.parametrize("head", ["student_t", "heteroscedastic", "gaussian"])
def test_start_is_the_linear_law(head):
    law = _network(head=head, moved=False)(torch.randn(2, LENGTH, N, CHANNELS, dtype=torch.float64))
    assert (law.mean == 0).all()
    torch.testing.assert_close(law.scale, torch.ones_like(law.scale))


def test_weights_are_shared_by_nodes():
    sizes = []
    for n in (3, 30):
        network = CorrectionNetwork(CHANNELS, np.roll(np.eye(n), 1, axis=1), hidden_size=8)
        sizes.append(sum(weight.numel() for weight in network.parameters()))
    assert sizes[0] == sizes[1]


def test_order_of_nodes_has_no_effect():
    network = _network()
    order = torch.tensor([3, 1, 4, 0, 2])
    permuted = CorrectionNetwork(CHANNELS, RING[np.ix_(order, order)], hidden_size=8).double().eval()
    permuted.load_state_dict(network.state_dict())
    features = torch.randn(2, LENGTH, N, CHANNELS, dtype=torch.float64)
    torch.testing.assert_close(permuted(features[:, :, order]).location, network(features).location[:, :, order])


def test_isolated_nodes_have_laws():
    law = CorrectionNetwork(CHANNELS, np.zeros((N, N)), hidden_size=8)(torch.zeros(1, LENGTH, N, CHANNELS))
    assert law.mean.isfinite().all()


def _window(**changed):
    shape = (2, LENGTH, N)
    given = {
        "features": torch.randn(*shape, CHANNELS, dtype=torch.float64),
        "target": torch.randn(shape, dtype=torch.float64),
        "scored": torch.rand(shape) < 0.5,
        "location": torch.zeros(shape, dtype=torch.float64),
        "scale": torch.ones(shape, dtype=torch.float64),
    }
    return NodeWindow(**given | changed)


def test_objective_scores_hidden_values_only():
    network, objective = _network(), CorrectionObjective(margin=1)
    window = _window()
    loss = objective.validation_loss(network, window)
    inside = torch.zeros(LENGTH, dtype=torch.bool)
    inside[1:-1] = True
    unscored = ~(window.scored & inside[:, None])
    other = _window(features=window.features, scored=window.scored, target=window.target + 9.0 * unscored)
    assert objective.validation_loss(network, other) == loss
    log_density = network(window.features).log_prob(window.target[..., None])[..., 0]
    torch.testing.assert_close(loss, -log_density[~unscored].mean())


def test_objective_of_nothing_scored_is_finite():
    window = _window(scored=torch.zeros(2, LENGTH, N, dtype=torch.bool))
    assert CorrectionObjective().validation_loss(_network(), window) == 0
