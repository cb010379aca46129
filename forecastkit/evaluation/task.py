"""What a backtest asks of its models, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..frames import Covariates, Panel
from .origins import Origins


@dataclass(frozen=True, eq=False)
class Task:
    """What every model of a backtest is given.

    Parameters
    ----------
    panel : Panel
        All data.
    origins : Origins
        The windows.
    levels : tuple of float
        Interval coverages that are reported, in percent.
    covariates : Covariates, default=None
        X on the panel's grid, for models of this package.
    X : DataFrame, default=None
        X as it came, for models of other makers.
    without_covariates : frozenset of str, default=frozenset()
        Names of the models that are not given X: the baselines.
    """

    panel: Panel
    origins: Origins
    levels: tuple[float, ...]
    covariates: Covariates | None = None
    X: pd.DataFrame | None = None
    without_covariates: frozenset[str] = frozenset()

    def of(self, name: str) -> Task:
        """Give the named model its part."""
        return replace(self, covariates=None, X=None) if name in self.without_covariates else self


@dataclass(frozen=True, eq=False)
class Forecasts:
    """Forecasts of one model at some origins.

    Attributes
    ----------
    point : ndarray, shape (n_origins, n_series, horizon)
        Point forecasts, NaN for a series that the model had not seen.
    bounds : ndarray, shape (n_origins, n_series, horizon, 2 n_levels)
        Lower, then upper bounds; NaN without intervals.
    crps : ndarray, shape (n_origins, n_series, horizon)
        Continuous ranked probability score, NaN without intervals or actual value.
    pit : ndarray, shape (n_origins, n_series, horizon)
        Probability integral transform, NaN without intervals or actual value.
    fit_seconds, predict_seconds : ndarray, shape (n_origins,)
        Wall-clock time.
    """

    point: np.ndarray
    bounds: np.ndarray
    crps: np.ndarray
    pit: np.ndarray
    fit_seconds: np.ndarray
    predict_seconds: np.ndarray
