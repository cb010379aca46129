"""The same three series in every layout, and one series on every kind of time index."""

import numpy as np
import pandas as pd

IDS = ["north", "south", "east"]


def paths(n_series=3, n=48, seed=0):
    """Autocorrelated paths with a slope and a season; shape (n, n_series)."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((n, n_series))
    for t in range(1, n):
        steps[t] += 0.6 * steps[t - 1]
    time = np.arange(n)[:, None]
    return 10 + steps + 0.05 * time + np.sin(time * np.pi / 2) + np.arange(n_series)


INDEXES = {
    "days": pd.date_range("2024-01-01", periods=48, freq="D", name="day"),
    "hours over a change of the clocks": pd.date_range("2024-03-30", periods=48, freq="h", tz="Europe/Dublin"),
    "business days": pd.bdate_range("2024-01-03", periods=48),
    "month ends": pd.date_range("2020-01-31", periods=48, freq="ME"),
    "quarters": pd.period_range("2010Q1", periods=48, freq="Q", name="quarter"),
    "integers": pd.RangeIndex(5, 53),
    "every tenth integer": pd.Index(np.arange(48) * 10, name="step"),
}


def wide_frame(index="days", n=48, seed=0):
    return pd.DataFrame(paths(seed=seed)[:n], index=INDEXES[index][:n], columns=IDS)


def long_frame(wide, names=("unique_id", "ds", "y")):
    parts = [pd.DataFrame({names[0]: i, names[1]: wide.index, names[2]: wide[i].to_numpy()}) for i in wide.columns]
    return pd.concat(parts, ignore_index=True)


def shuffled(frame, seed=0):
    return frame.iloc[np.random.default_rng(seed).permutation(len(frame))]


def ragged_long(wide):
    """Series that start and end at different times, the last one after leading missing values."""
    parts = [wide.iloc[:, 0], wide.iloc[9:-2, 1], wide.iloc[4:, 2].where(np.arange(len(wide) - 4) >= 3)]
    return pd.concat(
        [pd.DataFrame({"unique_id": part.name, "ds": part.index, "y": part.to_numpy()}) for part in parts],
        ignore_index=True,
    )


def multiindex(wide, names=("unique_id", "ds", "y")):
    return long_frame(wide, names).set_index(list(names[:2]))


def every_layout(index="days"):
    wide = wide_frame(index)
    late = wide.copy()
    late.iloc[:5, 0] = np.nan
    return {
        "series": wide["north"],
        "series without a name": wide["north"].rename(None),
        "wide": wide,
        "wide with a late start": late,
        "long": long_frame(wide),
        "long, shuffled, labelled": shuffled(long_frame(wide)),
        "long, ragged, shuffled": shuffled(ragged_long(wide)),
        "long with categories": long_frame(wide).astype({"unique_id": "category"}),
        "multiindex frame": multiindex(wide),
        "multiindex series": multiindex(wide)["y"].rename("load"),
    }


def assert_same(ours, theirs, rtol=1e-12):
    """Equal values, labels, names and types, whatever the container."""
    assert type(ours) is type(theirs)
    if isinstance(ours, pd.DataFrame):
        pd.testing.assert_frame_equal(ours, theirs, rtol=rtol, atol=1e-12, check_freq=False)
    elif isinstance(ours, pd.Series):
        pd.testing.assert_series_equal(ours, theirs, rtol=rtol, atol=1e-12, check_freq=False)
    elif isinstance(ours, dict):
        assert list(ours) == list(theirs)
        for key in ours:
            assert_same(ours[key], theirs[key], rtol=rtol)
    elif hasattr(ours, "as_text"):
        assert ours.as_text() == theirs.as_text()
    elif hasattr(ours, "state_dict"):
        assert repr(ours) == repr(theirs)
        assert_same({**ours.state_dict()}, {**theirs.state_dict()}, rtol=rtol)
    elif isinstance(ours, str | None):
        assert ours == theirs
    else:
        np.testing.assert_allclose(ours, theirs, rtol=rtol)


def assert_same_index(ours, theirs):
    """Equal labels, names and dtype."""
    assert ours.equals(theirs)
    assert ours.names == theirs.names
    assert ours.dtype == theirs.dtype
