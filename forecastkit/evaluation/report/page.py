"""The page: everything in one HTML file, which asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pandas as pd

from ...atomic_file import atomic_file
from ...errors import DirectoryError
from ...plots.palette import DARK_OF, ModelStyle, dark_colors, model_styles
from ...plots.time_axis import labels
from .chart import coverage_chart, cutoff_chart, forecast_chart, lead_time_chart, skill_chart
from .metric import Metric, primary_metric, ranked
from .score_table import score_table
from .selection import select
from .verdict import verdict

if TYPE_CHECKING:
    from ..result import BacktestResult

_CSS_DASH = {"solid": "solid", "dash": "dashed", "dot": "dotted", "dashdot": "double"}


def render_report(result: BacktestResult, title: str = "Backtest report") -> str:
    """Return a backtest as one self-contained HTML page.

    Parameters
    ----------
    result : BacktestResult
        The backtest to present.
    title : str, default="Backtest report"
        Title of the page.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.

    Notes
    -----
    Some 5 MB, of which plotly's script is nearly all. At most 12 series and 6 cutoffs of each are shown as
    forecasts, and the page says by which rule they were chosen; every table and every other chart is of all data.
    """
    from plotly.offline import get_plotlyjs

    scores = result.scores()
    metric = primary_metric(scores)
    scores = _arranged(scores, metric)
    reference, words = result.reference, reference_words(result)
    styles = model_styles(result.models, reference)
    styles = {str(model): styles[str(model)] for model in scores.index}
    by_cutoff, by_series = result.by_cutoff(), result.by_series()
    selection = select(result, by_series, metric, str(scores.index[0]))
    charts = {
        "skill": skill_chart(scores, reference, styles) if reference is not None else None,
        "lead-time": lead_time_chart(result.by_horizon(), styles),
        "forecast": forecast_chart(result, selection, styles),
        "coverage": coverage_chart(result, scores, styles),
        "cutoff": cutoff_chart(by_cutoff, styles),
    }
    charts = {name: chart for name, chart in charts.items() if chart is not None}
    scripts = [_inline(get_plotlyjs()), _inline(_source("page.js"))]
    table = score_table(scores, result.baselines)
    return _template().render(
        title=title,
        policy=_policy(scripts),
        css=_source("page.css"),
        scripts=scripts,
        data=_json(
            {
                "charts": {name: chart.data for name, chart in charts.items()},
                "models": list(styles),
                "dark": dark_colors(),
            }
        ),
        verdict=verdict(scores, reference, words, by_cutoff, by_series),
        facts=_facts(result, len(by_cutoff["cutoff"].unique())),
        metric=metric,
        table=table,
        reference=reference,
        reference_words=words,
        styles=_css_styles(styles),
        charts=charts,
        selection=selection,
        models=list(styles),
        settings=_lines(result.settings),
        versions=_lines(result.versions),
    )


def reference_words(result: BacktestResult) -> str:
    """Say what the reference is: the seasonal naive, or the naive forecast where there is no season."""
    if result.reference is None:
        return ""
    period = result.settings["models"][result.reference]["parameters"]["seasonal_period"]
    seasonal = result.seasonal_period > 1 and period in (result.seasonal_period, "auto")
    return "the seasonal naive" if seasonal else "the naive forecast"


def write_report(result: BacktestResult, path: str | os.PathLike[str], title: str = "Backtest report") -> Path:
    """Write a backtest as one self-contained HTML file.

    Parameters
    ----------
    result : BacktestResult
        The backtest to present.
    path : str or path
        The file; one that is there is replaced, in one step.
    title : str, default="Backtest report"
        Title of the page.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    path = Path(path)
    text = render_report(result, title)
    try:
        with atomic_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or error
        message = f"the report cannot be written to {path}: {reason}; name a file in a folder that you can write to"
        raise DirectoryError(message) from error
    return path


def _arranged(scores: pd.DataFrame, metric: Metric | None) -> pd.DataFrame:
    """Return the scores with the best model, and the score it is best by, first."""
    if metric is None:
        return scores
    return ranked(scores, metric).loc[:, [metric.name, *(name for name in scores.columns if name != metric.name)]]


def _facts(result: BacktestResult, n_cutoffs: int) -> list[tuple[str, str]]:
    """Return the size of the backtest, as names and values."""
    cutoffs = pd.Index(result.forecasts["cutoff"].unique()).sort_values()
    ends = labels(cutoffs[[0, -1]])
    return [
        ("series", f"{len(result.forecasts['unique_id'].unique()):,}"),
        ("cutoffs", f"{n_cutoffs:,}"),
        ("steps ahead", f"{result.horizon:,}"),
        ("values forecast", f"{len(result.forecasts):,}"),
        ("cutoff", ends[0]) if len(cutoffs) == 1 else ("first and last cutoff", f"{ends[0]} – {ends[1]}"),
    ]


def _css_styles(styles: Mapping[str, ModelStyle]) -> dict[str, dict[str, str]]:
    """Return each model's colours and border style for the style sheet."""
    return {
        model: {"light": style.color, "dark": DARK_OF[style.color], "dash": _CSS_DASH[style.dash]}
        for model, style in styles.items()
    }


def _lines(settings: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as dotted names and values."""
    lines: list[tuple[str, str]] = []
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            lines += _lines(value, f"{prefix}{key}.")
        else:
            text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
            lines.append((f"{prefix}{key}", text))
    return lines


def _json(value: object) -> str:
    """Write JSON that can stand in a script element whatever the names in it are."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _inline(script: str) -> str:
    """Return a script as it can stand in a page, byte for byte as the browser will hash it."""
    return script.replace("\r\n", "\n").replace("\r", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(scripts: list[str]) -> str:
    """Return a content security policy: nothing is loaded, and only the page's own scripts run."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    # older plotly scripts try the browser's image formats on pictures they carry with them
    rules = ("default-src 'none'", f"script-src {allowed}", "style-src 'unsafe-inline'", "img-src data:")
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))


def _source(name: str) -> str:
    """Return a file that lies beside this module."""
    return resources.files("forecastkit.evaluation.report").joinpath(name).read_text(encoding="utf-8")


def _template() -> jinja2.Template:
    """Return the page's template, which escapes all that is put into it."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_source("page.html.jinja"))
