"""M4 hourly, 414 series: AR(168), and the automatic choice with default settings.

python -m benchmarks.ar_m4_hourly         the last 48 hours of the training part are held out
python -m benchmarks.ar_m4_hourly test    the competition's test part, once a release
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
import pandas as pd

from .stored_data import stored
from .timing import alternate, show

HORIZON, SEASON, WEEK, CHECKED = 48, 24, 168, 10


def held_out(split: str) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Training rows alone, and with the 48 hours after them."""
    y = stored("m4_hourly", "all" if split == "test" else "train")
    if y is None:
        return None
    return y.loc[y.groupby("unique_id")["ds"].transform("max") - y["ds"] >= HORIZON].reset_index(drop=True), y


def week_of_lags(train: pd.DataFrame) -> None:
    """Check AR(168) against statsmodels on some series, then time it on all."""
    from statsmodels.tsa.ar_model import AutoReg

    import forecastkit as fk

    def ours() -> pd.DataFrame:
        return fk.ARForecaster(order=WEEK).fit(train).predict(HORIZON)

    forecast = ours().groupby("unique_id")["y"].apply(np.array)
    differences = []
    for name in forecast.index[:: len(forecast) // CHECKED]:
        bare = train.loc[train["unique_id"] == name, "y"].to_numpy()
        expected = AutoReg(bare, WEEK).fit().forecast(HORIZON)
        differences.append(np.max(np.abs(forecast[name] - expected)) / np.ptp(bare))
    print(f"forecasts of {len(differences)} series agree to {max(differences):.1g} of their range")
    show(f"AR({WEEK}), 414 series: fit and predict from the long frame", alternate({"forecastkit": ours}, 5),
         "forecastkit")  # fmt: skip


def automatic(train: pd.DataFrame, y: pd.DataFrame, split: str) -> None:
    """Score the automatic choice and time it."""
    import forecastkit as fk

    started = time.perf_counter()
    model = fk.ARForecaster().fit(train)
    fitted = time.perf_counter()
    forecast = model.predict_interval(HORIZON)
    seconds = time.perf_counter() - started
    del forecast
    print(f'\norder="auto": fit {fitted - started:.2f} s, fit and predict_interval {seconds:.2f} s')
    models = {"ar_auto": fk.ARForecaster(), "ar_168": fk.ARForecaster(order=WEEK)}
    result = fk.backtest(
        models, y, horizon=HORIZON, windows=1, cutoffs="per_series", seasonal_period=SEASON, baselines=False
    )
    scores = ("smape", "mase", "owa", "msis", "coverage-80", "coverage-95", "fit_seconds", "predict_seconds")
    print(f"\n### M4 hourly, horizon {HORIZON}, {split} part\n\n| model | {' | '.join(scores)} |")
    print("|---|" + "---:|" * len(scores))
    for name, row in result.scores()[list(scores)].iterrows():
        print(f"| {name} | " + " | ".join(f"{each:.4f}" for each in row) + " |")


def main() -> None:
    """Run both on the held-out part of the training rows, or on the test rows when asked for."""
    split = "test" if sys.argv[1:] == ["test"] else "held-out training"
    parts = held_out(split)
    if parts is None:
        return
    warnings.simplefilter("ignore")
    week_of_lags(parts[0])
    automatic(*parts, split)


if __name__ == "__main__":
    main()
