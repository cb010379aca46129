"""The keys of a configuration file as a page section, from the schema that checks them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from forecastkit.config import json_schema

_NAMES = {
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "boolean": "true or false",
    "object": "keys and values",
}
_LIMITS = {"minimum": "from", "maximum": "to", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}


def key_reference() -> str:
    """Markdown: a table for each section and each type of model."""
    schema = json_schema()
    parts = []
    for name, section in schema["properties"].items():
        node = _section(section, schema)
        parts.append(f"### `{name}`\n\n{node['description'] if 'properties' in node else section['description']}\n")
        if "properties" in node:
            parts.append(_table(node))
            continue
        for reference in section["additionalProperties"]["discriminator"]["mapping"].values():
            model = _target(reference, schema)
            parts.append(f"#### `type: {model['title']}`\n\n{model['description']}\n\n{_table(model)}")
    return "\n".join(parts)


def _section(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find a section's own schema, also where it is optional."""
    references = [each["$ref"] for each in [node, *node.get("anyOf", ()), *node.get("allOf", ())] if "$ref" in each]
    return _target(references[0], schema) if references else node


def _target(reference: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Look up what a reference means."""
    return schema["$defs"][reference.rsplit("/", 1)[-1]]


def _table(node: Mapping[str, Any]) -> str:
    """Table of the keys of a section."""
    rows = ["| key | value | unless given | meaning |", "|---|---|---|---|"]
    for key, each in node["properties"].items():
        if key == "type":
            continue
        default = "required" if key in node.get("required", ()) else _default(each.get("default"))
        text = " ".join(each.get("description", "").split()).replace("|", "\\|")
        rows.append(f"| `{key}` | {_values(each)} | {default} | {text} |")
    return "\n".join(rows) + "\n" if len(rows) > 2 else "No other keys.\n"


def _default(value: Any) -> str:
    """Write a default as YAML would; a missing one as a dash."""
    if value is None or value == []:
        return "–"
    return f"`{yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix('...' + chr(10)).strip()}`"


def _values(node: Mapping[str, Any]) -> str:
    """Say what a key may hold."""
    if "anyOf" in node:
        return " or ".join(text for each in node["anyOf"] if (text := _values(each)))
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{each}`" for each in node["enum"])
    if node.get("type") == "array":
        return " of ".join(filter(None, ["list", _values(node["items"])]))
    limits = " and ".join(f"{word} {node[key]}" for key, word in _LIMITS.items() if key in node)
    return " ".join(filter(None, [_NAMES.get(node.get("type", ""), ""), limits]))
