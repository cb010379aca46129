import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError
from forecastkit.plots.points import one_series, thinned


@given(st.integers(1, 400), st.integers(4, 60), st.floats(0, 0.6), st.integers(0, 99))
def test_thinning_keeps_order_count_and_every_extreme(n, most, share, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n)
    values[rng.random(n) < share] = np.nan
    kept = thinned(values, most)
    assert (np.diff(kept) > 0).all()
    assert len(kept) <= max(most, 1)
    if n <= most:
        assert len(kept) == n
    if not np.isnan(values).all():
        assert np.nanmin(values[kept]) == np.nanmin(values)
        assert np.nanmax(values[kept]) == np.nanmax(values)


def test_a_long_gap_is_still_a_gap_after_thinning():
    values = np.arange(10_000.0)
    values[4000:6000] = np.nan
    kept = thinned(values, 100)
    gap = np.isnan(values[kept])
    assert gap.sum() >= 9
    assert np.diff(np.flatnonzero(gap)).max() == 1


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "bool"])
def test_any_numbers_become_floats(dtype):
    assert one_series(pd.Series([0, 1], dtype=dtype), "y").tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0], "y has to be a Series of one series, got list"),
        (pd.DataFrame({"a": [1.0]}), r"got DataFrame; choose one: y\['a'\]"),
        (pd.Series([1.0], index=pd.MultiIndex.from_tuples([("a", 1)])), "got several series"),
        (pd.Series(["x"]), "not numeric"),
        (pd.Series([], dtype=float), "y is empty"),
    ],
)
def test_what_is_no_series_is_refused(values, message):
    with pytest.raises(InvalidFrameError, match=message):
        one_series(values, "y")
