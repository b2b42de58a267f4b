"""Reads one record type from its `*.schema.json`, before links and code lists are looked up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Source
from zhunsheng.semantics.reporting import Reporter
from zhunsheng.semantics.schema_keywords import (
    Path,
    descriptions,
    flag,
    labels,
    names,
    only,
    read_name,
    texts,
)
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    TextType,
    Type,
)
from zhunsheng.semantics.vocabulary import Field, Parent, Record, Unit
from zhunsheng.semantics.wording import suggestion

_FREE = {"title", "description", "x-description", "$comment", "examples", "deprecated"}
_TOP = _FREE | {
    "$schema", "$id", "type", "properties", "required", "additionalProperties",
    "x-record", "x-key", "x-time", "x-parent",
}  # fmt: skip
_COMMON = _FREE | {"type", "x-names", "x-label", "x-personal"}
_NUMERIC = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
_TEXTUAL = {"pattern", "minLength", "maxLength"}
_CONSTRAINTS = {
    "string": _TEXTUAL,
    "integer": _NUMERIC,
    "number": _NUMERIC,
    "boolean": set[str](),
    "array": set[str](),
}
_OWN = {
    "string": {"format", "x-codes"},
    "integer": {"x-unit"},
    "number": set[str](),
    "boolean": set[str](),
    "array": {"items", "x-codes"},
}
_SCALES = {Fraction(1, 10**scale): scale for scale in range(7)}
_UNITS: dict[str, tuple[Unit, DurationType]] = {
    "minute": ("minute", DurationType("exact")),
    "hour": ("hour", DurationType("exact")),
    "day": ("day", DurationType("day")),
    "working_day": ("working_day", DurationType("working_day")),
    "month": ("month", DurationType("month")),
}


@dataclass(frozen=True, slots=True)
class RecordDraft:
    """A record type and the file it came from; a parent whose role was not named has an empty one."""

    record: Record
    source: Source


def read_record(source: Source, value: Mapping[str, Any], reporter: Reporter) -> RecordDraft | None:
    """The record type of one file, or None when it has no name or no key."""
    only(source, (), value, _TOP, reporter)
    if value.get("type", "object") != "object":
        reporter.value(source, ("type",), "type", '"object"', value.get("type"))
    about = value.get("x-record")
    if not isinstance(about, dict):
        reporter.value(source, ("x-record",), "x-record", '{"name": "…", "names": {"zh": "…"}}', about)
        return None
    only(source, ("x-record",), about, {"name", "names", "labels"}, reporter)
    name = read_name(source, ("x-record", "name"), about.get("name"), reporter)
    if name is None:
        return None
    names_ = names(source, ("x-record", "names"), about.get("names"), name, reporter)
    fields = dict(_fields(source, value, reporter))
    key = _field_named(source, value, "x-key", fields, reporter)
    if key is None:
        return None
    if not isinstance(fields[key].type, (TextType, IntegerType)):
        reporter.json(
            "ZS2114", source, ("x-key",), {"keyword": "x-key", "field": key, "expected": "text, integer"}
        )
    time = _field_named(source, value, "x-time", fields, reporter) if "x-time" in value else None
    if time is not None and not isinstance(fields[time].type, InstantType):
        values = {"keyword": "x-time", "field": time, "expected": '"format": "date-time"'}
        reporter.json("ZS2114", source, ("x-time",), values)
        time = None
    record = Record(
        name=name,
        names=names_,
        labels=labels(texts(source, ("x-record", "labels"), about.get("labels"), reporter), names_),
        key=key,
        time=time,
        fields=fields,
        parents=tuple(_parents(source, value.get("x-parent"), fields, reporter)),
        description=descriptions(source, (), value, reporter),
    )
    return RecordDraft(record, source)


def _field_named(
    source: Source, value: Mapping[str, Any], keyword: str, fields: Mapping[str, Field], reporter: Reporter
) -> str | None:
    found = value.get(keyword)
    if not isinstance(found, str):
        reporter.value(source, (keyword,), keyword, '"…"', found)
        return None
    if found not in fields:
        values = {"keyword": keyword, "name": found[:60], **suggestion(found, fields)}
        reporter.json("ZS2108", source, (keyword,), values)
        return None
    return found


def _required(
    source: Source, value: Mapping[str, Any], known: Mapping[str, Any], reporter: Reporter
) -> set[str]:
    listed = value.get("required", [])
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        reporter.value(source, ("required",), "required", '["…", …]', listed)
        return set()
    for index, name in enumerate(listed):
        if name not in known:
            values = {"keyword": "required", "name": name[:60], **suggestion(name, known)}
            reporter.json("ZS2108", source, ("required", index), values)
    return set(listed)


def _fields(source: Source, value: Mapping[str, Any], reporter: Reporter) -> Iterator[tuple[str, Field]]:
    properties = value.get("properties")
    if not isinstance(properties, dict) or not properties:
        reporter.value(source, ("properties",), "properties", '{"…": {"type": "…"}}', properties)
        return
    required = _required(source, value, properties, reporter)
    seen: dict[str, str] = {}
    for written, body in properties.items():
        path: Path = ("properties", written)
        name = read_name(source, path, written, reporter)
        if name is None:
            continue
        if not isinstance(body, dict):
            reporter.value(source, path, written, '{"type": "…"}', body)
            continue
        one = _field(source, path, body, written in required, reporter)
        if one is None:
            continue
        clash = next((text for text in one.names.values() if text in seen), None)
        if clash is not None:
            other = ("properties", seen[clash])
            reporter.json("ZS2111", source, path, {"name": clash}, related=(source, other))
            continue
        seen.update((text, written) for text in one.names.values())
        yield name, one


def _field(
    source: Source, path: Path, body: Mapping[str, Any], required: bool, reporter: Reporter
) -> Field | None:
    name = unicodedata.normalize("NFC", str(path[-1]))
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in _CONSTRAINTS:
        reporter.value(source, (*path, "type"), "type", " | ".join(f'"{one}"' for one in _CONSTRAINTS), kind)
        return None
    only(source, path, body, _COMMON | _CONSTRAINTS[kind] | _OWN[kind], reporter)
    type_ = _type(source, path, kind, body, reporter)
    if type_ is None:
        return None
    names_ = names(source, (*path, "x-names"), body.get("x-names"), name, reporter)
    return Field(
        name=name,
        type=type_,
        names=names_,
        labels=labels(texts(source, (*path, "x-label"), body.get("x-label"), reporter), names_),
        required=required,
        personal=_personal(source, (*path, "x-personal"), body, reporter),
        free_text=isinstance(type_, TextType) and body.get("x-personal") == "text",
        description=descriptions(source, path, body, reporter),
        constraints=dict(_constraints(source, path, kind, body, reporter)),
        unit=_UNITS[body["x-unit"]][0] if isinstance(type_, DurationType) else None,
    )


def _personal(source: Source, path: Path, body: Mapping[str, Any], reporter: Reporter) -> bool:
    """`true`, or `"text"` for people's own words."""
    value = body.get("x-personal")
    if value == "text" and body.get("type") == "string" and not {"format", "x-codes"} & set(body):
        return True
    return flag(source, path, value, reporter, 'true | false | "text"')


def _type(source: Source, path: Path, kind: str, body: Mapping[str, Any], reporter: Reporter) -> Type | None:
    if kind == "boolean":
        return BooleanType()
    if kind == "number":
        return _decimal(source, path, body, reporter)
    if kind == "integer":
        unit = body.get("x-unit")
        if unit is None:
            return IntegerType()
        if not isinstance(unit, str) or unit not in _UNITS:
            reporter.value(
                source, (*path, "x-unit"), "x-unit", " | ".join(f'"{one}"' for one in _UNITS), unit
            )
            return None
        return _UNITS[unit][1]
    codes = body.get("x-codes")
    if codes is not None and not isinstance(codes, str):
        reporter.value(source, (*path, "x-codes"), "x-codes", '"…"', codes)
        return None
    if kind == "array":
        items = body.get("items", {"type": "string"})
        if codes is None or not isinstance(items, dict) or items.get("type") != "string" or len(items) != 1:
            reporter.value(source, path, "items", '"items": {"type": "string"}, "x-codes": "…"', items)
            return None
        return CodesType(codes)
    return _string(source, path, body, codes, reporter)


def _string(
    source: Source, path: Path, body: Mapping[str, Any], codes: str | None, reporter: Reporter
) -> Type | None:
    form = body.get("format")
    formats: dict[str | None, Type] = {None: TextType(), "date": DateType(), "date-time": InstantType()}
    if (form is not None and not isinstance(form, str)) or form not in formats or (codes and form):
        reporter.value(source, (*path, "format"), "format", '"date" | "date-time"', form)
        return None
    return CodeType(codes) if codes else formats[form]


def _decimal(source: Source, path: Path, body: Mapping[str, Any], reporter: Reporter) -> Type | None:
    step = body.get("multipleOf", Fraction(1, 10_000))
    if isinstance(step, bool) or not isinstance(step, (int, Fraction)) or Fraction(step) not in _SCALES:
        reporter.value(source, (*path, "multipleOf"), "multipleOf", "1 | 0.1 | 0.01 | … | 0.000001", step)
        return None
    return DecimalType(_SCALES[Fraction(step)])


def _constraints(
    source: Source, path: Path, kind: str, body: Mapping[str, Any], reporter: Reporter
) -> Iterator[tuple[str, object]]:
    for keyword in sorted(_CONSTRAINTS[kind] & body.keys()):
        value = body[keyword]
        at: Path = (*path, keyword)
        if keyword == "pattern":
            if isinstance(value, str) and _compiles(value):
                yield keyword, value
            else:
                reporter.value(source, at, keyword, "RE2", value)
        elif (
            isinstance(value, bool)
            or not isinstance(value, (int, Fraction))
            or (keyword in _TEXTUAL and (not isinstance(value, int) or value < 0))
        ):
            reporter.value(source, at, keyword, "0, 1, 2, …", value)
        else:
            yield keyword, value


def _compiles(pattern: str) -> bool:
    from zhunsheng.semantics.regex import problem

    return problem(pattern) is None


def _parents(source: Source, value: Any, fields: Mapping[str, Field], reporter: Reporter) -> Iterator[Parent]:
    if value is None:
        return
    if not isinstance(value, dict):
        reporter.value(source, ("x-parent",), "x-parent", '{"…": "…"}', value)
        return
    for link, target in value.items():
        path: Path = ("x-parent", link)
        if link not in fields:
            values = {"keyword": "x-parent", "name": str(link)[:60], **suggestion(str(link), fields)}
            reporter.json("ZS2108", source, path, values)
            continue
        if isinstance(target, str):
            yield Parent(link, target, "", {})
            continue
        if not isinstance(target, dict) or not isinstance(target.get("record"), str):
            reporter.value(
                source, path, link, '"…" | {"record": "…", "as": "…", "names": {"zh": "…"}}', target
            )
            continue
        only(source, path, target, {"record", "as", "names"}, reporter)
        if "as" not in target:
            yield Parent(link, target["record"], "", {})
            continue
        role = read_name(source, (*path, "as"), target["as"], reporter)
        if role is not None:
            names_ = names(source, (*path, "names"), target.get("names"), role, reporter)
            yield Parent(link, target["record"], role, names_)
