"""Personal data where none belongs: mobile and identity numbers in text fields that the vocabulary does not
call personal. Counted, with the rows; the values themselves are not kept.

Identity numbers count only with the right check digit: numbers of cases are as long, and often begin with a
region too. Those of fifteen digits have none and are not looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.logs.canonical import ROW
from zhunsheng.logs.expressions import (
    Expression,
    call,
    column,
    count,
    equal,
    number,
    select,
    table,
    text,
    to_sql,
    union,
)
from zhunsheng.logs.model import TableFacts
from zhunsheng.logs.personal import IDENTITY_18, MOBILE, findings, is_identity
from zhunsheng.semantics.types import TextType
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb

SAMPLE = 200_000
"""Of a larger table every so many-th row is looked at, so that about as many are."""
LOOKED_AT = 20_000
"""Rows of one table that are looked at closely; where more look suspicious, the count is a lower bound."""
PLACES = 5
_CANDIDATE = rf"(?:^|[^0-9A-Za-z])(?:{MOBILE}|{IDENTITY_18})(?:$|[^0-9A-Za-z])"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Values of one field that look like personal data."""

    record: str
    field: str
    kind: str
    """mobile or identity."""
    count: int
    """Rows, of those looked at."""
    rows: tuple[int, ...]
    """The first of them (`_row`)."""
    looked_at: int
    """Rows of the table that were looked at: all, or the sample."""
    at_least: bool = False


def scan(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, tables: Mapping[str, TableFacts]
) -> tuple[PersonalData, ...]:
    """What is found in the canonical tables, by record type and field."""
    looked = [
        (record, fields)
        for name, record in vocabulary.records.items()
        if tables.get(name, TableFacts(supplied=False)).rows and (fields := _plain_texts(record))
    ]
    if not looked:
        return ()
    steps = {record.name: -(-tables[record.name].rows // SAMPLE) for record, _ in looked}
    counted = union([_counts(record, fields, steps[record.name]) for record, fields in looked])
    rows = {name: (seen, hits) for name, seen, hits in connection.execute(counted).fetchall()}
    found: list[PersonalData] = []
    for record, fields in looked:
        if rows[record.name][1]:
            found += _closely(record, fields, steps[record.name], rows[record.name], connection)
    return tuple(found)


def _plain_texts(record: Record) -> list[str]:
    return [
        name
        for name, field in record.fields.items()
        if isinstance(field.type, TextType) and not field.personal
    ]


def _in_sample(step: int) -> Expression | None:
    if step == 1:
        return None
    return equal(exp.Mod(this=column(ROW), expression=number(step)), number(0))


def _suspicious(fields: Sequence[str]) -> Expression:
    """Whether any of the texts holds a candidate: one pattern over all of them, a line each."""
    together = call("concat_ws", text("\n"), *(column(name) for name in fields))
    return call("regexp_matches", together, text(_CANDIDATE))


def _counts(record: Record, fields: Sequence[str], step: int) -> exp.Select:
    hits = exp.Filter(this=count(), expression=exp.Where(this=_suspicious(fields)))
    return select([text(record.name), count(), hits], table(record.name), _in_sample(step))


def _closely(
    record: Record,
    fields: Sequence[str],
    step: int,
    counted: tuple[int, int],
    connection: duckdb.DuckDBPyConnection,
) -> list[PersonalData]:
    seen, hits = counted
    columns = [column(ROW), *(column(name) for name in fields)]
    query = select(columns, table(record.name), _suspicious(fields))
    if (sampled := _in_sample(step)) is not None:
        query = query.where(sampled)
    query = query.order_by(column(ROW)).limit(LOOKED_AT)
    places: dict[tuple[str, str], list[int]] = {}
    for row, *values in connection.execute(to_sql(query)).fetchall():
        for name, value in zip(fields, values, strict=True):
            for kind in _kinds(value or ""):
                places.setdefault((name, kind), []).append(row)
    return [
        PersonalData(record.name, name, kind, len(rows), tuple(rows[:PLACES]), seen, hits > LOOKED_AT)
        for (name, kind), rows in sorted(places.items(), key=lambda item: (fields.index(item[0][0]), item[0]))
    ]


def _kinds(value: str) -> list[str]:
    """Kinds of personal data in a text, each once."""
    kinds = dict.fromkeys(
        found.kind
        for found in findings(value)
        if found.kind == "mobile"
        or (
            found.kind == "identity"
            and len(held := value[found.start : found.end]) == 18
            and is_identity(held)
        )
    )
    return list(kinds)
