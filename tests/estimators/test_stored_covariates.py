"""Covariates in a saved file come back equal, and what does not belong together is refused."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from forecastkit.estimators.stored_covariates import read_covariates, store_covariates
from forecastkit.frames import as_covariates, as_panel

DAYS = pd.date_range("2024-01-01", periods=9, freq="D", name="ds")
PANEL = as_panel(pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0)}, index=DAYS[:6]))
SHARED = pd.DataFrame({"t": np.arange(9.0), "weekend": np.arange(9.0) % 7 > 4}, index=DAYS)
FORMS = {
    "shared": SHARED.drop(DAYS[3]),
    "each": pd.concat([SHARED.assign(unique_id=name).reset_index() for name in "ba"]),
    "one lacking": SHARED.assign(unique_id="b").reset_index()[4:],
    "text": SHARED.assign(sky=["wet", "dry", None] * 3),
    "text of each": pd.concat([SHARED.assign(unique_id=i, sky=f"sky of {i}").reset_index() for i in "ba"]),
    "odd names": SHARED.set_axis(pd.Index([("price", (1, "x")), 7], tupleize_cols=False), axis=1),
}


def stored(form="each"):
    plain, arrays = store_covariates(as_covariates(FORMS[form], PANEL))
    return json.loads(json.dumps(plain)), arrays


@pytest.mark.parametrize("form", FORMS)
def test_covariates_come_back_equal(form):
    covariates = as_covariates(FORMS[form], PANEL)
    again = read_covariates(*stored(form), PANEL)
    assert again.names == covariates.names
    assert [type(name) for name in again.names] == [type(name) for name in covariates.names]
    assert again.shared == covariates.shared
    assert again.categories == covariates.categories
    for name in ("values", "present", "starts", "lengths"):
        np.testing.assert_array_equal(getattr(again, name), getattr(covariates, name))
    assert again.ids is PANEL.ids
    assert again.calendar is PANEL.calendar


def test_a_name_without_a_json_form_is_refused():
    X = SHARED.set_axis(pd.Index(["t", pd.Timestamp("2024-01-01")], dtype=object), axis=1)
    with pytest.raises(TypeError, match="has no JSON form"):
        store_covariates(as_covariates(X, PANEL))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("names", None),
        ("names", "tw"),
        ("names", ["t"]),
        ("names", ["t", "t"]),
        ("names", ["t", {"a": 1}]),
        ("shared", 1),
        ("shared", True),
        ("shared", None),
    ],
)
def test_an_altered_description_is_refused(key, value):
    plain, arrays = stored()
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_covariates({k: v for k, v in (plain | {key: value}).items() if v is not None}, arrays, PANEL)


@pytest.mark.parametrize(
    "categories",
    [
        None,
        "sky",
        [["sky"]],
        [["sky", "dw"]],
        [["sky", ["dry"]]],
        [["sky", ["wet", "dry"]]],
        [["sky", ["dry", "dry"]]],
        [["sky", ["dry", 1]]],
        [["ski", ["dry", "wet"]]],
        [["sky", ["dry", "wet"]], ["sky", ["dry", "wet"]]],
        [["sky", ["dry", "wet"]], ["t", ["a", "b"]]],
    ],
    ids=str,
)
def test_altered_labels_are_refused(categories):
    plain, arrays = stored("text")
    assert plain["categories"] == [["sky", ["dry", "wet"]]]
    changed = plain | {"categories": categories}
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_covariates({k: v for k, v in changed.items() if v is not None}, arrays, PANEL)


@pytest.mark.parametrize("code", [0.5, -1.0, 2.0, np.inf])
def test_codes_have_to_be_places_among_the_labels(code):
    plain, arrays = stored("text")
    values = arrays["values"].copy()
    values[0, 2] = code
    with pytest.raises(ValueError, match="codes of categories"):
        read_covariates(plain, arrays | {"values": values}, PANEL)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("values", lambda a: a.astype(np.float32)),
        ("values", lambda a: a[:-1]),
        ("values", lambda a: a[:, :1]),
        ("values", lambda a: a.ravel()),
        ("present", lambda a: a.astype(np.int64)),
        ("present", lambda a: a[:, None]),
        ("present", lambda a: np.arange(len(a)) > 3),
        ("starts", lambda a: a.astype(np.float64)),
        ("starts", lambda a: a[:1]),
        ("starts", lambda a: a + 2**61),
        ("starts", lambda a: a + np.iinfo(np.int64).max),
        ("lengths", lambda a: a + 1),
        ("lengths", lambda a: a + np.array([-20, 20])),
        ("lengths", lambda a: a.astype(bool)),
        ("lengths", None),
        ("values", None),
    ],
)
def test_altered_arrays_are_refused(key, change):
    plain, arrays = stored()
    changed = {k: v for k, v in arrays.items() if k != key} | ({} if change is None else {key: change(arrays[key])})
    with pytest.raises((KeyError, TypeError, ValueError)):
        read_covariates(plain, changed, PANEL)
