"""Training an MLP of the same sizes on M4 hourly: 168-128-128-48, 500 steps of 256 windows; then its forecasts.

python -m benchmarks.nar_training
"""

from __future__ import annotations

import logging
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import stored
from .timing import alternate, show

ORDER, HIDDEN, HORIZON, STEPS, BATCH, TURNS = 168, 128, 48, 500, 256, 3
N_PATHS = 1000


def ours(train: pd.DataFrame) -> Any:
    """Fit forecastkit's MLP."""
    import forecastkit as fk

    return fk.NARForecaster(
        order=ORDER, block_size=HORIZON, backbone="mlp", hidden_size=HIDDEN, n_layers=2, activation="relu",
        linear_skip=False, max_steps=STEPS, batch_size=BATCH, validation_size=0, accelerator="cpu", random_state=0,
    ).fit(train)  # fmt: skip


def theirs(train: pd.DataFrame) -> Any:
    """Fit neuralforecast's MLP."""
    from neuralforecast import NeuralForecast
    from neuralforecast.models import MLP

    model = MLP(
        h=HORIZON, input_size=ORDER, hidden_size=HIDDEN, num_layers=2, max_steps=STEPS, windows_batch_size=BATCH,
        batch_size=32, scaler_type="standard", accelerator="cpu", enable_progress_bar=False, logger=False,
        enable_checkpointing=False, enable_model_summary=False, random_seed=0,
    )  # fmt: skip
    forecaster = NeuralForecast(models=[model], freq=1)
    forecaster.fit(train)
    return forecaster


def latency(train: pd.DataFrame) -> None:
    """Time a forecast of 48 steps of one series, and 1,000 sampled paths, one step and one block at a time."""
    import forecastkit as fk

    one = train.loc[train["unique_id"] == train["unique_id"].iloc[0], "y"].reset_index(drop=True)
    print(f"\n### One series, {HORIZON} steps, MLP of order {ORDER}: median milliseconds of 50\n")
    print(f"| steps a call | predict | {N_PATHS:,} paths |\n|---|---:|---:|")
    for block_size in (1, HORIZON):
        model = fk.NARForecaster(
            order=ORDER, block_size=block_size, hidden_size=HIDDEN, backbone="mlp", linear_skip=False, max_steps=20,
            validation_size=0, random_state=0,
        ).fit(one)  # fmt: skip
        seconds: dict[str, list[float]] = {"predict": [], "sample": []}
        for _ in range(50):
            started = time.perf_counter()
            model.predict(HORIZON)
            seconds["predict"].append(time.perf_counter() - started)
            started = time.perf_counter()
            model.sample(HORIZON, N_PATHS, random_state=0)
            seconds["sample"].append(time.perf_counter() - started)
        print(f"| {block_size} | " + " | ".join(f"{1e3 * np.median(each):.2f}" for each in seconds.values()) + " |")


def main() -> None:
    """Time both libraries in turns, then our forecasts."""
    train = stored("m4_hourly", "train")
    if train is None:
        return
    warnings.simplefilter("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    calls = {"forecastkit": lambda: ours(train), "neuralforecast": lambda: theirs(train)}
    show(f"MLP {ORDER}-{HIDDEN}-{HIDDEN}-{HORIZON}, {STEPS} steps of {BATCH} windows, fit from the long frame",
         alternate(calls, TURNS), "forecastkit")  # fmt: skip
    latency(train)


if __name__ == "__main__":
    main()
