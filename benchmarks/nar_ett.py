"""ETTh1 by one network for all seven channels, block_size = horizon, beside the closed-form linear map.

python -m benchmarks.nar_ett         stride-1 windows of the validation rows
python -m benchmarks.nar_ett test    stride-1 windows of the test rows
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .ar_direct_ett import HORIZONS, TRAIN, VALIDATION
from .stored_data import stored

PARTS = {"validation": (TRAIN, TRAIN + VALIDATION), "test": (TRAIN + VALIDATION, TRAIN + 2 * VALIDATION)}
SEEDS = (0, 1, 2)
NETWORK: dict[str, Any] = {
    "order": 432, "backbone": "mlp", "hidden_size": 64, "n_layers": 1, "activation": "tanh", "dropout": 0.5,
    "linear_skip": True, "ridge": 0.15, "scaler": "window", "window_shrinkage": 0.6, "loss": "mse",
    "max_steps": 200, "batch_size": 256, "learning_rate": 5e-5, "validation_size": 0.0, "accelerator": "cpu",
}  # fmt: skip
LINEAR: dict[str, Any] = {"strategy": "direct", "pooling": "global", "order": 336, "ridge": 1e-4, "trend": "n"}


def windows(part: np.ndarray, order: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Histories (order, n) and what followed (horizon, n), of every window and channel."""
    rows = np.lib.stride_tricks.sliding_window_view(part, order + horizon, axis=0)
    flat = np.ascontiguousarray(np.moveaxis(rows, 2, 0)).reshape(order + horizon, -1)
    return flat[:order], flat[order:]


def errors(model: Any, z: pd.DataFrame, part: tuple[int, int], horizon: int) -> tuple[float, float, float]:
    """Mean squared and absolute error over all windows of some rows, and seconds of the fit."""
    started = time.perf_counter()
    model.fit(z.iloc[:TRAIN])
    seconds = time.perf_counter() - started
    history, future = windows(z.to_numpy()[part[0] - model.order : part[1]], model.order, horizon)
    difference = forecasts(model, history, z, horizon) - future
    return float(np.mean(difference**2)), float(np.mean(np.abs(difference))), seconds


def forecasts(model: Any, history: np.ndarray, z: pd.DataFrame, horizon: int) -> np.ndarray:
    """Forecasts of windows, shape (horizon, n).

    The closed form takes all windows as series of one frame. The network scales a series by its training rows, so it
    gets the windows one after the other, seven channels at a time, under the channels' names.
    """
    frame = pd.DataFrame(history, index=z.index[: len(history)])
    if not hasattr(model, "network_"):
        return model.predict(horizon, y=frame).to_numpy()
    n = z.shape[1]
    windows_of_all = (
        frame.iloc[:, first : first + n].set_axis(z.columns, axis=1) for first in range(0, len(frame.columns), n)
    )
    return np.concatenate([model.predict(horizon, y=window).to_numpy() for window in windows_of_all], axis=1)


def main() -> None:
    """Print the errors on standardised values and the seconds of each horizon."""
    import forecastkit as fk

    data = stored("ett_h1")
    if data is None:
        return
    name = "test" if sys.argv[1:] == ["test"] else "validation"
    first = data.iloc[:TRAIN]
    z = (data - first.mean()) / first.std(ddof=0)
    print(f"\n### ETTh1, {name} rows, stride-1 windows, none dropped: MSE (MAE)\n")
    print("| model | " + " | ".join(map(str, HORIZONS)) + " | mean MSE | seconds a horizon |\n|---|" + "---:|" * 6)
    models: dict[str, Callable[[int], Any]] = {
        "direct AR(336), closed form": lambda h: fk.ARForecaster(horizon=h, **LINEAR),
    }
    models |= {
        f"NARForecaster, seed {seed}": lambda h, seed=seed: fk.NARForecaster(block_size=h, random_state=seed, **NETWORK)
        for seed in SEEDS
    }
    for label, make in models.items():
        rows = [errors(make(h), z, PARTS[name], h) for h in HORIZONS]
        cells = " | ".join(f"{mse:.4f} ({mae:.4f})" for mse, mae, _ in rows)
        print(
            f"| {label} | {cells} | {np.mean([r[0] for r in rows]):.4f} | {max(r[2] for r in rows):.1f} |", flush=True
        )


if __name__ == "__main__":
    main()
