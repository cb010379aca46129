"""Load of 20 zones a day ahead (GEFCom2012), given the calendar and the actual temperature of that day.

python -m benchmarks.nar_load          July 2006 to June 2007 is forecast, from what was before
python -m benchmarks.nar_load test     July 2007 to June 2008

FORECASTKIT_DATA names the folder that holds gefcom2012/gefcom2012_load.parquet and gefcom2012_temp.parquet.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import FOLDER

DAY, DAYS, SEEDS = 24, 365, (0, 1, 2)
FIRST_DAY = {"validation": 912, "test": 1277}  # days after 2004-01-01: 2006-07-01 and 2007-07-01
CALENDAR = ("hour", "weekday", "day_of_year")
NETWORK: dict[str, Any] = {
    "order": 168, "block_size": DAY, "stride": DAY, "backbone": "mlp", "hidden_size": 128, "n_layers": 2,
    "activation": "gelu", "linear_skip": False, "scaler": "window_mean", "transform": "log", "loss": "mae",
    "calendar": CALENDAR, "max_steps": 2000, "batch_size": 256, "learning_rate": 2e-3, "weight_decay": 0.2,
    "validation_size": 0.0, "accelerator": "cpu",
}  # fmt: skip


def loads_and_weather() -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Load in kW, a column a zone, and temperatures with their trailing means; None, said, without the files.

    A load of zero is a fault of the meter, and missing.
    """
    folder = Path(os.environ.get(FOLDER, "")) / "gefcom2012"
    if not (folder / "gefcom2012_load.parquet").exists():
        print(f"\nskipped, for want of gefcom2012 ({FOLDER} names the folder that holds it)")
        return None
    load, weather = (pd.read_parquet(folder / f"gefcom2012_{name}.parquet").astype(float) for name in ("load", "temp"))
    # the stamp 01:00 is the hour that ends then: counted from its start, a day is one date
    load.index = weather.index = pd.date_range("2004-01-01 00:00", periods=len(load), freq="h")
    load.columns, weather.columns = load.columns.astype(str), weather.columns.astype(str)
    mean = weather.mean(axis=1)
    trailing = {f"mean of {hours} h": mean.rolling(hours, min_periods=1).mean() for hours in (3, 24, 168)}
    return load.where(load > 0), weather.assign(**trailing)


def by_day(predict: Callable[[pd.DataFrame], pd.DataFrame], load: pd.DataFrame, first: int) -> np.ndarray:
    """Forecasts of one day after another, each from all that was before; shape (days, 24, zones)."""
    days = [predict(load.iloc[: (first + day) * DAY]).to_numpy() for day in range(DAYS)]
    return np.stack(days)


def score(forecast: np.ndarray, load: pd.DataFrame, first: int) -> tuple[float, float]:
    """WAPE of the total of all zones, and the mean of the zones' own without zone 9, in percent."""
    actual = load.to_numpy()[first * DAY : (first + DAYS) * DAY].reshape(forecast.shape)
    seen = np.isfinite(actual).all(axis=2)
    total = np.abs(forecast.sum(axis=2) - actual.sum(axis=2))[seen].sum() / actual.sum(axis=2)[seen].sum()
    zones = np.abs(forecast - actual)[seen].sum(axis=0) / actual[seen].sum(axis=0)
    return 100 * total, 100 * np.delete(zones, 8).mean()


def network(load: pd.DataFrame, X: pd.DataFrame, first: int, seed: int) -> np.ndarray:
    """Forecasts of one network, trained once."""
    import forecastkit as fk

    zones = pd.DataFrame({"zone": list(load.columns)}, index=load.columns)
    model = fk.ConditionalNARForecaster(**NETWORK, static_covariates=zones, random_state=seed)
    model.fit(load.iloc[: first * DAY], X)
    order = model.order
    return by_day(lambda history: model.predict(DAY, y=history.iloc[-2 * order :]), load, first)


def autoregression(load: pd.DataFrame, first: int) -> np.ndarray:
    """Forecasts of the automatic autoregression, fitted once, zone by zone."""
    import forecastkit as fk

    filled = load.interpolate().bfill()
    parts = []
    for zone in filled:
        model = fk.ARForecaster(order="auto").fit(filled[zone].iloc[: first * DAY])
        parts.append(by_day(lambda history, model=model: model.predict(DAY, y=history), filled[zone].iloc[:], first))
    return np.stack(parts, axis=2)


def boosted_trees(load: pd.DataFrame, X: pd.DataFrame, first: int) -> np.ndarray:
    """Forecasts of LightGBM through mlforecast: lags, their means, the same covariates, the zone as a category."""
    import lightgbm
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.target_transforms import GlobalSklearnTransformer, LocalStandardScaler
    from sklearn.preprocessing import FunctionTransformer

    hours = X.index
    inputs = X.assign(hour=hours.hour, weekday=hours.day_of_week, month=hours.month, day_of_year=hours.day_of_year)
    weight, filled = load.notna().astype(float), load.interpolate().bfill()
    end = (first + DAYS) * DAY
    frame = pd.concat(
        inputs.iloc[:end].assign(unique_id=zone, zone=zone, y=filled[zone].iloc[:end], weight=weight[zone].iloc[:end])
        for zone in load
    ).rename_axis("ds").reset_index().astype({"zone": "category"})  # fmt: skip
    trees = lightgbm.LGBMRegressor(
        n_estimators=800, learning_rate=0.05, num_leaves=63, min_child_samples=50, subsample=0.8, subsample_freq=1,
        colsample_bytree=0.7, n_jobs=1, verbose=-1, random_state=0,
    )  # fmt: skip
    logarithm = GlobalSklearnTransformer(FunctionTransformer(np.log1p, np.expm1))
    forecaster = MLForecast(
        {"trees": trees}, freq="h", lags=[1, 2, 3, *range(24, 169, 24)], num_threads=1,
        lag_transforms={1: [RollingMean(3), RollingMean(24), RollingMean(168)], 24: [RollingMean(24)]},
        target_transforms=[logarithm, LocalStandardScaler()],
    )  # fmt: skip
    tested = forecaster.cross_validation(
        frame, n_windows=DAYS, h=DAY, step_size=DAY, refit=False, static_features=["zone"], weight_col="weight"
    )
    wide = tested.pivot(index="ds", columns="unique_id", values="trees")[list(load)]
    return wide.to_numpy().reshape(DAYS, DAY, load.shape[1])


def main() -> None:
    """Print the errors of each model."""
    data = loads_and_weather()
    if data is None:
        return
    warnings.simplefilter("ignore")
    part = "test" if sys.argv[1:] == ["test"] else "validation"
    (load, X), first = data, FIRST_DAY[part]
    calls: dict[str, Callable[[], np.ndarray]] = {
        f"ConditionalNARForecaster, seed {seed}": lambda seed=seed: network(load, X, first, seed) for seed in SEEDS
    }
    calls['ARForecaster(order="auto"), no covariates'] = lambda: autoregression(load, first)
    try:
        import lightgbm  # noqa: F401
    except ImportError:
        print("LightGBM is not installed: its row is left out")
    else:
        calls["LightGBM through mlforecast"] = lambda: boosted_trees(load, X, first)
    print(f"\n### Load a day ahead, calendar and actual temperature given, {part} year: WAPE in percent\n")
    print("| model | total | mean of zones without 9 | seconds |\n|---|---:|---:|---:|")
    for name, call in calls.items():
        started = time.perf_counter()
        total, zones = score(call(), load, first)
        print(f"| {name} | {total:.3f} | {zones:.3f} | {time.perf_counter() - started:.0f} |", flush=True)


if __name__ == "__main__":
    main()
