"""The YAML document: text to plain values, with the line of every key, and every flaw of the text as one sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..errors import ConfigurationError

KeyPath = tuple[str | int, ...]

_DEEPEST = 50  # levels of keys and lists
_MOST_REPEATED = 10_000  # keys and items that stand again where an alias does
_TABLES = {".csv", ".tsv", ".txt", ".parquet"}
_TOO_DEEP = "the document is nested too deeply or refers to itself by an alias (*name)"

_YAML_1_2 = {  # the core schema: NO is a country, 12:30 a time of day and 1e-3 a number, unlike in YAML 1.1
    "tag:yaml.org,2002:null": (r"~|null|Null|NULL|", "~nN\0"),
    "tag:yaml.org,2002:bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "tag:yaml.org,2002:int": (r"[-+]?[0-9]+", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    "tag:yaml.org,2002:merge": (r"<<", "<"),
}


@dataclass(frozen=True)
class Document:
    """A configuration file as plain values, and where each key stands.

    Parameters
    ----------
    path : Path
        The file that was read.
    content : dict
        Its values, unchecked.
    lines : dict of tuple to int or None
        For every key path the line it stands in; None for one set on the command line.
    """

    path: Path
    content: dict[str, Any]
    lines: Mapping[KeyPath, int | None]


class _Loader(yaml.SafeLoader):
    """A loader that refuses duplicate keys and reads plain scalars as YAML 1.2 does."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Read a decimal number; a leading zero does not make it octal."""
        return int(self.construct_scalar(node))

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Read a mapping whose keys must differ."""
        first: dict[str, yaml.Node] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a name", key.start_mark)
            if key.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"}:
                problem = f"the key {key.value} is no text; write it in quotes"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            if key.value in first and key.tag != "tag:yaml.org,2002:merge":
                line = first[key.value].start_mark.line + 1
                problem = f"the key {key.value!r} stands here a second time (first in line {line}); keep one of the two"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            first[key.value] = key
        return super().construct_mapping(node, deep)


for _tag, (_pattern, _starts) in _YAML_1_2.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), [c if c != "\0" else "" for c in _starts])
_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)


def read_document(path: str | Path) -> Document:
    """Read a configuration file.

    Parameters
    ----------
    path : str or Path
        A YAML file in UTF-8, whose top level is a mapping.

    Returns
    -------
    Document

    Raises
    ------
    ConfigurationError
        The file is missing, a directory, empty, not UTF-8, or not YAML; the message gives line and column.

    Notes
    -----
    Plain words are read as YAML 1.2 does: only ``true`` and ``false`` are truth values (``NO`` stays text), dates and
    times of day stay text, and ``1e-3`` is a number. A key that stands twice is an error.
    """
    path = Path(path)
    if {suffix.lower() for suffix in path.suffixes} & _TABLES and path.is_file():
        raise ConfigurationError(
            f"{path} is a table, not a configuration: `forecastkit init {path}` writes a configuration for it"
        )
    text = _read_text(path)
    try:
        node, content = _parse(text)
        lines = {} if node is None else dict(_lines(node))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}{_syntax_message(error, text)}") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: {_TOO_DEEP}") from None
    if content is None:
        raise ConfigurationError(
            f"{path} is empty: a configuration has at least the sections 'data' and 'models';"
            " `forecastkit init DATA` writes one for your file"
        )
    if not isinstance(content, dict):
        kind = "a list" if isinstance(content, list) else f"the single value {str(content)[:40]!r}"
        raise ConfigurationError(
            f"{path}: the top level must hold sections such as 'data:' and 'models:'; found {kind}"
        )
    return Document(path, content, lines)


def parse_value(text: str) -> Any:
    """Read the value of ``--set key=value`` as YAML.

    Raises
    ------
    ConfigurationError
        The text is not YAML.

    Examples
    --------
    >>> parse_value("[80, 95]"), parse_value("NO"), parse_value("1e-3")
    ([80, 95], 'NO', 0.001)
    """
    try:
        return _parse(text)[1]
    except yaml.YAMLError as error:
        raise ConfigurationError(_flaw(error, text)) from None
    except RecursionError:
        raise ConfigurationError(_TOO_DEEP) from None


def _parse(text: str) -> tuple[yaml.Node | None, Any]:
    """Compose and construct one document."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            _check_size(node)
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _check_size(root: yaml.Node) -> None:
    """Refuse a document whose aliases (``*name``) make it huge or endless, before any of them is followed for good."""
    stack, seen, repeated = [(root, 0)], set[int](), 0
    while stack:
        node, depth = stack.pop()
        repeated += id(node) in seen
        seen.add(id(node))
        if depth > _DEEPEST:
            raise yaml.constructor.ConstructorError(None, None, _TOO_DEEP, node.start_mark)
        if repeated > _MOST_REPEATED:
            problem = f"aliases (*name) repeat more than {_MOST_REPEATED:,} keys and items"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        stack += [(value, depth + 1) for value in _values(node)]


def _values(node: yaml.Node) -> list[yaml.Node]:
    """Values of a mapping, items of a list."""
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _read_text(path: Path) -> str:
    """Text of a file, or a sentence about why there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, siblings, n=1)
        hint = f"did you mean {str(path.parent / close[0])!r}?" if close else _yaml_files(path.parent)
        raise ConfigurationError(f"no such file: {path}; {hint}") from None
    except IsADirectoryError:
        raise ConfigurationError(f"{path} is a directory; give the path of a YAML file; {_yaml_files(path)}") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not text in UTF-8 (byte {error.start}); is it a YAML file?") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None


def _yaml_files(folder: Path) -> str:
    """Name the YAML files of a folder."""
    if not folder.is_dir():
        return f"there is no directory {str(folder)!r}"
    found = sorted(item.name for item in folder.iterdir() if item.suffix in {".yaml", ".yml"})
    listed = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
    return f"YAML files in {str(folder)!r}: {listed or 'none'}"


def _syntax_message(error: yaml.YAMLError, text: str) -> str:
    """Line, column, a plain sentence, and the line itself."""
    mark = _mark(error)
    if mark is None:
        return f": {_flaw(error, text)}"
    line = _line_at(mark, text).expandtabs(4).strip()
    return f", line {mark.line + 1}, column {mark.column + 1}: {_flaw(error, text)}" + (f"\n    {line}" if line else "")


def _mark(error: yaml.YAMLError) -> yaml.Mark | None:
    """Where in the text the flaw is; unknown for a character that YAML does not allow."""
    return getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)


def _line_at(mark: yaml.Mark, text: str) -> str:
    """Line of the text that a mark is in; empty past the end."""
    return next(iter(text.splitlines()[mark.line : mark.line + 1]), "")


def _flaw(error: yaml.YAMLError, text: str) -> str:
    """Say what is wrong, in plain words where YAML's own are not."""
    mark = _mark(error)
    if mark is None:
        return " ".join(str(error).split())
    line, problem = _line_at(mark, text), getattr(error, "problem", None) or "not valid YAML"
    if line.startswith("\t") or "'\\t'" in problem:
        return "a tab; YAML takes spaces only"
    if "mapping values are not allowed" in problem:
        return "a colon where none can be; indent the keys of one section alike, and quote text that holds ': '"
    if "could not find expected ':'" in problem:
        return "a key without a colon after it"
    if "but got '<stream end>'" in problem:
        return "the text ends inside a bracket that is not closed"
    return problem.removeprefix("but ")


def _lines(node: yaml.Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, int | None]]:
    """Key paths below a node with their lines."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            yield inner, key.start_mark.line + 1
            yield from _lines(value, inner)
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield (*path, i), value.start_mark.line + 1
            yield from _lines(value, (*path, i))
