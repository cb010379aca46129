"""How a command ends: 0 done, 2 wrong input, 1 a fault of ours, 130 interrupted."""

from __future__ import annotations

import errno
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import typer

INPUT_IS_WRONG, FAULT_OF_OURS, INTERRUPTED = 2, 1, 130
_ENVIRONMENT = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


@contextmanager
def exit_status() -> Iterator[None]:
    """Turn whatever a command raises into one clear message and an exit code."""
    with warnings.catch_warnings():
        warnings.showwarning = _shown_once()
        try:
            yield
            sys.stdout.flush()
        except KeyboardInterrupt as interrupt:
            raise _exit(INTERRUPTED, str(interrupt) or "interrupted") from None
        except BrokenPipeError:
            _close_quietly()
            raise typer.Exit(0) from None
        except Exception as error:
            if _is_input_error(error):
                raise _exit(INPUT_IS_WRONG, f"error: {_text(error)}") from None
            traceback.print_exc()
            raise _exit(
                FAULT_OF_OURS,
                "This is a fault in forecastkit, not in your input. Please report it to the developers, with the text"
                " above, the command, and what `forecastkit --version` says.",
            ) from None


def _exit(code: int, message: str) -> typer.Exit:
    """Say why on stderr and make the exception that ends the command."""
    with suppress(BrokenPipeError):
        _say(message)
    return typer.Exit(code)


def _say(message: str) -> None:
    """Print a message on stderr, wrapped between words on a terminal."""
    from .console import make_console

    console = make_console(stderr=True)
    console.print(message, soft_wrap=not console.is_terminal)


def _is_input_error(error: Exception) -> bool:
    """Tell errors of the user's making (and full or protected disks) from ours."""
    from ..errors import ForecastkitError

    return isinstance(error, ForecastkitError) or (isinstance(error, OSError) and error.errno in _ENVIRONMENT)


def _text(error: Exception) -> str:
    """Message of an error; an OSError's also names the file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _close_quietly() -> None:
    """Let nothing be written to the closed pipe when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _shown_once() -> Callable[..., None]:
    """Make a function that prints each warning as one line on stderr, the first time."""
    said: set[str] = set()

    def show(message: Warning | str, *_: object, **__: object) -> None:
        """Print a warning that is new."""
        if str(message) not in said:
            said.add(str(message))
            _say(f"warning: {message}")

    return show
