"""100,000 series of 200 values: order by BIC of up to 12 lags, forecasts of 12 steps with intervals."""

from __future__ import annotations

import os
import time

import numpy as np
import pandas as pd
from scipy.signal import lfilter

SERIES, LENGTH, MAX_ORDER, HORIZON, CHECKED = 100_000, 200, 12, 12, 20


def wide() -> pd.DataFrame:
    """Make AR(2) series, a column each."""
    rng = np.random.default_rng(0)
    values = 10 + lfilter([1.0], [1.0, -0.5, -0.2], rng.normal(size=(LENGTH, SERIES)), axis=0)
    days = pd.date_range("2024-01-01", periods=LENGTH, name="ds")
    return pd.DataFrame(values, index=days, columns=[f"series-{i:06d}" for i in range(SERIES)])


def long(table: pd.DataFrame) -> pd.DataFrame:
    """Turn it into a row a value."""
    return pd.DataFrame(
        {
            "unique_id": np.repeat(table.columns.to_numpy(), LENGTH),
            "ds": np.tile(table.index.to_numpy(), SERIES),
            "y": table.to_numpy().T.ravel(),
        }
    )


def timed(y: pd.DataFrame) -> tuple[pd.DataFrame, float, float]:
    """Intervals, seconds of the fit and of the forecast."""
    import forecastkit as fk

    started = time.perf_counter()
    model = fk.ARForecaster(order="bic", max_order=MAX_ORDER).fit(y)
    fitted = time.perf_counter()
    forecast = model.predict_interval(HORIZON)
    return forecast, fitted - started, time.perf_counter() - fitted


def main() -> None:
    """Fit and forecast both layouts, and check some series against statsmodels."""
    from statsmodels.tsa.ar_model import AutoReg, ar_select_order

    table = wide()
    timed(table.iloc[:, :10])
    print(f"\n### {SERIES:,} series of {LENGTH}, order by BIC up to {MAX_ORDER}, {HORIZON} steps with intervals\n")
    print("| layout | fit | predict_interval | seconds in all |\n|---|---:|---:|---:|")
    for name in ("long", "wide"):
        y = long(table) if name == "long" else table
        forecast, fit, predict = timed(y)
        print(f"| {name} | {fit:.2f} | {predict:.2f} | {fit + predict:.2f} |", flush=True)
    started = time.perf_counter()
    for i in range(CHECKED):
        bare = table.iloc[:, i].to_numpy()
        lags = ar_select_order(bare, MAX_ORDER, ic="bic").ar_lags or 0
        expected = AutoReg(bare, lags).fit().get_prediction(LENGTH, LENGTH + HORIZON - 1).summary_frame(alpha=0.2)
        names = ["forecast", "forecast-lo-80", "forecast-hi-80"]
        found = forecast[table.columns[i]][names]
        np.testing.assert_allclose(found, expected[["mean", "mean_ci_lower", "mean_ci_upper"]], rtol=1e-8)
    each = (time.perf_counter() - started) / CHECKED
    print(f"\nstatsmodels, one series: {each:.4f} s, in a loop over all {each * SERIES:,.0f} s")
    print(f"forecasts and intervals of {CHECKED} series agree to 1e-8; load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
