"""AR(24) refitted at each of the last 200 origins of 2,000 values, horizon 24, against four other libraries."""

from __future__ import annotations

import warnings
from functools import partial

import numpy as np
import pandas as pd

from .timing import alternate, show

ORDER, HORIZON, ORIGINS, N = 24, 24, 200, 2000


def series() -> pd.Series:
    """Make an hourly series with a daily season."""
    rng = np.random.default_rng(0)
    values = 10 + 3 * np.sin(2 * np.pi * np.arange(N) / 24) + rng.normal(size=N).cumsum() * 0.1 + rng.normal(size=N)
    return pd.Series(values, index=pd.date_range("2024-01-01", periods=N, freq="h"), name="y")


def ours(y: pd.Series) -> np.ndarray:
    """Forecasts of `forecastkit.backtest`, shape (origins, horizon)."""
    import forecastkit as fk

    models = {"ar": fk.ARForecaster(order=ORDER)}
    result = fk.backtest(models, y, horizon=HORIZON, windows=ORIGINS, step=1, baselines=False)
    return result.forecasts["ar"].to_numpy().reshape(ORIGINS, HORIZON)


def skforecast(y: pd.Series) -> np.ndarray:
    """Forecasts of skforecast's backtesting with a linear regression on the same lags."""
    from skforecast.model_selection import TimeSeriesFold, backtesting_forecaster
    from skforecast.recursive import ForecasterRecursive
    from sklearn.linear_model import LinearRegression

    folds = TimeSeriesFold(
        steps=HORIZON,
        initial_train_size=N - HORIZON - ORIGINS + 1,
        fold_stride=1,
        refit=True,
        fixed_train_size=False,
        allow_incomplete_fold=False,
        verbose=False,
    )
    forecaster = ForecasterRecursive(estimator=LinearRegression(), lags=ORDER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, predictions = backtesting_forecaster(
            forecaster, y=y, cv=folds, metric="mean_absolute_error", n_jobs=1, show_progress=False
        )
    return predictions["pred"].to_numpy().reshape(ORIGINS, HORIZON)


def statsmodels(y: pd.Series) -> np.ndarray:
    """Forecasts of statsmodels' AutoReg in a loop over slices."""
    from statsmodels.tsa.ar_model import AutoReg

    values = y.to_numpy()
    ends = range(N - HORIZON - ORIGINS + 1, N - HORIZON + 1)
    return np.array([AutoReg(values[:end], ORDER).fit().forecast(HORIZON) for end in ends])


def darts(y: pd.Series) -> np.ndarray:
    """Forecasts of darts' historical forecasts with its linear regression on the same lags."""
    from darts import TimeSeries
    from darts.models import LinearRegressionModel

    forecasts = LinearRegressionModel(lags=ORDER).historical_forecasts(
        TimeSeries.from_series(y),
        start=N - HORIZON - ORIGINS + 1,
        start_format="position",
        forecast_horizon=HORIZON,
        stride=1,
        retrain=True,
        last_points_only=False,
        verbose=False,
    )
    return np.array([each.values()[:, 0] for each in forecasts])


def mlforecast(y: pd.Series) -> np.ndarray:
    """Forecasts of mlforecast's cross-validation with a linear regression on the same lags."""
    from mlforecast import MLForecast
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"unique_id": "y", "ds": y.index, "y": y.to_numpy()})
    model = MLForecast(models={"ar": LinearRegression()}, freq="h", lags=list(range(1, ORDER + 1)))
    result = model.cross_validation(frame, n_windows=ORIGINS, h=HORIZON, step_size=1, refit=True)
    return result.sort_values(["cutoff", "ds"])["ar"].to_numpy().reshape(ORIGINS, HORIZON)


def main() -> None:
    """Check that all give the same numbers, then time them."""
    y = series()
    reference = ours(y)
    peers = {"statsmodels": statsmodels, "skforecast": skforecast, "darts": darts, "mlforecast": mlforecast}
    for peer in peers.values():
        np.testing.assert_allclose(peer(y), reference, rtol=1e-8)
    calls = {"forecastkit": lambda: ours(y)} | {name: partial(peer, y) for name, peer in peers.items()}
    title = f"AR({ORDER}), {ORIGINS} refits, horizon {HORIZON}, n = {N}: forecasts of all agree to 1e-8"
    show(title, alternate(calls, 3), "forecastkit")


if __name__ == "__main__":
    main()
