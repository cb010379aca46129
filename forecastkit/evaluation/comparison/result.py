"""What a comparison of fitted forecasters returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .window_scores import MEASURES

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ...plots.palette import Theme


@dataclass(frozen=True, eq=False)
class ComparisonResult:
    """Held-out scores of fitted forecasters, tests of their differences, and the divergences of all pairs.

    Attributes
    ----------
    table : DataFrame
        Columns ``measure``, ``model``, ``reference``, ``value``, ``difference``, ``standard_error``, ``statistic``,
        ``p_value``. For the measures ``log_score`` (nats), ``crps`` and ``energy_score`` (the data's unit), all of them
        the better the lower: the model's score, its difference from that of the reference, the standard error of the
        difference and the Diebold-Mariano test of it. For the measure ``kl``: KL(model‖reference) in nats and its
        standard error.
    windows : DataFrame
        Columns ``unique_id``, ``cutoff``, ``model`` and the scores of each window.
    by_horizon : DataFrame
        Columns ``p``, ``q``, ``step``, ``value``, ``standard_error``: what each lead time adds to KL(p‖q), given the
        steps before it; no rows for pairs whose divergence is infinite or unknown.
    models : tuple of str
        Names.
    reference : str
        The model that the others are measured against.
    horizon, step : int
        Steps of a forecast, and from one origin to the next.
    n_origins : int
        Origins.
    settings : dict
        What was compared, and how.
    """

    table: pd.DataFrame
    windows: pd.DataFrame
    by_horizon: pd.DataFrame
    models: tuple[str, ...]
    reference: str
    horizon: int
    step: int
    n_origins: int
    settings: dict[str, Any]

    def __repr__(self) -> str:
        return f"ComparisonResult({', '.join(self.models)}; {self.n_origins} origins, horizon {self.horizon})"

    def scores(self) -> pd.DataFrame:
        """Scores of every model, their differences from the reference and the p-values of these.

        Returns
        -------
        DataFrame
            A row a model; columns ``log_score``, ``log_score-difference``, ``log_score-p``, ...
        """
        columns = {}
        for measure in MEASURES:
            rows = self.table.loc[self.table["measure"] == measure].set_index("model")
            columns[measure] = rows["value"]
            columns[f"{measure}-difference"], columns[f"{measure}-p"] = rows["difference"], rows["p_value"]
        return pd.DataFrame(columns).loc[list(self.models)].rename_axis("model")

    def divergences(self) -> pd.DataFrame:
        """Divergences of all pairs of models.

        Returns
        -------
        DataFrame
            KL(p‖q) over the horizon in row p and column q, in nats; infinite where q holds impossible what p does not,
            NaN where a model has no density.
        """
        rows = self.table.loc[self.table["measure"] == "kl"]
        names = list(self.models)
        matrix = rows.pivot_table(index="model", columns="reference", values="value", dropna=False)
        return matrix.reindex(index=names, columns=names).rename_axis(index="p", columns="q")

    def plot(self, theme: Theme = "light") -> go.Figure:
        """Draw the differences of the scores with bars of two standard errors, and the divergences of all pairs.

        Parameters
        ----------
        theme : {"light", "dark"}, default="light"
            Colours of the figure.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import comparison_figure

        return comparison_figure(self.table, self.models, self.reference, theme)

    def report(self, path: str | Path) -> Path:
        """Write a self-contained HTML page with the scores, the tests in words and the divergences.

        Parameters
        ----------
        path : str or Path
            Where; an existing file is replaced once the page is complete.

        Returns
        -------
        Path
        """
        from .page import write_comparison

        return write_comparison(self, path)
