"""Every problem of a configuration at once: where it is, what was found, what is allowed, what was meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from ..errors import nearest
from .document import Document, KeyPath

_WORDS = {
    "integer": ("a whole number", "whole numbers"),
    "number": ("a number", "numbers"),
    "string": ("text", "texts"),
    "boolean": ("true or false", "true or false"),
    "object": ("a section with keys of its own", "sections"),
}
_LIMITS = {"minimum": "from", "maximum": "up to", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}


def describe_problems(error: ValidationError, document: Document, schema: Mapping[str, Any]) -> str:
    """Turn what pydantic found into the message of a ConfigurationError.

    Parameters
    ----------
    error : ValidationError
        All that is wrong.
    document : Document
        The file that was checked, for values and lines.
    schema : mapping
        JSON schema of a configuration, for what is allowed.

    Returns
    -------
    str
        One line for each key path.
    """
    problems: dict[KeyPath, str] = {}
    for found in error.errors(include_url=False):
        path = _key_path(found["loc"], document.content, found["type"])
        problems.setdefault(path, _sentence(found, path, document.content, schema))
    last = 1 + max((line for line in document.lines.values() if line), default=0)
    in_order = sorted(problems.items(), key=lambda item: _line(item[0], document) or last)
    lines = [_located(path, text, document) for path, text in in_order]
    if len(lines) == 1:
        return f"{document.path}: {lines[0]}"
    return "\n  ".join([f"{document.path}: {len(lines)} problems", *lines])


def _located(path: KeyPath, text: str, document: Document) -> str:
    """Key path, place and sentence."""
    line = _line(path, document)
    place = f" (line {line})" if line else " (--set)" if path in document.lines else ""
    return f"{'.'.join(map(str, path))}{place}: {text}"


def _line(path: KeyPath, document: Document) -> int | None:
    """Line of a key, or of the section it is missing from; None for a key set on the command line."""
    known = (path[:n] for n in range(len(path), 0, -1) if path[:n] in document.lines)
    return document.lines[place] if (place := next(known, None)) else None


def _key_path(location: Iterable[str | int], content: Any, kind: str) -> KeyPath:
    """Path of keys in the file; pydantic's location also names branches of unions."""
    path: list[str | int] = []
    missing: str | int = ""
    for part in location:
        inside = range(len(content)) if isinstance(content, list) else content if isinstance(content, dict) else ()
        if part in inside:
            path.append(part)
            content = _value(content, (part,))
        elif kind == "missing" and isinstance(content, dict):
            missing = part
    if kind == "missing":
        path.append(missing)
    return (*path, "type") if kind == "union_tag_invalid" else tuple(path)


def _sentence(found: Mapping[str, Any], path: KeyPath, content: Any, schema: Mapping[str, Any]) -> str:
    """Say what is wrong at one key path."""
    kind = found["type"]
    if kind == "value_error":
        return str(found["ctx"]["error"])
    value = _value(content, path)
    if kind == "extra_forbidden":
        section = _node(schema, path[:-1], content)
        return f"unknown key; {nearest(path[-1], section.get('properties', {}))}"
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        types = schema["properties"]["models"]["additionalProperties"]["discriminator"]["mapping"]
        if kind == "union_tag_not_found":
            return f"has no 'type'; {nearest('', types)}"
        return f"{_shown(value)} is not a type of model; {nearest(value, types)}"
    if kind == "too_short":
        return "is empty; it needs at least one entry"
    node = _node(schema, path, content)
    words, names = _allowed(node, schema)
    if kind == "missing":
        text = node.get("description", "").rstrip(".")
        return f"missing; it must be {words}" + (f": {text[0].lower()}{text[1:]}" if text else "")
    meant = f"; {nearest(value, names)}" if names else ""
    return f"{_shown(value)} is not {words}{meant}"


def _value(content: Any, path: KeyPath) -> Any:
    """Value at a key path; None where there is none."""
    for part in path:
        if isinstance(content, dict) and part not in content:
            return None
        content = content[part]
    return content


def _shown(value: Any) -> str:
    """Write a value as YAML would, on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _node(schema: Mapping[str, Any], path: KeyPath, content: Any) -> Mapping[str, Any]:
    """JSON schema of the value at a key path."""
    node = _resolved(schema, schema, content)
    for part in path:
        inside = node.get("properties", {}).get(part) or node.get("items") or node.get("additionalProperties")
        content = _value(content, (part,)) if isinstance(content, dict | list) else None
        node = _resolved(inside, schema, content) if isinstance(inside, Mapping) else {}
    return node


def _resolved(node: Mapping[str, Any], schema: Mapping[str, Any], content: Any) -> Mapping[str, Any]:
    """Follow references, the type of a model, and the branch of an optional section."""
    if "allOf" in node:  # how older versions of pydantic write a reference that has a default
        return _resolved(
            {**node["allOf"][0], **{key: text for key, text in node.items() if key != "allOf"}}, schema, content
        )
    if "$ref" in node:
        target = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        return {**target, **{key: text for key, text in node.items() if key != "$ref"}}
    kind = content.get("type") if isinstance(content, dict) else None
    if "discriminator" in node and kind in node["discriminator"]["mapping"]:
        return _resolved({"$ref": node["discriminator"]["mapping"][kind]}, schema, content)
    branches = [_resolved(each, schema, content) for each in node.get("anyOf", ())]
    wanted = "object" if isinstance(content, dict) else "array"
    matching = [each for each in branches if each.get("type") == wanted] if isinstance(content, dict | list) else []
    return matching[0] if matching else node


def _allowed(node: Mapping[str, Any], schema: Mapping[str, Any], plural: bool = False) -> tuple[str, list[Any]]:
    """Say in words what a schema admits, and list the names it admits."""
    if "anyOf" in node:
        branches = [_allowed(_resolved(each, schema, None), schema, plural) for each in node["anyOf"]]
        phrases = [words for words, _ in branches if words]
        return _either(phrases), [name for _, names in branches for name in names]
    if "discriminator" in node:
        return "a section with a 'type', such as {type: NaiveForecaster}", []
    if "enum" in node or "const" in node:
        return "one of the names allowed", node.get("enum") or [node["const"]]
    kind = node.get("type")
    if kind == "array":
        words, names = _allowed(_resolved(node["items"], schema, None), schema, plural=True)
        return f"{'lists' if plural else 'a list'} of {words}", names
    if kind == "null":
        return "", []
    limits = [f"{word} {node[key]:g}" for key, word in _LIMITS.items() if key in node]
    words = _WORDS[kind][plural] if kind in _WORDS else "a value"
    return " ".join([words, *([" and ".join(limits)] if limits else [])]), []


def _either(phrases: Sequence[str]) -> str:
    """Join alternatives."""
    return f"{', '.join(phrases[:-1])} or {phrases[-1]}" if len(phrases) > 1 else "".join(phrases)
