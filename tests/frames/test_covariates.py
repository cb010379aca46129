"""Covariates on the grid of a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import Panel, as_covariates, as_panel

DAYS = pd.date_range("2024-01-01", periods=9, freq="D", name="ds")
WIDE = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0)}, index=DAYS[:6])
LONG = WIDE.reset_index().melt("ds", var_name="unique_id", value_name="y")[["unique_id", "ds", "y"]]
SHARED = pd.DataFrame({"t": np.arange(9), "weekend": np.arange(9) % 7 > 4}, index=DAYS)
X_LONG = pd.concat([SHARED.assign(t=SHARED["t"] * k, unique_id=i).reset_index() for i, k in (("b", 1), ("a", 2))])


def future(panel: Panel, n: int = 3) -> tuple[np.ndarray, np.ndarray]:
    return panel.ends, np.full(panel.n_series, n)


@pytest.mark.parametrize("y", [WIDE["a"], WIDE, LONG, LONG.set_index(["unique_id", "ds"])])
def test_shared_covariates_serve_every_series(y):
    panel = as_panel(y)
    rows = as_covariates(SHARED, panel).rows(*future(panel))
    np.testing.assert_array_equal(rows, np.tile([[6, 1], [7, 0], [8, 0]], (panel.n_series, 1)))
    np.testing.assert_array_equal(as_covariates(SHARED["t"], panel).rows(*future(panel))[:, 0], rows[:, 0])


@pytest.mark.parametrize("y", [WIDE, LONG, LONG.set_index(["unique_id", "ds"])])
@pytest.mark.parametrize("form", ["long", "multiindex", "columns"])
def test_covariates_of_each_series_are_matched_by_id(y, form):
    panel = as_panel(y)
    X = {
        "long": X_LONG.sample(frac=1, random_state=0),
        "multiindex": X_LONG.set_index(["unique_id", "ds"]),
        "columns": pd.concat({"b": SHARED, "a": SHARED.assign(t=SHARED["t"] * 2)}, axis=1),
    }[form]
    covariates = as_covariates(X, panel)
    assert covariates.names == ("t", "weekend")
    np.testing.assert_array_equal(covariates.rows(*future(panel))[:, 0], [12, 14, 16, 6, 7, 8])
    history = covariates.rows(panel.starts, panel.lengths)
    np.testing.assert_array_equal(history[:, 0], np.concatenate([2 * np.arange(6), np.arange(6)]))


def test_the_input_is_not_changed_and_not_shared():
    panel, X = as_panel(WIDE), SHARED.astype(float)
    before = X.copy()
    covariates = as_covariates(X, panel)
    assert not np.shares_memory(covariates.values, X.to_numpy())
    pd.testing.assert_frame_equal(X, before)


def test_covariates_pass_through_and_follow_a_cut_panel():
    panel = as_panel(LONG)
    covariates = as_covariates(X_LONG, panel)
    assert as_covariates(covariates, panel) is covariates
    assert as_covariates(covariates, panel.between(0, 4)) is covariates
    only_b = panel.select(np.array([1]))
    np.testing.assert_array_equal(as_covariates(covariates, only_b).rows(*future(only_b))[:, 0], [6, 7, 8])


def test_covariates_move_to_a_panel_with_another_origin():
    covariates = as_covariates(SHARED, as_panel(WIDE))
    later = as_panel(WIDE[2:])
    np.testing.assert_array_equal(as_covariates(covariates, later).rows(*future(later, 1))[:, 0], [6, 6])
    with pytest.raises(InvalidFrameError, match="frequency"):
        as_covariates(covariates, as_panel(WIDE.set_axis(DAYS[:6].to_period("D").to_timestamp(), axis=0)[::2]))


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (SHARED[:7], r"lacks 2 needed rows: 2024-01-08, 2024-01-09\..*future_frame"),
        (SHARED.drop(DAYS[7]), r"lacks 1 needed row: 2024-01-08"),
        (
            X_LONG[X_LONG["ds"] < "2024-01-08"],
            r"lacks 4 needed rows: series 'a' at 2024-01-08, series 'a' at 2024-01-09, series 'b'",
        ),
        (X_LONG[X_LONG["unique_id"] == "a"], r"lacks 3 needed rows: series 'b' at 2024-01-07"),
        (SHARED.assign(t=[*range(7), np.nan, 8]), r"'t' is missing \(NaN\) in 1 needed row: 2024-01-08"),
        (SHARED.assign(t=[*range(7), np.inf, 8]), r"'t' is infinite in 1 needed row: 2024-01-08"),
        (X_LONG.assign(t=X_LONG["t"].where(X_LONG["t"] != 16)), r"'t' is missing.*series 'a' at 2024-01-09"),
    ],
)
def test_rows_that_are_needed_have_to_be_there_and_finite(X, message):
    panel = as_panel(LONG)
    with pytest.raises(InvalidFrameError, match=message):
        as_covariates(X, panel).rows(*future(panel))
    if message.startswith("'t'") or "missing" in message:
        as_covariates(X, panel).rows(panel.starts, panel.lengths)  # the history alone is complete


def test_a_single_series_is_told_about_missing_rows_too():
    panel = as_panel(WIDE["a"])
    covariates = as_covariates(SHARED[2:7], panel)
    assert covariates.rows(panel.ends, np.array([1])).shape == (1, 2)
    for start, length in ((6, 2), (0, 3)):
        with pytest.raises(InvalidFrameError, match="lacks"):
            covariates.rows(np.array([start]), np.array([length]))


def test_the_target_among_the_covariates_is_refused():
    panel = as_panel(WIDE)
    with pytest.raises(InvalidFrameError, match=r"target is among the covariates: column 'a'.*X\.drop\(columns='a'\)"):
        as_covariates(SHARED.assign(a=np.arange(9.0)), panel)
    with pytest.raises(InvalidFrameError, match="target is among"):
        as_covariates(WIDE["a"], as_panel(WIDE["a"]))
    with pytest.raises(InvalidFrameError, match=r"target 'y' is among"):
        as_covariates(X_LONG.assign(y=0.0), as_panel(LONG))
    assert "a" in as_covariates(SHARED.assign(a=3.0), panel).names  # the same name with other values is a covariate


def test_the_covariates_of_the_fit_are_asked_for_by_name():
    panel = as_panel(WIDE["a"])
    swapped = as_covariates(SHARED, panel, names=("weekend", "t"))
    np.testing.assert_array_equal(swapped.rows(*future(panel, 1)), [[1, 6]])
    with pytest.raises(InvalidFrameError, match=r"lacks 1 covariate of the fit: 'temp'"):
        as_covariates(SHARED, panel, names=("t", "temp"))
    with pytest.raises(InvalidFrameError, match=r"did not have: 'weekend'"):
        as_covariates(SHARED, panel, names=("t",))


def test_joined_covariates_are_those_of_all_rows_together():
    panel = as_panel(WIDE)
    for X in (SHARED, X_LONG):
        early, late = (
            X[X["t"] < 5] if X is SHARED else X[X["ds"] < "2024-01-06"],
            X[X.get("ds", X.index) >= "2024-01-04"],
        )
        joined = as_covariates(early, panel).joined(as_covariates(late, panel))
        expected = as_covariates(X, panel)
        for name in ("values", "present", "starts", "lengths"):
            np.testing.assert_array_equal(getattr(joined, name), getattr(expected, name))
        assert joined.shared == expected.shared


def test_the_later_covariates_count_where_both_have_a_row():
    panel = as_panel(WIDE)
    old, new = as_covariates(SHARED[:5], panel), as_covariates((SHARED + 100)[["weekend", "t"]].iloc[[3, 7]], panel)
    joined = old.joined(new)
    assert joined.names == ("t", "weekend")
    np.testing.assert_array_equal(joined.values[:, 0], [0, 1, 2, 103, 4, np.nan, np.nan, 107])
    np.testing.assert_array_equal(joined.present, [True] * 5 + [False, False, True])
    np.testing.assert_array_equal(new.joined(old).values[:, 1], [0, 1, 2, 3, 4, np.nan, np.nan, 107])
    with pytest.raises(InvalidFrameError, match=r"lacks 2 needed rows: 2024-01-06, 2024-01-07"):
        joined.rows(panel.starts, np.array([8, 8]))


@pytest.mark.parametrize("shared_first", [True, False])
def test_shared_covariates_join_those_of_each_series(shared_first):
    panel = as_panel(WIDE)
    shared, each = as_covariates(SHARED[:6], panel), as_covariates(X_LONG[X_LONG["ds"] >= "2024-01-07"], panel)
    joined = shared.joined(each) if shared_first else each.joined(shared)
    assert not joined.shared
    np.testing.assert_array_equal(joined.rows(*future(panel))[:, 0], [12, 14, 16, 6, 7, 8])
    np.testing.assert_array_equal(joined.rows(panel.starts, panel.lengths)[:, 0], np.tile(np.arange(6), 2))


def test_a_series_that_one_of_the_joined_lacks_keeps_the_rows_of_the_other():
    panel = as_panel(WIDE)
    a, b = (as_covariates(X_LONG[X_LONG["unique_id"] == name], panel) for name in "ab")
    for joined in (a.joined(b), b.joined(a)):
        np.testing.assert_array_equal(joined.values, as_covariates(X_LONG, panel).values)
    only = a.joined(as_covariates(X_LONG[X_LONG["unique_id"] == "a"][2:4], panel))
    np.testing.assert_array_equal(only.lengths, [9, 0])
    np.testing.assert_array_equal(only.values, a.values)


def test_covariates_of_other_names_series_or_grids_do_not_join():
    panel = as_panel(WIDE)
    covariates = as_covariates(SHARED, panel)
    with pytest.raises(InvalidFrameError, match="lacks 1 covariate of the fit: 'weekend'"):
        covariates.joined(as_covariates(SHARED["t"], panel))
    for other in (as_panel(WIDE["a"]), as_panel(WIDE[1:]), as_panel(WIDE.rename(columns={"a": "z"}))):
        with pytest.raises(InvalidFrameError, match="other series or to another time grid"):
            covariates.joined(as_covariates(SHARED, other))
