"""Text among the covariates becomes codes that keep their meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_covariates, as_panel
from forecastkit.frames.categories import coded_values, joined_labels, recoded

DAYS = pd.date_range("2024-01-01", periods=6, freq="D", name="ds")
PANEL = as_panel(pd.DataFrame({"a": np.arange(4.0), "b": np.arange(4.0)}, index=DAYS[:4]))
SHARED = pd.DataFrame({"t": np.arange(6.0), "day": ["sun", "mon", "tue", "mon", "sun", "wed"]}, index=DAYS)
LONG = pd.concat([SHARED.assign(unique_id=name).reset_index() for name in "ba"])
LAYOUTS = {
    "shared": SHARED,
    "long": LONG,
    "columns": pd.concat({"b": SHARED, "a": SHARED}, axis=1),
    "multiindex": LONG.set_index(["unique_id", "ds"]),
}


@pytest.mark.parametrize("dtype", [object, "string", "category", "string[pyarrow]"], ids=str)
def test_text_of_every_dtype_becomes_codes_of_sorted_labels(dtype):
    frame = pd.DataFrame({"x": pd.Series(["b", "a", None, "b"], dtype=dtype), "n": [1, 2, 3, 4]})
    values, categories = coded_values(frame)
    np.testing.assert_array_equal(values, [[1, 1], [0, 2], [np.nan, 3], [1, 4]])
    assert categories == {"x": ("a", "b")}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_text_is_read_in_every_layout(layout):
    covariates = as_covariates(LAYOUTS[layout], PANEL)
    assert covariates.categories == {"day": ("mon", "sun", "tue", "wed")}
    rows = covariates.rows(np.array([3, 2]), np.array([3, 1]))
    np.testing.assert_array_equal(rows, [[3, 0], [4, 1], [5, 3], [2, 2]])


def test_series_with_other_labels_share_one_table_of_them():
    other = SHARED.assign(day="fri")
    covariates = as_covariates(pd.concat({"a": SHARED, "b": other}, axis=1), PANEL)
    assert covariates.categories["day"] == ("fri", "mon", "sun", "tue", "wed")
    np.testing.assert_array_equal(covariates.rows(np.zeros(2, int), np.ones(2, int))[:, 1], [2, 0])


def test_new_rows_with_new_labels_keep_the_meaning_of_the_old_codes():
    first = as_covariates(SHARED.iloc[:4], PANEL)
    both = first.joined(as_covariates(SHARED.iloc[4:].assign(day=["fri", "mon"]), PANEL))
    labels = np.array(both.categories["day"])
    codes = both.rows(np.zeros(2, int), np.array([6, 0]))[:, 1].astype(int)
    assert labels[codes].tolist() == ["sun", "mon", "tue", "mon", "fri", "mon"]


def test_text_and_numbers_of_one_covariate_do_not_mix():
    first = as_covariates(SHARED.iloc[:4], PANEL)
    with pytest.raises(InvalidFrameError, match="'day' is text in the rows of the fit or in the new ones"):
        first.joined(as_covariates(SHARED.iloc[4:].assign(day=1.0), PANEL))


def test_a_missing_label_is_a_missing_covariate():
    covariates = as_covariates(SHARED.assign(day=[*SHARED["day"][:2], None, *SHARED["day"][3:]]), PANEL)
    with pytest.raises(InvalidFrameError, match=r"'day' is missing \(NaN\) in 1 needed row: 2024-01-03"):
        covariates.rows(np.array([2, 2]), np.ones(2, int))


def test_some_columns_need_no_others():
    covariates = as_covariates(SHARED.assign(past=[1.0, 2, 3, 4, np.nan, np.nan]), PANEL)
    known = covariates.columns(("day", "t"))
    assert known.names == ("day", "t")
    assert set(known.categories) == {"day"}
    assert np.isfinite(known.rows(np.array([4, 4]), np.array([2, 2]))).all()
    assert covariates.columns(("t",)).categories == {}
    with pytest.raises(InvalidFrameError, match="did you mean 'past'"):
        covariates.columns(("pst",))


@pytest.mark.parametrize("dtype", [object, "string", "category"], ids=str)
def test_text_that_is_missing_throughout_is_missing_and_has_no_labels(dtype):
    nothing = pd.Series([None] * 6, index=DAYS, dtype=dtype)
    covariates = as_covariates(SHARED.assign(day=nothing), PANEL)
    assert np.isnan(covariates.values[:, 1]).all()
    assert covariates.categories == {}
    with pytest.raises(InvalidFrameError, match=r"'day' is missing \(NaN\)"):
        covariates.rows(np.zeros(2, int), np.ones(2, int))
    assert as_covariates(SHARED, PANEL).joined(covariates).categories == as_covariates(SHARED, PANEL).categories
    columns = pd.concat({"a": SHARED, "b": SHARED.assign(day=nothing)}, axis=1)
    assert as_covariates(columns, PANEL).categories == {"day": ("mon", "sun", "tue", "wed")}


@pytest.mark.parametrize("value", [1, True, 2.5, ["sun"], b"sun", pd.Timestamp("2024-01-01")], ids=repr)
def test_text_beside_something_else_is_refused(value):
    mixed = pd.Series(["sun", value, None, "sun", "mon", "mon"], index=DAYS, dtype=object)
    with pytest.raises(InvalidFrameError, match="Column 'day' is not numeric: the first bad value is 'sun'"):
        as_covariates(SHARED.assign(day=mixed), PANEL)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_categorical_has_the_labels_that_occur(layout):
    X = LAYOUTS[layout]
    kind = pd.CategoricalDtype(["wed", "tue", "never", "sun", "mon"], ordered=True)
    text = [column for column in X.columns if "day" in column]
    covariates = as_covariates(X.astype(dict.fromkeys(text, kind)), PANEL)
    assert covariates.categories == {"day": ("mon", "sun", "tue", "wed")}
    np.testing.assert_array_equal(covariates.values, as_covariates(X, PANEL).values)


def test_labels_follow_their_series_to_another_panel_and_the_columns_that_are_chosen():
    covariates = as_covariates(LONG, PANEL)
    alone = covariates.for_panel(PANEL.select(np.array([1])))
    assert alone.categories == covariates.categories
    later = covariates.for_panel(as_panel(pd.DataFrame({"b": np.arange(3.0), "a": np.arange(3.0)}, index=DAYS[1:4])))
    assert later.rows(np.zeros(2, int), np.ones(2, int))[:, 1].tolist() == [0, 0]  # "mon", a day later
    swapped = covariates.select(("day", "t"))
    assert swapped.categories == covariates.categories
    np.testing.assert_array_equal(swapped.values, covariates.values[:, ::-1])


def test_text_with_the_name_of_a_series_is_not_taken_for_its_values():
    X = SHARED.assign(a=["0", "1", "2", "3", "4", "5"])  # coded as the values of series "a"
    assert as_covariates(X, PANEL).categories["a"] == ("0", "1", "2", "3", "4", "5")
    with pytest.raises(InvalidFrameError, match="target is among"):
        as_covariates(X.astype({"a": float}), PANEL)


def test_shared_text_joins_that_of_each_series():
    shared, each = as_covariates(SHARED.iloc[:4], PANEL), as_covariates(LONG.replace({"day": {"wed": "fri"}}), PANEL)
    for joined in (shared.joined(each), each.joined(shared)):
        labels = np.array(joined.categories["day"])
        codes = joined.rows(np.zeros(2, int), np.full(2, 6))[:, 1].astype(int)
        assert labels[codes].tolist() == ["sun", "mon", "tue", "mon", "sun", "fri"] * 2
    np.testing.assert_array_equal(shared.values[:, 1], [1, 0, 2, 0])  # as they were


def test_labels_join_and_codes_follow():
    labels = joined_labels({"x": ("b", "d")}, {"x": ("a", "b"), "y": ("z",)})
    assert labels == {"x": ("a", "b", "d"), "y": ("z",)}
    values = np.array([[0.0, 5.0], [1.0, 6.0], [np.nan, 7.0]])
    again = recoded(values, ("x", "n"), {"x": ("b", "d")}, labels)
    np.testing.assert_array_equal(again, [[1, 5], [2, 6], [np.nan, 7]])
    np.testing.assert_array_equal(values[:2, 0], [0, 1])
