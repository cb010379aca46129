"""Carrying out a backtest: blocks of origins, in one process or several, stored as they finish."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import DataWarning
from .checkpoint import Checkpoint
from .forecasting import blocks_of, forecast_blocks
from .origins import Origins
from .progress import Report
from .task import Forecasts, Task

Job = tuple[int, str, Any, list[int]]
Outcome = tuple[int, str, int, Forecasts, Any]


def run_models(
    models: Mapping[str, Any], task: Task, checkpoint: Checkpoint | None, report: Report, n_jobs: int
) -> tuple[list[Forecasts], dict[str, Any]]:
    """Forecast with every model at all origins; what a checkpoint holds is read, the rest computed.

    Parameters
    ----------
    models : mapping of str to estimator
        Not fitted.
    task : Task
        Data and windows.
    checkpoint : Checkpoint or None
        Where finished blocks are kept.
    report : callable
        Told what is worked on, how many blocks are finished and how many there are.
    n_jobs : int
        Processes; -1 for one a core.

    Returns
    -------
    forecasts : list of Forecasts
        In the order of the models.
    fitted : dict of str to estimator
        Models as they were fitted last, without those that roll forward or were read from the checkpoint.
    """
    finished: dict[tuple[int, int], Forecasts] = {}
    last: dict[str, Any] = {}
    jobs: list[Job] = []
    blocks = [blocks_of(model, task.of(name)) for name, model in models.items()]
    for m, (name, model) in enumerate(models.items()):
        for b in range(len(blocks[m])):
            stored = checkpoint.read(m, b) if checkpoint else None
            if stored is not None:
                finished[m, b] = stored
        missing = [b for b in range(len(blocks[m])) if (m, b) not in finished]
        jobs += [(m, name, model, numbers) for numbers in _sharing_a_fit(missing, blocks[m], task.origins)]
    total = sum(map(len, blocks))
    if n_jobs == 1:
        outcomes = (each for job in jobs for each in _work(job, blocks, task, checkpoint))
    else:
        from joblib import Parallel, delayed

        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
        collected = parallel(delayed(_work_all)(job, blocks, task, checkpoint) for job in jobs)
        outcomes = (each for part in collected or () for each in part or ())
    told: list[tuple[str, warnings.WarningMessage]] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for m, name, b, forecasts, fitted in outcomes:
            finished[m, b] = forecasts
            if b == len(blocks[m]) - 1 and fitted is not None:
                last[name] = fitted
            report(name, len(finished), total)
            told += [(name, each) for each in caught]
            caught.clear()
    repeat_warnings(told)
    whole = []
    for m in range(len(models)):
        parts = [finished[m, b] for b in range(len(blocks[m]))]
        arrays = zip(*(vars(part).values() for part in parts), strict=True)
        whole.append(Forecasts(*(np.concatenate(each) for each in arrays)))
    return whole, last


def repeat_warnings(
    told: Sequence[tuple[str, warnings.WarningMessage]], what: str = "model", runs: str = "windows"
) -> None:
    """Pass on what was warned of: warnings about the data once a model, with their number; all others as they came.

    Parameters
    ----------
    told : sequence of (str, warnings.WarningMessage)
        Each with the name of the model at work.
    what, runs : str, default="model", "windows"
        What is at work, and on what.
    """
    about_data: dict[str, list[str]] = {}
    for name, each in told:
        if issubclass(each.category, DataWarning):
            about_data.setdefault(name, []).append(str(each.message))
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    for name, messages in about_data.items():
        count = f"{len(messages)} {runs} warn, the first: " if len(messages) > 1 else ""
        warnings.warn(f"{what} {name!r}: {count}{messages[0]}", DataWarning, stacklevel=4)


def _sharing_a_fit(missing: list[int], blocks: Sequence[np.ndarray], origins: Origins) -> Iterator[list[int]]:
    """Divide blocks into jobs: those that use the same fit stay together."""
    job: list[int] = []
    for b in missing:
        if job and origins.fit_origin[blocks[job[-1]][-1]] != origins.fit_origin[blocks[b][0]]:
            yield job
            job = []
        job.append(b)
    if job:
        yield job


def _work(job: Job, blocks: list[list[np.ndarray]], task: Task, checkpoint: Checkpoint | None) -> Iterator[Outcome]:
    """Compute the blocks of a job and store each as soon as it is finished."""
    m, name, model, numbers = job
    wanted = [blocks[m][b] for b in numbers]
    computed = forecast_blocks(name, model, task.of(name), wanted)
    for b, (forecasts, fitted) in zip(numbers, computed, strict=True):
        if checkpoint is not None:
            checkpoint.write(m, b, forecasts)
        yield m, name, b, forecasts, fitted if b == len(blocks[m]) - 1 else None


def _work_all(*arguments: Any) -> list[Outcome]:
    """`_work` in another process."""
    return list(_work(*arguments))
