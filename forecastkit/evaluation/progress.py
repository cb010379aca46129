"""Progress of long work, shown on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from ..errors import InvalidParameterError

Report = Callable[[str, int, int], None]
_PATIENCE = 1.0  # seconds of work before a bar appears


@contextmanager
def progress_reporter(progress: bool | Report | None, unit: Literal["steps", "bytes"] = "steps") -> Iterator[Report]:
    """Give a function that is told how far the work is.

    Parameters
    ----------
    progress : bool or callable, default=None
        None shows a bar on stderr when that is a terminal and the work lasts more than a second, True shows one in any
        case, False none. A callable is called itself.
    unit : {"steps", "bytes"}, default="steps"
        What is counted.

    Yields
    ------
    callable
        Called with what is worked on, how much is done, and how much there is in total.

    Raises
    ------
    InvalidParameterError
        ``progress`` is none of these.
    """
    if callable(progress):
        yield progress
        return
    if progress is False:
        yield lambda what, done, total: None
        return
    if progress is not None and progress is not True:
        raise InvalidParameterError(f"'progress' must be None, True, False or a function, got {progress!r}")
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, force_terminal=True if progress else None)
    count = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn(), console=console, transient=True
    )
    begun, task = time.monotonic(), bar.add_task("", total=None)

    def show(what: str, done: int, total: int) -> None:
        """Start the bar when patience ends, and move it."""
        bar.update(task, description=what, completed=done, total=total)
        if console.is_terminal and not bar.live.is_started and (progress or time.monotonic() - begun > _PATIENCE):
            bar.start()

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
