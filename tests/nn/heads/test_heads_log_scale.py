import pytest
import torch

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.heads import SCALE_RANGE, GaussianHead
from forecastkit.nn.heads.log_scale import as_scale, bounded_log_scale, raw_log_scale


def test_the_bound_is_smooth_increasing_and_the_identity_at_zero():
    raw = torch.linspace(-60.0, 60.0, 1001, dtype=torch.float64, requires_grad=True)
    bounded = bounded_log_scale(raw)
    (slope,) = torch.autograd.grad(bounded.sum(), raw)
    assert (slope > 0).all()
    assert bounded.abs().max() < 20
    assert slope[500].item() == 1.0


def test_neither_the_variance_nor_the_square_of_a_gradient_leaves_float32():
    variance = torch.exp(2 * bounded_log_scale(torch.tensor([-1e30, 1e30])))
    tiny = torch.finfo(torch.float32).tiny
    for quantity in (variance, variance**2, 1 / variance, 1 / variance**2):
        assert quantity.isfinite().all()
        assert (quantity > tiny).all()


def test_the_raw_value_is_the_inverse_over_the_allowed_scales():
    log_scale = torch.tensor(SCALE_RANGE, dtype=torch.float64).log()
    torch.testing.assert_close(bounded_log_scale(raw_log_scale(log_scale)), log_scale)


@pytest.mark.parametrize("scale", [0.0, -1.0, 1e-8, 1e9, float("nan"), float("inf"), torch.tensor([1.0, 0.0])])
def test_a_scale_outside_the_range_is_refused(scale):
    with pytest.raises(InvalidParameterError, match=r"scale must be from 1e-07 to 1e\+08, got .*: bring the data"):
        GaussianHead(1, n_steps=2).start_at_zero(scale)


def test_a_scale_of_another_shape_is_refused():
    with pytest.raises(InvalidParameterError, match=r"a number or of shape \(2,\), got shape \(3,\)"):
        as_scale(torch.ones(3), 2, torch.zeros(1))
