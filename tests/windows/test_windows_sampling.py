import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from forecastkit.windows import WindowIndex, draw, mixed_seed


@pytest.fixture
def index():
    """Series of 1, 0, 3 and 40 windows; the windows of series i start in [100 i, 100 i + 100)."""
    starts = [torch.arange(count) + 100 * i for i, count in enumerate([1, 0, 3, 40])]
    return WindowIndex(torch.cat(starts), torch.tensor([0, 1, 1, 4, 44]))


def test_every_series_with_windows_is_drawn_equally_often_and_evenly_within(index):
    starts = torch.cat([draw(index, 256, seed=0, step=step) for step in range(50)]).numpy()
    series, counts = np.unique(starts // 100, return_counts=True)
    assert series.tolist() == [0, 2, 3]
    assert chisquare(counts).pvalue > 1e-3
    places, counts = np.unique(starts[starts >= 300], return_counts=True)
    assert len(places) == 40
    assert chisquare(counts).pvalue > 1e-3


def test_a_draw_is_a_function_of_seed_step_and_rank(index):
    draws = {
        (seed, step, rank): tuple(draw(index, 32, seed, step, rank).tolist())
        for seed in range(3)
        for step in range(3)
        for rank in range(3)
    }
    assert len(set(draws.values())) == 27
    for key in reversed(draws):
        assert tuple(draw(index, 32, *key).tolist()) == draws[key]


def test_a_draw_moves_no_global_stream(index):
    state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    draw(index, 8, 0, 0)
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)  # noqa: NPY002


def test_draws_are_starts_of_int64(index):
    starts = draw(index, 5, 0, 0)
    assert starts.shape == (5,)
    assert starts.dtype == torch.int64


def test_near_numbers_give_distinct_seeds_that_numpy_and_torch_accept():
    seeds = {mixed_seed(a, b, c) for a in range(10) for b in range(10) for c in range(10)}
    assert len({seed % 2**32 for seed in seeds}) == 1000  # torch's generator looks at 32 bits
    assert all(torch.Generator().manual_seed(seed) for seed in seeds)


def test_late_windows_are_drawn_oftener_as_recency_grows():
    index = WindowIndex(torch.arange(1000), torch.tensor([0, 1000]))
    for recency in (0.0, 1.0, 2.0):
        share = draw(index, 20_000, seed=0, step=0, recency=recency).double().add(0.5) / 1000
        for quantile in (0.2, 0.5, 0.9):  # P(share <= q) = q^(r + 1)
            expected = quantile ** (recency + 1)
            assert abs(float((share <= quantile).double().mean()) - expected) < 0.02
    assert set(draw(WindowIndex(torch.arange(1), torch.tensor([0, 1])), 50, 0, 0, recency=3.0).tolist()) == {0}
