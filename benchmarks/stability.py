"""Stability: seconds for an MLP of order 48, exponents of systems that are known, and Mackey-Glass by training.

python -m benchmarks.stability

The Mackey-Glass file is named by FORECASTKIT_MACKEY_GLASS, or looked for in the folder that FORECASTKIT_DATA names;
without it the series is made here, by the same Euler steps of one.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import FOLDER
from .timing import show

ORDER, N_TRAIN, TURNS = 48, 1_000, 5
NETWORK: dict[str, Any] = {
    "order": ORDER, "backbone": "mlp", "hidden_size": 64, "n_layers": 2, "linear_skip": False, "validation_size": 0,
    "learning_rate": 2e-3, "accelerator": "cpu", "random_state": 0,
}  # fmt: skip
TRAININGS: dict[str, dict[str, Any]] = {
    "MLP, 300 steps": {"max_steps": 300},
    "MLP, 3,000 steps": {"max_steps": 3_000},
    "MLP, 1,000 steps, runs of 8": {"max_steps": 1_000, "rollout_steps": 8},
    "GRU, 1,000 steps": {"max_steps": 1_000, "backbone": "gru", "order": 24},
    "GRU, 1,000 steps, runs of 8": {"max_steps": 1_000, "rollout_steps": 8, "backbone": "gru", "order": 24},
}


def delayed(x: Any) -> Any:
    """Euler step of one of the Mackey-Glass equation with delay 17, on the last 18 values."""
    import torch

    new = 0.9 * x[:, -1] + 0.2 * x[:, 0] / (1 + x[:, 0] ** 10)
    return torch.cat([x[:, 1:], new[:, None]], dim=1)


def mackey_glass() -> np.ndarray:
    """Read the series, or make it."""
    path = Path(os.environ.get("FORECASTKIT_MACKEY_GLASS", Path(os.environ.get(FOLDER, "")) / "classic"))
    path = path if path.suffix else path / "MackeyGlass_t17.txt"
    if path.exists():
        return np.loadtxt(path)
    values = [1.2] * 18
    for _ in range(10_300):
        values.append(values[-1] + 0.2 * values[-18] / (1 + values[-18] ** 10) - 0.1 * values[-1])
    return np.array(values[300:])


def two_runs(step_map: Callable[[Any], Any], state: Any, n_steps: int) -> float:
    """Exponent by brute force: two runs 1e-8 apart, brought back to that after each step."""
    other, total = state + 1e-8 / state.shape[1] ** 0.5, 0.0
    for step in range(n_steps + 500):
        state, other = step_map(state), step_map(other)
        distance = (other - state).norm(dim=1, keepdim=True)
        total = total + (distance / 1e-8).log() if step >= 500 else total
        other = state + (other - state) * 1e-8 / distance
    return float((total / n_steps).mean())  # type: ignore[union-attr]


def known_systems() -> None:
    """Print exponents of maps beside their known values."""
    import torch

    from forecastkit.models.lyapunov import largest_lyapunov_exponent

    draw = torch.Generator().manual_seed(0)
    start = {n: torch.rand((32, n), generator=draw, dtype=torch.float64) for n in (1, 2, 18)}

    def henon(x: Any) -> Any:
        return torch.stack([1 - 1.4 * x[:, 0] ** 2 + x[:, 1], 0.3 * x[:, 0]], dim=1)

    glass = 0.9 + 0.4 * start[18]
    for _ in range(1_000):
        glass = delayed(glass)
    cases = {
        "logistic map, r = 4": (lambda x: 4 * x * (1 - x), start[1], 2_000, math.log(2), "log 2"),
        "Hénon map": (henon, 0.1 * start[2], 2_000, 0.4192, "literature"),
        "Mackey-Glass, Euler steps of one": (delayed, glass, 5_000, two_runs(delayed, glass, 5_000), "two runs"),
    }
    print(
        "\n### Largest Lyapunov exponents, nats a step\n\n| system | estimate | reference | from |\n|---|---:|---:|---|"
    )
    for name, (step_map, state, n_steps, reference, source) in cases.items():
        found = largest_lyapunov_exponent(step_map, state, n_steps)
        print(
            f"| {name} | {found.exponent:.5f} ± {found.standard_error:.5f} | {reference:.5f} | {source} |", flush=True
        )


def main() -> None:
    """Print all three."""
    import forecastkit as fk
    from forecastkit.evaluation.stability import stability

    known_systems()
    series = mackey_glass()
    y, models = pd.Series(series[:N_TRAIN]), {}
    print(f"\n### Mackey-Glass, {N_TRAIN:,} values, 48 steps ahead within them\n")
    print("| model | exponent | L_8 | gain 8 | measured | bound | words |\n|---|---:|---:|---:|---:|---:|---|")
    models["AR(48)"] = fk.ARForecaster(order=ORDER).fit(y)
    for name, changes in TRAININGS.items():
        models[name] = fk.NARForecaster(**NETWORK | changes).fit(y)
    for name, model in models.items():
        result = stability(model)
        stretch, growth = result.lipschitz.loc[8], result.error_growth.loc[48]
        print(f"| {name} | {result.lyapunov:.4f} ± {result.lyapunov_error:.4f} | {stretch['lipschitz']:.3g} | "
              f"{stretch['typical_gain']:.3g} | {growth['rmse']:.3g} | {growth['bound']:.3g} | "
              f"{result.sentences[0]} |", flush=True)  # fmt: skip
    seconds: dict[str, float] = {}
    for name in ("AR(48)", "MLP, 300 steps"):
        spent = []
        for _ in range(TURNS):
            started = time.perf_counter(), time.process_time()
            stability(models[name])
            spent.append((time.perf_counter() - started[0], time.process_time() - started[1]))
        seconds |= {f"{name}, wall": min(s[0] for s in spent), f"{name}, processor": min(s[1] for s in spent)}
    show(f"stability() of {N_TRAIN:,} values, all of it", seconds, "MLP, 300 steps, wall")


if __name__ == "__main__":
    main()
