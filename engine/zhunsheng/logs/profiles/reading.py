"""A profile's YAML to its model. Names are looked up later: a profile may speak of what it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.logs.profiles.model import (
    Cited,
    CodeMap,
    Conflict,
    FieldMapping,
    NotMapped,
    Partner,
    Profile,
    Reading,
    RecordMapping,
    TableMapping,
    Words,
    Written,
)
from zhunsheng.packs.yaml_text import Document, Path
from zhunsheng.syntax import parse_expression

Data = Mapping[str, Any]


class ProfileReader:
    """Reads one document that its schema found right. What is wrong with expressions goes to
    `diagnostics`."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.diagnostics: list[Diagnostic] = []

    def profile(self) -> Profile:
        """The profile as it stands in this file alone."""
        data: Data = self.document.value
        return Profile(
            name=data["profile"],
            title=_words(data["title"]),
            about=_words(data.get("about")),
            zone=data.get("zone"),
            formats=tuple(data.get("formats", ())),
            sources={
                name: Cited(_words(one["title"]), one["cite"])
                for name, one in data.get("sources", {}).items()
            },
            codes={name: self._codes(name, one) for name, one in data.get("codes", {}).items()},
            conflicts={
                name: self._conflict(name, one, ("conflicts", name))
                for name, one in data.get("conflicts", {}).items()
                if one is not None
            },
            dropped=tuple(name for name, one in data.get("conflicts", {}).items() if one is None),
            readings=dict(data.get("readings", {})),
            decide=dict(data.get("decide", {})),
            tables=self._tables(data.get("tables", {}), ("tables",)),
            not_mapped=tuple(
                NotMapped(one["field"], _words(one["why"])) for one in data.get("not_mapped", ())
            ),
            abstract=bool(data.get("abstract", False)),
        )

    def _codes(self, name: str, data: Data) -> CodeMap:
        span = self.document.place(("codes", name))
        return CodeMap(
            name, _code_values(data["map"]), data.get("source", ""), _words(data.get("note")), span
        )

    def _tables(self, data: Data, path: Path) -> dict[str, TableMapping]:
        return {name: self._table(one, (*path, name)) for name, one in data.items()}

    def _table(self, data: Data, path: Path) -> TableMapping:
        records = data.get("records", {})
        return TableMapping(
            names=tuple(data.get("names", ())),
            columns=tuple(data.get("columns", ())),
            aliases={name: tuple(others) for name, others in data.get("aliases", {}).items()},
            records={name: self._record(one, (*path, "records", name)) for name, one in records.items()},
        )

    def _record(self, data: Data | None, path: Path) -> RecordMapping | None:
        if data is None:
            return None
        fields = data.get("fields", {})
        return RecordMapping(
            fields={name: self._field(one, (*path, "fields", name)) for name, one in fields.items()},
            where=self._written(data.get("where"), (*path, "where")),
            span=self.document.place(path),
        )

    def _field(self, data: Data | str | None, path: Path) -> FieldMapping | None:
        if data is None:
            return None
        span = self.document.place(path)
        if isinstance(data, str):
            return FieldMapping(value=self._written(data, path), span=span)
        codes = data.get("codes")
        constant = data.get("constant")
        return FieldMapping(
            value=self._written(data.get("value"), (*path, "value")),
            constant=_plain(constant),
            codes=CodeMap("", _code_values(codes), span=span) if isinstance(codes, dict) else codes,
            formats=tuple(data["formats"]) if "formats" in data else None,
            items=data.get("items"),
            source=data.get("source"),
            basis=data.get("basis"),
            note=_words(data["note"]) if "note" in data else None,
            span=span,
        )

    def _conflict(self, name: str, data: Data, path: Path) -> Conflict:
        return Conflict(
            name=name,
            title=_words(data["title"]),
            table=data["table"],
            readings={
                each: self._reading(each, one, (*path, "readings", each))
                for each, one in data["readings"].items()
            },
            concerns=self._written(data.get("concerns"), (*path, "concerns")),
            source=data.get("source", ""),
            span=self.document.place(path),
        )

    def _reading(self, name: str, data: Data, path: Path) -> Reading:
        return Reading(
            name=name,
            title=_words(data["title"]),
            source=data.get("source", ""),
            speaks=self._written(data.get("speaks"), (*path, "speaks")),
            matched=_partner(data.get("matched")),
            unmatched=_partner(data.get("unmatched")),
            tables=self._tables(data.get("tables", {}), (*path, "tables")),
        )

    def _written(self, text: str | None, path: Path) -> Written | None:
        if text is None:
            return None
        span = self.document.value_place(path)
        source = replace(span.source, text=text)
        tree, wrong = parse_expression(source)
        self.diagnostics += [relocated(one, span, text) for one in wrong]
        return None if tree is None else Written(text, tree, span)


def relocated(found: Diagnostic, span: Span, text: str) -> Diagnostic:
    """A diagnostic about an expression, at its place in the profile.

    Where YAML's own signs stand between the letters (escapes, several lines) the whole value is marked.
    """
    if found.span is None:
        return replace(found, span=span)
    shown = span.text
    if shown == text:
        start = span.start
    elif shown[1:-1] == text and shown[:1] in "'\"":
        start = span.start + 1
    else:
        return replace(found, span=span)
    return replace(found, span=Span(span.source, start + found.span.start, start + found.span.end))


def _words(data: Any) -> Words:
    if data is None:
        return {}
    return {"zh": data, "en": data} if isinstance(data, str) else dict(data)


def _plain(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _code_values(data: Data) -> dict[str, str | None]:
    return {code: _plain(value) for code, value in data.items()}


def _partner(data: Data | None) -> Partner | None:
    return None if data is None else Partner(data["table"], dict(data["columns"]))
