"""What an imputer does that walks in time: new rows from a carried state, and a likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import NotSupportedError
from ...frames import Panel, history_frame
from .sensors import Table, as_given, by_sensor, by_time, new_rows_panel


class OnlineMixin:
    """Online imputation and likelihood, from `_advance` and `_log_likelihood` of the models that have them."""

    def _checked(self, X: Table) -> tuple[Panel, np.ndarray]:
        """Panel of the data, and for every fitted sensor its number in it."""
        raise NotImplementedError

    def _times(self, panel: Panel) -> np.ndarray:
        """Position of every row on the time grid of the training data."""
        raise NotImplementedError

    def _fitted_panel(self) -> Panel:
        """Last row of the data seen so far."""
        raise NotImplementedError

    def _remember(self, panel: Panel) -> None:
        """Keep the last row of a panel."""
        raise NotImplementedError

    def update(self, new_rows: Table) -> Any:
        """Fill rows that follow the data seen so far from the state carried to them.

        Parameters
        ----------
        new_rows : DataFrame, Series, Panel or ndarray
            Rows after the last one of `fit` or `update`, a single one will do; some of the sensors will do. Rows that
            they skip have nothing observed.

        Returns
        -------
        DataFrame or Series
            All sensors at every stamp since the last row, in the layout of the training data.

        Raises
        ------
        NotSupportedError
            The model carries no state; the message names the setting that does.
        InvalidFrameError
            The rows do not follow the old ones, or hold other sensors.
        """
        panel = new_rows_panel(new_rows, self._fitted_panel())
        if not panel.lengths.any():
            return as_given(new_rows, history_frame(panel, panel.values))
        filled = self._advance(by_time(panel), self._times(panel))
        self._remember(panel)
        return as_given(new_rows, history_frame(panel, by_sensor(filled)))

    def log_likelihood(self, X: Table) -> float:
        """Log density of the observed values, in nats of the data's own unit.

        Parameters
        ----------
        X : DataFrame, Series, Panel or ndarray
            As for `transform`.

        Returns
        -------
        float

        Raises
        ------
        NotSupportedError
            The model has no likelihood; the message names the setting that has one.
        """
        panel, order = self._checked(X)
        return self._log_likelihood(by_time(panel)[:, order], self._times(panel))

    def _advance(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Fill rows that follow those seen so far; the carried state moves on."""
        raise NotSupportedError(f"{type(self).__name__} carries no state from row to row")

    def _log_likelihood(self, values: np.ndarray, times: np.ndarray) -> float:
        """Log density of the observed values of a table."""
        raise NotSupportedError(f"{type(self).__name__} has no likelihood")
