from dataclasses import replace

import numpy as np
import pytest
import torch
from small_networks import normal, small_window

from forecastkit.models import scale_window
from forecastkit.windows import Window

ORDER = 5


def test_without_scaling_the_window_is_passed_on():
    window = small_window(ORDER + 3)
    scaled, scale = scale_window(window, ORDER, None)
    assert torch.equal(scaled.values, window.values)
    assert scale.center.tolist() == [0.0, 0.0]
    assert scale.unit.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("kind", ["window", "window_mean"])
def test_the_statistics_are_those_of_the_first_values(kind):
    window = small_window(ORDER + 3, batch=4)
    scaled, scale = scale_window(window, ORDER, kind)
    past = window.values[:, :ORDER].numpy()
    np.testing.assert_allclose(scale.center, past.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(scale.unit, past.std(axis=1) if kind == "window" else np.ones(4), rtol=1e-12)
    torch.testing.assert_close(scale.center[:, None] + scale.unit[:, None] * scaled.values, window.values)
    for name in ("known", "past", "static"):
        assert getattr(scaled, name) is getattr(window, name)


@pytest.mark.parametrize("kind", ["window", "window_mean"])
def test_no_target_moves_the_scale(kind):
    window = small_window(ORDER + 3)
    values = window.values.clone()
    values[:, ORDER:] += 100.0
    one, other = (scale_window(replace(window, values=each), ORDER, kind)[1] for each in (window.values, values))
    assert torch.equal(one.center, other.center)
    assert torch.equal(one.unit, other.unit)


@pytest.mark.parametrize("kind", ["window", "window_mean"])
def test_what_was_not_observed_does_not_move_the_scale(kind):
    values = normal(3, ORDER + 2)
    observed = torch.rand(values.shape, generator=torch.Generator().manual_seed(0)) < 0.6
    observed[:, 0] = True
    _, scale = scale_window(Window(torch.where(observed, values, 99.0), observed), ORDER, kind)
    for i in range(3):
        seen = values[i, :ORDER][observed[i, :ORDER]].numpy()
        assert scale.center[i].item() == pytest.approx(seen.mean(), rel=1e-12)
        assert scale.unit[i].item() == pytest.approx(max(seen.std(), 0.01) if kind == "window" else 1.0, rel=1e-12)
    _, whole = scale_window(Window(values, torch.ones_like(observed)), ORDER, kind)
    _, plain = scale_window(Window(values), ORDER, kind)
    torch.testing.assert_close(whole.center, plain.center)
    torch.testing.assert_close(whole.unit, plain.unit)


@pytest.mark.parametrize("kind", ["window", "window_mean"])
def test_a_window_in_which_nothing_was_observed_is_centred_on_what_fills_it(kind):
    window = Window(torch.full((1, ORDER + 1), 3.0).double(), torch.zeros(1, ORDER + 1, dtype=torch.bool))
    scaled, scale = scale_window(window, ORDER, kind)
    assert scale.center.tolist() == [3.0]
    assert not scaled.values.any()


def test_a_window_that_hardly_moves_is_not_blown_up():
    values = 5.0 + 1e-6 * normal(2, ORDER)
    _, scale = scale_window(Window(values), ORDER, "window")
    assert scale.unit.tolist() == pytest.approx([0.01, 0.01])
    assert torch.isfinite(scale_window(Window(torch.zeros(1, 1)), 1, "window")[0].values).all()


def test_the_gradient_of_a_constant_window_is_finite():
    values = torch.ones(1, ORDER, dtype=torch.float64, requires_grad=True)
    scaled, _ = scale_window(Window(values), ORDER, "window")
    assert torch.isfinite(torch.autograd.grad(scaled.values.sum(), values)[0]).all()


def test_shrinkage_draws_units_together():
    window = Window(torch.tensor([[-0.1, 0.1, 0.1, -0.1, 7.0], [-3.0, 3.0, 3.0, -3.0, 7.0]]).double())
    for observed in (None, torch.ones(2, ORDER, dtype=torch.bool)):
        given = replace(window, observed=observed)
        assert scale_window(given, 4, "window")[1].unit.tolist() == pytest.approx([0.1, 3.0])
        assert scale_window(given, 4, "window", 4.0)[1].unit.tolist() == pytest.approx([16.01**0.5, 5.0])
        assert scale_window(given, 4, "window_mean", 4.0)[1].unit.tolist() == [1.0, 1.0]
