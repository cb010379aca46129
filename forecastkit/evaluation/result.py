"""What a backtest returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..frames import Covariates, Panel
from .calibration.reliability import reliability
from .forecasting import CRPS_LEVELS
from .metrics import MASE_SCALE, NAIVE2, RMSSE_SCALE, owa, score
from .origins import Origins
from .scales import naive2_forecasts, naive_scales

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SERIES, _ORIGIN, _STEP = "_series", "_origin", "_step"


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """Forecasts of a rolling-origin backtest, and their scores.

    Attributes
    ----------
    forecasts : DataFrame
        Long: ``unique_id, ds, cutoff, y``, then ``<model>, <model>-lo-80, <model>-hi-80, ...`` for every model; a row
        for every time of a test window that was observed. utilsforecast's ``evaluate`` takes it, and ``plot_series``
        with ``models=list(result.models)``.
    history : DataFrame
        Long: ``unique_id, ds, y`` of all observed data.
    models : tuple of str
        Names of the models, baselines last.
    baselines : tuple of str
        Those that the backtest added.
    reference : str or None
        The seasonal naive forecast among the models, else the plain naive one: what the others are measured against.
    level : tuple of float
        Interval levels in percent.
    horizon : int
        Steps forecast at every cutoff.
    seasonal_period : int
        Season of MASE, RMSSE, OWA and the seasonal naive, in steps.
    metrics : tuple
        Scores that are computed.
    seconds : DataFrame
        Columns ``model, cutoff, fit_seconds, predict_seconds``; a model that computes many origins together has its
        time divided evenly among them and counted as fit.
    settings, versions : dict
        What was run, and with which versions.
    panel : Panel
        All data.
    origins : Origins
        The windows.
    places : ndarray of int, shape (n_rows, 3)
        Series, origin and step (from 0) of every row of `forecasts`.
    crps : DataFrame
        Continuous ranked probability score of every row of `forecasts`, a column a model.
    pit : DataFrame
        Probability integral transform of the same rows, a column a model: where the actual value fell in the forecast
        law, from 0 to 1, uniform for a calibrated one. From the quantiles behind intervals and CRPS; NaN without.
    estimators : dict
        The models by name, as they were fitted last; not fitted where they roll forward from window to window or their
        forecasts were read from a directory.
    covariates : Covariates or None
        X on the panel's grid.
    """

    forecasts: pd.DataFrame
    history: pd.DataFrame
    models: tuple[str, ...]
    baselines: tuple[str, ...]
    reference: str | None
    level: tuple[float, ...]
    horizon: int
    seasonal_period: int
    metrics: tuple[Any, ...]
    seconds: pd.DataFrame
    settings: dict[str, Any]
    versions: dict[str, str]
    panel: Panel
    origins: Origins
    places: np.ndarray
    crps: pd.DataFrame
    pit: pd.DataFrame
    estimators: dict[str, Any]
    covariates: Covariates | None

    def __repr__(self) -> str:
        n_series = self.panel.n_series
        return (
            f"BacktestResult({', '.join(self.models)}; {n_series} series, {len(self.origins)} cutoffs, "
            f"horizon {self.horizon}, {len(self.forecasts)} rows)"
        )

    def scores(self) -> pd.DataFrame:
        """Average the scores of all series and cutoffs, each pair with the same weight.

        Returns
        -------
        DataFrame
            A row a model: ``mae``, ``rmse``, ``bias`` (forecast minus actual), ``wape``, ``smape`` (0 to 200),
            ``mase``, ``rmsse``, ``owa`` (relative to Naive2), ``crps``, ``pinball``, ``coverage-80`` (a share),
            ``winkler-80``, ..., ``msis`` (of the highest level), ``fit_seconds``, ``predict_seconds``. Scores of
            intervals are NaN for a model without them.

        Notes
        -----
        Scales come from data up to each cutoff. CRPS is twice the mean pinball loss at 20 evenly spread quantiles.

        References
        ----------
        .. [1] R. J. Hyndman and A. B. Koehler (2006), Another look at measures of forecast accuracy.
        .. [2] T. Gneiting and A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation.
        .. [3] S. Makridakis, E. Spiliotis and V. Assimakopoulos (2020), The M4 Competition.
        """
        averages = {name: table.mean().to_frame().T for name, table in self._pair_scores.items()}
        table = pd.DataFrame({name: each.iloc[0] for name, each in _with_owa(averages).items()}, index=self.models)
        seconds = self.seconds.groupby("model")
        table["fit_seconds"], table["predict_seconds"] = seconds["fit_seconds"].sum(), seconds["predict_seconds"].sum()
        return table.rename_axis("model")

    def by_horizon(self) -> pd.DataFrame:
        """Scores by lead time: columns ``model``, ``step`` (1 for the first) and the scores over all rows of a step."""
        tables = score(self._rows, self.crps, self.models, self.level, self.metrics, [_STEP])
        return _by_model(tables, "step")

    def by_series(self) -> pd.DataFrame:
        """Scores by series: columns ``model``, ``unique_id`` and the averages over its cutoffs."""
        labels = self.forecasts["unique_id"].array[np.unique(self.places[:, 0], return_index=True)[1]]
        return self._averaged(_SERIES, 0, pd.Index(labels, name="unique_id"))

    def by_cutoff(self) -> pd.DataFrame:
        """Scores by cutoff: columns ``model``, ``cutoff`` and the averages over series.

        With cutoffs counted back from each series' own end, ``cutoff`` is the latest of the origin.
        """
        latest = self.panel.calendar.stamps(self.origins.ends.max(axis=1) - 1)
        return self._averaged(_ORIGIN, 1, pd.Index(latest[np.unique(self.places[:, 1])], name="cutoff"))

    def reliability(self) -> pd.DataFrame:
        """Measure how often intervals of every level covered.

        Returns
        -------
        DataFrame
            Columns ``model``, ``level`` (5, 15, ..., 95 percent and those of the backtest), ``coverage`` (a share) and
            ``standard_error``, windows taken as independent; a model without intervals has no rows.
        """
        window = self.places[:, 0] * len(self.origins) + self.places[:, 1]
        return reliability(self.pit, window, sorted({*CRPS_LEVELS, *self.level}))

    def plot(self, unique_id: Any = None, cutoff: Any = None) -> go.Figure:
        """Draw forecasts with their bands over the actual values.

        Parameters
        ----------
        unique_id : object, default=None
            A series; None for the first.
        cutoff : stamp, default=None
            A cutoff; None for the last of the series.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ..plots import forecast_figure

        return forecast_figure(
            self.forecasts,
            self.history,
            unique_id=unique_id,
            cutoff=cutoff,
            models=self.models,
            level=self.level,
            reference=self.reference,
        )

    def report(self, path: str | Path, *, stability: bool = True) -> Path:
        """Write a self-contained HTML page with the scores and charts.

        Parameters
        ----------
        path : str or Path
            Where; an existing file is replaced once the page is complete.
        stability : bool, default=True
            Ask whether the models' errors stay bounded, which takes up to some seconds a model.

        Returns
        -------
        Path
        """
        from .report import write_report

        return write_report(self, path, stability=stability)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """Rows of `forecasts` with their series, origin, step, scales and reference forecast."""
        series, origin, step = self.places.T
        absolute, root_mean_square = naive_scales(self.panel, self.origins, self.seasonal_period)
        needs_naive2 = "owa" in self.metrics
        reference = naive2_forecasts(self.panel, self.origins, self.seasonal_period) if needs_naive2 else None
        extra = {
            _SERIES: series,
            _ORIGIN: origin,
            _STEP: step + 1,
            MASE_SCALE: absolute[origin, series],
            RMSSE_SCALE: root_mean_square[origin, series],
            NAIVE2: np.nan if reference is None else reference[origin, series, step],
        }
        columns = self.forecasts.drop(columns=["unique_id", "ds", "cutoff"])
        return pd.concat([pd.DataFrame(extra, index=columns.index), columns], axis=1)

    @cached_property
    def _pair_scores(self) -> dict[str, pd.DataFrame]:
        """Scores of every series and cutoff, by score: frames of (series, origin) x models."""
        return score(self._rows, self.crps, self.models, self.level, self.metrics, [_SERIES, _ORIGIN])

    def _averaged(self, level: str, place: int, labels: pd.Index) -> pd.DataFrame:
        """Average the scores of pairs by series or by cutoff, and put the labels of these back."""
        numbers = np.unique(self.places[:, place])
        tables = {
            key: pd.DataFrame(table.groupby(level=level).mean()).reindex(numbers).set_axis(labels)
            for key, table in self._pair_scores.items()
        }
        return _by_model(tables, str(labels.name))


def _by_model(tables: dict[str, pd.DataFrame], key: str) -> pd.DataFrame:
    """Turn groups x models tables, one a score, into rows of model and group."""
    columns = {
        name: table.rename_axis(index=key, columns="model").unstack() for name, table in _with_owa(tables).items()
    }
    return pd.DataFrame(columns).reset_index()


def _with_owa(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Form OWA, a ratio of averages, from the averages of its terms."""
    finished = {}
    for name, table in tables.items():
        if name == "owa-mase":
            finished["owa"] = owa(tables["owa-smape"], table)
        elif name != "owa-smape":
            finished[name] = table
    return finished
