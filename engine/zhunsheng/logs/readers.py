"""How each file format hands its cells to the database: one relation, one text expression per field.

A reader never looks at rows in Python. What it cannot read as a row at all (a ragged line, a stray
quote, text that is no JSON) it leaves to the database's own list of rejected lines, or marks with a
fault code.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    Expression,
    any_of,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    is_null,
    named,
    number,
    select,
    subquery,
    text,
    to_sql,
)
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.probe import LONGEST_LINE
from zhunsheng.semantics.types import CodesType, DateType, DecimalType, TextType
from zhunsheng.semantics.vocabulary import Field, Record

if TYPE_CHECKING:
    import duckdb

FAULT = "_fault"
BLANK = "blank"
"""Fault of a line that holds nothing: it is no record and is not counted."""
_SAMPLED_LINES = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A field's text in the relation (NULL when empty); `wrong` is true where the source's own type is
    wrong.
    """

    text: Expression
    header: str
    wrong: Expression | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What `staging` selects from: a relation, the cells it holds, and what was seen of the columns."""

    relation: Expression
    parameters: tuple[object, ...]
    cells: Mapping[str, Cell]
    fault: Expression
    unknown_columns: tuple[str, ...]
    first_line: int
    """Physical line of the first record."""
    rejects: str | None
    """Where the database lists lines it could not split."""
    scans: str | None
    columns: int
    """Columns a line must have."""


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


def _option(name: str, value: Expression) -> Expression:
    return exp.EQ(this=exp.var(name), expression=value)


def rejects_table(record: Record) -> str:
    return f"zhunsheng_rejects_{record.name}"


def scans_table(record: Record) -> str:
    return f"zhunsheng_scans_{record.name}"


def _scan(
    record: Record, columns: list[str], delimiter: Expression, quote: Expression, skip: int = 0
) -> Expression:
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
        _option("delim", delimiter),
        _option("quote", quote),
        _option("escape", quote.copy()),
        _option("skip", number(skip)),
        _option("max_line_size", number(LONGEST_LINE)),
        _option("store_rejects", exp.true()),
        _option("rejects_table", text(rejects_table(record))),
        _option("rejects_scan", text(scans_table(record))),
    )


# CSV


def _csv(source: SourceFile, record: Record) -> Reading:
    headers, lines = csv_header(source)
    found, unknown = match_columns(source, record, headers)
    names = [f"c{index}" for index in range(len(headers))]
    return Reading(
        relation=_scan(record, names, text(","), text('"'), skip=lines),
        parameters=(escaped(source.path),),
        cells={name: Cell(column(names[index]), headers[index]) for name, index in found.items()},
        fault=exp.Null(),
        unknown_columns=unknown,
        first_line=lines + 1,
        rejects=rejects_table(record),
        scans=scans_table(record),
        columns=len(headers),
    )


def csv_header(source: SourceFile) -> tuple[list[str], int]:
    """Headers and the number of physical lines they take. The file was probed: it is UTF-8 and not empty."""
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        try:
            headers = next(reader, [])
        except csv.Error:
            raise log_error("ZS4033", f"{source.name}:1") from None
        return [header.strip() for header in headers], reader.line_num


# JSON lines


def _jsonl(source: SourceFile, record: Record) -> Reading:
    line = column("l")
    blank = any_of(is_null(line), equal(call("trim", line.copy()), text("")))
    is_object = equal(call("json_type", line.copy()), text("OBJECT"))
    fault = case(
        (blank, text(BLANK)),
        (exp.Not(this=call("json_valid", line.copy())), text("ZS4252")),
        (exp.Not(this=is_object), text("ZS4253")),
    )
    lines = select([line, named(fault, "f")], _scan(record, ["l"], text("\x01"), text("")))
    names = field_names(record)
    shape = json.dumps(dict.fromkeys(names, "JSON"), ensure_ascii=False)
    whole = case((is_null(column("f")), call("from_json", line.copy(), text(shape))))
    relation = select([line.copy(), column("f"), named(whole, "j")], subquery(lines, "lines"))
    cells: dict[str, Cell] = {}
    for name, each in record.fields.items():
        spellings = [spelling for spelling, field in names.items() if field == name]
        values = [call("struct_extract", column("j"), text(spelling)) for spelling in spellings]
        value = values[0] if len(values) == 1 else exp.Coalesce(this=values[0], expressions=values[1:])
        cells[name] = Cell(_json_text(value, each, name), name, _json_wrong(value, each))
    return Reading(
        relation=subquery(relation, "objects"),
        parameters=(escaped(source.path),),
        cells=cells,
        fault=column("f"),
        unknown_columns=_unknown_names(source, names),
        first_line=1,
        rejects=rejects_table(record),
        scans=scans_table(record),
        columns=1,
    )


def _json_text(value: Expression, each: Field, name: str) -> Expression:
    plain = _empty_is_missing(call("json_extract_string", value, text("$")))
    if isinstance(each.type, CodesType):
        items = call("from_json", value.copy(), text('["VARCHAR"]'))
        is_list = exp.EQ(this=call("json_type", value.copy()), expression=text("ARRAY"))
        return case((is_list, _joined(items)), default=plain)
    if isinstance(each.type, DecimalType):
        # The JSON reader keeps numbers as doubles: one of 16 digits is taken from the line as written.
        long = call("regexp_matches", column("l"), text(r":\s*-?[0-9][0-9.]{15,}"))
        written = text(rf'"{name}"\s*:\s*(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)')
        exact = call("nullif", call("regexp_extract", column("l"), written, number(1)), text(""))
        return case((long, exp.Coalesce(this=exact, expressions=[plain.copy()])), default=plain)
    return plain


def _json_wrong(value: Expression, each: Field) -> Expression | None:
    if not isinstance(each.type, TextType):
        return None
    return exp.NEQ(this=call("json_type", value.copy()), expression=text("VARCHAR"))


def _joined(items: Expression) -> Expression:
    """A list as cell text: `a|b`; an empty list is known to be empty; one with a hole is no list of codes."""
    size = call("len", items)
    holes = exp.NEQ(this=call("list_count", items.copy()), expression=size)
    return case(
        (equal(size.copy(), number(0)), text("[]")),
        (holes, text("[null]")),
        default=call("array_to_string", items.copy(), text("|")),
    )


def _empty_is_missing(value: Expression) -> Expression:
    return call("nullif", value, text(""))


def _unknown_names(source: SourceFile, known: Mapping[str, str]) -> tuple[str, ...]:
    """Names in the first lines that no field has. (Reading the names of every line would double the work.)"""
    unknown: dict[str, None] = {}
    with source.path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in islice(file, _SAMPLED_LINES):
            try:
                item = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(item, dict):
                unknown.update(dict.fromkeys(str(name) for name in item if name not in known))
    return tuple(unknown)


# Parquet


def _parquet(source: SourceFile, record: Record, connection: duckdb.DuckDBPyConnection) -> Reading:
    import duckdb

    scan = call("read_parquet", exp.Placeholder())
    path = escaped(source.path)
    try:
        described = connection.execute(to_sql(select([exp.Star()], scan).limit(0)), [path]).description
    except duckdb.Error:
        raise log_error("ZS4014", source.name) from None
    headers = [str(item[0]) for item in described or ()]
    types = {str(item[0]): str(item[1]) for item in described or ()}
    found, unknown = match_columns(source, record, headers)
    cells: dict[str, Cell] = {}
    for name, index in found.items():
        value = column(headers[index])
        cells[name] = _parquet_cell(value, types[headers[index]], record.fields[name], headers[index])
    return Reading(
        relation=scan,
        parameters=(path,),
        cells=cells,
        fault=exp.Null(),
        unknown_columns=unknown,
        first_line=1,
        rejects=None,
        scans=None,
        columns=len(headers),
    )


def _parquet_cell(value: Expression, kind: str, each: Field, header: str) -> Cell:
    is_text = kind == "VARCHAR" or kind.startswith("ENUM")
    wrong = None if is_text or not isinstance(each.type, TextType) else is_known(value)
    if kind.endswith("[]") and isinstance(each.type, CodesType):
        items = cast(value, "VARCHAR[]")
        return Cell(case((is_known(value), _joined(items))), header)
    if kind.startswith("TIMESTAMP") and kind != "TIMESTAMP WITH TIME ZONE":
        value = cast(value, "TIMESTAMP")
        if isinstance(each.type, DateType):
            # Table libraries write dates as midnights.
            day = cast(value.copy(), "DATE")
            midnight = equal(cast(day, "TIMESTAMP"), value.copy())
            shown = case((midnight, cast(day.copy(), "VARCHAR")), default=cast(value, "VARCHAR"))
            return Cell(shown, header)
    return Cell(_empty_is_missing(cast(value, "VARCHAR")), header, wrong)
