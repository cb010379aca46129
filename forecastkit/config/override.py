"""Overrides from the command line: ``--set models.ar.order=12``."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ConfigurationError, nearest
from .document import Document, KeyPath, parse_value


def override(document: Document, settings: Sequence[str], sections: Iterable[str]) -> Document:
    """Set keys of a document.

    Parameters
    ----------
    document : Document
        The file as read; it is not changed.
    settings : sequence of str
        ``"models.ar.order=12"``: a key path with dots, and a value in YAML. A later one wins.
    sections : iterable of str
        Top-level sections that may be set although the file lacks them.

    Returns
    -------
    Document

    Raises
    ------
    ConfigurationError
        A setting has no ``=``, its value is not YAML, or its path leads nowhere; the message names the nearest key.

    Examples
    --------
    >>> from pathlib import Path
    >>> document = Document(Path("a.yaml"), {"models": {"ar": {"order": 1}}}, {})
    >>> override(document, ["models.ar.order=12"], ["models"]).content
    {'models': {'ar': {'order': 12}}}
    """
    content, lines = copy.deepcopy(document.content), dict(document.lines)
    for setting in settings:
        key, equals, text = setting.partition("=")
        path = tuple(part.strip() for part in key.split("."))
        if not equals or not all(path):
            raise ConfigurationError(f"--set {setting}: write KEY=VALUE, for example --set backtest.horizon=12")
        try:
            value = parse_value(text)
        except ConfigurationError as error:
            raise ConfigurationError(f"--set {setting}: the value is not YAML: {error}") from None
        _set(content, path, value, setting, list(sections))
        lines = {known: line for known, line in lines.items() if known[: len(path)] != path}
        lines.update(dict.fromkeys(_paths(value, path)))
    return replace(document, content=content, lines=lines)


def _set(content: dict[str, Any], path: KeyPath, value: Any, setting: str, sections: list[str]) -> None:
    """Walk to the last section of the path and set its key."""
    section: dict[Any, Any] = content
    for depth, part in enumerate(path[:-1]):
        if depth == 0 and part in sections and section.get(part) is None:
            section[part] = {}
        if part not in section:
            known = {*section, *sections} if depth == 0 else section
            where = ".".join(map(str, path[:depth])) or "the top level"
            raise ConfigurationError(f"--set {setting}: no key {part!r} in {where}; {nearest(part, sorted(known))}")
        if not isinstance(section[part], dict):
            holder = ".".join(map(str, path[: depth + 1]))
            raise ConfigurationError(f"--set {setting}: {holder} is the value {section[part]!r}, it has no keys")
        section = section[part]
    section[path[-1]] = value


def _paths(value: Any, path: KeyPath) -> list[KeyPath]:
    """Every key path at and below a value."""
    if isinstance(value, dict):
        items = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
    return [path, *(inner for key, item in items for inner in _paths(item, (*path, key)))]
