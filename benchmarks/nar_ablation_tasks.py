"""Data sets of the ablation: what is forecast from where, how errors are counted, and what all networks share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .nar_mackey_glass import values as mackey_glass_values
from .stored_data import FOLDER, stored


@dataclass(frozen=True)
class Task:
    """A data set, the forecasts asked of it, and what its networks have in common.

    Parameters
    ----------
    title : str
        How tables name it.
    load : callable
        Makes the long frame; None where the data are not at hand.
    n_tested, every : int
        Each series is forecast from ``n_tested`` values before its end and from every ``every``-th value after; models
        are trained once, on what comes before.
    horizon, season : int
        Steps ahead, and the season of the naive forecast.
    leads : tuple of int
        Steps ahead that the tables show.
    metric : {"NRMSE", "MASE"}
        Root mean squared error in standard deviations of the series, or mean absolute error in units of the seasonal
        naive forecast's on what each series is trained on.
    rollout_steps : int
        K of the multi-step trainings.
    settings : dict
        Parameters of all its networks.
    max_steps : dict
        Gradient steps by backbone.
    n_seeds : int
        Seeds 0, 1, ...
    """

    title: str
    load: Callable[[], pd.DataFrame | None]
    n_tested: int
    every: int
    horizon: int
    season: int
    leads: tuple[int, ...]
    metric: str
    rollout_steps: int
    settings: dict[str, Any]
    max_steps: dict[str, int]
    n_seeds: int = 5

    @cached_property
    def data(self) -> pd.DataFrame | None:
        """Long frame, loaded once."""
        return self.load()

    def before_end(self, n_values: int) -> pd.DataFrame:
        """All series without their last values."""
        assert self.data is not None
        ahead = self.data.groupby("unique_id").cumcount(ascending=False)
        return self.data.loc[ahead >= n_values].reset_index(drop=True)

    @cached_property
    def training(self) -> pd.DataFrame:
        """What models are trained on."""
        return self.before_end(self.n_tested)

    @cached_property
    def origins(self) -> list[tuple[pd.DataFrame, np.ndarray]]:
        """Data up to each origin, and the ``horizon`` values after it, of shape (n_series, horizon)."""
        lefts = range(self.n_tested, self.horizon - 1, -self.every)
        known = [self.before_end(left) for left in lefts]
        after = [self.before_end(left - self.horizon).groupby("unique_id").tail(self.horizon) for left in lefts]
        return [(y, ahead["y"].to_numpy().reshape(-1, self.horizon)) for y, ahead in zip(known, after, strict=True)]

    @cached_property
    def unit(self) -> np.ndarray:
        """Unit of the errors of each series, shape (n_series, 1)."""
        assert self.data is not None
        if self.metric == "NRMSE":
            return self.data.groupby("unique_id")["y"].std().to_numpy()[:, None]
        by_series = self.training.groupby("unique_id")["y"]
        return np.asarray(by_series.apply(lambda y: y.diff(self.season).abs().mean()))[:, None]

    def errors(self, model: Any) -> list[float]:
        """Error of a fitted model by lead time; infinite where a free run leaves the range of numbers."""
        from forecastkit.errors import ConvergenceError

        scaled = []
        for known, actual in self.origins:
            try:
                forecast = model.predict(self.horizon, y=known)["y"].to_numpy().reshape(actual.shape)
            except ConvergenceError:
                return [float("inf")] * self.horizon
            scaled.append((forecast - actual) / self.unit)
        by_lead = np.concatenate(scaled)
        error = np.sqrt(np.mean(by_lead**2, axis=0)) if self.metric == "NRMSE" else np.mean(np.abs(by_lead), axis=0)
        return [float(f"{each:.5g}") for each in error]


def sunspots() -> pd.DataFrame:
    """Square root of the sunspot number of a year, 1700 to 2008."""
    import forecastkit as fk

    return long_frame(np.sqrt(pd.Series(fk.load_dataset("sunspots")).to_numpy()))


def lynx() -> pd.DataFrame | None:
    """Logarithm to base 10 of the Canadian lynx trapped in a year, 1821 to 1934."""
    path = Path(os.environ.get(FOLDER, "")) / "classic" / "Lynx.csv"
    if not path.exists():
        print(f"\nskipped, for want of data ({FOLDER} names the folder that holds classic/): there is no {path}")
        return None
    return long_frame(np.log10(pd.read_csv(path, index_col=0).iloc[:, 0].to_numpy()))


def mackey_glass() -> pd.DataFrame | None:
    """First 6,000 values of the Mackey-Glass equation with a delay of 17."""
    values = mackey_glass_values()
    return None if values is None else long_frame(values[:6_000])


def m4_hourly() -> pd.DataFrame | None:
    """Every tenth series of the training part of M4 hourly, 42 in all."""
    y = stored("m4_hourly", "train")
    if y is None:
        return None
    chosen = y["unique_id"].drop_duplicates()[::10]
    return y.loc[y["unique_id"].isin(chosen.tolist())].sort_values(["unique_id", "ds"])


def long_frame(values: np.ndarray) -> pd.DataFrame:
    """Long frame of one series."""
    return pd.DataFrame({"unique_id": "y", "ds": np.arange(len(values)), "y": values})


TASKS = {
    "sunspots": Task(
        "Sunspots, yearly, square root",
        load=sunspots,
        n_tested=80,
        every=1,
        horizon=22,
        season=11,
        leads=(1, 2, 5, 11, 22),
        metric="NRMSE",
        rollout_steps=11,
        settings={"order": 16, "hidden_size": 16, "validation_size": 0.2},
        max_steps={"mlp": 800, "causal_cnn": 400, "gru": 400},
    ),
    "lynx": Task(
        "Canadian lynx, yearly, log10",
        load=lynx,
        n_tested=34,
        every=1,
        horizon=10,
        season=10,
        leads=(1, 2, 3, 5, 10),
        metric="NRMSE",
        rollout_steps=10,
        settings={"order": 10, "hidden_size": 16, "validation_size": 0.2},
        max_steps={"mlp": 800, "causal_cnn": 400, "gru": 400},
    ),
    "mackey_glass": Task(
        "Mackey-Glass, delay 17",
        load=mackey_glass,
        n_tested=3_000,
        every=29,
        horizon=84,
        season=50,
        leads=(1, 6, 12, 48, 84),
        metric="NRMSE",
        rollout_steps=8,
        settings={"order": 32, "validation_size": 0, "learning_rate": 5e-3},
        max_steps={"mlp": 2_000, "causal_cnn": 1_000, "gru": 1_500},
    ),
    "m4_hourly": Task(
        "M4 hourly, every tenth series",
        load=m4_hourly,
        n_tested=195,
        every=21,
        horizon=48,
        season=24,
        leads=(1, 6, 12, 24, 48),
        metric="MASE",
        rollout_steps=12,
        settings={"order": 48, "transform": "log", "scaler": "window_mean", "loss": "mase", "validation_size": 0},
        max_steps={"mlp": 1_500, "causal_cnn": 500, "gru": 1_200},
        n_seeds=3,
    ),
}
