"""ETTh1 by one linear map for all seven channels: direct strategy, look-back 336, every test window of each horizon."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import stored

TRAIN, VALIDATION, TEST = 8_640, 2_880, 2_880  # 12, 4 and 4 months of 30 days
LOOK_BACK, HORIZONS, TURNS = 336, (96, 192, 336, 720), 3
SETTINGS: dict[str, Any] = {"strategy": "direct", "pooling": "global", "order": LOOK_BACK, "ridge": 1e-4, "trend": "n"}


def windows(part: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Histories (look-back, n) and what followed (horizon, n), of every window and channel of rows with a look-back."""
    rows = np.lib.stride_tricks.sliding_window_view(part, LOOK_BACK + horizon, axis=0)
    flat = np.ascontiguousarray(np.moveaxis(rows, 2, 0)).reshape(LOOK_BACK + horizon, -1)
    return flat[:LOOK_BACK], flat[LOOK_BACK:]


def timed(horizon: int, train: pd.DataFrame, frame: pd.DataFrame) -> tuple[np.ndarray, float, float]:
    """Forecasts of every column of windows, seconds of the fit and of the forecast."""
    import forecastkit as fk

    forecaster = fk.ARForecaster(horizon=horizon, **SETTINGS)
    started = time.perf_counter()
    forecaster.fit(train)
    fitted = time.perf_counter()
    forecast = forecaster.predict(horizon, y=frame)
    return forecast.to_numpy(), fitted - started, time.perf_counter() - fitted


def main() -> None:
    """Print the errors on standardised values and the seconds of each horizon."""
    data = stored("ett_h1")
    if data is None:
        return
    first = data.iloc[:TRAIN]
    z = (data - first.mean()) / first.std(ddof=0)
    train = z.iloc[:TRAIN]
    test = z.to_numpy()[TRAIN + VALIDATION - LOOK_BACK : TRAIN + VALIDATION + TEST]
    print("\n### ETTh1, direct global AR(336), stride-1 test windows, none dropped\n")
    print("| horizon | windows x 7 | MSE | MAE | fit | predict | seconds |\n|---|---:|---:|---:|---:|---:|---:|")
    total = 0.0
    for horizon in HORIZONS:
        history, future = windows(test, horizon)
        frame = pd.DataFrame(history, index=data.index[:LOOK_BACK])
        forecast, fit, predict = min(
            (timed(horizon, train, frame) for _ in range(TURNS)), key=lambda turn: sum(turn[1:])
        )
        total += fit + predict
        error = forecast - future
        scores = f"{np.mean(error**2):.4f} | {np.mean(np.abs(error)):.4f}"
        print(
            f"| {horizon} | {frame.shape[1]:,} | {scores} | {fit:.2f} | {predict:.2f} | {fit + predict:.2f} |",
            flush=True,
        )
    print(f"\n{total:.2f} s in all, best of {TURNS} turns; load average {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
