import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.windows import SeriesStore, filled_forward

OFFSETS = np.array([0, 5, 5, 12, 20])


@pytest.fixture
def store():
    rng = np.random.default_rng(0)
    values = rng.standard_normal(20)
    values[[3, 7, 8]] = np.nan
    return SeriesStore.from_arrays(
        values,
        OFFSETS,
        known=rng.standard_normal((20, 2)),
        past=rng.standard_normal((20, 3)),
        static=rng.standard_normal((4, 1)),
    )


def test_windows_are_the_slices_of_every_tensor(store):
    starts, series = [15, 0, 6, 1], [3, 0, 2, 0]
    window = store.windows(torch.tensor(starts), 4)
    for row, start in enumerate(starts):
        for name in ("values", "observed", "known", "past"):
            assert torch.equal(getattr(window, name)[row], getattr(store, name)[start : start + 4]), name
    assert torch.equal(window.static, store.static[series])


def test_windows_may_reach_the_very_end_and_be_as_long_as_all_series(store):
    assert torch.equal(store.windows(torch.tensor([19]), 1).values, store.values[None, 19:])
    assert torch.equal(store.windows(torch.tensor([0]), 20).values, store.values[None])


def test_windows_own_their_values(store):
    before = store.values.clone()
    store.windows(torch.tensor([0, 1]), 3).values.zero_()
    assert torch.equal(store.values, before)


def test_series_numbers_may_be_given_with_the_starts(store):
    window = store.windows(torch.tensor([15]), 4, series=torch.tensor([1]))
    assert torch.equal(window.static, store.static[[1]])


def test_a_place_belongs_to_the_series_that_holds_it_and_never_to_an_empty_one(store):
    owners = store.series_of(torch.arange(20))
    assert torch.equal(owners, torch.repeat_interleave(torch.tensor([0, 2, 3]), torch.tensor([5, 7, 8])))


def test_nothing_missing_needs_no_mask():
    assert SeriesStore.from_arrays(np.ones(3), np.array([0, 3])).observed is None


def test_the_lengths_are_those_of_the_series(store):
    assert store.n_series == 4
    assert store.lengths.tolist() == [5, 0, 7, 8]


def test_a_store_moves_to_a_dtype_and_shares_what_stays(store):
    double = store.to(dtype=torch.float64)
    assert double.values.dtype == double.known.dtype == torch.float64
    assert double.offsets.dtype == torch.int64
    assert double.observed is store.observed
    assert store.to("cpu", torch.float32).values is store.values


@pytest.mark.parametrize("offsets", [[0, 4], [1, 5], [0, 3, 2, 5]])
def test_offsets_that_do_not_cover_the_values_are_refused(offsets):
    with pytest.raises(InvalidParameterError, match="'offsets' must never fall and run from 0 to the 5 values"):
        SeriesStore(torch.zeros(5), torch.tensor(offsets))


@pytest.mark.parametrize(("name", "n_rows"), [("observed", 5), ("known", 5), ("past", 5), ("static", 2)])
def test_tensors_of_another_number_of_rows_are_refused(name, n_rows):
    with pytest.raises(InvalidParameterError, match=f"'{name}' must have {n_rows} rows, got 4"):
        SeriesStore(torch.zeros(5), torch.tensor([0, 2, 5]), **{name: torch.zeros(4, 1)})


@given(st.lists(st.lists(st.sampled_from([1.0, 2.0, np.nan]), max_size=6), max_size=5))
def test_filling_is_that_of_a_loop_over_each_series(series):
    values = np.array([value for one in series for value in one], dtype=float)
    filled, observed = filled_forward(values, np.cumsum([0] + [len(one) for one in series]))
    expected = []
    for one in series:
        last = 0.0
        for value in one:
            last = last if np.isnan(value) else value
            expected.append(last)
    assert filled.tolist() == expected
    assert observed.tolist() == [not np.isnan(value) for value in values]


def test_filling_leaves_what_was_given_alone():
    values = np.array([1.0, np.nan])
    filled_forward(values, np.array([0, 2]))
    assert np.isnan(values[1])
