"""The errors and warnings of forecastkit: one root, and leaves that are also the builtin a caller expects."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sklearn.exceptions import NotFittedError as _SklearnNotFittedError


class ForecastkitError(Exception):
    """Root of every error that forecastkit raises on purpose."""


class InvalidParameterError(ForecastkitError, ValueError):
    """A parameter has a value outside its stated range."""


class InvalidFrameError(ForecastkitError, ValueError):
    """A Series or DataFrame breaks the data contract; the message says what, where and what to do."""


class ConfigurationError(ForecastkitError, ValueError):
    """A configuration file cannot be read or holds a wrong key or value."""


class MissingFileError(ForecastkitError, FileNotFoundError):
    """A file does not exist or cannot be read."""


class InvalidFileError(ForecastkitError, ValueError):
    """A saved file is truncated, altered or was not written by forecastkit."""


class NotSupportedError(ForecastkitError, NotImplementedError):
    """The model cannot do what was asked; the message names the setting or model that can."""


class ConvergenceError(ForecastkitError, RuntimeError):
    """A numerical fit did not converge or produced no finite estimate."""


class DatasetError(ForecastkitError, OSError):
    """A data set cannot be found, downloaded or verified."""


class DirectoryError(ForecastkitError, OSError):
    """A results directory cannot be written, is in use, or holds results of other settings."""


class DataWarning(UserWarning):
    """Something in the data was handled in a stated way and counted, such as filled calendar gaps."""


def nearest(name: object, allowed: Iterable[object], most: int = 10) -> str:
    """Say which of the ``allowed`` names is meant, as the end of an error message.

    Parameters
    ----------
    name : object
        What was given.
    allowed : iterable
        All names there are.
    most : int, default=10
        How many of them are listed; the nearest is looked for among all.

    Returns
    -------
    str

    Examples
    --------
    >>> nearest("ordr", ["order", "trend"])
    "allowed: 'order', 'trend'; did you mean 'order'?"
    >>> nearest("seris 70", (f"series {i}" for i in range(100)), most=2)
    "allowed: 'series 0', 'series 1', ...; did you mean 'series 70'?"
    """
    names = [str(item) for item in allowed]
    text = "allowed: " + ", ".join([repr(item) for item in names[:most]] + ["..."] * (len(names) > most))
    match = _closest(str(name), names)
    return text if match is None else f"{text}; did you mean {match!r}?"


def _closest(name: str, names: list[str]) -> str | None:
    """Find the most similar name, or None; `difflib.get_close_matches` takes minutes for a million names."""
    matcher = difflib.SequenceMatcher(b=name)
    best, found = 0.599, None  # below, names have little in common
    for candidate in names:
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, candidate
    return found


if TYPE_CHECKING:

    class NotFittedError(ForecastkitError, _SklearnNotFittedError):
        """A method that needs a fitted estimator was called before ``fit``."""


def __getattr__(name: str) -> Any:
    """Make NotFittedError on first use: it is scikit-learn's too, whose import takes longer than all the rest."""
    if name != "NotFittedError":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sklearn.exceptions import NotFittedError as Base

    text = "A method that needs a fitted estimator was called before ``fit``."
    made = type(name, (ForecastkitError, Base), {"__doc__": text, "__module__": __name__})
    globals()[name] = made
    return made
