"""What a forecaster says about data it can see: one-step forecasts and their likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..frames import Covariates, Panel, by_series
from ..frames import history_frame as in_sample_frame
from .density import total_log_density
from .forecast import Forecast
from .predict import Covariate, Target


class ScoreMixin:
    """In-sample forecasts, surprise and likelihood from the one-step law that `_one_step` returns."""

    def _scored(self, y: Any, X: Any) -> tuple[Panel, np.ndarray, Covariates | None]:
        """Panel that is scored, the fitted numbers of its series and its covariates."""
        raise NotImplementedError

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """Law of every value given those before it: a batch of n_values with horizon 1."""
        raise NotImplementedError

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log density of every value given those before it, NaN where there is none; shape (n_values,)."""
        raise NotImplementedError

    def _total_log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log-likelihood of every series, shape (n_series,)."""
        return total_log_density(panel, self._log_density(panel, index, X))

    def fitted_values(self) -> Any:
        """One-step forecasts of the training data, NaN where too few values lie before; the layout of ``y``."""
        panel, index, covariates = self._scored(None, None)
        return in_sample_frame(panel, self._one_step(panel, index, covariates).point[:, 0])

    def score_samples(self, y: Target | None = None, X: Covariate | None = None) -> Any:
        """Log density of every value given the values before it: low where the data surprise the model.

        Parameters
        ----------
        y : Series, DataFrame or Panel, default=None
            Data to score with the fitted parameters; None scores the training data.
        X : DataFrame, default=None
            Covariates of ``y``, for models that were fitted with them; not needed for rows that the fit had.

        Returns
        -------
        Series or DataFrame
            In the layout of ``y``, in nats of the data's own unit; NaN where too few values lie before.
        """
        panel, index, covariates = self._scored(y, X)
        return in_sample_frame(panel, self._log_density(panel, index, covariates))

    def log_likelihood(self, y: Target | None = None, X: Covariate | None = None) -> Any:
        """Log-likelihood given the values that the model conditions on; infinite for an exact fit.

        Parameters
        ----------
        y, X
            As for `score_samples`.

        Returns
        -------
        float or Series
            A float for a Series, else a Series by id.
        """
        panel, index, covariates = self._scored(y, X)
        return by_series(panel, self._total_log_density(panel, index, covariates))
