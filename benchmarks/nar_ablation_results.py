"""Results of the ablation: a file of JSON lines, and the Markdown tables made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .nar_ablation_tasks import TASKS, Task

ONE_STEP, LONGER = "one step", "one step, longer"
TRAININGS = (ONE_STEP, LONGER, "multi-step", "scheduled sampling", "both")


def appended(path: Path, result: dict[str, Any]) -> None:
    """Append a result to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result) + "\n")


def stored_results(path: Path) -> list[dict[str, Any]]:
    """Results in a file, without a line that a stopped script left half written."""
    results = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            results.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return results


def result_frame(results: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of results with the mean error over all lead times."""
    frame = pd.DataFrame(results)
    return frame.assign(mean=[float(np.mean(errors)) for errors in frame["errors"]])


def tables(frame: pd.DataFrame) -> str:
    """Markdown tables: an overview, and one for each data set."""
    parts = [overview(frame)]
    parts += [
        table(task, frame.loc[frame["data"] == name]) for name, task in TASKS.items() if name in set(frame["data"])
    ]
    return "\n\n".join(parts)


def overview(frame: pd.DataFrame) -> str:
    """Error averaged over the lead times of each network and training, beside the models in closed form."""
    networks, closed = frame.loc[frame["training"] != ""], frame.loc[frame["training"] == ""]
    models = closed["model"].unique()
    others = closed.set_index(["data", "model"])["mean"].to_dict()
    lines = [
        "Error averaged over the lead times, median of the seeds; **bold** where it is less than that of one step with "
        "every seed, *italic* where it is more with every seed.\n",
        f"| data, error | network | {' | '.join([*TRAININGS, *models])} |",
        "|---|---|" + "---:|" * (len(TRAININGS) + len(models)),
    ]
    for data, task in TASKS.items():
        for model, rows in networks.loc[networks["data"] == data].groupby("model", sort=False):
            by_seed = rows.pivot(index="seed", columns="training", values="mean")
            cells = [compared(by_seed, training) if training in by_seed else "" for training in TRAININGS]
            cells += [number(others[data, other]) for other in models]
            lines.append(f"| {task.title}, {task.metric} | {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


def compared(by_seed: pd.DataFrame, training: str) -> str:
    """Median error of a training, marked if every seed puts it on the same side of one step."""
    errors, reference = by_seed[training].to_numpy(), by_seed[ONE_STEP].to_numpy()
    shown = number(np.nanmedian(errors))
    return f"**{shown}**" if np.all(errors < reference) else f"*{shown}*" if np.all(errors > reference) else shown


def table(task: Task, rows: pd.DataFrame) -> str:
    """Error by lead time of every model of a data set, with the range over seeds of its mean and the training time."""
    lines = [
        f"#### {task.title}: {task.metric} by steps ahead, median of {rows['seed'].nunique()} seeds\n",
        f"| model | training | {' | '.join(map(str, task.leads))} | mean (least, most) | seconds |",
        "|---|---|" + "---:|" * (len(task.leads) + 2),
    ]
    for model in rows["model"].unique():
        for training, group in rows.loc[rows["model"] == model].groupby("training", sort=False):
            by_lead = np.median(group["errors"].tolist(), axis=0)
            cells = [number(by_lead[lead - 1]) for lead in task.leads]
            least, middle, most = (number(value) for value in np.quantile(group["mean"], (0, 0.5, 1)))
            spread = f"{middle} ({least}, {most})" if len(group) > 1 else middle
            lines.append(
                f"| {model} | {training} | {' | '.join(cells)} | {spread} | {np.median(group['seconds']):.1f} |"
            )
    return "\n".join(lines)


def number(value: float) -> str:
    """Three digits."""
    return f"{value:#.3g}" if np.isfinite(value) else "diverged"
