import numpy as np
import torch
from scipy.special import ndtr

from forecastkit.nn.heads.standard_normal import NORMAL_BOUND, normal_cdf


def test_the_lower_tail_has_all_its_digits():
    z = torch.linspace(-37.0, 8.0, 451, dtype=torch.float64)
    np.testing.assert_allclose(normal_cdf(z), ndtr(z.numpy()), rtol=1e-12)


def test_beyond_the_bound_float64_has_no_probability_below_one():
    assert 1.0 - ndtr(-NORMAL_BOUND) >= 1.0 - np.finfo(float).eps
    assert ndtr(NORMAL_BOUND + 0.2) == 1.0
