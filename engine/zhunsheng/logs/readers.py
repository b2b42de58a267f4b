"""How each file format hands its cells to the database: one relation, one text expression per field.

A reader never looks at rows in Python. What it cannot read as a row at all (a ragged line, a stray quote, text
that is no JSON) it leaves to the database's own list of rejected lines, or marks with a fault code.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.conversion import call, text
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.sources import SourceFile
from zhunsheng.semantics.types import CodesType, TextType
from zhunsheng.semantics.vocabulary import Field, Record

if TYPE_CHECKING:
    import duckdb

FAULT = "_fault"
BLANK = "blank"
"""Fault of a line that holds nothing: it is no record and is not counted."""
REJECTS = "zhunsheng_rejects"
SCANS = "zhunsheng_scans"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's text in the relation (NULL when empty); `wrong` is true where the source's own type is wrong."""

    text: exp.Expression
    header: str
    wrong: exp.Expression | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What `staging` selects from: a relation, the cells it holds, and what was seen of the columns."""

    relation: exp.Expression
    parameters: tuple[object, ...]
    cells: Mapping[str, Cell]
    fault: exp.Expression
    unknown_columns: tuple[str, ...]
    first_line: int
    """Physical line of the first record."""
    rejects: bool
    """Whether the database lists lines it could not split."""


def reading(source: SourceFile, record: Record, connection: duckdb.DuckDBPyConnection) -> Reading:
    """Prepare a source for staging. Raises LogError when its columns do not fit the record type."""
    if source.format == "csv":
        return _csv(source, record)
    if source.format == "jsonl":
        return _jsonl(source, record)
    return _parquet(source, record, connection)


def field_names(record: Record) -> dict[str, str]:
    """Every header that names a field (canonical or in a surface language) -> canonical name."""
    names = {name: name for name in record.fields}
    for name, each in record.fields.items():
        for other in each.names.values():
            names.setdefault(other, name)
    return names


def match_columns(
    source: SourceFile, record: Record, headers: list[str]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Canonical field -> index of its column, and the headers that name no field.

    Raises LogError for two columns of one field, and when the key or another required field has no column.
    """
    known = field_names(record)
    found: dict[str, int] = {}
    unknown: list[str] = []
    for index, header in enumerate(headers):
        name = known.get(header)
        if name is None:
            unknown.append(header)
        elif name in found:
            raise log_error(
                "ZS4032", f"{source.name}:1", column=header, other=headers[found[name]], field=name
            )
        else:
            found[name] = index
    needed = [
        record.key,
        *(name for name, each in record.fields.items() if each.required and name != record.key),
    ]
    missing = [name for name in needed if name not in found]
    if missing:
        shown = ", ".join(f"{name} ({record.fields[name].names.get('zh', name)})" for name in missing)
        raise log_error(
            "ZS4031", f"{source.name}:1", record=record.name, fields=shown, found=", ".join(headers[:40])
        )
    return found, tuple(unknown)


def escaped(path: Path) -> str:
    """The path as the database takes it: a file name is a name, never a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def _option(name: str, value: exp.Expression) -> exp.Expression:
    return exp.EQ(this=exp.var(name), expression=value)


def _scan(columns: list[str], **options: exp.Expression) -> exp.Expression:
    struct = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=text("VARCHAR")) for name in columns
        ]
    )
    return call(
        "read_csv",
        exp.Placeholder(),
        _option("header", exp.false()),
        _option("auto_detect", exp.false()),
        _option("columns", struct),
        _option("store_rejects", exp.true()),
        _option("rejects_table", text(REJECTS)),
        _option("rejects_scan", text(SCANS)),
        *(_option(name, value) for name, value in options.items()),
    )


# CSV


def _csv(source: SourceFile, record: Record) -> Reading:
    headers, lines = csv_header(source)
    found, unknown = match_columns(source, record, headers)
    names = [f"c{index}" for index in range(len(headers))]
    relation = _scan(
        names, delim=text(","), quote=text('"'), escape=text('"'), skip=exp.Literal.number(lines)
    )
    cells = {name: Cell(exp.column(names[index]), headers[index]) for name, index in found.items()}
    return Reading(relation, (escaped(source.path),), cells, exp.Null(), unknown, lines + 1, True)


def csv_header(source: SourceFile) -> tuple[list[str], int]:
    """Headers and the number of physical lines they take. The file was probed: it is UTF-8 and not empty."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        headers = next(reader, [])
        return [header.strip() for header in headers], reader.line_num


# JSON lines


def _jsonl(source: SourceFile, record: Record) -> Reading:
    relation = _scan(["l"], delim=text("\x01"), quote=text(""), escape=text(""))
    known = {name: name for name in record.fields}
    present, unknown = _jsonl_names(source, record)
    for name, header in present.items():
        known[name] = header
    line = exp.column("l")
    valid = call("json_valid", line)
    is_object = exp.EQ(this=call("json_type", line.copy()), expression=text("OBJECT"))
    fault = (
        exp.Case()
        .when(
            exp.or_(
                exp.Is(this=line.copy(), expression=exp.Null()),
                exp.EQ(this=call("trim", line.copy()), expression=text("")),
            ),
            text(BLANK),
        )
        .when(exp.not_(valid), text("ZS4252"))
        .when(exp.not_(is_object), text("ZS4253"))
    )
    return Reading(relation, (escaped(source.path),), {}, fault, unknown, 1, True)


def _jsonl_names(source: SourceFile, record: Record) -> tuple[dict[str, str], tuple[str, ...]]:
    raise NotImplementedError


# Parquet


def _parquet(source: SourceFile, record: Record, connection: duckdb.DuckDBPyConnection) -> Reading:
    raise NotImplementedError
