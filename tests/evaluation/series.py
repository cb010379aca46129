"""Series that the tests of the backtest share."""

import numpy as np
import pandas as pd


def hourly(n: int, seed: int = 0, name: str = "load") -> pd.Series:
    """An hourly series with a daily season and noise."""
    rng = np.random.default_rng(seed)
    index = pd.date_range("2024-01-01", periods=n, freq="h")
    values = 20 + 3 * np.sin(2 * np.pi * np.arange(n) / 24) + rng.normal(size=n).cumsum() * 0.1 + rng.normal(size=n)
    return pd.Series(values, index=index, name=name)


def ragged(lengths: dict[str, int], seed: int = 0) -> pd.DataFrame:
    """A long frame of daily series that all begin on the same day."""
    parts = []
    for i, (name, n) in enumerate(lengths.items()):
        y = np.random.default_rng(seed + i).normal(size=n).cumsum() + 50
        parts.append(pd.DataFrame({"unique_id": name, "ds": pd.date_range("2024-01-01", periods=n), "y": y}))
    return pd.concat(parts, ignore_index=True)
