"""Series that an autoregression could have produced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autoregression import interpolated, simulate_process
from ...checks import check_horizon
from ...frames import history_sample_frame
from ..parameters import RandomState, series_generators
from .mixture_forecaster import MixtureForecaster

if TYPE_CHECKING:
    from ..panel_process import PanelProcess


class SimulateMixin(MixtureForecaster):
    """Simulation of linear processes."""

    def simulate(self, n: int, n_samples: int = 100, *, random_state: RandomState = None) -> Any:
        """Draw whole series from the fitted model, from the start of the training data on.

        Parameters
        ----------
        n : int
            Number of steps of each path, 1 or more.
        n_samples : int, default=100
            Paths of every series, 1 or more.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed. A series' paths depend on the seed and its id only.

        Returns
        -------
        Series or DataFrame
            The layout of the training data with a ``sample`` column or index level. A stationary model starts from its
            stationary law, any other from the first observed values.

        Notes
        -----
        O(n p) a path. Each path of a mixture comes from one member, drawn by its weight.

        Examples
        --------
        >>> import pandas as pd
        >>> from forecastkit import ARForecaster
        >>> y = pd.Series([1.0, 3.0, 2.0, 4.0, 1.0, 3.0, 2.0, 3.0])
        >>> ARForecaster(order=1).fit(y).simulate(5, 2, random_state=0).shape
        (10,)
        """
        check_horizon(n, "n")
        check_horizon(n_samples, "n_samples")
        panel = self._fitted_panel()
        layout = replace(panel.layout, index=None, rows=None, trimmed=None)
        whole = replace(panel, values=np.zeros(n * panel.n_series), lengths=np.full(panel.n_series, n), layout=layout)
        index = np.arange(panel.n_series)
        real, parts = self._parts(panel, index, self._X), self._parts(whole, index, self._X, any_length=True)
        samples = np.empty((n_samples, panel.n_series, n))
        for i, generator in enumerate(series_generators(panel.ids, random_state)):
            members = generator.choice(len(parts), size=n_samples, p=self._weights[i])
            for m in np.unique(members):
                mine = members == m
                noise = generator.standard_normal((int(mine.sum()), n))
                samples[mine, i] = _paths(parts[m], i, _first_values(real[m], i), noise)
        return history_sample_frame(whole, samples.reshape(n_samples, -1))


def _first_values(part: PanelProcess, i: int) -> np.ndarray:
    """First transformed values of a series with its gaps filled by straight lines."""
    return interpolated(part.transformed.series(i))


def _paths(part: PanelProcess, i: int, first: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Paths of one series in the data's unit."""
    process, panel = part.process, part.panel
    drift = part.past_drift[panel.offsets[i] : panel.offsets[i + 1]]
    paths = simulate_process(process.polynomial[i], drift, process.sigma2[i], process.differencing, first, noise)
    return process.select(np.full(len(paths), i)).inverse(paths)
