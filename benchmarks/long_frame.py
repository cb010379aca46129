"""A long frame of 1,000,000 rows and 10,000 series, in any order, to arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .timing import alternate, show

SERIES, LENGTH = 10_000, 100


def frame() -> pd.DataFrame:
    """Shuffled rows of daily series."""
    rng = np.random.default_rng(0)
    ids = np.repeat([f"series-{i}" for i in range(SERIES)], LENGTH)
    days = np.tile(pd.date_range("2024-01-01", periods=LENGTH), SERIES)
    table = pd.DataFrame({"unique_id": ids, "ds": days, "y": rng.normal(size=SERIES * LENGTH)})
    return table.sample(frac=1, random_state=0, ignore_index=True)


def main() -> None:
    """Check that the values agree, then time `as_panel` and utilsforecast's process_df, which statsforecast uses."""
    from utilsforecast.processing import process_df

    import forecastkit as fk

    table = frame()
    ours, theirs = fk.as_panel(table), process_df(table, "unique_id", "ds", "y")
    by_id = np.argsort(ours.ids.to_numpy(dtype=str), kind="stable")
    np.testing.assert_array_equal(ours.select(by_id).values, theirs.data[:, 0])
    print("values of both agree")
    calls = {
        "forecastkit.as_panel (checks frequency and gaps)": lambda: fk.as_panel(table),
        "utilsforecast.process_df": lambda: process_df(table, "unique_id", "ds", "y"),
    }
    reference = next(iter(calls))
    show(f"{SERIES * LENGTH:,} shuffled long rows", alternate(calls, 5), reference)


if __name__ == "__main__":
    main()
