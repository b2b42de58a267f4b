"""Rows by equality from the canonical tables: what the reference evaluator needs to run on a real log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.logs.canonical import ROW, decoder, encoder
from zhunsheng.logs.expressions import cast, column, equal, select, table, to_sql
from zhunsheng.logs.model import Row, Value
from zhunsheng.semantics.types import CodesType, CodeType
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb

_BATCH = 2048


class DuckStore:
    """`logs.model.Store` over canonical tables. Reads through cursors of its own, so calls may be nested."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._decoders: dict[str, dict[str, Callable[[Any], Value]]] = {}

    def rows(self, record: str) -> Iterator[Row]:
        """All rows in `_row` order. Raises KeyError for a record type that is not in the vocabulary."""
        return self._fetch(record, self._select(record), [])

    def lookup(self, record: str, field: str, value: Value) -> Iterator[Row]:
        """Rows whose field equals the value, in `_row` order; none for None or for a value no row can
        hold.
        """
        if value is None:
            return iter(())
        type_ = self._vocabulary.records[record].fields[field].type
        try:
            parameter = encoder(type_, self._vocabulary)(value)
        except (KeyError, ValueError):  # a code of another list, a number with more digits than the column
            return iter(())
        place: exp.Expression = exp.Placeholder()
        if isinstance(type_, CodesType):
            place = cast(place, "SMALLINT[]")
        elif isinstance(type_, CodeType):
            place = cast(place, "SMALLINT")
        return self._fetch(record, self._select(record, equal(column(field), place)), [parameter])

    def _select(self, record: str, where: exp.Expression | None = None) -> exp.Select:
        names = [ROW, *self._vocabulary.records[record].fields]
        rows = select([column(name) for name in names], table(record), where)
        return rows.order_by(column(ROW), copy=False)

    def _fetch(self, record: str, select: exp.Select, parameters: list[Any]) -> Iterator[Row]:
        decoders = self._decoders.get(record)
        if decoders is None:
            fields = self._vocabulary.records[record].fields
            decoders = {name: decoder(field.type, self._vocabulary) for name, field in fields.items()}
            self._decoders[record] = decoders
        cursor = self._connection.cursor().execute(to_sql(select), parameters)
        return self._decoded(cursor, decoders)

    @staticmethod
    def _decoded(
        cursor: duckdb.DuckDBPyConnection, decoders: dict[str, Callable[[Any], Value]]
    ) -> Iterator[Row]:
        while batch := cursor.fetchmany(_BATCH):
            for number, *values in batch:
                row: dict[str, Value] = {ROW: number}
                for (name, decode), value in zip(decoders.items(), values, strict=True):
                    row[name] = None if value is None else decode(value)
                yield row
