"""Chart of the ablation: error by lead time, a row a data set and a column a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .nar_ablation_results import TRAININGS
from .nar_ablation_tasks import TASKS, Task

REFERENCE = "AR by AIC"
WIDTH, ROW_HEIGHT, HEAD = 990, 210, 90  # pixels
WIDE_RANGE = 100.0  # greatest error over least from which an axis is logarithmic


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Write the chart to a file: a page for ``.html``, else an image, for which plotly needs kaleido."""
    figure = chart(frame)
    if path.suffix == ".html":
        figure.write_html(path, config={"displayModeBar": False})
    else:
        figure.write_image(path, scale=1.3)


def chart(frame: pd.DataFrame) -> Any:
    """Draw the median seed and the range of all, the autoregression in grey."""
    from plotly.subplots import make_subplots

    from forecastkit.plots import model_styles
    from forecastkit.plots.drawing import base_layout

    names = [name for name in TASKS if name in set(frame["data"])]
    models = frame.loc[frame["training"] != "", "model"].unique().tolist()
    styles = model_styles([REFERENCE, *TRAININGS], REFERENCE)
    figure = make_subplots(
        len(names), len(models), shared_yaxes=True, column_titles=models, horizontal_spacing=0.03, vertical_spacing=0.06
    )
    layout = base_layout(legend={"y": 1.0 + 30 / (ROW_HEIGHT * len(names))}, margin={"t": HEAD})
    axes = {side: layout.pop(side) for side in ("xaxis", "yaxis")}
    figure.update_layout(template="none", width=WIDTH, height=HEAD + ROW_HEIGHT * len(names), **layout)
    figure.update_xaxes(**axes["xaxis"])
    figure.update_yaxes(**axes["yaxis"], nticks=6)
    figure.update_xaxes(title_text="steps ahead", row=len(names))
    for row, name in enumerate(names, start=1):
        rows = frame.loc[frame["data"] == name]
        figure.update_yaxes(row=row, **error_axis(rows))
        figure.update_yaxes(row=row, col=1, title_text=axis_title(TASKS[name]))
        for column, model in enumerate(models, start=1):
            shown = rows.loc[rows["model"].isin([model, REFERENCE])]
            for label, style in styles.items():
                of_label = shown.loc[(shown["training"] == label) | (shown["model"] == label)]
                if len(of_label):
                    figure.add_traces(traces(of_label, label, style.color), row, column)
    lines = {trace.name: trace for trace in reversed(figure.data) if trace.fill is None}
    for trace in figure.data:
        trace.showlegend = trace is lines[trace.name]  # the first line of each name
    return figure


def error_axis(rows: pd.DataFrame) -> dict[str, Any]:
    """Scale of an axis of errors: from zero, or logarithmic where they are of very different sizes."""
    errors = np.concatenate(rows["errors"].tolist())
    if errors.max() > WIDE_RANGE * errors.min():
        return {"type": "log", "dtick": 1}
    return {"rangemode": "tozero"}


def axis_title(task: Task) -> str:
    """Text of what is forecast and how errors are counted, in short lines."""
    return "<br>".join([*task.title.split(", "), task.metric])


def traces(rows: pd.DataFrame, name: str, color: str) -> list[dict[str, Any]]:
    """Median over seeds by lead time, on the band from the least to the greatest."""
    from forecastkit.plots.palette import faded

    errors = np.array(rows["errors"].tolist())
    steps = list(range(1, errors.shape[1] + 1))
    low, middle, high = (np.quantile(errors, share, axis=0).tolist() for share in (0, 0.5, 1))
    shared = {"type": "scatter", "mode": "lines", "legendgroup": name, "name": name}
    band = {"x": steps + steps[::-1], "y": high + low[::-1], "fill": "toself", "fillcolor": faded(color, 0.12),
            "line": {"width": 0}, "hoverinfo": "skip"}  # fmt: skip
    return [shared | band, shared | {"x": steps, "y": middle, "line": {"color": color, "width": 2}}]
