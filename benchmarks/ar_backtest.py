"""AR(24) refitted at each of the last 200 origins of 2,000 values, horizon 24, against skforecast and statsmodels."""

from __future__ import annotations

import warnings

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


def main() -> None:
    """Check that all give the same numbers, then time them."""
    y = series()
    reference = statsmodels(y)
    np.testing.assert_allclose(ours(y), reference, rtol=1e-8)
    np.testing.assert_allclose(skforecast(y), reference, rtol=1e-8)
    print("forecasts of all three agree to 1e-8")
    calls = {"forecastkit": lambda: ours(y), "skforecast": lambda: skforecast(y), "statsmodels": lambda: statsmodels(y)}
    show(f"AR({ORDER}), {ORIGINS} refits, horizon {HORIZON}, n = {N}", alternate(calls, 5), "forecastkit")


if __name__ == "__main__":
    main()
