"""JSON lines: the names that occur anywhere in the file are the columns; nested objects are columns `a.b`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    any_of,
    array,
    call,
    case,
    column,
    equal,
    is_null,
    named,
    number,
    select,
    subquery,
    text,
    to_sql,
)
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.staging import BLANK
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.logs.tables.parquet import joined
from zhunsheng.logs.tables.partitions import with_constants
from zhunsheng.logs.tables.scanning import escaped, scan
from zhunsheng.logs.tables.text import open_text

MOST_COLUMNS = 2000
"""A file with more names than this holds data where names should be."""
_DEEPEST = 8
_SEPARATOR = "\x01"
"""No JSON text holds this character unescaped."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A text of one JSON object per line. `numbered`: each line begins with the number of the line that it
    stands for in another file, and a separator.
    """

    name: str
    source: str
    format: str
    path: Path
    numbered: bool = False
    encoding: str | None = None
    notes: tuple[Diagnostic, ...] = ()


def open_jsonl(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The one table of a file of JSON lines. Raises LogError (ZS4009 to ZS4012, ZS4035)."""
    opened = open_text(source, session)
    lines = Lines(
        source.stem, source.name, "jsonl", opened.path, encoding=opened.encoding, notes=opened.notes
    )
    return (with_constants(table_of(lines, session), source.constants),)


def table_of(lines: Lines, session: Session) -> RawTable:
    """The lines as a raw table. Raises LogError (ZS4035) for more names than a table can have columns."""
    rejects, scans = session.name("rejects"), session.name("scans")
    columns = [LINE, "l"] if lines.numbered else ["l"]
    text_lines = scan(columns, _SEPARATOR, "", skip=0, rejects=rejects, scans=scans)
    keys = _keys(lines, columns, session)
    relation = select(
        [
            *_places(lines),
            column("f"),
            *(named(_cell(index, key), f"c{index}") for index, key in enumerate(keys)),
            *(named(_untext(index), f"n{index}") for index in range(len(keys))),
        ],
        subquery(_read(lines, text_lines, keys), "read"),
    )
    return RawTable(
        name=lines.name,
        source=lines.source,
        format=lines.format,
        columns=tuple(".".join(key) for key in keys),
        relation=subquery(relation, "objects"),
        parameters=(escaped(lines.path),),
        lines="column" if lines.numbered else "text",
        first_line=1,
        fault=column("f"),
        rejects=rejects,
        scans=scans,
        encoding=lines.encoding,
        notes=lines.notes,
        path=None if lines.numbered else lines.path,
        delimiter=None,
        typed=frozenset(range(len(keys))),
    )


def _places(lines: Lines) -> list[Expression]:
    if not lines.numbered:
        return []
    return [named(exp.TryCast(this=column(LINE), to=exp.DataType.build("BIGINT")), LINE)]


def _read(lines: Lines, text_lines: Expression, keys: list[Key]) -> exp.Select:
    line = column("l")
    blank = any_of(is_null(line), equal(call("trim", line.copy()), text("")))
    is_object = equal(call("json_type", line.copy()), text("OBJECT"))
    fault = case(
        (blank, text(BLANK)),
        (exp.Not(this=call("json_valid", line.copy())), text("ZS4252")),
        (exp.Not(this=is_object), text("ZS4253")),
        (_named_twice(line), text("ZS4260")),
    )
    marked = select([exp.Star(), named(fault, "f")], text_lines)
    pointers = array([text(_pointer(key)) for key in keys])
    parts: list[Expression] = []
    if keys:
        whole = is_null(column("f"))
        parts = [
            named(case((whole, call("json_extract_string", line.copy(), pointers))), "s"),
            named(case((whole.copy(), call("json_type", line.copy(), pointers.copy()))), "t"),
            # The database keeps numbers with a point as doubles: one of 16 digits is taken as it is written.
            named(call("regexp_matches", line.copy(), text(r":\s*-?[0-9][0-9.]{15,}")), "long"),
        ]
    return select([exp.Star(), *parts], subquery(marked, "lines"))


def _named_twice(line: Expression) -> Expression:
    """Whether an object has one name twice: nobody knows which of the two values is meant."""
    names = call("json_keys", line.copy())
    return exp.NEQ(this=call("len", names), expression=call("len", call("list_distinct", names.copy())))


def _cell(index: int, key: Key) -> Expression:
    value = call("list_extract", column("s"), number(index + 1))
    kind = call("list_extract", column("t"), number(index + 1))
    is_list = equal(kind.copy(), text("ARRAY"))
    of_objects = all_of(is_list.copy(), call("starts_with", value.copy(), text("[{")))
    items = call("from_json", value.copy(), text('["VARCHAR"]'))
    name = json.dumps(key[-1], ensure_ascii=False)
    pattern = _quoted(name) + r"\s*:\s*(-?[0-9.]+(?:[eE][+-]?[0-9]+)?)"
    written = call("nullif", call("regexp_extract", column("l"), text(pattern), number(1)), text(""))
    exact = exp.Coalesce(this=written, expressions=[value.copy()])
    return case(
        (of_objects, value.copy()),
        (is_list, joined(items)),
        (all_of(column("long"), equal(kind.copy(), text("DOUBLE"))), exact),
        default=call("nullif", value.copy(), text("")),
    )


def _quoted(name: str) -> str:
    """A regular expression that matches the name."""
    return "".join(letter if letter.isalnum() or ord(letter) > 127 else "\\" + letter for letter in name)


def _untext(index: int) -> Expression:
    kind = call("list_extract", column("t"), number(index + 1))
    return exp.Not(this=exp.In(this=kind, expressions=[text("VARCHAR"), text("NULL")]))


def _pointer(key: Key) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in key)


def _keys(lines: Lines, columns: list[str], session: Session) -> list[Key]:
    """Paths of all values that are no objects, those of the first object first."""
    look = _Look(lines, columns, session)
    level: list[Key] = [()]
    leaves: list[Key] = []
    for _ in range(_DEEPEST):
        below = look.names(level)
        if len(leaves) + len(below) > MOST_COLUMNS:
            raise log_error("ZS4035", lines.source, limit=MOST_COLUMNS)
        kinds = look.kinds(below)
        # A name without any value is a column too: it was handed in, and is empty.
        leaves += [key for key in below if kinds[key] != {"OBJECT"}]
        level = [key for key in below if "OBJECT" in kinds[key]]
        if not level:
            return leaves
    return leaves + level


class _Look:
    """Questions to all lines that are objects."""

    def __init__(self, lines: Lines, columns: list[str], session: Session) -> None:
        self._connection = session.connection
        self._parameters = [escaped(lines.path)]
        self._columns = columns
        self._tables = session.name("rejects"), session.name("scans")

    def names(self, level: list[Key]) -> list[Key]:
        """The names inside the objects at these paths."""
        keys = call("json_keys", column("l"), array([text(_pointer(key)) for key in level]))
        first = self._objects([keys]).limit(1)
        every = self._objects([keys.copy()]).distinct()
        found: dict[Key, None] = {}
        for (lists,) in [*self._rows(first), *sorted(self._rows(every), key=str)]:
            for key, inside in zip(level, lists, strict=True):
                found.update(dict.fromkeys((*key, str(name)) for name in inside or ()))
        return list(found)

    def kinds(self, keys: list[Key]) -> dict[Key, set[str]]:
        """Which types of JSON occur at these paths, null aside."""
        if not keys:
            return {}
        types = call("json_type", column("l"), array([text(_pointer(key)) for key in keys]))
        each = [
            call("list_distinct", call("list", call("list_extract", column("t"), number(place + 1))))
            for place in range(len(keys))
        ]
        query = select(each, subquery(self._objects([named(types, "t")]), "types"))
        (row,) = self._rows(query)
        return {key: set(found or ()) - {"NULL"} for key, found in zip(keys, row, strict=True)}

    def _objects(self, values: list[Expression]) -> exp.Select:
        rejects, scans = self._tables
        text_lines = scan(self._columns, _SEPARATOR, "", skip=0, rejects=rejects, scans=scans)
        # In this order: what is no JSON is never asked for its type.
        kind = case((call("json_valid", column("l")), call("json_type", column("l"))))
        return select(values, text_lines, equal(kind, text("OBJECT")))

    def _rows(self, query: exp.Select) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._connection.execute(to_sql(query), self._parameters).fetchall()
        return found
