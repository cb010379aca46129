"""A configuration read from its file, with overrides, checked as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from ..errors import ConfigurationError
from .document import read_document
from .override import override
from .problems import describe_problems
from .schema import SECTIONS, Configuration, json_schema


def load_configuration(path: str | Path, settings: Sequence[str] = ()) -> Configuration:
    """Read and check a configuration file.

    Parameters
    ----------
    path : str or Path
        The YAML file.
    settings : sequence of str, default=()
        Overrides ``"models.ar.order=12"``, values in YAML; a later one wins.

    Returns
    -------
    Configuration

    Raises
    ------
    ConfigurationError
        The file cannot be read, is not YAML, or holds unknown keys or wrong values. All of these are listed at once,
        each with file, key path, line, value, what is allowed and the nearest name.
    """
    document = override(read_document(path), settings, SECTIONS)
    try:
        return Configuration.model_validate(document.content)
    except ValidationError as error:
        raise ConfigurationError(describe_problems(error, document, json_schema())) from None
