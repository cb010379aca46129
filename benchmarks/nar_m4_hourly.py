"""M4 hourly, 414 series, 48 hours ahead: one global network beside the autoregressions and neuralforecast's NHITS.

python -m benchmarks.nar_m4_hourly         the last 48 hours of the training part are held out
python -m benchmarks.nar_m4_hourly test    the competition's test part, once a release
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from typing import Any

import pandas as pd

from .ar_m4_hourly import HORIZON, SEASON, held_out

SEEDS = (0, 1, 2)
NETWORK: dict[str, Any] = {
    "order": 168, "block_size": 24, "backbone": "mlp", "hidden_size": 256, "n_layers": 2, "activation": "relu",
    "linear_skip": True, "ridge": 1e-3, "scaler": "window_mean", "transform": "log", "loss": "mase",
    "seasonal_period": SEASON, "recency": 2.0, "max_steps": 4000, "batch_size": 512,
    "learning_rate": 1e-3, "validation_size": 0.0, "accelerator": "cpu",
}  # fmt: skip


def scored(name: str, model: Any, y: pd.DataFrame) -> str:
    """Scores of a model as a row of a table."""
    import forecastkit as fk

    started = time.perf_counter()
    result = fk.backtest(
        {"scored": model}, y, horizon=HORIZON, windows=1, cutoffs="per_series", seasonal_period=SEASON, baselines=False
    )
    row = result.scores().loc["scored"]
    columns = ("smape", "mase", "owa", "msis", "coverage-80", "coverage-95")
    return (
        f"| {name} | "
        + " | ".join(f"{row[each]:.4f}" for each in columns)
        + f" | {time.perf_counter() - started:.1f} |"
    )


def nhits(train: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of neuralforecast's NHITS, 500 steps."""
    from neuralforecast import NeuralForecast
    from neuralforecast.models import NHITS

    model = NHITS(
        h=HORIZON, input_size=5 * HORIZON, max_steps=500, scaler_type="standard", accelerator="cpu", random_seed=0,
        enable_progress_bar=False, logger=False, enable_checkpointing=False, enable_model_summary=False,
    )  # fmt: skip
    forecaster = NeuralForecast(models=[model], freq=1)
    forecaster.fit(train)
    return forecaster.predict()


class Peer:
    """Forecasts made elsewhere, as a forecaster that the backtest takes."""

    def fit(self, y: pd.DataFrame, X: pd.DataFrame | None = None) -> Peer:
        """Train NHITS on the rows of the window."""
        self.forecast_ = nhits(y)
        return self

    def predict(self, horizon: int, X: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return its forecasts as a long frame."""
        return self.forecast_.rename(columns={"NHITS": "y"}).head(len(self.forecast_))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """No parameters."""
        return {}


def main() -> None:
    """Print the scores of every model."""
    import forecastkit as fk

    tested = sys.argv[1:] == ["test"]
    parts = held_out("test" if tested else "held-out training")
    if parts is None:
        return
    warnings.simplefilter("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    y = parts[1]
    part = "test" if tested else "held-out training"
    print(f"\n### M4 hourly, horizon {HORIZON}, {part} part\n")
    print("| model | sMAPE | MASE | OWA | MSIS | cover 80 | cover 95 | seconds |\n|---|" + "---:|" * 7)
    models: dict[str, Any] = {
        'ARForecaster(order="aic", max_order=192)': fk.ARForecaster(order="aic", max_order=192),
        "ARForecaster()": fk.ARForecaster(),
    }
    models |= {f"NARForecaster, seed {seed}": fk.NARForecaster(**NETWORK, random_state=seed) for seed in SEEDS}
    try:
        import neuralforecast  # noqa: F401
    except ImportError:
        print("neuralforecast is not installed: its row is left out")
    else:
        models["neuralforecast NHITS, 500 steps"] = Peer()
    for name, model in models.items():
        print(scored(name, model, y), flush=True)


if __name__ == "__main__":
    main()
