"""The divergence of Gaussian laws entry by entry."""

import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import kl, kl_by_entry


def factors(d, seed):
    roots = np.random.default_rng(seed).standard_normal((2, d, d + 2))
    return [np.linalg.cholesky(root @ root.T) for root in roots]


@pytest.mark.parametrize("d", [1, 2, 7])
def test_the_first_terms_sum_to_the_divergence_of_the_first_entries(d):
    one, other = factors(d, d)
    mean = np.random.default_rng(1).standard_normal((2, d))
    terms = kl_by_entry(mean[0], one, mean[1], other)
    assert (terms >= 0).all()
    for k in range(1, d + 1):
        dense = kl(mean[0, :k], (one @ one.T)[:k, :k], mean[1, :k], (other @ other.T)[:k, :k])
        assert terms[:k].sum() == pytest.approx(dense, rel=1e-9)


def test_equal_laws_have_no_divergence():
    one, _ = factors(5, 0)
    assert kl_by_entry(np.ones(5), one, np.ones(5), one) == pytest.approx(0, abs=1e-25)


def test_what_is_no_factor_is_refused():
    with pytest.raises(InvalidParameterError, match="factor0 must be lower triangular"):
        kl_by_entry([0.0, 0.0], np.ones((2, 2)), [0.0, 0.0], np.eye(2))
    with pytest.raises(InvalidParameterError, match="factor1 must be lower triangular with a positive diagonal"):
        kl_by_entry([0.0, 0.0], np.eye(2), [0.0, 0.0], np.diag([1.0, 0.0]))
    with pytest.raises(InvalidParameterError, match="mean1"):
        kl_by_entry([0.0, 0.0], np.eye(2), [0.0], np.eye(2))
