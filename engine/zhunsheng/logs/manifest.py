"""The log manifest (`log.yaml`): zone, coverage, sources, gaps. Every complaint points at a line of the
file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from zhunsheng.diagnostics.model import Source, Span
from zhunsheng.logs.documents import Document, Path_
from zhunsheng.logs.entries import entry_sources
from zhunsheng.logs.errors import LogError, log_error
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.moments import moment
from zhunsheng.logs.paths import DEFAULT_ZONE, LogFiles, SourceFile, record_names
from zhunsheng.logs.probe import guess_encoding
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

_LARGEST = 1_000_000
_TYPES: Mapping[str, type] = {"object": dict, "array": list, "string": str}


def read_manifest(path: Path, name: str, vocabulary: Vocabulary) -> LogFiles:
    """The files and evidence a manifest declares. Raises LogError (ZS4003, ZS4010, ZS401x, ZS404x)."""
    document = Document(Source(name, _text(path, name)))
    _check_schema(document)
    data: Mapping[str, Any] = document.data
    zone = data.get("zone", DEFAULT_ZONE)
    _check_zone(zone, document)
    start = _moment(document, ("coverage", "from"), zone, "from")
    until = _moment(document, ("coverage", "until"), zone, "until")
    if start and until and start > until:
        raise log_error("ZS4046", span=document.place(("coverage", "until")))
    known = record_names(vocabulary)
    sources: dict[str, tuple[SourceFile, ...]] = {}
    for given, entry in data.get("sources", {}).items():
        at: Path_ = ("sources", given)
        record = _record(given, known, document.key_place(at))
        found = tuple(entry_sources(path.parent, record, entry, document, at))
        if record in sources:
            file, other = found[0].name, sources[record][0].name
            raise log_error("ZS4008", span=document.key_place(at), record=record, file=file, other=other)
        sources[record] = found
    ordered = [source for name in vocabulary.records for source in sources.get(name, ())]
    for index, entry in enumerate(data.get("files", ())):
        ordered += entry_sources(path.parent, None, entry, document, ("files", index))
    gaps = tuple(_gaps(document, zone, known))
    coverage = Coverage(start, until)
    profile, canonical = data.get("profile"), data.get("canonical")
    return LogFiles(zone, coverage, gaps, tuple(ordered), (), path, profile, canonical)


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    if len(raw) > _LARGEST:
        raise log_error("ZS4049", name, limit=_LARGEST)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise log_error("ZS4010", f"{name}:{line}", offset=error.start, guess=guess_encoding(raw)) from None


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    here = Path(__file__).resolve()
    # Beside the package in a checkout, inside it in a wheel.
    for folder in (here.parents[1] / "_data" / "schemas", here.parents[3] / "schemas"):
        if (file := folder / "log.schema.json").is_file():
            schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return schema
    raise FileNotFoundError("log.schema.json")


def fits(value: object, schema: Mapping[str, Any]) -> bool:
    """Whether a manifest's data is what its schema says, by the few keywords that the schema uses. Only a
    manifest that is not is worth the library that says why.
    """
    if "$ref" in schema:
        return fits(value, _schema()["$defs"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema and not any(fits(value, each) for each in schema["anyOf"]):
        return False
    if "type" in schema and not isinstance(value, _TYPES[schema["type"]]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        long_enough = len(value) >= schema.get("minLength", 0)
        return long_enough and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)
    if isinstance(value, list):
        items = schema.get("items", {})
        return len(value) >= schema.get("minItems", 0) and all(fits(each, items) for each in value)
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        if any(key not in value for key in schema.get("required", ())):
            return False
        return all(
            fits(each, properties[key])
            if key in properties
            else others is not False and fits(each, _any(others))
            for key, each in value.items()
        )
    return True


def _any(schema: object) -> Mapping[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _check_schema(document: Document) -> None:
    if fits(document.data, _schema()):
        return
    import jsonschema

    validator = jsonschema.Draft202012Validator(_schema())
    errors = sorted(
        validator.iter_errors(document.data), key=lambda error: [str(part) for part in error.path]
    )
    if not errors:
        return
    error = errors[0]
    path: Path_ = tuple(error.absolute_path)
    where = "/".join(str(part) for part in path) or "/"
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        extra = next(key for key in error.instance if key not in allowed)
        meant = nearest(extra, allowed)
        span = document.key_place((*path, extra))
        raise log_error(
            "ZS4043", span=span, key=extra, path=where, meant=meant or "", allowed=", ".join(allowed)
        )
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        raise log_error("ZS4044", span=document.place(path), key=missing, path=where)
    if error.validator == "enum":
        allowed_values = ", ".join(str(value) for value in error.validator_value)
        raise log_error(
            "ZS4051", span=document.place(path), path=where, value=error.instance, allowed=allowed_values
        )
    if error.validator == "anyOf" and not path:
        raise log_error("ZS4044", span=document.place(path), key="sources", path=where)
    kind = {"object": "mapping", "array": "list"}.get(str(error.validator_value), "text")
    raise log_error("ZS4042", span=document.place(path), path=where, kind=kind)


def _check_zone(zone: str, document: Document) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        import zoneinfo

        meant = nearest(zone, zoneinfo.available_timezones()) or DEFAULT_ZONE
        raise log_error("ZS4050", span=document.place(("zone",)), zone=zone, meant=meant) from None


def _moment(document: Document, path: Path_, zone: str, end: Literal["from", "until"]) -> datetime | None:
    value = document.data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else value[part] if value is not None else None
    if value is None:
        return None
    try:
        return moment(value, zone, end)
    except (ValueError, OverflowError):
        raise log_error("ZS4045", span=document.place(path), value=value) from None


def _record(given: str, known: Mapping[str, str], span: Span) -> str:
    if given in known:
        return known[given]
    meant = nearest(given, known)
    raise _unknown_record(given, meant, span)


def _unknown_record(given: str, meant: str | None, span: Span) -> LogError:
    return log_error("ZS4052" if meant else "ZS4053", span=span, name=given, meant=meant or "")


def _gaps(document: Document, zone: str, known: Mapping[str, str]) -> Iterator[Gap]:
    for index, gap in enumerate(document.data.get("gaps", ())):
        at: Path_ = ("gaps", index)
        start = _moment(document, (*at, "from"), zone, "from")
        until = _moment(document, (*at, "until"), zone, "until")
        assert start is not None and until is not None
        if start > until:
            raise log_error("ZS4046", span=document.place((*at, "until")))
        records = frozenset(
            _record(given, known, document.place((*at, "records", place)))
            for place, given in enumerate(gap.get("records", ()))
        )
        yield Gap(start, until, records, gap["reason"])
