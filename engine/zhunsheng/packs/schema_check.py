"""Holds a YAML document against a schema of `schemas/`, with messages in both languages.

Knows just the keywords that our schemas for people's files use; a test holds it against a full JSON Schema
validator. (jsonschema speaks English only, and costs a tenth of a second at every start.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.packs import locations
from zhunsheng.packs.yaml_text import Document, Path
from zhunsheng.semantics.wording import both, suggestion

_KINDS = {
    "object": (dict, ("一组“键: 值”", "keys with values")),
    "array": (list, ("列表", "a list")),
    "string": (str, ("文本", "text")),
    "boolean": (bool, ("true 或 false", "true or false")),
    "null": (type(None), ("null", "null")),
}
KEYWORDS = {
    "$schema", "$id", "$ref", "$defs", "title", "description", "type", "additionalProperties", "required",
    "properties", "pattern", "minLength", "anyOf", "items", "minItems", "minProperties", "enum",
}  # fmt: skip


@cache
def schema(name: str) -> Mapping[str, Any]:
    """A schema of `schemas/` by its short name (`pack`, `clauses`)."""
    text = (locations.schemas() / f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def problems(document: Document, name: str) -> list[Diagnostic]:
    """What the schema finds wrong with the document; empty when it is as it should be."""
    root = schema(name)
    return _check(document, root, root, document.value, ())


def _check(
    document: Document, root: Mapping[str, Any], rule: Mapping[str, Any], value: Any, path: Path
) -> list[Diagnostic]:
    rule = _resolved(root, rule)
    if "anyOf" in rule:
        readings = [_resolved(root, one) for one in rule["anyOf"]]
        options = [_check(document, root, one, value, path) for one in readings]
        if any(not found for found in options):
            return []
        # The reading that gets furthest tells most about the slip.
        fitting = [found for found, one in zip(options, readings, strict=True) if _is(value, one["type"])]
        return fitting[0] if fitting else _wrong_kind(document, path, [one["type"] for one in readings])
    if "enum" in rule and value not in rule["enum"]:
        return [_value_problem(document, path, value, " | ".join(rule["enum"]))]
    kind = rule.get("type")
    if kind is None:
        return []
    if not _is(value, kind):
        return _wrong_kind(document, path, [kind])
    if kind == "object":
        return _check_object(document, root, rule, value, path)
    if kind == "array":
        if len(value) < rule.get("minItems", 0):
            return [_value_problem(document, path, "[]", "[…]")]
        items = rule.get("items", {})
        return [
            one for n, item in enumerate(value) for one in _check(document, root, items, item, (*path, n))
        ]
    if kind == "string":
        return _check_text(document, rule, value, path)
    return []


def _resolved(root: Mapping[str, Any], rule: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in rule:
        return rule
    found: Mapping[str, Any] = root["$defs"][rule["$ref"].rsplit("/", 1)[1]]
    return _resolved(root, found)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind][0])


def _check_text(document: Document, rule: Mapping[str, Any], value: str, path: Path) -> list[Diagnostic]:
    if len(value.strip()) < rule.get("minLength", 0):
        return [_value_problem(document, path, '""', "…")]
    pattern = rule.get("pattern")
    if pattern is not None and re.search(pattern, value) is None:
        return [_value_problem(document, path, value, pattern)]
    return []


def _check_object(
    document: Document, root: Mapping[str, Any], rule: Mapping[str, Any], value: dict[str, Any], path: Path
) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    properties = rule.get("properties", {})
    for key in rule.get("required", ()):
        if key not in value:
            found.append(Diagnostic("ZS5110", document.place(path), {"key": key}))
    if len(value) < rule.get("minProperties", 0):
        found.append(_value_problem(document, path, "{}", "{…}"))
    for key, item in value.items():
        more = rule.get("additionalProperties", True)
        if key in properties:
            found += _check(document, root, properties[key], item, (*path, key))
        elif more is False:
            values = {"key": key[:80], **suggestion(key, properties)}
            found.append(Diagnostic("ZS5111", document.place((*path, key)), values))
        elif isinstance(more, Mapping):
            found += _check(document, root, more, item, (*path, key))
    return found


def _wrong_kind(document: Document, path: Path, kinds: list[str]) -> list[Diagnostic]:
    chinese = "或".join(_KINDS[kind][1][0] for kind in kinds)
    english = " or ".join(_KINDS[kind][1][1] for kind in kinds)
    values = {"key": _key(path), **both("expected", (chinese, english))}
    return [Diagnostic("ZS5112", document.value_place(path), values)]


def _value_problem(document: Document, path: Path, value: Any, allowed: str) -> Diagnostic:
    values = {"key": _key(path), "value": str(value)[:80], "allowed": allowed}
    return Diagnostic("ZS5113", document.value_place(path), values)


def _key(path: Path) -> str:
    return ".".join(str(part) if isinstance(part, str) else str(part + 1) for part in path) or "—"
