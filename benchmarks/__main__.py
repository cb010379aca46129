"""Run all benchmarks, or those named: python -m benchmarks ar_backtest."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from importlib.metadata import version

NAMES = (
    "import_time",
    "long_frame",
    "ar_fit",
    "ar_order_selection",
    "ar_backtest",
    "ar_rolling",
    "ar_m4_hourly",
    "ar_direct_ett",
    "ar_many_series",
    "ar_missing",
    "nar_training",
    "nar_mackey_glass",
    "nar_ett",
    "nar_m4_hourly",
    "nar_load",
    "divergence",
    "stability",
    "calibration",
    "imputation",
    "grin",
    "imputation_scale",
)
PEERS = (
    "darts",
    "lightgbm",
    "mlforecast",
    "neuralforecast",
    "pypots",
    "scikit-learn",
    "skforecast",
    "statsforecast",
    "statsmodels",
    "utilsforecast",
)
PACKAGES = ("forecastkit", "numpy", "pandas", "pytorch-lightning", "torch", *PEERS)


def main() -> None:
    """Print the machine, the versions and each comparison as Markdown."""
    chosen = sys.argv[1:] or NAMES
    unknown = set(chosen) - set(NAMES)
    if unknown:
        sys.exit(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}; "
          + ", ".join(f"{name} {version(name)}" for name in PACKAGES))  # fmt: skip
    for name in chosen:
        importlib.import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
