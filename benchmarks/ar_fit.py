"""Fitting one AR(p) by conditional maximum likelihood, against statsmodels' AutoReg, and the memory that it takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from .timing import alternate, show

CASES = {(1_000, 5): 200, (100_000, 48): 5, (1_000_000, 24): 3}  # (n, p): turns
PEAK = """
import re, sys
import numpy as np, pandas as pd
import forecastkit as fk
def memory(what):
    return int(re.search(what + r":\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024
y = pd.Series(np.load(sys.argv[1]))
fk.ARForecaster(order=24).fit(y[:1000])
open("/proc/self/clear_refs", "w").write("5")  # Linux: the peak counts from here
before = memory("VmRSS")
fk.ARForecaster(order=24).fit(y)
print((memory("VmHWM") - before) / y.to_numpy().nbytes)
"""


def values(n: int, seed: int = 0) -> np.ndarray:
    """Make an AR(3) with a level."""
    return 10 + lfilter([1.0], [1.0, -0.5, -0.2, -0.1], np.random.default_rng(seed).normal(size=n))


def series(n: int) -> pd.Series:
    """Make a series by the hour, by whole numbers where hours would pass the year 2100."""
    index = pd.RangeIndex(n) if n >= 1_000_000 else pd.date_range("2000-01-01", periods=n, freq="h")
    return pd.Series(values(n), index=index, name="y")


def peak_growth(n: int) -> float:
    """Peak memory of a fit in a fresh process, in sizes of the data."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "y.npy"
        np.save(path, values(n))
        done = subprocess.run([sys.executable, "-c", PEAK, str(path)], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Check that the estimates agree, then time them."""
    from statsmodels.tsa.ar_model import AutoReg

    import forecastkit as fk

    for (n, p), turns in CASES.items():
        y = series(n)
        bare = y.to_numpy()
        ours, theirs = fk.ARForecaster(order=p).fit(y), AutoReg(bare, p).fit()
        np.testing.assert_allclose(ours.coef_.to_numpy()[0], theirs.params[1:], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose([ours.intercept_, ours.sigma2_], [theirs.params[0], theirs.sigma2], rtol=1e-8)
        calls = {
            "forecastkit ARForecaster.fit": lambda p=p, y=y: fk.ARForecaster(order=p).fit(y),
            "statsmodels AutoReg.fit, bare array": lambda p=p, bare=bare: AutoReg(bare, p).fit(),
        }
        show(f"AR({p}), n = {n:,}: one fit, estimates equal to 1e-8", alternate(calls, turns), next(iter(calls)))
    n = max(n for n, _ in CASES)
    print(f"peak memory of the fit of {n:,} values, fresh process: {peak_growth(n):.2f} times the data")


if __name__ == "__main__":
    main()
