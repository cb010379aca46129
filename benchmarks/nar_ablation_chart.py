"""Chart of the ablation: error by lead time, a row a data set and a column a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .nar_ablation_tasks import TASKS

REFERENCE = "AR by AIC"
WIDTH, ROW_HEIGHT = 1000, 230


def draw(frame: pd.DataFrame, path: Path) -> None:
    """Write the chart to a file: a page for ``.html``, else an image, for which plotly needs kaleido."""
    figure = chart(frame)
    if path.suffix == ".html":
        figure.write_html(path, config={"displayModeBar": False})
    else:
        figure.write_image(path, scale=1.3)


def chart(frame: pd.DataFrame) -> Any:
    """Lines of the median seed with the range of all, the autoregression in grey."""
    from plotly.subplots import make_subplots

    from forecastkit.plots import model_styles
    from forecastkit.plots.drawing import base_layout

    names = [name for name in TASKS if name in set(frame["data"])]
    models = [
        model for model in frame["model"].unique() if (frame.loc[frame["model"] == model, "training"] != "").all()
    ]
    trainings = [training for training in frame["training"].unique() if training]
    styles = model_styles([*trainings, REFERENCE], REFERENCE)
    titles = [f"{TASKS[name].title}: {model}" for name in names for model in models]
    figure = make_subplots(len(names), len(models), shared_yaxes=True, subplot_titles=titles,
                           horizontal_spacing=0.03, vertical_spacing=0.07)  # fmt: skip
    for row, name in enumerate(names, start=1):
        of_data = frame.loc[frame["data"] == name]
        for column, model in enumerate(models, start=1):
            drawn = {REFERENCE: of_data.loc[of_data["model"] == REFERENCE]}
            drawn |= {
                each: of_data.loc[(of_data["model"] == model) & (of_data["training"] == each)] for each in trainings
            }
            for training, rows in drawn.items():
                if len(rows):
                    for trace in traces(rows, training, styles[training].color, first=row == column == 1):
                        figure.add_trace(trace, row, column)
    layout = base_layout()
    axes = {side: layout.pop(side) for side in ("xaxis", "yaxis")}
    figure.update_layout(template="none", width=WIDTH, height=60 + ROW_HEIGHT * len(names), **layout)
    figure.update_xaxes(**axes["xaxis"])
    figure.update_yaxes(**axes["yaxis"])
    return figure


def traces(rows: pd.DataFrame, name: str, color: str, *, first: bool) -> list[dict[str, Any]]:
    """Median over seeds by lead time, on the band from the least to the greatest."""
    from forecastkit.plots.palette import faded

    errors = np.array(rows["errors"].tolist())
    steps = list(range(1, errors.shape[1] + 1))
    low, middle, high = (np.quantile(errors, share, axis=0).tolist() for share in (0, 0.5, 1))
    shared = {"type": "scatter", "legendgroup": name}
    band = {"x": steps + steps[::-1], "y": high + low[::-1], "fill": "toself", "fillcolor": faded(color, 0.12)}
    line = {"x": steps, "y": middle, "name": name, "line": {"color": color, "width": 2}, "mode": "lines"}
    return [shared | band | {"line": {"width": 0}, "mode": "lines", "showlegend": False, "hoverinfo": "skip"},
            shared | line | {"showlegend": first}]  # fmt: skip
