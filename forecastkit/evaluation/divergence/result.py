"""What a divergence of two forecasters is, and how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ...plots.palette import Theme


@dataclass(frozen=True, eq=False)
class DivergenceResult:
    """Kullback-Leibler divergence of one forecaster's law of the next steps from another's, in nats.

    Attributes
    ----------
    value : float
        KL(p‖q) over all steps, the mean over the series and the futures of the covariates. An estimate has no bias and
        may lie a little below 0.
    standard_error : float
        Of ``value``; 0 where it is exact.
    by_horizon : DataFrame
        Columns ``step`` (1 for the first), ``value``, ``standard_error``: what each lead time adds given the steps
        before it; the values sum to ``value``.
    by_series : DataFrame
        Columns ``unique_id``, ``value``, ``standard_error``, and ``scenario``, the number of the future of the
        covariates from 0.
    estimator : {"exact", "rao_blackwell", "log_ratio"}
        How it was computed.
    inner : str or None
        How the divergence of each step was under ``"rao_blackwell"``: ``"closed form"`` or ``"stratified draws"``.
    n_samples : int
        Paths of each series; 0 where it is exact.
    pilot : dict or None
        Standard errors of both estimators on the same first paths, by name, and ``n_samples``, their number; None
        where nothing was to be chosen.
    tolerance : float or None
        Standard error that was asked for.
    """

    value: float
    standard_error: float
    by_horizon: pd.DataFrame
    by_series: pd.DataFrame
    estimator: str
    inner: str | None
    n_samples: int
    pilot: dict[str, float] | None
    tolerance: float | None

    def __repr__(self) -> str:
        how = "exact" if self.estimator == "exact" else f"± {self.standard_error:.2g}, {self.estimator}"
        paths = f", {self.n_samples} paths" if self.n_samples else ""
        return f"DivergenceResult({self.value:.6g} nats over {len(self.by_horizon)} steps, {how}{paths})"

    @property
    def reached_tolerance(self) -> bool:
        """Whether the standard error is as small as was asked for."""
        return self.tolerance is None or self.standard_error <= self.tolerance

    def plot(self, theme: Theme = "light") -> go.Figure:
        """Draw what each lead time adds: where the two models part.

        Parameters
        ----------
        theme : {"light", "dark"}, default="light"
            Colours of the figure.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import divergence_figure

        return divergence_figure(self.by_horizon, theme)


def step_table(means: np.ndarray, variances: np.ndarray) -> pd.DataFrame:
    """Mean over units of terms (n_units, horizon) and their standard errors, a row a step."""
    n_units, horizon = means.shape
    columns = {
        "step": np.arange(1, horizon + 1),
        "value": means.mean(axis=0),
        "standard_error": np.sqrt(variances.sum(axis=0)) / n_units,
    }
    return pd.DataFrame(columns)


def series_table(ids: pd.Index, n_scenarios: int, means: np.ndarray, variances: np.ndarray) -> pd.DataFrame:
    """Totals of units (n_scenarios * n_series,) and their standard errors, a row a unit."""
    columns = {
        "unique_id": ids.take(np.tile(np.arange(len(ids)), n_scenarios)),
        "scenario": np.repeat(np.arange(n_scenarios), len(ids)),
        "value": means,
        "standard_error": np.sqrt(variances),
    }
    return pd.DataFrame(columns)
