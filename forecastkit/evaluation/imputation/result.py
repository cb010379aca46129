"""What the scoring of imputers returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ...checks import check_choice
from ...frames import Panel, SensorGraph
from .estimate import MaskedTable
from .scores import group_scores

if TYPE_CHECKING:
    import plotly.graph_objects as go

# the last class is of faults longer than any of GRIN's, and of sensors without a value
GAP_LENGTHS = {"1": 1, "2-3": 2, "4-11": 4, "12-47": 12, "48+": 48}
GAP_DISTANCES = {"1": 1, "2-3": 2, "4-11": 4, "12+": 12}


@dataclass(frozen=True, eq=False)
class ImputationResult:
    """Estimates of hidden values, and their scores.

    Attributes
    ----------
    estimates : DataFrame
        A row for every value of the test part that imputers were not shown, hidden or truly missing (``y`` is NaN):
        the columns of `imputed`, and ``_row``, ``_sensor``, ``_start``, ``_length``, ``_distance`` that say where it
        lies and in which gap.
    crps : DataFrame
        Continuous ranked probability score of every row of `estimates`, a column an imputer.
    seconds : DataFrame
        Columns ``imputer, seed, fit_seconds, transform_seconds, unfilled``.
    models : tuple of str
        Names of the imputers, baselines last.
    baselines : tuple of str
        Those that the scoring added.
    skipped : dict of str to str
        Baselines that were left out, and why.
    seeds : tuple of int
        Seeds of the masks.
    level : tuple of float
        Interval levels in percent.
    metrics : tuple
        Scores that are computed.
    tables : tuple of MaskedTable
        The masked data of every seed.
    panel : Panel
        All data.
    settings, versions : dict
        What was run, and with which versions.
    """

    estimates: pd.DataFrame
    crps: pd.DataFrame
    seconds: pd.DataFrame
    models: tuple[str, ...]
    baselines: tuple[str, ...]
    skipped: dict[str, str]
    seeds: tuple[int, ...]
    level: tuple[float, ...]
    metrics: tuple[Any, ...]
    tables: tuple[MaskedTable, ...]
    panel: Panel
    settings: dict[str, Any]
    versions: dict[str, str]

    def __repr__(self) -> str:
        return (
            f"ImputationResult({', '.join(self.models)}; {self.panel.n_series} sensors, {len(self.seeds)} seeds, "
            f"{len(self.imputed)} hidden values)"
        )

    @cached_property
    def imputed(self) -> pd.DataFrame:
        """The scored values.

        Long: ``unique_id, ds, seed, y``, then ``<imputer>, <imputer>-lo-80, <imputer>-hi-80, ...`` for every imputer.
        """
        columns = [name for name in self.estimates.columns if not str(name).startswith("_")]
        return self.estimates.loc[self._scored, columns].reset_index(drop=True)

    @cached_property
    def reference(self) -> str | None:
        """The best of the added baselines: what the other imputers are measured against."""
        from ..report.metric import primary_metric, ranked

        scores = self.scores().loc[list(self.baselines)]
        metric = primary_metric(scores) if len(scores) else None
        return None if metric is None else str(ranked(scores, metric).index[0])

    def scores(self) -> pd.DataFrame:
        """Average the scores of all seeds.

        Returns
        -------
        DataFrame
            A row an imputer: ``mae``, ``rmse``, ``mre`` (Σ|error| / Σ|value|), ``crps``, ``coverage-80`` (a share),
            ..., ``winkler-80``, ..., ``fit_seconds``, ``transform_seconds``; ``unfilled`` where an imputer left values
            empty. With a seed all hidden values weigh the same. Scores of intervals are NaN for an imputer without
            them: the CRPS of a bare estimate would be its MAE.
        """
        table = self.by_seed().drop(columns="seed").groupby("imputer", sort=False).mean()
        return pd.DataFrame(table).rename_axis("imputer")

    def by_seed(self) -> pd.DataFrame:
        """Scores with each seed: columns ``imputer``, ``seed``, the scores and the seconds."""
        table = self._grouped([self._rows.loc[:, "seed"]], ["seed"]).drop(columns="n")
        table = table.merge(self.seconds, on=["imputer", "seed"])
        return table if table["unfilled"].to_numpy().any() else table.drop(columns="unfilled")

    def by_sensor(self) -> pd.DataFrame:
        """Scores by sensor, over the hidden values of all seeds: ``imputer``, ``unique_id``, the scores and ``n``."""
        table = self._grouped([self._rows.loc[:, "_sensor"]], ["unique_id"])
        return table.assign(unique_id=self.tables[0].ids.take(table["unique_id"].to_numpy(int)))

    def by_gap(self, by: Literal["length", "distance"] = "length") -> pd.DataFrame:
        """Scores by the size of the gap, over the hidden values of all seeds.

        Parameters
        ----------
        by : {"length", "distance"}, default="length"
            Values missing in a row where the hidden one lies, or steps to the nearest value of the sensor that was
            not hidden.

        Returns
        -------
        DataFrame
            Columns ``imputer``, ``gap`` (classes of steps such as ``4-11``, in order), the scores and ``n``, the
            number of hidden values.
        """
        check_choice(by, "by", ("length", "distance"))
        classes = GAP_LENGTHS if by == "length" else GAP_DISTANCES
        sizes = self._rows[f"_{by}"].to_numpy(int)
        number = np.searchsorted(list(classes.values()), sizes, side="right") - 1
        gap = pd.Series(pd.Categorical.from_codes(number, list(classes), ordered=True), index=self._rows.index)
        return self._grouped([gap], ["gap"])

    def plot(self, unique_id: Any = None, imputer: str | None = None, seed: int | None = None) -> go.Figure:
        """Draw how the longest gap of a sensor was filled, and what was hidden there.

        Parameters
        ----------
        unique_id : object, default=None
            A sensor; None for the one with the longest gap.
        imputer : str, default=None
            Whose estimates with intervals; None for the first one.
        seed : int, default=None
            Seed of the mask; None for the first one.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from .pictures import gap_figure

        return gap_figure(self, unique_id, imputer, seed)

    def report(self, path: str | Path, graph: SensorGraph | None = None) -> Path:
        """Write a self-contained HTML page with the scores, charts and pictures of filled gaps.

        Parameters
        ----------
        path : str or Path
            Where; an existing file is replaced once the page is complete.
        graph : SensorGraph, default=None
            Adds a picture of it.

        Returns
        -------
        Path
        """
        from .page import write_imputation_report

        return write_imputation_report(self, path, graph=graph)

    @cached_property
    def _scored(self) -> np.ndarray:
        """Mask of the rows of `estimates` with an actual value."""
        return self.estimates["y"].notna().to_numpy()

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """Rows of `estimates` with an actual value."""
        return self.estimates.loc[self._scored]

    def _grouped(self, keys: Sequence[pd.Series], names: list[str]) -> pd.DataFrame:
        """Scores of every imputer in every group, as rows of imputer and group."""
        crps = self.crps.loc[self._scored]
        counts = self._rows.groupby(list(keys), observed=True).size()
        parts = []
        for model in self.models:
            table = group_scores(self._rows, crps, model, self.level, self.metrics, keys)
            table = table.assign(n=counts).rename_axis(names).reset_index()
            parts.append(table.assign(imputer=model))
        whole = pd.concat(parts, ignore_index=True)
        return whole.loc[:, ["imputer", *(name for name in whole.columns if name != "imputer")]]
