"""Small backbones with fixed weights, in double precision, and what their features depend on."""

import torch

from forecastkit.nn.backbones import make_backbone


def small_backbone(name, n_channels=2, order=5, **options):
    """A backbone in evaluation mode; its smooth activation has no region where derivatives vanish by chance."""
    options = {"hidden_size": 8, "activation": "silu"} | options
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return make_backbone(name, n_channels, order, **options).double().eval()


def random_inputs(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def stepped(backbone, inputs, k):
    """Features from `start`, then from steps of k inputs, shape (batch, 1 + number of steps, n_features)."""
    features, state = backbone.start(inputs[:, : backbone.order])
    found = [features]
    for block in inputs[:, backbone.order :].split(k, dim=1):
        features, state = backbone.step(block, state)
        found.append(features)
    return torch.stack(found, dim=1)


def dependence(backbone, inputs):
    """Largest absolute derivative of the features at a position by the input at a time, shape (positions, time)."""
    jacobian = torch.autograd.functional.jacobian(backbone, inputs)
    return jacobian.abs().amax(dim=(0, 2, 3, 5))
