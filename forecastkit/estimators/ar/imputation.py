"""What an autoregression says about gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autoregression import ForecastLaw, GapForecast, MixtureForecast, TransformedForecast
from ...checks import check_horizon
from ...errors import InvalidFrameError, InvalidParameterError
from ...frames import Panel, history_columns_frame, history_frame, history_sample_frame, with_every_stamp
from ..panel_process import PanelProcess
from ..parameters import RandomState, check_levels, series_generators
from ..predict import Covariate, Target
from .mixture import posterior_weights
from .mixture_forecaster import MixtureForecaster


class ImputeMixin(MixtureForecaster):
    """Imputation by the exact law of linear processes."""

    def impute(
        self,
        y: Target | None = None,
        level: float | Sequence[float] | None = None,
        *,
        n_samples: int | None = None,
        X: Covariate | None = None,
        random_state: RandomState = None,
    ) -> Any:
        """Fill missing values from what is observed before and after them.

        For missing values u and observed ones k of a series, the law N(μ_u - Q_uu⁻¹ Q_uk (y_k - μ_k), Q_uu⁻¹) with Q
        the banded precision matrix of the process is exact, also under differences and transforms.

        Parameters
        ----------
        y : Series, DataFrame or Panel, default=None
            Data to complete with the fitted parameters; None completes the training data.
        level : float or sequence of float, default=None
            Coverage of central intervals in percent; None for point values alone.
        n_samples : int, default=None
            Instead, draw this many joint completions.
        X : DataFrame, default=None
            Covariates of ``y``, for models that were fitted with them.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed of the completions.

        Returns
        -------
        Series or DataFrame
            ``y`` with its gaps filled, the stamps that it lacks included. With ``level``: columns ``imputed``,
            ``imputed-lo-80``, ``imputed-hi-80``, ..., all equal where a value was observed. With ``n_samples``: the
            completions by ``sample``.

        Raises
        ------
        InvalidFrameError
            What is observed of a series does not determine a missing value.
        InvalidParameterError
            ``level`` and ``n_samples`` are both given, or one of them is outside its range.

        Notes
        -----
        O(n p + m q²) a series with m missing values, of which at most q lie within p steps.

        References
        ----------
        .. [1] H. Rue and L. Held (2005), Gaussian Markov Random Fields, section 2.3.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> y = pd.Series(np.sin(np.arange(60) / 3), index=pd.date_range("2024-01-01", periods=60))
        >>> y.iloc[30:33] = np.nan
        >>> from forecastkit import ARForecaster
        >>> ARForecaster(order=2).fit(y).impute().iloc[30:33].round(4).tolist()
        [-0.544, -0.7886, -0.9464]
        """
        if level is not None and n_samples is not None:
            raise InvalidParameterError("'level' does not go with 'n_samples': ask for intervals or for completions")
        panel, index, covariates = self._scored(y, X)
        levels = () if level is None else check_levels(level)
        draws = None if n_samples is None else check_horizon(n_samples, "n_samples")
        laws = self._gap_laws(panel, index, covariates)
        panel = with_every_stamp(panel)
        if draws is not None:
            generators = series_generators(panel.ids, random_state)
            samples = np.tile(panel.values, (draws, 1))
            for i, law in laws.items():
                samples[:, self._missing(panel, i)] = law.sample(draws, [generators[i]])[:, 0]
            return history_sample_frame(panel, samples)
        tails = np.array([[(100 - each) / 200, (100 + each) / 200] for each in levels]).reshape(-1)
        columns = np.tile(panel.values, (1 + len(tails), 1))
        for i, law in laws.items():
            missing = self._missing(panel, i)
            columns[0, missing] = law.point[0]
            if len(tails):
                columns[1:, missing] = law.quantile(tails)[:, 0]
        if level is None:
            return history_frame(panel, columns[0])
        names = [f"imputed-{side}-{each}" for each in levels for side in ("lo", "hi")]
        return history_columns_frame(panel, dict(zip(["imputed", *names], columns, strict=True)))

    def _gap_laws(self, panel: Panel, index: np.ndarray, X: Any) -> dict[int, ForecastLaw]:
        """Law of the missing values of every series that has some."""
        parts, weights = self._parts(panel, index, X), self._weights[index]
        if len(parts) > 1 and parts[0].gappy.any():
            weights = posterior_weights(parts, weights)
        laws = {}
        for i in np.flatnonzero(parts[0].gappy).tolist():
            try:
                laws[i] = _gap_law(parts, weights, i)
            except InvalidParameterError as error:
                raise InvalidFrameError(
                    f"series {panel.ids[i]!r}: the observed values do not determine the missing ones ({error})"
                ) from error
        return laws

    @staticmethod
    def _missing(panel: Panel, i: int) -> np.ndarray:
        """Places in the panel's values of the missing ones of series ``i``."""
        return panel.offsets[i] + np.flatnonzero(np.isnan(panel.series(i)))


def _gap_law(parts: Sequence[PanelProcess], weights: np.ndarray, i: int) -> ForecastLaw:
    """Law of the missing values of series ``i``, a mixture where it has several members."""
    laws: list[TransformedForecast | GapForecast] = []
    used = np.flatnonzero(weights[i] > 0)
    for part in (parts[m] for m in used.tolist()):
        law, power = GapForecast(part.gap(i)), part.process.power[i : i + 1]
        laws.append(law if power[0] == 1 else TransformedForecast(law, power))
    return laws[0] if len(laws) == 1 else MixtureForecast(laws, weights[i : i + 1, used])
