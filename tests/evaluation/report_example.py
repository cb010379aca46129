"""Small backtests to make reports of."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster, backtest

N_TIMES = 240
INDEXES = {
    "dates": pd.date_range("2004-01-01", periods=N_TIMES, freq="MS"),
    "time zone": pd.date_range("2024-10-20", periods=N_TIMES, freq="h", tz="Europe/Berlin"),
    "periods": pd.period_range("1970Q1", periods=N_TIMES, freq="Q"),
    "integers": pd.RangeIndex(N_TIMES),
}
HOSTILE = (
    "</script><script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "\"quotes\" & 'more' <b-custom>",
    "emoji 🚀 ünïcödé \u202e \u2028 end",
    "%{y} ${1} {{ 7 * 7 }} #1f55d9",
    "a very long name " * 20,
    "unbroken" * 40,
)


class LastValue(BaseEstimator):
    """Forecasts the last value, and has no intervals."""

    def fit(self, y, X=None):
        self.frame_ = y
        return self

    def predict(self, horizon, X=None):
        fitted = NaiveForecaster().fit(self.frame_)
        return fitted.predict(horizon)


def example_models():
    return {"ar": ARForecaster(order=12), "drift": DriftForecaster()}


def example_data(n_series=3, index=INDEXES["dates"], ids=None, season=12):
    """Make seasonal random walks as a long frame."""
    generator = np.random.default_rng(0)
    ids = [f"series {i}" for i in range(n_series)] if ids is None else ids
    walk = np.cumsum(generator.normal(0, 8, (len(ids), len(index))), axis=1)
    values = 300 + 100 * np.sin(2 * np.pi * np.arange(len(index)) / season) + walk
    stamps = index.take(np.tile(np.arange(len(index)), len(ids)))
    names = np.repeat(np.array(ids, dtype=object), len(index))
    return pd.DataFrame({"unique_id": names, "ds": stamps, "y": values.ravel()})


def example_result(models=None, data=None, **settings):
    """Run a backtest that takes a fraction of a second."""
    settings = {"horizon": 12, "windows": 8, "seasonal_period": 12, **settings}
    return backtest(models or example_models(), example_data() if data is None else data, **settings)
