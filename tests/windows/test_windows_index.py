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


@given(st.integers(0, 60), st.integers(1, 8), st.integers(1, 8), st.floats(0.0, 0.9))
def test_a_tail_leaves_at_least_one_training_window(n, order, n_targets, share):
    (tail,) = tail_lengths(np.array([n]), order, n_targets, share).tolist()
    assert tail == 0 or (tail >= n_targets and n - tail >= order + n_targets)
    if n - max(round(share * n), n_targets) >= order + n_targets and share > 0:
        assert tail == max(round(share * n), n_targets)


def test_a_share_of_zero_holds_nothing_out():
    assert tail_lengths(np.array([50, 3]), 2, 1, 0.0).tolist() == [0, 0]
