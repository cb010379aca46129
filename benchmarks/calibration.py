"""Calibrated beside uncalibrated intervals on M4 hourly, 414 series, 48 hours ahead.

python -m benchmarks.calibration         48-hour parts at the end of the training part are held out, one after the other
python -m benchmarks.calibration test    the competition's test part, once a release
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pandas as pd

from .ar_m4_hourly import HORIZON, SEASON
from .stored_data import stored

PARTS = 5  # held-out parts of the training rows
SCORES = ("coverage-80", "coverage-95", "winkler-80", "winkler-95")
NETWORK: dict[str, Any] = {
    "order": 168, "block_size": 24, "backbone": "mlp", "hidden_size": 64, "n_layers": 2, "activation": "relu",
    "linear_skip": True, "ridge": 1e-3, "scaler": "window_mean", "transform": "log", "loss": "nll", "max_steps": 500,
    "batch_size": 256, "validation_size": 0.0, "accelerator": "cpu", "random_state": 0,
}  # fmt: skip


def forecasters() -> dict[str, Any]:
    """Forecasters to calibrate, by what the table calls them."""
    import forecastkit as fk

    return {
        "ARForecaster()": fk.ARForecaster(),
        'ARForecaster(order="aic")': fk.ARForecaster(order="aic"),
        "NaiveForecaster(24)": fk.NaiveForecaster(seasonal_period=SEASON),
        "NARForecaster, small": fk.NARForecaster(**NETWORK),
    }


def scored(y: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Scores of the last 48 hours of every series: those of a backtest, and Winkler scores by series in MASE's unit."""
    import forecastkit as fk
    from forecastkit.estimators import CalibratedForecaster

    models: dict[str, Any] = {}
    for name in names:
        inner = forecasters()[name]
        models |= {name: inner, f"{name}, calibrated": CalibratedForecaster(forecaster=inner, horizon=48, step=SEASON)}
    result = fk.backtest(
        models, y, horizon=HORIZON, windows=1, cutoffs="per_series", seasonal_period=SEASON, baselines=False
    )
    table = result.scores()
    by_series = result.by_series().set_index(["unique_id", "model"])
    scale = by_series["mae"] / by_series["mase"]
    for level in (80, 95):
        scaled = (by_series[f"winkler-{level}"] / scale).unstack()
        table[f"scaled-{level}"] = scaled.mean()
        plain = {name: name.removesuffix(", calibrated") for name in models}
        table[f"better-{level}"] = {name: (scaled[name] < scaled[other]).mean() for name, other in plain.items()}
    table["seconds"] = table["fit_seconds"] + table["predict_seconds"]
    return table


def show(table: pd.DataFrame, title: str) -> None:
    """Print scores as a table; Winkler scores also in MASE's unit, and the share of series where they are smaller."""
    print(f"\n### {title}\n")
    columns = [f"{what} {level}" for what in ("cover", "Winkler", "scaled", "smaller") for level in (80, 95)]
    print(f"| model | {' | '.join(columns)} | seconds |\n|---|" + "---:|" * 9)
    for name, row in table.iterrows():
        covers = [f"{100 * row[each]:.1f}" for each in SCORES[:2]]
        winkler = [f"{row[each]:.0f}" for each in SCORES[2:]] + [f"{row[f'scaled-{level}']:.2f}" for level in (80, 95)]
        better = [f"{100 * row[f'better-{level}']:.0f} %" if "calibrated" in str(name) else "" for level in (80, 95)]
        print(f"| {name} | " + " | ".join([*covers, *winkler, *better, f"{row['seconds']:.1f}"]) + " |", flush=True)


def main() -> None:
    """Score held-out parts of the training rows, or the test rows when asked for."""
    tested = sys.argv[1:] == ["test"]
    y = stored("m4_hourly", "all" if tested else "train")
    if y is None:
        return
    warnings.simplefilter("ignore")
    if tested:
        show(scored(y, list(forecasters())), f"M4 hourly, horizon {HORIZON}, test part")
        return
    left = y.groupby("unique_id")["ds"].transform("max") - y["ds"]
    names = [name for name in forecasters() if "NAR" not in name]
    tables = [scored(y.loc[left >= HORIZON * part], names) for part in range(PARTS)]
    for part, table in enumerate(tables):
        show(table, f"M4 hourly, horizon {HORIZON}, {HORIZON * part} hours before the end of the training part")
    mean = sum(tables[1:], tables[0]) / PARTS
    show(mean, f"M4 hourly, horizon {HORIZON}, mean of {PARTS} parts")


if __name__ == "__main__":
    main()
