"""OCEL 2.0 as SQLite: the tables of the standard, each found by the names that the file's own maps give."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import column, equal, select, table, text
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables import sqlite
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.ocel_tables import Change, Kind, OcelTables

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

_CHANGED = "ocel_changed_field"
_OWN = {"ocel_id", "ocel_time", _CHANGED}

Row = tuple[str | None, ...]


def read_sqlite(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of an OCEL SQLite file. Raises LogError (ZS4003, ZS4124, ZS415x)."""
    with (
        sqlite.opened(source.path, source.name) as connection,
        OcelTables(session, source, lines=False) as tables,
    ):
        names = sqlite.tables(connection)
        for name in sorted(sqlite.OCEL.difference(names)):
            raise log_error("ZS4124", source.name, table=name)
        file = _File(connection, source.name, names)
        for kind in ("object", "event"):
            for type_, stored in file.types(kind):
                attributes = [each for each in sqlite.columns(connection, stored) if each not in _OWN]
                tables.declare(kind, type_, attributes)
                if kind == "object":
                    file.objects(type_, stored, attributes, tables)
                else:
                    file.events(type_, stored, attributes, tables)
        for row in file.rows("event_object", ("ocel_event_id", "ocel_object_id", "ocel_qualifier")):
            tables.event_object(row[0] or "", row[1] or "", row[2])
        for row in file.rows("object_object", ("ocel_source_id", "ocel_target_id", "ocel_qualifier")):
            tables.object_object(row[0] or "", row[1] or "", row[2])
        return tables.finish()


class _File:
    def __init__(self, connection: sqlite3.Connection, source: str, names: list[str]) -> None:
        self._connection, self._source, self._names = connection, source, names

    def types(self, kind: Kind) -> Iterator[tuple[str, str]]:
        """(type, its table). Raises LogError when the map names a table that is not there."""
        for type_, short in list(self.rows(f"{kind}_map_type", ("ocel_type", "ocel_type_map"))):
            stored = f"{kind}_{short}"
            if stored not in self._names:
                raise log_error("ZS4124", self._source, table=stored)
            yield type_ or "", stored

    def rows(self, name: str, columns: tuple[str, ...]) -> Iterator[Row]:
        self._check(name, columns)
        query = select([column(each) for each in columns], table(name))
        return sqlite.rows(self._connection, query, self._source, name)

    def events(self, type_: str, stored: str, attributes: list[str], tables: OcelTables) -> None:
        for id_, time, *values in self.rows(stored, ("ocel_id", "ocel_time", *attributes)):
            tables.event(id_ or "", type_, time, zip(attributes, values, strict=True))

    def objects(self, type_: str, stored: str, attributes: list[str], tables: OcelTables) -> None:
        """Objects in the order of the file, each with the rows of its values."""
        has_changes = _CHANGED in sqlite.columns(self._connection, stored)
        self._check(stored, ("ocel_id", "ocel_time"))
        wanted = ["ocel_time", *([_CHANGED] if has_changes else []), *attributes]
        join = exp.Join(
            this=table(stored, "v"),
            side="LEFT",
            on=equal(column("ocel_id", "o"), column("ocel_id", "v")),
        )
        query = select(
            [column("ocel_id", "o"), *(column(name, "v") for name in wanted)],
            table("object", "o"),
            equal(column("ocel_type", "o"), text(type_)),
        )
        query.set("joins", [join])
        query = query.order_by(exp.column("rowid", table="o"), exp.column("rowid", table="v"))
        found = sqlite.rows(self._connection, query, self._source, stored)
        for id_, group in groupby(found, itemgetter(0)):
            changes = [change for row in group for change in _changes(wanted, row[1:])]
            tables.object(id_ or "", type_, changes)

    def _check(self, name: str, columns: tuple[str, ...]) -> None:
        missing = [each for each in columns if each not in sqlite.columns(self._connection, name)]
        if missing:
            raise log_error("ZS4122", self._source, key=missing[0], path=name)


def _changes(names: list[str], values: Row) -> Iterator[Change]:
    """The values of one row: of a change the field that changed, else every one there is."""
    row = dict(zip(names, values, strict=True))
    time, changed = row.pop("ocel_time"), row.pop(_CHANGED, None)
    if changed:
        yield changed, time, row.get(changed)
        return
    for name, value in row.items():
        if value is not None:
            yield name, time, value
