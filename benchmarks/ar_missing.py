"""An AR(24) of a series with 10 % of its values missing: EM fit, exact likelihood, imputation with intervals."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .ar_fit import values

ORDER, SHARE = 24, 0.1


def gappy(n: int) -> pd.Series:
    """Make a series by the hour with values missing at random."""
    y = pd.Series(values(n), index=pd.date_range("2000-01-01", periods=n, freq="h"), name="y")
    return y.where(np.random.default_rng(1).random(n) >= SHARE)


def stepwise(y: pd.Series) -> tuple[Any, float, pd.DataFrame, list[float]]:
    """Fitted model, log-likelihood, imputed values, and seconds of the three."""
    import forecastkit as fk

    times = [time.perf_counter()]
    model = fk.ARForecaster(order=ORDER).fit(y)
    times.append(time.perf_counter())
    score = model.log_likelihood()
    times.append(time.perf_counter())
    filled = model.impute(level=95)
    times.append(time.perf_counter())
    return model, score, filled, np.diff(times).tolist()


def quickest(call: Callable[[], list[float]], turns: int = 3) -> list[float]:
    """Seconds of the quickest turn."""
    return min((call() for _ in range(turns)), key=sum)


def smoothed(y: pd.Series, model: Any) -> tuple[pd.Series, float]:
    """Imputation by statsmodels' smoother at our estimates, and its seconds."""
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    started = time.perf_counter()
    theirs = SARIMAX(y.to_numpy(), order=(ORDER, 0, 0), trend="c")
    parameters = np.concatenate([[model.intercept_], model.coef_.to_numpy()[0], [model.sigma2_]])
    result = theirs.smooth(parameters)
    smooth = pd.Series(result.smoothed_state[0], index=y.index)
    return smooth, time.perf_counter() - started


def main() -> None:
    """Check against statsmodels' smoother at the same estimates, then time."""
    warnings.simplefilter("ignore")  # the number of gaps is counted in one
    small = gappy(2_000)
    model, _, filled, _ = stepwise(small)
    expected, smoothing = smoothed(small, model)
    gaps = small.isna()
    np.testing.assert_allclose(filled["imputed"][gaps], expected[gaps], rtol=1e-7)
    print(f"\n### AR({ORDER}), {SHARE:.0%} missing at random: imputation equal to statsmodels' smoother to 1e-7\n")
    print("| n | EM fit | log_likelihood | impute(level=95) | seconds in all |\n|---|---:|---:|---:|---:|")
    for n in (2_000, 100_000):
        y = gappy(n)
        seconds = quickest(lambda y=y: stepwise(y)[3])
        print(f"| {n:,} | " + " | ".join(f"{each:.3f}" for each in (*seconds, sum(seconds))) + " |", flush=True)
    smoothing = min(smoothing, *(smoothed(small, model)[1] for _ in range(2)))
    print(f"\nstatsmodels SARIMAX at given parameters, n = 2,000: one smoothing takes {smoothing:.2f} s")
    print(f"load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
