"""Linear processes on the series of a panel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..autoregression import (
    GaussianForecast,
    LinearProcess,
    TransformedForecast,
    filtered_innovations,
    gap_law,
    history_law,
    innovations,
    log_jacobian,
    observed_log_likelihood,
    process_law,
)
from ..autoregression import used_history as used_values
from ..errors import InvalidFrameError, InvalidParameterError
from ..frames import Covariates, Panel
from ..frames.wording import count_of, word
from ..gaussian import GaussMarkov


@dataclass(frozen=True, eq=False)
class PanelProcess:
    """Linear processes, one for each series of a panel, and the data they are applied to.

    Parameters
    ----------
    process : LinearProcess
        Its batch is the panel's series.
    panel : Panel
        Data in their own unit.
    shift : int
        Grid position of the panel's calendar origin in the calendar that ``process.time_origin`` counts in.
    X : Covariates, default=None
        Covariates of the series and of their future, where the process has effects.
    stationary_start : bool, default=False
        The first values have the stationary law and count in the likelihood.
    scale : ndarray, shape (n_series,), default=None
        Unit of each series under a global model; None for 1.
    """

    process: LinearProcess
    panel: Panel
    shift: int
    X: Covariates | None = None
    stationary_start: bool = False
    scale: np.ndarray | None = None

    @cached_property
    def transformed(self) -> Panel:
        """Panel with transformed values."""
        power = self.process.power
        if (power == 1).all():
            return self.panel
        values = np.empty(len(self.panel.values))
        outside = (power != 1)[self.panel.series_index] & (self.panel.values <= 0)
        if outside.any():
            raise self._transform_error(int(np.argmax(outside)), int(outside.sum()))
        for batch in self.panel.batches():
            places, inside = self.panel.padded_places(None, batch)
            y = np.where(inside, self.panel.values[np.where(inside, places, 0)], np.nan)
            values[places[inside]] = self.process.select(batch).transform(y)[inside]
        return replace(self.panel, values=values)

    def _transform_error(self, place: int, count: int) -> InvalidFrameError:
        """Say which value the fitted transform does not exist for."""
        panel, i = self.panel, self.panel.series_index[place]
        stamp = word(panel.calendar.stamps(panel.positions[place : place + 1])[0])
        return InvalidFrameError(
            f"{count_of(count, 'value')} of y cannot be transformed as the model's data were, the first is "
            f"{panel.values[place]:g} of series {panel.ids[i]!r} at {stamp}: give positive values, or fit without a "
            "transform"
        )

    @cached_property
    def gappy(self) -> np.ndarray:
        """Which series have missing values, shape (n_series,)."""
        return self.panel.n_missing > 0

    def forecast(self, horizon: int, history: np.ndarray | None = None) -> GaussianForecast | TransformedForecast:
        """Law of the next steps; a late gap makes it wider by what is not known of the gap.

        Parameters
        ----------
        horizon : int
            Number of steps.
        history : ndarray, shape (n_series, p), default=None
            Values to forecast from, oldest first; None for the last ones of the panel.

        Returns
        -------
        GaussianForecast or TransformedForecast

        Raises
        ------
        InvalidFrameError
            A series is too short to forecast from, or a gap leaves its future open.
        """
        history = self.transformed.padded(self.process.n_lags) if history is None else history
        unknown = np.isnan(history) & used_values(self.process.polynomial)
        root = None
        if unknown.any():
            history, root = self._filled_history(history, unknown)
        return self.process.forecast(history, self.future_drift(horizon), root)

    def _filled_history(self, history: np.ndarray, unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Law of the last values of series that lack some: means, and roots of their covariances."""
        places = np.flatnonzero(unknown.any(axis=1))
        history, roots = history.copy(), {}
        for i in places.tolist():
            if self.panel.lengths[i] < self._needed()[i]:
                raise self._history_error(i)
            try:
                history[i], roots[i] = history_law(*self._series(i), self.process.differencing)
            except InvalidParameterError as error:
                raise self._history_error(i) from error
        width = max(root.shape[1] for root in roots.values())
        root = np.zeros((*history.shape, width))
        for i, each in roots.items():
            root[i, :, : each.shape[1]] = each
        return history, root

    def _needed(self) -> np.ndarray:
        """Count the last values that each forecast looks at."""
        return used_values(self.process.polynomial).sum(axis=1)

    def _history_error(self, i: int) -> InvalidFrameError:
        """Say what a series lacks to be forecast from."""
        needed, panel = int(self._needed()[i]), self.panel
        what = f"series {panel.ids[i]!r} cannot be forecast from: the model looks at the last {needed} values"
        if panel.lengths[i] < needed:
            return InvalidFrameError(f"{what} and it has {panel.lengths[i]}; give a longer history")
        missing = int(np.isnan(panel.series(i)[-needed:]).sum())
        return InvalidFrameError(
            f"{what} and {missing} of them are missing; the rest does not determine them: fill them first, for "
            "example with y.interpolate()"
        )

    def errors(self) -> tuple[np.ndarray, np.ndarray]:
        """One-step forecast errors of the transformed values and their variances; shape (n_values,) each.

        NaN where a value is conditioned on, missing or not determined by those before it.
        """
        process, panel = self.process, self.transformed
        errors, drift = np.empty(len(panel.values)), self.past_drift
        variances = np.repeat(process.sigma2, panel.lengths)
        alone = self.gappy | self.stationary_start
        for batch in panel.batches():
            batch = batch[~alone[batch]]
            if not len(batch):
                continue
            places, inside = panel.padded_places(None, batch)
            spread = np.where(inside, places, 0)
            y = np.where(inside, panel.values[spread], np.nan)
            errors[places[inside]] = innovations(y, process.polynomial[batch], drift[spread])[inside]
        for i in np.flatnonzero(alone).tolist():
            part = slice(panel.offsets[i], panel.offsets[i + 1])
            errors[part], variances[part] = filtered_innovations(
                *self._series(i), score_start=self.stationary_start, differencing=process.differencing
            )
        lead = np.arange(len(errors)) - panel.offsets[panel.series_index] < process.conditioned[panel.series_index]
        errors[lead] = np.nan
        return errors, variances

    def determines(self, i: int) -> bool:
        """Whether what is observed of series ``i`` leaves neither its gaps nor its future open."""
        if self.panel.lengths[i] < self._needed()[i]:
            return False
        try:
            history_law(*self._series(i), self.process.differencing)
            self.gap(i)
        except InvalidParameterError:
            return False
        return True

    def gap(self, i: int) -> GaussMarkov:
        """Law of the missing transformed values of series ``i`` given the observed ones."""
        return gap_law(*self._series(i), self.process.differencing)

    def observed_log_likelihood(self, i: int) -> float | None:
        """Log-likelihood of series ``i`` as a whole, in the data's unit; None where it takes a walk through time."""
        y, polynomial, drift, sigma2, _ = self._series(i)
        lead = int(self.process.conditioned[i])
        if not np.isnan(y[:lead]).any():
            whole = observed_log_likelihood(y, polynomial, drift, sigma2, lead)
        else:
            law = process_law(polynomial, drift, sigma2, True, self.process.differencing)
            head = process_law(polynomial, drift[:lead], sigma2, True, self.process.differencing)
            seen = ~np.isnan(y)
            try:
                whole = law.log_likelihood(y, seen) - head.log_likelihood(y[:lead], seen[:lead])
            except InvalidParameterError:  # a diffuse start has no density
                return None
        scored = self.panel.series(i)[lead:]
        return whole + float(log_jacobian(scored[~np.isnan(scored)][None], self.process.power[i : i + 1]).sum())

    def select(self, index: np.ndarray) -> PanelProcess:
        """Keep the series numbered in ``index``, in that order."""
        if np.array_equal(index, np.arange(self.panel.n_series)):
            return self
        panel = self.panel.select(index)
        X = None if self.X is None else self.X.for_panel(panel)
        scale = None if self.scale is None else self.scale[index]
        return replace(self, process=self.process.select(index), panel=panel, X=X, scale=scale)

    def _series(self, i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float, bool]:
        """Values, polynomial, drift and innovation variance of one series, and that it may start stationary."""
        part = slice(self.panel.offsets[i], self.panel.offsets[i + 1])
        process = self.process
        return self.transformed.values[part], process.polynomial[i], self.past_drift[part], process.sigma2[i], True

    @cached_property
    def past_drift(self) -> np.ndarray:
        """Deterministic part of every value of the panel, shape (n_values,)."""
        process, panel = self.process, self.panel
        times = panel.positions + (self.shift - process.time_origin)[panel.series_index]
        terms = process.deterministic[panel.series_index]
        drift = terms[:, 0] + terms[:, 1] * times
        if process.effects.shape[1]:
            x = self._covariates().rows(panel.starts, panel.lengths)
            effect = np.einsum("nq,nq->n", x, process.effects[panel.series_index])
            drift += self._differenced(effect)
        return drift

    def future_drift(self, horizon: int) -> np.ndarray:
        """Deterministic part of the next steps, shape (n_series, horizon)."""
        process, panel = self.process, self.panel
        times = (panel.ends + self.shift - process.time_origin)[:, None] + np.arange(horizon)
        if not process.effects.shape[1]:
            return process.drift(times)
        lead = process.n_differenced
        rows = self._covariates().rows(panel.ends - lead, np.full(panel.n_series, lead + horizon))
        return process.drift(times, rows.reshape(panel.n_series, lead + horizon, -1))

    def _differenced(self, flat: np.ndarray) -> np.ndarray:
        """Differences of one number per value of the panel, zero for the first ones of each series."""
        d, seasonal, season = self.process.differencing
        place = np.arange(len(flat)) - self.panel.offsets[self.panel.series_index]
        lead = 0
        for lag in [season] * seasonal + [1] * d:
            lead += lag
            flat = np.where(place >= lead, flat - np.roll(flat, lag), 0.0)
        return flat

    def _covariates(self) -> Covariates:
        """Covariates, which a process with effects needs."""
        if self.X is None:
            raise InvalidFrameError("the model was fitted with covariates: give them as X")
        return self.X
