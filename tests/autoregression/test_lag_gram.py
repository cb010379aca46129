import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_fit import simulated_ar

from forecastkit.autoregression.lag_gram import lag_gram, trend_moments

TRENDS = ["n", "c", "ct"]


def explicit_gram(z, order, trend, n):
    """The product of the whole lag matrix with itself."""
    time = np.arange(order, len(z))
    deterministic = [np.ones(len(time)), (time - (len(z) - 1)) / n][: TRENDS.index(trend)]
    rows = np.column_stack([*deterministic, *(z[time - j] for j in range(1, order + 1)), z[time]])
    return rows.T @ rows


@settings(max_examples=60, deadline=None)
@given(
    z=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30).map(np.array),
    order=st.integers(0, 12),
    trend=st.sampled_from(TRENDS),
)
def test_the_recursion_equals_the_product_of_the_lag_matrix_with_itself(z, order, trend):
    order = min(order, len(z) - 1)
    gram = lag_gram(z[None], np.array([len(z)]), order, trend)[0]
    np.testing.assert_allclose(gram, explicit_gram(z, order, trend, len(z)), atol=1e-11 * max(1, z @ z, len(z)))


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(6, 25), min_size=1, max_size=5),
    order=st.integers(0, 5),
    trend=st.sampled_from(TRENDS),
    seed=st.integers(0, 99),
)
def test_ragged_series_padded_on_the_left_have_the_gram_matrices_of_each_alone(lengths, order, trend, seed):
    rng = np.random.default_rng(seed)
    n = max(lengths)
    series = [rng.standard_normal(length) for length in lengths]
    z = np.stack([np.concatenate([np.zeros(n - len(s)), s]) for s in series])
    batch = lag_gram(z, np.array(lengths), order, trend)
    for gram, alone in zip(batch, series, strict=True):
        np.testing.assert_allclose(gram, explicit_gram(alone, order, trend, n), atol=1e-11)


@pytest.mark.parametrize("n_rows", [1, 2, 17])
def test_trend_moments_are_sums_over_the_rows(n_rows):
    tau = np.arange(-n_rows + 1, 1) / 20
    first, second = trend_moments(np.array([n_rows]), 20)
    assert first[0] == pytest.approx(tau.sum())
    assert second[0] == pytest.approx((tau**2).sum())


def test_the_input_is_not_changed():
    z = simulated_ar([0.5], 40)[None]
    before = z.copy()
    lag_gram(z, np.array([40]), 3, "ct")
    np.testing.assert_array_equal(z, before)
