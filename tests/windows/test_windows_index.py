import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.windows import SeriesStore, WindowIndex, tail_lengths, tail_windows, training_windows


@st.composite
def panels(draw):
    """Series with gaps, lags and targets of a window, and a tail of each series."""
    lengths = draw(st.lists(st.integers(0, 9), min_size=1, max_size=5))
    values = np.array([draw(st.sampled_from([1.0, 1.0, np.nan])) for _ in range(sum(lengths))])
    tail = np.array([draw(st.integers(0, length)) for length in lengths])
    offsets = np.cumsum([0, *lengths])
    return SeriesStore.from_arrays(values, offsets), draw(st.integers(1, 3)), draw(st.integers(1, 3)), tail


def by_loop(store, order, n_targets, is_wanted):
    """Starts of each series, window by window."""
    observed = torch.ones(len(store.values), dtype=torch.bool) if store.observed is None else store.observed
    found = []
    for i, (begin, end) in enumerate(zip(store.offsets[:-1].tolist(), store.offsets[1:].tolist(), strict=True)):
        found.append([])
        for start in range(begin, end - order - n_targets + 1):
            origin, stop = start + order, start + order + n_targets
            useful = observed[start:origin].any() and observed[origin:stop].any()
            if useful and is_wanted(i, origin, stop, end):
                found[-1].append(start)
    return found


def as_lists(index):
    bounds = index.series_offsets.tolist()
    return [index.starts[a:b].tolist() for a, b in itertools.pairwise(bounds)]


@given(panels())
def test_training_windows_are_those_that_end_before_the_tail(panel):
    store, order, n_targets, tail = panel
    expected = by_loop(store, order, n_targets, lambda i, origin, stop, end: stop <= end - tail[i])
    assert as_lists(training_windows(store, order, n_targets, tail)) == expected


@given(panels())
def test_tail_windows_are_those_whose_targets_lie_in_the_tail(panel):
    store, order, n_targets, tail = panel
    expected = by_loop(store, order, n_targets, lambda i, origin, stop, end: origin >= end - tail[i])
    assert as_lists(tail_windows(store, order, n_targets, tail)) == expected


@given(panels())
def test_no_target_is_both_trained_on_and_held_out(panel):
    store, order, n_targets, tail = panel
    trained, held_out = training_windows(store, order, n_targets, tail), tail_windows(store, order, n_targets, tail)
    targets = torch.arange(order, order + n_targets)
    both = np.intersect1d(trained.starts[:, None] + targets, held_out.starts[:, None] + targets)
    assert len(both) == 0


def test_the_counts_and_the_series_with_windows_follow_from_the_offsets():
    index = WindowIndex(torch.arange(5), torch.tensor([0, 3, 3, 5]))
    assert len(index) == 5
    assert index.counts.tolist() == [3, 0, 2]
    assert index.filled.tolist() == [0, 2]


@pytest.mark.parametrize(("n", "most"), [(10, 3), (1000, 7), (1025, 1024), (5, 5), (3, 8)])
def test_evenly_spaced_windows_are_distinct_and_include_the_last(n, most):
    chosen = WindowIndex(torch.arange(n), torch.tensor([0, n])).evenly(most)
    assert len(chosen) == min(n, most)
    assert chosen[-1] == n - 1
    gaps = chosen.diff()
    assert len(gaps) == 0 or (gaps.min() >= 1 and gaps.max() - gaps.min() <= 1)


def test_a_long_series_gives_no_more_windows_than_a_short_one():
    counts = np.array([5000, 0, 3, 100])
    index = WindowIndex(torch.arange(5103), torch.from_numpy(np.concatenate([[0], np.cumsum(counts)])))
    chosen = index.evenly(90).numpy()
    series = np.searchsorted(np.cumsum(counts), chosen, side="right")
    np.testing.assert_array_equal(np.bincount(series, minlength=4), [30, 0, 30, 30])
    assert set(chosen[series == 2]) == {5000, 5001, 5002}
    for i in (0, 2, 3):
        assert chosen[series == i].max() == np.cumsum(counts)[i] - 1


def test_more_series_than_windows_wanted_give_their_last_ones():
    index = WindowIndex(torch.arange(50), torch.arange(0, 51, 5))
    chosen = index.evenly(4).numpy()
    assert len(chosen) == 4
    assert (chosen % 5 == 4).all()
    assert len(np.unique(chosen)) == 4


@pytest.mark.parametrize("stride", [1, 2, 5, 24])
def test_a_stride_keeps_the_origins_a_multiple_of_it_before_the_end(stride):
    lengths, order, n_targets = np.array([61, 7, 40]), 3, 2
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    store, tail = SeriesStore.from_arrays(np.arange(float(offsets[-1])), offsets), np.array([10, 0, 3])
    every = training_windows(store, order, n_targets, tail).starts.numpy()
    owner = np.searchsorted(offsets, every, side="right") - 1
    kept = every[(offsets[owner + 1] - every - order) % stride == 0]
    np.testing.assert_array_equal(training_windows(store, order, n_targets, tail, stride).starts, kept)


@given(st.integers(0, 60), st.integers(1, 8), st.integers(1, 8), st.floats(0.0, 0.9))
def test_a_tail_leaves_at_least_one_training_window(n, order, n_targets, share):
    (tail,) = tail_lengths(np.array([n]), order, n_targets, share).tolist()
    assert tail == 0 or (tail >= n_targets and n - tail >= order + n_targets)
    if n - max(round(share * n), n_targets) >= order + n_targets and share > 0:
        assert tail == max(round(share * n), n_targets)


def test_a_share_of_zero_holds_nothing_out():
    assert tail_lengths(np.array([50, 3]), 2, 1, 0.0).tolist() == [0, 0]
