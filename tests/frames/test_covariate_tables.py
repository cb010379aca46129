"""Reading covariates, and the errors of those that cannot be read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_covariates, as_panel

DAYS = pd.date_range("2024-01-01", periods=9, freq="D", name="ds")
WIDE = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0)}, index=DAYS[:6])
LONG = WIDE.reset_index().melt("ds", var_name="unique_id", value_name="y")[["unique_id", "ds", "y"]]
SHARED = pd.DataFrame({"t": np.arange(9), "h": np.arange(9) > 4}, index=DAYS)
X_LONG = pd.concat([SHARED.assign(unique_id=name).reset_index() for name in ("b", "a")])
X_COLUMNS = pd.concat({"b": SHARED, "a": SHARED}, axis=1)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (SHARED.to_numpy(), "got ndarray"),
        (SHARED[[]], "X is empty"),
        (SHARED[:0], "X is empty"),
        (X_LONG[["unique_id", "ds"]], "X is empty"),
        (SHARED.assign(c=["x", 1] * 4 + ["y"]), r"'c' is not numeric.*pd\.get_dummies"),
        (SHARED.assign(c=pd.Categorical([3] * 9)), "'c' has dtype category"),
        (X_COLUMNS.astype({("a", "t"): str}), "'t' is text for some series and not for 'b'"),
        (pd.concat([SHARED, SHARED], axis=1), "duplicate columns: 't', 'h'"),
        (pd.concat([X_COLUMNS, X_COLUMNS], axis=1), "duplicate columns"),
        (pd.concat([SHARED, SHARED[:1]]).sort_index(), r"duplicate timestamp: 2024-01-01.*X\.groupby"),
        (pd.concat([X_LONG, X_LONG[:1]]), "duplicate timestamp"),
        (SHARED[::-1], r"not sorted.*X\.sort_index\(\)"),
        (SHARED.set_axis(DAYS + pd.Timedelta("1h")), r"9 stamps off the time grid of y \(daily"),
        (X_LONG.assign(ds=X_LONG["ds"] + pd.Timedelta("1h")), "9 stamps off the time grid"),
        (SHARED.reset_index(drop=True), "convert it to the same kind"),
        (SHARED.tz_localize("UTC"), "both with or both without a time zone"),
        (SHARED.set_axis(DAYS.astype(str)), r"X\.index = pd\.to_datetime\(X\.index\)"),
        (X_LONG.drop(columns="unique_id"), "no ids 'unique_id'"),
        (X_LONG.drop(columns="ds"), "no column 'ds'"),
        (X_LONG.replace({"unique_id": {"a": "aa"}}), "1 series that y does not have: 'aa'.*did you mean 'a'"),
        (X_COLUMNS.rename(columns={"a": "z"}, level=0), "1 series that y does not have: 'z'"),
        (X_COLUMNS.drop(columns=[("a", "h")]), r"lacks 1 column \(series, covariate\): \('a', 'h'\)"),
        (pd.concat({"k": X_COLUMNS}, axis=1), "columns of X have 3 levels"),
        (pd.concat({"k": X_LONG.set_index(["unique_id", "ds"])}), "index of X has 3 levels"),
    ],
)
def test_covariates_that_break_the_contract_are_refused(X, message):
    with pytest.raises(InvalidFrameError, match=message):
        as_covariates(X, as_panel(LONG))


def test_gaps_of_the_covariates_are_not_present():
    covariates = as_covariates(SHARED.drop(DAYS[[2, 3]]), as_panel(LONG))
    assert list(covariates.present) == [True, True, False, False, *[True] * 5]
    per_series = as_covariates(X_LONG.iloc[[0, 1, 4, 9, 10]], as_panel(LONG))
    np.testing.assert_array_equal(per_series.lengths, [2, 5])
    assert list(per_series.present) == [True, True, True, True, False, False, True]
