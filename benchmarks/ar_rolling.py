"""AR(48) refitted at each of 2,000 origins of 50,000 values, against single fits of statsmodels' AutoReg."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ar_fit import values
from .timing import alternate, show

N, ORDER, ORIGINS, HORIZON = 50_000, 48, 2_000, 24


def ours(y: pd.Series) -> np.ndarray:
    """Forecasts of `forecastkit.backtest`, shape (origins, horizon)."""
    import forecastkit as fk

    models = {"ar": fk.ARForecaster(order=ORDER)}
    result = fk.backtest(models, y, horizon=HORIZON, windows=ORIGINS, step=1, baselines=False)
    return result.forecasts["ar"].to_numpy().reshape(ORIGINS, HORIZON)


def main() -> None:
    """Check some origins, then time all of them and one fit."""
    from statsmodels.tsa.ar_model import AutoReg

    y = pd.Series(values(N), index=pd.date_range("2000-01-01", periods=N, freq="h"), name="y")
    bare, forecasts = y.to_numpy(), ours(y)
    for origin in (0, ORIGINS // 2, ORIGINS - 1):
        end = N - HORIZON - ORIGINS + 1 + origin
        np.testing.assert_allclose(forecasts[origin], AutoReg(bare[:end], ORDER).fit().forecast(HORIZON), rtol=1e-8)
    calls = {
        "statsmodels AutoReg.fit, one": lambda: AutoReg(bare, ORDER).fit(),
        f"forecastkit backtest, {ORIGINS:,} refits": lambda: ours(y),
    }
    title = f"AR({ORDER}), {ORIGINS:,} refits, horizon {HORIZON}, n = {N:,}: forecasts equal to 1e-8"
    show(title, alternate(calls, 3), next(iter(calls)))


if __name__ == "__main__":
    main()
