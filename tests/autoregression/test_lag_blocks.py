import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.autoregression import lag_blocks
from forecastkit.autoregression.lag_blocks import lag_pieces


def sweep(y, lengths, order, centre, filters):
    """Lag products of the rows and filtered rows, put together from all pieces."""
    n = y.shape[1]
    products, filtered = np.zeros((len(y), order + 1)), np.full(y.shape, np.nan)
    for piece in lag_pieces(y, lengths, order, centre):
        products[piece.place] += piece.lagged_products(piece.targets(), order)
        rows, start = piece.rows_only(piece.filtered(filters[piece.place])), max(piece.first, 0)
        filtered[piece.place, start : piece.first + piece.n_targets] = rows[:, start - piece.first :]
    return products, np.where(np.arange(n) >= (n - lengths + order)[:, None], filtered, 0.0)


def by_loops(y, lengths, order, centre, filters):
    products, filtered = np.zeros((len(y), order + 1)), np.zeros(y.shape)
    for b, length in enumerate(lengths):
        z = np.nan_to_num(y[b] - centre[b])
        for t in range(y.shape[1] - length + order, y.shape[1]):
            window = z[t - order : t + 1][::-1]
            products[b] += z[t] * window
            filtered[b, t] = filters[b] @ window
    return products, filtered


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=5).map(np.array),
    order=st.integers(0, 70),
    cached=st.sampled_from([16, 100, 1 << 15]),
    seed=st.integers(0, 99),
)
def test_block_products_equal_loops_over_time(lengths, order, cached, seed):
    rng = np.random.default_rng(seed)
    order, n = min(order, int(lengths.min()) - 1), int(lengths.max())
    y = rng.standard_normal((len(lengths), n))
    y[np.arange(n) < n - lengths[:, None]] = np.nan
    centre, filters = rng.standard_normal(len(y)), rng.standard_normal((len(y), order + 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lag_blocks, "_CACHED", cached)
        patch.setattr(lag_blocks, "_PRODUCT", 8 * cached)
        found = sweep(y, lengths, order, centre, filters)
    for ours, theirs in zip(found, by_loops(y, lengths, order, centre, filters), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_another_variable_is_aligned_with_the_rows():
    y = np.arange(40.0)[None]
    other = 100 + y
    for piece in lag_pieces(y, np.array([40]), 3, np.zeros(1)):
        targets = piece.targets()
        np.testing.assert_array_equal(piece.aligned(other), np.where(targets > 0, 100 + targets, 0.0))
        assert np.count_nonzero(targets) == 37


@pytest.mark.parametrize(("n", "order"), [(100_000, 30), (1000, 300)])
def test_pieces_hold_every_row_once(n, order):
    times = [
        piece.first + np.flatnonzero(piece.rows_only(np.ones((1, piece.n_targets)))[0])
        for piece in lag_pieces(np.zeros((1, n)), np.array([n]), order, np.zeros(1))
    ]
    np.testing.assert_array_equal(np.sort(np.concatenate(times)), np.arange(order, n))
