"""A backtest that a test starts in a process of its own, to kill it: python interrupted.py DIRECTORY OUTPUT DELAY."""

import sys
import time

from series import ragged

import forecastkit as fk


class Slow(fk.ARForecaster):
    """An AR without the rolling path, that takes its time at every origin."""

    forecast_origins = property()
    delay = 0.0

    def fit(self, y, X=None):
        """Wait, then fit."""
        time.sleep(self.delay)
        return super().fit(y, X)


if __name__ == "__main__":
    Slow.delay = float(sys.argv[3])
    result = fk.backtest(
        {"slow": Slow(order=2), "ar": fk.ARForecaster(order=3)},
        ragged({"a": 80, "b": 90}),
        horizon=3,
        windows=12,
        cutoffs="per_series",
        refit=2,
        directory=sys.argv[1],
    )
    result.forecasts.to_pickle(sys.argv[2])
