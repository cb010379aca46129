import dataclasses
import json

import pytest
import torch
from small_networks import COVARIATES, small_network

from forecastkit.models import AutoregressiveNetwork, CovariateShape, NetworkSpecification


def test_columns_are_counted():
    assert CovariateShape().n_columns == 0
    assert CovariateShape(2, (3, 7)).n_columns == 4


def test_a_specification_cannot_be_changed_and_equals_its_copy():
    specification = NetworkSpecification(order=3, **COVARIATES)
    with pytest.raises(dataclasses.FrozenInstanceError):
        specification.order = 4  # pyright: ignore[reportAttributeAccessIssue]
    assert specification == dataclasses.replace(specification)
    assert hash(specification) == hash(dataclasses.replace(specification))
    assert specification != dataclasses.replace(specification, block_size=2)


def test_a_specification_survives_text():
    specification = NetworkSpecification(order=3, window_scaling="window", head="mixture", **COVARIATES)
    stored = json.loads(json.dumps(dataclasses.asdict(specification)))
    for name in ("known", "past", "static"):
        columns = stored[name]
        stored[name] = CovariateShape(columns["n_numeric"], tuple(columns["cardinalities"]))
    assert NetworkSpecification(**stored) == specification


def test_the_specification_alone_makes_weights_of_the_same_names_and_shapes():
    network = small_network(head="mixture", block_size=3, linear_skip=True, mask_input=True, **COVARIATES)
    other = AutoregressiveNetwork(dataclasses.replace(network.specification))
    shapes = [{name: each.shape for name, each in net.state_dict().items()} for net in (network, other)]
    assert shapes[0] == shapes[1]


def test_every_number_of_a_specification_makes_the_network_it_names():
    spec = NetworkSpecification(order=3, block_size=2, hidden_size=7, n_layers=3, n_components=4, head="mixture")
    network = AutoregressiveNetwork(spec)
    assert network.backbone.order == 3
    assert network.backbone.n_features == 7
    assert network.head.n_steps == 2
    assert network.head.n_components == 4
    assert network.skip is None
    assert network.decoder is None
    assert torch.equal(network.dependence, torch.eye(2))


def test_every_default_is_a_network_without_covariates():
    network = AutoregressiveNetwork(NetworkSpecification(order=1))
    assert network.backbone.n_channels == 1
    assert network.known_encoder is network.past_encoder is network.static_encoder is None


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_dropout_is_at_work_in_training_only(dropout):
    network = small_network(dropout=dropout, **COVARIATES)
    shares = {layer.p for layer in network.modules() if isinstance(layer, torch.nn.Dropout)}
    assert shares == {dropout}
    assert not any(layer.training for layer in network.modules())
