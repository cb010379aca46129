"""Divergences: standard errors of both estimators at equal paths, and the time of two networks on M4 hourly."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

from .stored_data import stored

HORIZON, PATHS, SERIES = 48, 1000, 100
NETWORK: dict[str, Any] = {
    "order": 48, "backbone": "mlp", "hidden_size": 64, "n_layers": 2, "linear_skip": True, "max_steps": 300,
    "accelerator": "cpu",
}  # fmt: skip


def first_order(coef: float, seed: int, n: int = 20_000) -> pd.Series:
    """Simulate an AR(1) around 0 with innovations of variance 1."""
    from scipy.signal import lfilter

    noise = np.random.default_rng(seed).standard_normal(n)
    return pd.Series(lfilter([1.0], [1.0, -coef], noise), pd.date_range("2000", periods=n, freq="h"), name="y")


def row(name: str, p: Any, q: Any) -> str:
    """Values and standard errors of both estimators at equal paths, and their ratio, as a row of a table."""
    from forecastkit.evaluation.divergence import kl_divergence

    results, seconds = {}, {}
    for each in ("rao_blackwell", "log_ratio"):
        started = time.perf_counter()
        results[each] = kl_divergence(p, q, HORIZON, n_samples=PATHS, estimator=each, random_state=0, progress=False)
        seconds[each] = time.perf_counter() - started
    smooth, plain = results["rao_blackwell"], results["log_ratio"]
    ratio = smooth.standard_error / plain.standard_error
    return (
        f"| {name} | {smooth.value:.4f} | {plain.value:.4f} | {smooth.standard_error:.5f} | {plain.standard_error:.5f} "
        f"| {ratio:.3f} | {seconds['rao_blackwell']:.1f} | {seconds['log_ratio']:.1f} |"
    )


def main() -> None:
    """Print the ratios of standard errors and the seconds."""
    import forecastkit as fk
    from forecastkit.evaluation.divergence import kl_divergence

    warnings.simplefilter("ignore")
    p, q = (fk.ARForecaster(order=1).fit(first_order(coef, i)) for i, coef in enumerate((0.9, 0.85)))
    print(f"\n### Divergence over {HORIZON} steps, {PATHS:,} paths of each series, nats\n")
    print("| p and q | Rao-Blackwell | log ratio | its error | its error | ratio | seconds | seconds |")
    print("|---|" + "---:|" * 7)
    print(row("AR(1) 0.9 and 0.85", p, q))
    print(row("AR(1) 0.85 and 0.9", q, p))
    y = stored("m4_hourly", "train")
    if y is not None:
        y = y.loc[y["unique_id"].isin(y["unique_id"].unique()[:SERIES])].reset_index(drop=True)
        settings = {
            "network": {},
            "half as wide": {"hidden_size": 32, "random_state": 1},
            "heteroscedastic": {"head": "heteroscedastic"},
            "blocks of 24": {"block_size": 24},
        }
        networks = {
            name: fk.NARForecaster(**{**NETWORK, "random_state": 0} | changes).fit(y)
            for name, changes in settings.items()
        }
        first = networks["network"]
        for name, other in list(networks.items())[1:]:
            print(row(f"M4 hourly, {SERIES} series: network and {name}", first, other), flush=True)
        print(row("M4 hourly: heteroscedastic and network", networks["heteroscedastic"], first), flush=True)
    print(f"\nexact, AR(1) 0.9 and 0.85: {kl_divergence(p, q, HORIZON).value:.4f}")


if __name__ == "__main__":
    main()
