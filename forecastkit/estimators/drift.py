"""The random walk with drift."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..errors import InvalidFrameError
from ..frames import Covariates, Panel, by_series
from .linear import LinearForecaster
from .naive import last_places


class DriftForecaster(LinearForecaster):
    """Continue the line from the first to the last value: y_t = c + y_{t-1} + ε_t.

    c is the mean step (maximum likelihood). The variance k steps ahead is σ² (k + k² / (n - 1)); the second term is
    the uncertainty of the estimated c.

    Attributes
    ----------
    drift_ : float or Series
        c of each series, in the data's unit per step.
    panel_ : Panel
        The data given to `fit`.

    Notes
    -----
    With missing values c is the slope between the first and the last observed value, and σ² the mean of
    (y_t - y_u - c k)² / k over neighbouring observed values, which lie k steps apart. The variance counts from the end
    of the series, also where its last values are missing. O(n) a series.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos (2021), Forecasting: Principles and Practice, sections 5.2 and 5.5.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([1.0, 2.0, 4.0], index=pd.period_range("2022", periods=3, freq="Y"))
    >>> DriftForecaster().fit(y).predict(2).tolist()
    [5.5, 7.0]
    """

    _state_width: ClassVar[int | None] = 1

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Mean step and variance of the steps around it."""
        first, last = panel.offsets[:-1], last_places(panel)
        steps = last - first
        if (steps == 0).any():
            short = panel.ids[steps == 0]
            raise InvalidFrameError(
                f"a drift needs 2 observed values, {len(short)} series have one ({short[0]!r} first): drop them"
            )
        drift = (panel.values[last] - panel.values[first]) / steps
        seen = np.flatnonzero(panel.observed)
        owner = panel.series_index[seen]
        paired = owner[1:] == owner[:-1]
        apart = np.diff(panel.positions[seen])[paired]
        owner = owner[1:][paired]
        squares = (np.diff(panel.values[seen])[paired] - drift[owner] * apart) ** 2 / apart
        count = np.bincount(owner, minlength=panel.n_series)
        sigma2 = np.bincount(owner, squares, minlength=panel.n_series) / count
        self._set_model(panel, np.ones((panel.n_series, 1)), sigma2, drift, sigma2 / steps)

    @property
    def drift_(self) -> Any:
        """Mean step c of each series, in the data's unit: a float for a Series, else a Series by id."""
        return by_series(self._fitted_panel(), self._process.deterministic[:, 0])

    def _history(self, panel: Panel, index: np.ndarray) -> np.ndarray:
        """Last observed value, moved along the drift to the end of the series."""
        last = last_places(panel)
        unseen = panel.offsets[1:] - 1 - last
        return (panel.values[last] + unseen * self._process.deterministic[index, 0])[:, None]
