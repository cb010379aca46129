"""What holds for every backbone."""

import pytest
import torch
from small_backbones import dependence, random_inputs, small_backbone, stepped

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.backbones import BACKBONES, make_backbone

every_backbone = pytest.mark.parametrize("name", BACKBONES)
orders = pytest.mark.parametrize("order", [1, 2, 5])


@every_backbone
@orders
def test_features_depend_on_exactly_the_inputs_of_the_receptive_field(name, order):
    backbone, time = small_backbone(name, order=order), 11
    found = dependence(backbone, random_inputs(1, time, 2)) > 0
    last, seen = torch.arange(order - 1, time)[:, None], torch.arange(time)
    reach = backbone.receptive_field or time
    assert reach >= order
    torch.testing.assert_close(found, (seen <= last) & (seen > last - reach))


@every_backbone
@orders
@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("n_channels", [1, 5])
def test_steps_give_the_features_of_one_pass(name, order, k, n_channels):
    backbone = small_backbone(name, n_channels, order)
    inputs = random_inputs(3, order + 9, n_channels)
    torch.testing.assert_close(stepped(backbone, inputs, k), backbone(inputs)[:, ::k])


@every_backbone
@pytest.mark.parametrize("n_layers", [1, 3])
def test_steps_give_the_features_of_one_pass_for_any_depth(name, n_layers):
    backbone = small_backbone(name, n_layers=n_layers)
    inputs = random_inputs(2, 12, 2)
    torch.testing.assert_close(stepped(backbone, inputs, 1), backbone(inputs))


@every_backbone
def test_a_large_order_is_no_different(name):
    backbone = small_backbone(name, order=300)
    inputs = random_inputs(2, 306, 2)
    torch.testing.assert_close(stepped(backbone, inputs, 3), backbone(inputs)[:, ::3])


@every_backbone
def test_the_first_features_are_those_of_start(name):
    backbone, inputs = small_backbone(name), random_inputs(3, 5, 2)
    features, _ = backbone.start(inputs)
    assert features.shape == (3, backbone.n_features)
    torch.testing.assert_close(backbone(inputs), features[:, None])


@every_backbone
def test_a_batch_is_its_rows_one_by_one(name):
    backbone, inputs = small_backbone(name), random_inputs(4, 9, 2)
    torch.testing.assert_close(backbone(inputs), torch.cat([backbone(row[None]) for row in inputs]))


@every_backbone
@orders
def test_continuations_share_a_past_by_repeating_the_state(name, order):
    backbone = small_backbone(name, order=order)
    past, future = random_inputs(2, order, 2), random_inputs(6, 4, 2)
    _, state = backbone.start(past)
    features, _ = backbone.step(future, tuple(each.repeat_interleave(3, 0) for each in state))
    whole = torch.cat([past.repeat_interleave(3, 0), future], dim=1)
    torch.testing.assert_close(features, backbone(whole)[:, -1])


@every_backbone
@orders
def test_a_step_leaves_the_state_as_it_is(name, order):
    backbone = small_backbone(name, order=order)
    _, state = backbone.start(random_inputs(2, order, 2))
    before = [each.clone() for each in state]
    first, _ = backbone.step(random_inputs(2, 3, 2), state)
    again, _ = backbone.step(random_inputs(2, 3, 2), state)
    assert torch.equal(first, again)
    assert all(torch.equal(each, kept) for each, kept in zip(state, before, strict=True))


@every_backbone
@pytest.mark.parametrize("n_layers", [1, 2])
def test_the_gradient_reaches_every_parameter(name, n_layers):
    backbone = small_backbone(name, n_layers=n_layers, activation="relu").train()
    backbone(random_inputs(8, 9, 2)).square().sum().backward()
    assert [key for key, each in backbone.named_parameters() if each.grad is None or not each.grad.any()] == []


@every_backbone
def test_the_gradient_flows_through_steps(name):
    backbone, inputs = small_backbone(name).train(), random_inputs(2, 8, 2).requires_grad_()
    stepped(backbone, inputs, 1)[:, -1].sum().backward()
    by_steps, inputs.grad = inputs.grad, None
    backbone(inputs)[:, -1].sum().backward()
    torch.testing.assert_close(by_steps, inputs.grad)


@every_backbone
@pytest.mark.parametrize("n_layers", [1, 2])
def test_dropout_acts_while_training_only(name, n_layers):
    backbone, inputs = small_backbone(name, n_layers=n_layers, dropout=0.5), random_inputs(2, 8, 2)
    assert torch.equal(backbone(inputs), backbone(inputs))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        backbone.train()
        assert not torch.equal(backbone(inputs), backbone(inputs))


@every_backbone
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_features_and_state_have_the_precision_of_the_inputs(name, dtype):
    backbone, inputs = small_backbone(name).to(dtype), random_inputs(2, 8, 2).to(dtype)
    features, state = backbone.start(inputs[:, :5])
    assert {each.dtype for each in (backbone(inputs), features, *state)} == {dtype}


@every_backbone
def test_steps_give_the_features_of_one_pass_in_mixed_precision(name):
    backbone, inputs = small_backbone(name).float(), random_inputs(2, 8, 2).float()
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(stepped(backbone, inputs, 1), backbone(inputs), atol=0.05, rtol=0.05)


@every_backbone
def test_saved_weights_give_the_same_features(name):
    saved, inputs = small_backbone(name), random_inputs(2, 8, 2)
    loaded = make_backbone(name, 2, 5, hidden_size=8, activation="silu").double().eval()
    loaded.load_state_dict(saved.state_dict())
    assert torch.equal(loaded(inputs), saved(inputs))


@every_backbone
@pytest.mark.parametrize("shape", [(2, 4, 2), (2, 5, 3), (5, 2)])
def test_inputs_of_another_shape_are_refused(name, shape):
    backbone = small_backbone(name)
    with pytest.raises(InvalidParameterError, match=r"shape \(batch, 5 or more, 2\), got"):
        backbone(random_inputs(*shape))


@every_backbone
def test_start_takes_exactly_the_order_and_a_step_at_least_one_input(name):
    backbone = small_backbone(name)
    with pytest.raises(InvalidParameterError, match=r"shape \(batch, 5, 2\), got \(2, 6, 2\)"):
        backbone.start(random_inputs(2, 6, 2))
    _, state = backbone.start(random_inputs(2, 5, 2))
    with pytest.raises(InvalidParameterError, match=r"shape \(batch, 1 or more, 2\), got \(2, 0, 2\)"):
        backbone.step(random_inputs(2, 0, 2), state)


@every_backbone
@pytest.mark.parametrize(
    ("parameter", "value"),
    [("n_channels", 0), ("order", 0), ("hidden_size", 0), ("n_layers", 0), ("dropout", 1.0), ("dropout", -0.1)],
)
def test_a_parameter_outside_its_range_is_refused(name, parameter, value):
    with pytest.raises(InvalidParameterError, match=f"'{parameter}' must be .*, got {value}"):
        make_backbone(**{"name": name, "n_channels": 1, "order": 5, parameter: value})
