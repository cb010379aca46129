"""Rolling-origin backtests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..checks import check_integer
from ..errors import InvalidParameterError
from ..estimators import ARForecaster, NaiveForecaster
from ..estimators.foreign import check_forecaster
from ..estimators.parameters import check_levels
from ..frames import Panel, as_covariates, as_panel, long_frame
from ..version import __version__
from .checkpoint import open_checkpoint
from .execution import run_models
from .forecast_rows import forecast_rows, time_rows
from .forecasting import uses_covariates
from .identity import data_hash, describe, plain, versions
from .metrics import check_metrics
from .origins import rolling_origins
from .progress import Report, progress_reporter
from .result import BacktestResult
from .task import Task

_RESERVED = ("unique_id", "ds", "cutoff", "y", "step", "model")


def backtest(
    models: Mapping[str, Any] | Sequence[Any],
    y: pd.Series | pd.DataFrame | Panel,
    X: pd.DataFrame | None = None,
    *,
    horizon: int,
    windows: int = 10,
    start: Any = None,
    step: int | None = None,
    gap: int = 0,
    window: Literal["expanding", "sliding"] = "expanding",
    train_size: int | None = None,
    cutoffs: Literal["calendar", "per_series"] = "calendar",
    refit: bool | int = True,
    level: float | Sequence[float] = (80, 95),
    metrics: Sequence[str | Callable[..., pd.DataFrame]] | None = None,
    baselines: bool = True,
    seasonal_period: int | None = None,
    n_jobs: int = 1,
    progress: bool | Report | None = None,
    directory: str | Path | None = None,
) -> BacktestResult:
    """Forecast from many origins of the past, as the models would have, and score the forecasts.

    At every origin a model sees the data up to the cutoff and nothing after it, and forecasts the next `horizon` steps.

    Parameters
    ----------
    models : dict of str to forecaster, or list of forecasters
        Forecasters of this package, or anything with ``fit(y, X)`` and ``predict(horizon, X)`` that scikit-learn can
        clone; with ``predict_interval`` its intervals are scored too. They are cloned, never changed.
    y : Series, DataFrame or Panel
        One or many series, in any layout.
    X : DataFrame, default=None
        Covariates of past and future, for the models that use them.
    horizon : int
        Steps forecast at every origin, 1 or more.
    windows : int, default=10
        Number of origins, counted back from the end of the data; not used with `start`.
    start : stamp, default=None
        First cutoff; origins run from there to the end.
    step : int, default=None
        Steps from one origin to the next; None for `horizon`.
    gap : int, default=0
        Steps between the cutoff and the first scored step.
    window : {"expanding", "sliding"}, default="expanding"
        Train on everything up to the cutoff, or on the last `train_size` steps.
    train_size : int, default=None
        Length of a sliding window in steps; None for the length of the first training window.
    cutoffs : {"calendar", "per_series"}, default="calendar"
        The same cutoffs for all series, or counted back from each series' own end.
    refit : bool or int, default=True
        Fit at every origin, only at the first (False), or at every n-th; between fits a model forecasts from the newer
        data with its old parameters.
    level : float or sequence of float, default=(80, 95)
        Interval coverages in percent.
    metrics : sequence of str or callable, default=None
        Scores to compute, all by default; a callable has the signature of utilsforecast's losses.
    baselines : bool, default=True
        Add the seasonal naive (``seasonal_naive``) and an AR by AIC (``ar_aic``, which falls back to the naive
        forecast where it cannot be fitted), both without X, whose columns of text they could not use.
    seasonal_period : int, default=None
        Season of the scaled scores and the seasonal naive, in steps; None for the calendar's.
    n_jobs : int, default=1
        Processes; -1 for one a core.
    progress : bool or callable, default=None
        None shows a bar on long runs in a terminal; a callable is told ``(what, done, total)``.
    directory : str or Path, default=None
        Where finished parts are kept. An interrupted backtest started again with the same settings and data goes on
        from there and ends with the same result, timings aside.

    Returns
    -------
    BacktestResult
        With ``forecasts``, ``scores()``, ``by_horizon()``, ``by_series()``, ``by_cutoff()``, ``plot()``, ``report()``.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, or there are too few values for the windows.
    InvalidFrameError
        The data break the data contract.
    DirectoryError
        The directory cannot be written, is in use, or holds a backtest of other settings or data.

    Notes
    -----
    A model with ``forecast_origins`` (AR) computes all origins of a series from running sums: a backtest costs a few
    fits.

    References
    ----------
    .. [1] L. J. Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review.

    Examples
    --------
    >>> import numpy as np, pandas as pd, forecastkit as fk
    >>> y = pd.Series(np.sin(np.arange(120) / 3), index=pd.period_range("2015-01", periods=120, freq="M"))
    >>> result = fk.backtest({"ar": fk.ARForecaster(order=2)}, y, horizon=6, windows=5)
    >>> result.scores()["mase"].round(2).to_dict()
    {'ar': 0.0, 'seasonal_naive': 1.03, 'ar_aic': 0.0}
    """
    panel = as_panel(y)
    X = X.to_frame() if isinstance(X, pd.Series) else X
    levels = check_levels(level)
    scores = check_metrics(metrics)
    season = panel.calendar.seasonal_period if seasonal_period is None else seasonal_period
    season = check_integer(season, "seasonal_period", 1)
    origins = rolling_origins(
        panel,
        horizon=horizon,
        windows=windows,
        start=start,
        step=step,
        gap=gap,
        window=window,
        train_size=train_size,
        cutoffs=cutoffs,
        refit=refit,
    )
    named = name_models(models)
    added = {} if not baselines else _baselines(season, named)
    for name, model in named.items():
        check_forecaster(name, model, needs_history=len(set(origins.fit_origin.tolist())) < len(origins))
    everything = {**named, **added}
    covariates = None if X is None else as_covariates(X, panel)
    if covariates is not None and any(map(uses_covariates, named.values())):
        # what a window lacks is an error now, not after an hour of work
        needed = np.minimum(origins.test_positions.max(axis=(0, 2)) + 1, panel.ends)
        covariates.rows(panel.starts, needed - panel.starts)
    task = Task(panel, origins, levels, covariates, X, frozenset(added))
    settings = plain(
        {
            "models": {name: describe(model) for name, model in everything.items()},
            "horizon": horizon,
            "windows": len(origins),
            "start": None if start is None else str(start),
            "step": horizon if step is None else step,
            "gap": gap,
            "window": window,
            "train_size": train_size,
            "cutoffs": cutoffs,
            "refit": refit,
            "level": levels,
            "seasonal_period": season,
        }
    )
    identity = {
        "settings": settings,
        "models in order": list(everything),
        "data": data_hash(panel, covariates),
        "version": __version__,
    }
    opened = nullcontext() if directory is None else open_checkpoint(directory, identity)
    with opened as checkpoint, progress_reporter(progress) as report:
        forecasts, fitted = run_models(everything, task, checkpoint, report, check_jobs(n_jobs))
    rows, crps, pit, places = forecast_rows(list(everything), forecasts, task)
    return BacktestResult(
        forecasts=rows,
        history=long_frame(panel),
        models=tuple(everything),
        baselines=tuple(added),
        reference=reference_model(everything, season),
        level=levels,
        horizon=origins.horizon,
        seasonal_period=season,
        metrics=scores,
        seconds=time_rows(list(everything), forecasts, task),
        settings=settings,
        versions=versions(),
        panel=panel,
        origins=origins,
        places=places,
        crps=crps,
        pit=pit,
        estimators={**everything, **fitted},
        covariates=covariates,
    )


def name_models(models: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any]:
    """Models by name: the keys of a dict, or the class names of a list, numbered where they repeat."""
    if isinstance(models, Mapping):
        named = dict(models)
    elif isinstance(models, Sequence) and not isinstance(models, str):
        named = {}
        for model in models:
            base = name = type(model).__name__
            number = 2
            while name in named:
                name, number = f"{base}-{number}", number + 1
            named[name] = model
    else:
        named = {type(models).__name__: models}
    for name in named:
        if not isinstance(name, str) or not name or name in _RESERVED or name.startswith("_"):
            raise InvalidParameterError(
                f"a model cannot be named {name!r}: a name does not begin with _ and is none of {', '.join(_RESERVED)}"
            )
        if any(f"{side}-" in name for side in ("-lo", "-hi")):
            raise InvalidParameterError(f"a model cannot be named {name!r}: '-lo-' and '-hi-' mark interval bounds")
    if not named:
        raise InvalidParameterError("'models' is empty: give at least one forecaster, such as {'ar': ARForecaster()}")
    return named


def reference_model(models: Mapping[str, Any], season: int) -> str | None:
    """Name the naive forecast that the others are measured against: the seasonal one, else the plain one."""
    naive = {name: model.seasonal_period for name, model in models.items() if isinstance(model, NaiveForecaster)}
    for wanted in ((season, "auto"), (None, 1)):
        for name, period in reversed(naive.items()):
            if period in wanted:
                return name
    return None


def check_jobs(n_jobs: object) -> int:
    """Return a number of processes, or raise InvalidParameterError."""
    return -1 if n_jobs == -1 else check_integer(n_jobs, "n_jobs", 1)


def _baselines(season: int, models: Mapping[str, Any]) -> dict[str, Any]:
    """Baselines that the caller's models do not already name."""
    baselines = {
        "seasonal_naive": NaiveForecaster(seasonal_period=season),
        "ar_aic": ARForecaster(order="aic", seasonal_period=season, on_error="naive"),
    }
    return {name: model for name, model in baselines.items() if name not in models}
