"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary file in the folder of ``path``, and put it there once all of it is written.

    Parameters
    ----------
    path : str or path
        The file to write; one that is there is replaced in one step.

    Yields
    ------
    Path
        The temporary file, empty, with the permissions of any new file. Write to it by this name and close it.

    Raises
    ------
    OSError
        The file cannot be made, written to the disk or renamed.

    Notes
    -----
    Whatever is raised inside, KeyboardInterrupt too, removes the temporary file and leaves ``path`` as it was. Every
    writer has a name of its own: of several at once the last one to finish wins.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_file(f"{folder}/table.csv") as temporary:
    ...         _ = temporary.write_text("a,b")
    ...     [file.name for file in Path(folder).iterdir()]
    ['table.csv']
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    # not tempfile.mkstemp: to widen its 0600 takes the umask, which a thread can only ask for by setting it for all
    temporary.open("xb").close()
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
