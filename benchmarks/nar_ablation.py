"""Ablation of training for the horizon: one step, multi-step, scheduled sampling, both; by backbone and data set.

python -m benchmarks.nar_ablation                         run what is missing, then print the tables
python -m benchmarks.nar_ablation --tables-only           print the tables of the runs that there are
python -m benchmarks.nar_ablation --chart ablation.html   also draw error by lead time

A run is one network of one seed; its errors are appended to ``benchmarks/ablation.jsonl`` (``--results``) when it ends,
and a run that is there with the same settings is not repeated: stop the script and start it again as you like. Seeds
are the outermost loop, so that tables of fewer seeds are there early.

All networks emit one step a call, have no linear skip and learn the mean by squared errors, on M4 hourly by absolute
ones. The trainings of a network on a data set differ in nothing but the training: no setting was chosen for one alone.
Widths, steps and rollout lengths were chosen so that the whole takes 40 minutes of one core; transforms, widths and
learning rates after a look at seed 0, on M4 hourly at values before those that are tested.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .nar_ablation_results import LONGER, ONE_STEP, appended, result_frame, stored_results, tables
from .nar_ablation_tasks import TASKS, Task

RESULTS = Path(__file__).parent / "ablation.jsonl"
FINAL_TEACHER_FORCING = 0.5
COMMON: dict[str, Any] = {"block_size": 1, "linear_skip": False, "loss": "mse", "batch_size": 32,
                          "learning_rate": 2e-3, "accelerator": "cpu"}  # fmt: skip
BACKBONES: dict[str, dict[str, Any]] = {
    "mlp": {"hidden_size": 64, "n_layers": 2},
    "causal_cnn": {"hidden_size": 16, "n_layers": 2},
    "gru": {"hidden_size": 32, "n_layers": 1},
}
TIMES_LONGER = {"mlp": 5.0, "causal_cnn": 8.0, "gru": 2.5}  # steps, for about the seconds that "both" takes


def trainings(task: Task, backbone: str) -> dict[str, dict[str, Any]]:
    """Parameters of each way of training; one step also for longer, unless it is stopped by what is held out anyway."""
    longer = {LONGER: {"max_steps": round(TIMES_LONGER[backbone] * task.max_steps[backbone])}}
    rollouts = {"rollout_steps": task.rollout_steps}
    sampling = {"scheduled_sampling": "linear", "final_teacher_forcing": FINAL_TEACHER_FORCING}
    return {
        ONE_STEP: {},
        **({} if task.settings["validation_size"] else longer),
        "multi-step": rollouts,
        "scheduled sampling": sampling,
        "both": rollouts | sampling,
    }


@dataclass(frozen=True)
class Run:
    """One model to train and to score: its place in the tables, and how it is made."""

    data: str
    model: str
    training: str
    seed: int
    forecaster: str
    settings: dict[str, Any]

    def result(self) -> dict[str, Any]:
        """Train and score; seconds are those of the processor, as others may be busy on the machine."""
        import forecastkit as fk
        from forecastkit.errors import ConvergenceError

        task, seconds = TASKS[self.data], time.process_time()
        seeded = {"random_state": self.seed} if self.forecaster == "NARForecaster" else {}
        model = getattr(fk, self.forecaster)(**self.settings, **seeded)
        try:
            model.fit(task.training)
        except ConvergenceError:
            errors = [float("inf")] * task.horizon
        else:
            seconds = time.process_time() - seconds
            errors = task.errors(model)
        return asdict(self) | {"seconds": round(seconds, 2), "errors": errors}


def runs() -> Iterator[Run]:
    """All runs, one seed of everything after another."""
    for name, task in TASKS.items():
        order = task.settings["order"]
        yield Run(name, "AR by AIC", "", 0, "ARForecaster", {"order": "aic", "max_order": order})
        yield Run(name, "seasonal naive", "", 0, "NaiveForecaster", {"seasonal_period": task.season})
    for seed in range(max(task.n_seeds for task in TASKS.values())):
        for name, task in TASKS.items():
            for backbone, sizes in BACKBONES.items() if seed < task.n_seeds else ():
                network = {"backbone": backbone, "max_steps": task.max_steps[backbone]}
                shared = COMMON | network | sizes | task.settings
                for training, parameters in trainings(task, backbone).items():
                    yield Run(name, backbone, training, seed, "NARForecaster", shared | parameters)


def current(path: Path) -> list[dict[str, Any]]:
    """Results in a file that are of the settings as they are now, in the order of the runs."""
    of_run = {key(result): result for result in stored_results(path)}
    return [of_run[key(asdict(run))] for run in runs() if key(asdict(run)) in of_run]


def key(record: dict[str, Any]) -> str:
    """Text that tells a run from others."""
    return json.dumps(
        {name: record[name] for name in ("data", "model", "training", "seed", "settings")}, sort_keys=True
    )


def run_missing(path: Path) -> None:
    """Make the runs that are not in a file, and append each to it."""
    import torch

    torch.set_num_threads(1)  # small networks: a second thread costs more than it brings
    done = {key(result) for result in current(path)}
    missing = [run for run in runs() if key(asdict(run)) not in done]
    for number, run in enumerate(missing, start=1):
        if TASKS[run.data].data is None:
            continue
        result = run.result()
        appended(path, result)
        print(f"{number} of {len(missing)}: {run.data}, {run.model}, {run.training}, seed {run.seed}: "
              f"{np.mean(result['errors']):.4g}, {result['seconds']:.1f} s", file=sys.stderr, flush=True)  # fmt: skip


def main() -> None:
    """Run what is missing, then print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.nar_ablation", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="JSON lines, one a run")
    parser.add_argument("--tables-only", action="store_true", help="run nothing")
    parser.add_argument("--chart", type=Path, help="file to draw error by lead time to: .html, or .png with kaleido")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    if not arguments.tables_only:
        run_missing(arguments.results)
    results = current(arguments.results)
    if not results:
        sys.exit(f"there are no results in {arguments.results}")
    frame = result_frame(results)
    print(f"\n### Training for the horizon: {len(results)} of {sum(1 for _ in runs())} runs\n\n{tables(frame)}")
    if arguments.chart:
        from .nar_ablation_chart import draw

        draw(frame, arguments.chart)


if __name__ == "__main__":
    main()
