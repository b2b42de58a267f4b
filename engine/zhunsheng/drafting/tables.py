"""The rows of a test's log: by key, over defaults, over the rows of the case that it extends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.drafting.cells import cell
from zhunsheng.logs.model import Row, Value
from zhunsheng.logs.paths import record_names
from zhunsheng.packs.yaml_text import Document
from zhunsheng.semantics.vocabulary import Record, Vocabulary
from zhunsheng.semantics.wording import both, suggestion, type_names

_Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class RawRow:
    """Field -> what the file says and where. `place` is the row's own."""

    cells: Mapping[str, tuple[Any, Span]]
    place: Span
    key: str | None = field(default=None)


Rows = Mapping[str, tuple[RawRow, ...]]
"""Record -> its rows in order."""


class Tables:
    """Rows of one file, against the vocabulary. What is wrong goes to `report`."""

    def __init__(self, document: Document, vocabulary: Vocabulary, report: list[Diagnostic]) -> None:
        self.document, self.vocabulary, self.report = document, vocabulary, report
        self.records = record_names(vocabulary)
        self.defaults: dict[str, Mapping[str, tuple[Any, Span]]] = {}
        self._told: set[tuple[int, int, str]] = set()

    def read_defaults(self, said: Mapping[str, Any]) -> None:
        """Fields that every row has unless it says otherwise."""
        for name, body in said.items():
            record = self._record(name, ("defaults", name))
            if record is not None:
                self.defaults[record.name] = self._cells(record, body, ("defaults", name))

    def rows(self, said: Mapping[str, Any], at: _Path, base: Rows) -> Rows:
        """The log of a case: `base` with its rows changed, taken out or added to."""
        found = dict(base)
        for name, body in said.items():
            record = self._record(name, (*at, name))
            if record is None:
                continue
            kept = list(found.get(record.name, ()))
            entries = body.items() if isinstance(body, dict) else enumerate(body)
            inherited = len(kept)
            for key, given in entries:
                self._row(record, given, (*at, name, key), kept, inherited)
            found[record.name] = tuple(row for row in kept if row is not None)
        return found

    def _row(self, record: Record, given: Any, at: _Path, kept: list[Any], inherited: int) -> None:
        key = at[-1]
        cells = self._given(record, given, at)
        place = self.document.place(at)
        if isinstance(key, str):
            cells = {record.key: (key, place), **(cells or {})}
        if cells is None:
            self._add("ZS5212", place, record=record.name)
            return
        text = str(cells[record.key][0]) if record.key in cells else None
        old = next((n for n, row in enumerate(kept[:inherited]) if row is not None and row.key == text), None)
        if given is None and isinstance(key, str):
            if old is not None:
                kept[old] = None
            else:
                self._add("ZS5213", place, key=key)
            return
        if old is not None and text is not None:
            kept[old] = RawRow({**kept[old].cells, **cells}, place, text)
        else:
            kept.append(RawRow({**self.defaults.get(record.name, {}), **cells}, place, text))

    def _given(self, record: Record, given: Any, at: _Path) -> dict[str, tuple[Any, Span]] | None:
        if isinstance(given, dict):
            return self._cells(record, given, at)
        if isinstance(given, str) and record.time is not None:
            return {record.time: (given, self.document.value_place(at))}
        if given is not None:
            self._add("ZS5212", self.document.value_place(at), record=record.name)
        return None

    def _cells(self, record: Record, body: Mapping[str, Any], at: _Path) -> dict[str, tuple[Any, Span]]:
        known = {name: name for name in record.fields}
        for name, each in record.fields.items():
            for other in each.names.values():
                known.setdefault(other, name)
        found: dict[str, tuple[Any, Span]] = {}
        for name, value in body.items():
            if name in known:
                found[known[name]] = (value, self.document.value_place((*at, name)))
            else:
                values = {"name": name[:60], "record": record.name, **suggestion(name, known)}
                self._add("ZS5203", self.document.place((*at, name)), **values)
        return found

    def _record(self, name: str, at: _Path) -> Record | None:
        if name in self.records:
            return self.vocabulary.records[self.records[name]]
        self._add("ZS5202", self.document.place(at), name=name[:60], **suggestion(name, self.records))
        return None

    def _add(self, code: str, span: Span, **values: str) -> None:
        # Rows that a case extends are converted again; a mistake in them is told once.
        mark = (span.start, span.end, code)
        if mark not in self._told:
            self._told.add(mark)
            self.report.append(Diagnostic(code, span, values))

    # ---- values ----

    def converted(self, rows: Rows, zone: str) -> dict[str, tuple[Row, ...]]:
        """Canonical rows; a value that is none of its field is reported."""
        return {
            name: tuple(self._converted(self.vocabulary.records[name], row, zone) for row in given)
            for name, given in rows.items()
        }

    def _converted(self, record: Record, row: RawRow, zone: str) -> Row:
        values: dict[str, Value] = {}
        for name, each in record.fields.items():
            raw, span = row.cells.get(name, (None, row.place))
            try:
                values[name] = cell(each, raw, self.vocabulary, zone)
            except (ValueError, OverflowError):
                expected = both("expected", type_names(each.type, self.vocabulary))
                self._add(
                    "ZS5204", span, name=name, value=str(raw)[:60], **expected, **self._words(record, name)
                )
                continue
            if each.required and values[name] is None:
                self._add("ZS5205", row.place, name=name, record=record.name)
        return values

    def _words(self, record: Record, name: str) -> dict[str, str]:
        codes = self.vocabulary.codes_of(record.fields[name].type)
        if codes is None:
            return both("suggestion", ("写法同日志", "written as in a log"))
        names = [code.name for code in codes.codes]
        return suggestion("", names, [code.names.get("zh", code.name) for code in codes.codes], names)
