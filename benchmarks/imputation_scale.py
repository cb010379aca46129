"""Imputers online, and at 1,000 sensors: processor seconds and peak memory of fresh processes.

python -m benchmarks.imputation_scale             updates at 207 sensors, 10,000 rows of 1,000 sensors
python -m benchmarks.imputation_scale --large     200,000 rows of 1,000 sensors as well

FORECASTKIT_DATA names the folder that holds metr_la_week/.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .imputation_networks import metr_la
from .imputation_setting import one_thread, setting

SENSORS, UPDATES, GIB = 1_000, 200, 2**30
TASKS = {"whole": (10_000, 2_000, 0.25), "large": (200_000, 2_000, 0.02)}  # rows, rows to fit on, share missing


def online() -> None:
    """Time updates by one row at a time after a fit on the first 70 % of the METR-LA week."""
    import forecastkit as fk

    network = metr_la()
    if network is None:
        return
    X = network.X.mask(np.random.default_rng(1).random(network.X.shape) < 0.25)
    n_train = int(0.7 * len(X))
    made: dict[str, Any] = {
        "GaussianImputer, state_space": fk.GaussianImputer(graph=network.graph, form="state_space"),
        "GraphImputer, forward": fk.GraphImputer(graph=network.graph, direction="forward", random_state=0),
    }
    print(f"\n### Online: `update` of one row of {X.shape[1]} sensors, {UPDATES} in a row\n")
    print(setting() + "\n")
    print("| imputer | fit, s | median, ms | 95 % below, ms | times 10 ms | MAE of what was hidden |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, imputer in made.items():
        started = time.perf_counter()
        imputer.fit(X.iloc[:n_train])
        fitting, seconds, filled = time.perf_counter() - started, [], []
        for row in range(n_train, n_train + UPDATES):
            started = time.perf_counter()
            filled.append(imputer.update(X.iloc[[row]]))
            seconds.append(time.perf_counter() - started)
        rows = slice(n_train, n_train + UPDATES)
        error = np.abs(pd.concat(filled).to_numpy() - network.X.iloc[rows].to_numpy())[X.iloc[rows].isna()].mean()
        median, high = 1e3 * np.median(seconds), 1e3 * np.quantile(seconds, 0.95)
        print(f"| {name} | {fitting:.1f} | {median:.2f} | {high:.2f} | {median / 10:.2f} | {error:.3f} |", flush=True)


def sensors(rows: int, missing: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hourly values of sensors in the plane, in float64 and without a second copy of them, and where the sensors are.

    Twenty factors with loadings that are smooth in space, a day, and noise; a factor remembers half a day.
    """
    generator = np.random.default_rng(0)
    places, centres = generator.uniform(0, 1, (SENSORS, 2)), generator.uniform(0, 1, (20, 2))
    loadings = np.exp(-((np.linalg.norm(places[:, None] - centres, axis=-1) / 0.2) ** 2))
    table, factors, block = np.empty((rows, SENSORS)), np.zeros(len(centres)), 1_000
    for start in range(0, rows, block):
        part = table[start : start + block]
        day = np.sin(2 * np.pi * np.arange(start, start + len(part)) / 24)
        for row, each in enumerate(part):
            factors = 0.92 * factors + 0.4 * generator.standard_normal(len(factors))
            each[:] = loadings @ factors + day[row]
        part += 0.3 * generator.standard_normal(part.shape)
        part[generator.random(part.shape) < missing] = np.nan
    names = [f"s{number:04d}" for number in range(SENSORS)]
    index = pd.date_range("2000-01-01", periods=rows, freq="h")
    at = pd.DataFrame({"latitude": 50 + places[:, 0], "longitude": 5 + places[:, 1]}, index=names)
    return pd.DataFrame(table, index=index, columns=names, copy=False), at


def imputer_named(name: str, graph: pd.DataFrame | None) -> Any:
    """Make one with default settings."""
    import forecastkit as fk

    if name == "GraphImputer":
        return fk.GraphImputer(graph=graph, random_state=0)
    return fk.GaussianImputer(graph=graph)


def child(name: str, task: str) -> None:
    """Fit on the first rows, fill all, and print processor seconds and memory as JSON."""
    rows, n_train, missing = TASKS[task]
    warnings.simplefilter("ignore")
    one_thread()
    X, graph = sensors(rows, missing)
    imputer = imputer_named(name, graph)
    imputer_named("", None).fit(X.iloc[:100, :10])  # imports are no part of it
    held, started = _resident(), time.process_time()
    imputer.fit(X.iloc[:n_train])
    fitted = time.process_time()
    filled = imputer.transform(X)
    finished = time.process_time()
    assert not pd.DataFrame(filled).isna().to_numpy().any()
    told = {"fit": fitted - started, "transform": finished - fitted, "held": held, "peak": _peak()}
    print(json.dumps(told | {"size": X.to_numpy().nbytes}))


def _peak() -> int:
    """Most bytes of memory that this process has had."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _resident() -> int:
    """Bytes of memory that this process has."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def scale(tasks: Sequence[str], names: Sequence[str]) -> None:
    """Run every task in a process of its own."""
    print(f"\n### {SENSORS:,} sensors, a graph from coordinates; memory in GiB\n")
    print(setting() + "\n")
    print("Fit and transform in processor seconds. *Working* is the peak less the input and as much for the output.\n")
    print("| rows, missing, fitted on | imputer | fit | transform | input | peak | working | times 4, 2 GiB |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for task in tasks:
        rows, n_train, missing = TASKS[task]
        for name in names:
            command = [sys.executable, "-m", "benchmarks.imputation_scale", "--child", name, task]
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if answer.returncode:
                print(f"| {rows:,}, {missing:.0%}, {n_train:,} | {name} | failed: {answer.stderr.splitlines()[-1:]} |")
                continue
            told = json.loads(answer.stdout.splitlines()[-1])
            working = told["peak"] - told["held"] - told["size"]  # beyond the input and as much for the output
            ratio = told["peak"] / (4 * GIB) if task == "whole" else working / (2 * GIB)
            cells = (
                told["fit"],
                told["transform"],
                *(told[key] / GIB for key in ("size", "peak")),
                working / GIB,
                ratio,
            )
            print(f"| {rows:,}, {missing:.0%}, {n_train:,} | {name} | " + " | ".join(f"{each:.2f}" for each in cells)
                  + " |", flush=True)  # fmt: skip


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Imputers online, and at 1,000 sensors.")
    parser.add_argument("--large", action="store_true", help="200,000 rows as well")
    parser.add_argument("--only", nargs="+", default=["online", "scale"], choices=["online", "scale"])
    parser.add_argument("--imputers", nargs="+", default=["GaussianImputer", "GraphImputer"])
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.child:
        child(*chosen.child)
        return
    warnings.simplefilter("ignore")
    one_thread()
    if "online" in chosen.only:
        online()
    if "scale" in chosen.only:
        scale(["whole", "large"] if chosen.large else ["whole"], chosen.imputers)


if __name__ == "__main__":
    main(sys.argv[1:])
