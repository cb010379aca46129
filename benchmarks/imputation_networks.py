"""Networks of sensors to fill the gaps of: a frame, a graph, and the masks that hide values of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .stored_data import FOLDER

POINT, BLOCK = {"pattern": "point", "rate": 0.25, "seeds": (1,)}, {"pattern": "grin_block", "seeds": (9101112,)}
SIMULATED_ROWS, SIMULATED_SENSORS = 8_000, 40


@dataclass(frozen=True)
class Network:
    """Sensors with a graph, and the length of a window of theirs for networks that need one.

    Parameters
    ----------
    title : str
    X : DataFrame
        A column a sensor, NaN where nothing was observed.
    graph : DataFrame or None
        Coordinates or a square frame.
    window : int
        Steps of a window.
    """

    title: str
    X: pd.DataFrame
    graph: pd.DataFrame | None
    window: int


def irish_wind() -> Network:
    """Daily wind at 12 stations over 18 years; shipped."""
    import forecastkit as fk

    stations = pd.DataFrame(fk.load_dataset("irish_wind/stations")).set_index("code")[["latitude", "longitude"]]
    return Network("Irish wind, 6,574 x 12", pd.DataFrame(fk.load_dataset("irish_wind")), stations, 14)


def metr_la() -> Network | None:
    """Speeds at 207 sensors for a week, every 5 minutes, with the graph of the roads."""
    path = Path(os.environ.get(FOLDER, "")) / "metr_la_week" / "metr_la_week.npz"
    if not path.exists():
        return _skipped("metr_la_week")
    with np.load(path) as stored:
        speed, roads, ids = stored["speed"].astype(float), stored["adj_dcrnn"].astype(float), stored["sensor_id"]
    np.fill_diagonal(roads, 0)
    index = pd.date_range("2012-03-01", periods=len(speed), freq="5min")
    X = pd.DataFrame(speed, index=index, columns=ids)
    return Network("METR-LA week, 2,016 x 207", X, pd.DataFrame(roads, index=ids, columns=ids), 24)


def temperatures() -> Network | None:
    """Temperatures at 11 stations of GEFCom2012, the last two years by the hour; nothing says where they are."""
    path = Path(os.environ.get(FOLDER, "")) / "gefcom2012" / "gefcom2012_temp.parquet"
    if not path.exists():
        return _skipped("gefcom2012")
    X = pd.read_parquet(path).astype(float)
    X.index, X.columns = pd.date_range("2004-01-01", periods=len(X), freq="h"), X.columns.astype(str)
    return Network("GEFCom2012 temperatures, 17,520 x 11, no graph", X.iloc[-2 * 8760 :], None, 24)


def simulated(seed: int = 0) -> Network:
    """Simulate a field that travels over 40 places, with a day, skewed values, noise, and half of it never observed.

    Every place follows its neighbours up the wind with a delay, the more slowly the weaker the field is: no linear
    model is exact for it. A third of what is missing are single values, the rest outages of half a day on average; two
    sensors are added after the first two fifths, the shares of missing values lie between 0.2 and 0.8.
    """
    generator = np.random.default_rng(seed)
    n, rows = SIMULATED_SENSORS, SIMULATED_ROWS
    places = generator.uniform(0, 100, (n, 2))
    offset = places[:, None] - places[None]
    distance = np.linalg.norm(offset, axis=-1)
    upwind = np.where((offset[..., 0] > 0) & (distance < 40), np.exp(-((distance / 20) ** 2)), 0)
    inflow = upwind / np.maximum(upwind.sum(axis=1, keepdims=True), 1e-9)
    shocks = np.linalg.cholesky(np.exp(-distance / 25) + 1e-6 * np.eye(n))
    phase, state, field = places[:, 1] / 50, np.zeros(n), np.empty((rows, n))
    for row in range(rows):
        speed = 0.25 + 0.5 / (1 + np.exp(-state))
        state = (0.97 - speed) * state + 0.95 * speed * (inflow @ state) + 0.25 * shocks @ generator.standard_normal(n)
        field[row] = state + 0.6 * np.sin(2 * np.pi * row / 24 + phase)
    values = generator.uniform(3, 8, n) * np.exp(0.5 * field) + 0.2 * generator.standard_normal((rows, n))
    values[_outages(rows, generator.permutation(np.linspace(0.2, 0.8, n)), generator)] = np.nan
    values[: rows * 2 // 5, :2] = np.nan
    names = [f"s{number:02d}" for number in range(n)]
    at = pd.DataFrame({"latitude": 50 + places[:, 1] / 111.19, "longitude": 10 + places[:, 0] / 71.5}, index=names)
    X = pd.DataFrame(values, index=pd.date_range("2020-01-01", periods=rows, freq="h"), columns=names)
    share = float(X.isna().to_numpy().mean())
    return Network(f"Simulated, {rows:,} x {n}, {share:.0%} missing before anything is hidden", X, at, 24)


def _outages(rows: int, shares: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw what is missing, (rows, sensors): a third of the share of a sensor single values, the rest outages."""
    points = generator.random((rows, len(shares))) < shares / 3
    rest = (2 / 3) * shares / (1 - shares / 3)  # share of what the single values leave
    missing = np.empty_like(points)
    down = generator.random(len(shares)) < rest
    for row in range(rows):
        draw = generator.random(len(rest))
        down = np.where(down, draw > 1 / 12, draw < rest / (1 - rest) / 12)
        missing[row] = down
    return missing | points


def _skipped(name: str) -> None:
    """Say that a data set is not there."""
    print(f"\nskipped, for want of {name} ({FOLDER} names the folder that holds it)")


NETWORKS: dict[str, Callable[[], Network | None]] = {
    "irish_wind": irish_wind,
    "metr_la": metr_la,
    "temperatures": temperatures,
    "simulated": simulated,
}
