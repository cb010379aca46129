"""What a backtest has finished, kept in a directory so that an interrupted run can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ..atomic_file import atomic_file
from ..errors import DirectoryError
from .task import Forecasts


class Checkpoint:
    """Finished blocks of a backtest, one file each, written under a temporary name and renamed.

    Parameters
    ----------
    directory : Path
        Where the files lie.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read(self, model: int, block: int) -> Forecasts | None:
        """Return a finished block, or None where there is none that can be read."""
        try:
            with self._path(model, block).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return Forecasts(**{field.name: arrays[field.name] for field in fields(Forecasts)})
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def write(self, model: int, block: int, forecasts: Forecasts) -> None:
        """Store a finished block; a reader sees it whole or not at all."""
        path = self._path(model, block)
        with atomic_file(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **{field.name: getattr(forecasts, field.name) for field in fields(Forecasts)})

    def _path(self, model: int, block: int) -> Path:
        """Name of a block's file."""
        return self.directory / f"model-{model:03d}-block-{block:06d}.npz"


@contextmanager
def open_checkpoint(directory: str | Path, identity: Mapping[str, Any]) -> Iterator[Checkpoint]:
    """Lock a directory for one backtest, new or interrupted.

    Parameters
    ----------
    directory : str or Path
        Made if it does not exist.
    identity : mapping
        Settings and a hash of the data, as plain JSON; what the directory holds must be of the same.

    Yields
    ------
    Checkpoint

    Raises
    ------
    DirectoryError
        The directory cannot be written, another backtest is using it, or it holds results of other settings or data.
    """
    if not str(directory):
        raise DirectoryError("'directory' is empty: name a directory for the results")
    folder = Path(directory)
    with locked(folder):
        _check_identity(folder, identity)
        for left_over in [*folder.glob(".model-*.npz.*.tmp"), *folder.glob(".identity.json.*.tmp")]:
            left_over.unlink()
        yield Checkpoint(folder)


@contextmanager
def locked(folder: Path, name: str = "lock") -> Iterator[None]:
    """Keep a directory for oneself; the operating system ends it with the process, however that ends.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    name : str, default="lock"
        The file that is locked; it stays.

    Raises
    ------
    DirectoryError
        The directory cannot be written, or another process has it.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / name)
        lock.acquire(timeout=0)
    except Timeout:
        raise DirectoryError(
            f"{folder} is in use by another backtest: wait for it, or choose another directory"
        ) from None
    except OSError as error:
        raise DirectoryError(f"cannot use {folder} as a directory for results: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def _check_identity(folder: Path, identity: Mapping[str, Any]) -> None:
    """Write the identity of a new backtest, or compare with the one that is there."""
    path = folder / "identity.json"
    text = json.dumps(identity, indent=1, sort_keys=True)
    if not path.exists():
        try:
            with atomic_file(path) as temporary:
                temporary.write_text(text)
        except OSError as error:
            raise DirectoryError(f"cannot write to {folder}: {error.strerror or error}") from error
        return
    try:
        there = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DirectoryError(f"{path} cannot be read ({error}): choose another directory or delete this one") from error
    changes = list(_differences(there, json.loads(text)))
    more = f" and {len(changes) - 5} more" if len(changes) > 5 else ""
    if changes:
        raise DirectoryError(
            f"{folder} holds a backtest with other settings or data: {'; '.join(changes[:5])}{more}. "
            "Choose another directory, or delete this one"
        )


def _differences(there: Any, here: Any, path: str = "") -> Iterator[str]:
    """Name the settings in which two identities differ."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in sorted(there.keys() | here.keys()):
            yield from _differences(there.get(key), here.get(key), f"{path}.{key}" if path else key)
    elif there != here:
        yield f"{path} is {there!r} there and {here!r} here"
