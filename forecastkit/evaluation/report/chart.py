"""The charts of the page, as data that its script turns into plotly calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...plots.coverage import coverage_columns, coverage_standard_errors, draw_coverage
from ...plots.cutoff import draw_cutoffs
from ...plots.drawing import Drawing
from ...plots.forecast import draw_forecast
from ...plots.lead_time import draw_lead_time
from ...plots.palette import ModelStyle
from ...plots.reliability import draw_pit, draw_reliability
from ...plots.skill import draw_skill
from ...plots.time_axis import labels
from ..calibration.reliability import pit_histogram
from .metric import Metric, charted_metrics, primary_metric, skill_metrics
from .selection import Selection, spread

if TYPE_CHECKING:
    from ..result import BacktestResult

_MOST_NUMBERS = 40_000
_HEIGHT = 330
_FORECAST_HEIGHT = 420


@dataclass(frozen=True)
class Chart:
    """A chart with its variants, of which a selector shows one.

    Parameters
    ----------
    data : dict
        What the script reads: ``layout``, ``base`` (what the variants have in common) and ``variants``.
    metrics : list of Metric
        The variants by metric; empty where there is nothing to choose.
    """

    data: dict[str, Any]
    metrics: list[Metric]


def skill_chart(scores: pd.DataFrame, reference: str, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return the skill of every model against the reference; None where there is no other model or score."""
    metrics = skill_metrics(scores, reference)
    if len(styles) < 2:
        return None
    return by_metric(metrics, lambda metric: draw_skill(scores.loc[:, metric.name], reference, styles))


def lead_time_chart(by_horizon: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return the scores by steps ahead; None where nothing was scored."""
    metrics = affordable(by_horizon, charted_metrics(by_horizon, ("model", "step")))
    return by_metric(metrics, lambda metric: sized(draw_lead_time(by_horizon, metric.name, styles), metric))


def cutoff_chart(by_cutoff: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return the scores by cutoff; None where there is one cutoff or nothing was scored."""
    if len(by_cutoff["cutoff"].unique()) < 2:
        return None
    metrics = affordable(by_cutoff, charted_metrics(by_cutoff, ("model", "cutoff")))
    return by_metric(metrics, lambda metric: sized(draw_cutoffs(by_cutoff, metric.name, styles), metric))


def coverage_chart(result: BacktestResult, scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return measured beside nominal coverage; None where no model has intervals."""
    columns = coverage_columns(scores)
    if not columns:
        return None
    errors = coverage_standard_errors(result.forecasts, result.models, result.level)
    return Chart(packed({"": draw_coverage(scores, errors, columns, styles)}), [])


def reliability_chart(result: BacktestResult, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return measured minus nominal coverage by level; None where no model has intervals."""
    table = result.reliability()
    return None if table.empty else Chart(packed({"": sized(draw_reliability(table, styles), None)}), [])


def pit_chart(result: BacktestResult, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return where the actual values fell in the forecasts; None where no model has intervals."""
    table = pit_histogram(result.pit)
    return None if table.empty else Chart(packed({"": sized(draw_pit(table, styles), None)}), [])


def forecast_chart(result: BacktestResult, selection: Selection, styles: Mapping[str, ModelStyle]) -> Chart:
    """Return the forecasts of the selected series and cutoffs, keyed ``series/cutoff`` by number."""
    ids = [name for group in selection.groups for name in group.ids]
    forecasts = result.forecasts.loc[result.forecasts["unique_id"].isin(ids)]
    history = result.history.loc[result.history["unique_id"].isin(ids)]
    windows = dict(iter(forecasts.groupby("unique_id", observed=True, sort=False)))
    pasts = {name: rows.sort_values("ds") for name, rows in history.groupby("unique_id", observed=True, sort=False)}
    drawings: dict[str, Drawing] = {}
    cutoffs: list[list[str]] = []
    for i, name in enumerate(ids):
        rows = windows[name]
        shown = spread(pd.Index(rows["cutoff"].unique()).sort_values(), selection.n_cutoffs)
        cutoffs.append(labels(shown))
        for j, cutoff in enumerate(shown):
            window = rows[rows["cutoff"] == cutoff].sort_values("ds")
            drawing = draw_forecast(window, pasts[name], styles, level=result.level, n_history=selection.n_history)
            drawings[f"{i}/{j}"] = sized(drawing, None, _FORECAST_HEIGHT)
    return Chart({**packed(drawings), "cutoffs": cutoffs}, [])


def by_metric(metrics: list[Metric], draw: Callable[[Metric], Drawing]) -> Chart | None:
    """Return a chart with a variant for each metric; None without any."""
    if not metrics:
        return None
    return Chart(packed({metric.name: draw(metric) for metric in metrics}), metrics)


def affordable(frame: pd.DataFrame, metrics: list[Metric]) -> list[Metric]:
    """Keep as many metrics as a page can bear, the one it ranks by first."""
    first = primary_metric(frame)
    ordered = sorted(metrics, key=lambda metric: metric != first)
    return ordered[: max(_MOST_NUMBERS // max(len(frame), 1), 1)]


def sized(drawing: Drawing, metric: Metric | None, height: int = _HEIGHT) -> Drawing:
    """Fix the height, and show the values of a coverage as percent."""
    layout = {**drawing.layout, "height": height}
    if metric is not None and metric.name.startswith("coverage-"):
        layout["yaxis"] = {**layout["yaxis"], "tickformat": ".0%", "rangemode": "normal"}
    return Drawing(drawing.traces, layout)


def packed(drawings: Mapping[str, Drawing]) -> dict[str, Any]:
    """Write what all drawings share once: the layout, the styles of traces, and within a drawing its x values."""
    first = next(iter(drawings.values()))
    base = [
        {
            key: value
            for key, value in trace.items()
            if key != "x" and all(_same(drawing.traces, i, key, value) for drawing in drawings.values())
        }
        for i, trace in enumerate(first.traces)
    ]
    layout = {
        key: value
        for key, value in first.layout.items()
        if all(drawing.layout.get(key) == value for drawing in drawings.values())
    }
    variants = {
        name: {
            **_shared_x([_without(trace, base[i] if i < len(base) else {}) for i, trace in enumerate(drawing.traces)]),
            "layout": _without(drawing.layout, layout),
        }
        for name, drawing in drawings.items()
    }
    return {"base": base, "layout": layout, "variants": variants}


def _same(traces: list[dict[str, Any]], i: int, key: str, value: Any) -> bool:
    """Say whether there is a trace ``i`` with ``value`` at ``key``."""
    return i < len(traces) and key in traces[i] and traces[i][key] == value


def _without(whole: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that ``shared`` does not hold."""
    return {key: value for key, value in whole.items() if key not in shared}


def _shared_x(traces: list[dict[str, Any]]) -> dict[str, Any]:
    """Replace each trace's x values by their number in a list of the distinct ones."""
    places: dict[int, int] = {}
    lists: list[Any] = []
    for trace in traces:
        if id(trace["x"]) not in places:
            places[id(trace["x"])] = len(lists)
            lists.append(trace["x"])
    return {"x": lists, "traces": [{**trace, "x": places[id(trace["x"])]} for trace in traces]}
