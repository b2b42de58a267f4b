"""Without a profile: the names of columns say which fields they are, the names of tables which records."""

from __future__ import annotations

from sqlglot import exp

from zhunsheng.logs.conversion import NOT_TEXT
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import Expression, call, cast, column, text
from zhunsheng.logs.tables.model import Fault, Mapped, Origin, RawTable
from zhunsheng.semantics.types import DateType, TextType
from zhunsheng.semantics.vocabulary import Record

_BY_ROW = frozenset({"json", "jsonl"})
"""Formats in which a row need not name every column, and may name a field in another language than the next.
"""
_DATED = frozenset({"parquet", "xlsx", "arrow", "sqlite", "postgresql", "mysql"})
"""Formats whose dates may come as midnights."""

_HEADER, _HEADERS = 40, 400
"""Characters of a header, and of all of them, that a message shows: what is no header may be very long."""


def field_names(record: Record) -> dict[str, str]:
    """Every header that names a field (canonical or in a surface language) -> canonical name."""
    names = {name: name for name in record.fields}
    for name, each in record.fields.items():
        for other in each.names.values():
            names.setdefault(other, name)
    return names


def by_names(table: RawTable, record: Record) -> Mapped:
    """The table as rows of a record type. Raises LogError for two columns of one field (ZS4032), and when the
    key or another required field has no column (ZS4031).
    """
    known = field_names(record)
    found: dict[str, list[int]] = {}
    unknown: list[str] = []
    for index, header in enumerate(table.columns):
        name = known.get(header)
        if name is None:
            unknown.append(header)
            continue
        held = found.setdefault(name, [])
        if held and table.format not in _BY_ROW:
            raise log_error("ZS4032", place(table), column=header, other=table.columns[held[0]], field=name)
        held.append(index)
    cells: dict[str, Expression] = {}
    origins: dict[str, Origin] = {}
    faults: dict[str, tuple[Fault, ...]] = {}
    for name, indices in found.items():
        values = [_cell(table, record, name, index) for index in indices]
        cells[name] = values[0] if len(values) == 1 else exp.Coalesce(this=values[0], expressions=values[1:])
        origins[name] = Origin(tuple(table.columns[index] for index in indices))
        if isinstance(record.fields[name].type, TextType) and table.typed.intersection(indices):
            faults[name] = tuple(
                Fault(NOT_TEXT, column(f"n{index}")) for index in indices if index in table.typed
            )
    _all_there(table, record, cells)
    return Mapped(record.name, table, cells, None, origins, faults, tuple(unknown))


def place(table: RawTable) -> str:
    """Where the headers stand: `rating.csv:3`."""
    return f"{table.source}:{max(1, table.first_line - 1)}"


def _cell(table: RawTable, record: Record, name: str, index: int) -> Expression:
    value = column(f"c{index}")
    if isinstance(record.fields[name].type, DateType) and table.format in _DATED:
        return call("regexp_replace", value, text(r"[ T]00:00:00(?:\.0+)?$"), text(""))
    return value


def _all_there(table: RawTable, record: Record, cells: dict[str, Expression]) -> None:
    others = [name for name, each in record.fields.items() if each.required and name != record.key]
    missing = [name for name in (record.key, *others) if name not in cells]
    if missing and table.format in _BY_ROW:
        cells.update({name: cast(exp.Null(), "VARCHAR") for name in missing})
    elif missing:
        shown = ", ".join(f"{name} ({record.fields[name].names.get('zh', name)})" for name in missing)
        headers = _cut(", ".join(_cut(header, _HEADER) for header in table.columns[:40]), _HEADERS)
        raise log_error("ZS4031", place(table), record=record.name, fields=shown, found=headers)


def _cut(shown: str, length: int) -> str:
    return shown if len(shown) <= length else shown[:length] + "…"
