"""Mackey-Glass (tau = 17): free runs of 84 steps, from 100 origins after the values that were trained on.

python -m benchmarks.nar_mackey_glass          the last 300 of the 3,000 training values are held out
python -m benchmarks.nar_mackey_glass test     origins after value 3,100

The file is named by FORECASTKIT_MACKEY_GLASS, or looked for in the folder that FORECASTKIT_DATA names.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import FOLDER

N_TRAIN, STEPS, N_ORIGINS, SEEDS = 3_000, 84, 100, (0, 1, 2)
NETWORK: dict[str, Any] = {
    "order": 48, "backbone": "mlp", "hidden_size": 64, "n_layers": 2, "linear_skip": False, "max_steps": 15_000,
    "learning_rate": 2e-3, "validation_size": 0, "accelerator": "cpu",
}  # fmt: skip
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "AR(48)": ("ARForecaster", {"order": 48}),
    "NAR, one step": ("NARForecaster", NETWORK),
    "NAR, rollouts of 8 steps": ("NARForecaster", NETWORK | {"rollout_steps": 8, "max_steps": 5_000}),
    "NAR with the linear skip": ("NARForecaster", NETWORK | {"linear_skip": True, "max_steps": 5_000}),
}


def values() -> np.ndarray | None:
    """Read the series; None, said, where the file is not."""
    folder = os.environ.get(FOLDER, "")
    path = Path(os.environ.get("FORECASTKIT_MACKEY_GLASS", Path(folder) / "classic" / "MackeyGlass_t17.txt"))
    if not path.exists():
        print(f"\nskipped, for want of {path.name}: name the file by FORECASTKIT_MACKEY_GLASS")
        return None
    return np.loadtxt(path)


def free_run_error(model: Any, series: np.ndarray, first: int, last: int) -> float:
    """Root mean squared error after 84 steps of free runs, in standard deviations of the series."""
    origins = np.linspace(first, last - STEPS, N_ORIGINS).astype(int)
    errors = [
        model.predict(STEPS, y=pd.Series(series[origin - 100 : origin])).iloc[-1] - series[origin + STEPS - 1]
        for origin in origins.tolist()
    ]
    return float(np.sqrt(np.mean(np.square(errors))) / series.std())


def main() -> None:
    """Train every model with every seed, and print the errors."""
    import forecastkit as fk

    series = values()
    if series is None:
        return
    tested = sys.argv[1:] == ["test"]
    n_train, first, last = (N_TRAIN, 3_100, len(series)) if tested else (2_700, 2_700, N_TRAIN)
    part = "test" if tested else "held-out training"
    print(f"\n### Mackey-Glass, {N_ORIGINS} free runs of {STEPS} steps, {part} part\n")
    print("| model | normalised RMSE by seed | seconds of training |\n|---|---:|---:|")
    for name, (kind, settings) in MODELS.items():
        errors, seconds = [], []
        for seed in SEEDS if kind == "NARForecaster" else SEEDS[:1]:
            model = getattr(fk, kind)(**settings, **({"random_state": seed} if kind == "NARForecaster" else {}))
            started = time.perf_counter()
            model.fit(pd.Series(series[:n_train]))
            seconds.append(time.perf_counter() - started)
            errors.append(free_run_error(model, series, first, last))
        print(f"| {name} | {', '.join(f'{each:.4g}' for each in errors)} | {np.mean(seconds):.1f} |", flush=True)


if __name__ == "__main__":
    main()
