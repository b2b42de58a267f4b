"""`load`: a folder or manifest becomes canonical tables, evidence and a quality account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb as _duckdb
from sqlglot import exp

from zhunsheng.logs.canonical import create_empty, table, to_sql
from zhunsheng.logs.model import Evidence, TableFacts
from zhunsheng.logs.quality import Quality, SourceQuality
from zhunsheng.logs.readers import reading
from zhunsheng.logs.sources import find
from zhunsheng.logs.staging import Staged, column, good, settle, stage
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class LoadedLog:
    """A log ready for both evaluators."""

    connection: duckdb.DuckDBPyConnection
    evidence: Evidence
    quality: Quality
    digests: Mapping[str, str]
    """File name as in messages -> sha256 in hexadecimal, for every input file."""


def load(
    path: Path,
    vocabulary: Vocabulary,
    *,
    as_of: datetime | Literal["now"] | None = None,
    on_bad_record: Literal["fail", "quarantine"] = "quarantine",
) -> LoadedLog:
    """Read a log. Raises LogError when it cannot be read, or when too many of its records are bad."""
    files = find(path, vocabulary)
    connection = _duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    staged: dict[str, Staged] = {}
    for name, record in vocabulary.records.items():
        source = files.sources.get(name)
        if source is None:
            create_empty(record, connection)
            continue
        staged[name] = stage(record, reading(source, record, connection), vocabulary, files.zone, connection)
    at = datetime.now(UTC) if as_of == "now" else as_of or files.coverage.until or _latest(staged, connection)
    facts: dict[str, TableFacts] = {name: TableFacts(False) for name in vocabulary.records}
    sources: list[SourceQuality] = []
    for name, each in staged.items():
        record = each.record
        keep = good()
        if record.time is not None:
            position = list(record.fields).index(record.time)
            late = exp.GT(this=column(f"v{position}"), expression=_timestamp(at))
            keep = exp.and_(keep, exp.Is(this=late, expression=exp.true()).not_())
        settle(each, keep, connection)
        key = column(record.key)
        count = exp.select(
            exp.func("count", exp.Star()),
            exp.func("count", key),
            exp.Count(this=exp.Distinct(expressions=[key.copy()])),
        ).from_(table(name))
        row = connection.execute(to_sql(count)).fetchone()
        assert row is not None
        facts[name] = TableFacts(True, row[0], row[1] == row[2])
        sources.append(
            SourceQuality(name, files.sources[name].name, files.sources[name].format, row[0], row[0])
        )
    quality = Quality(tuple(sources), tuple(name for name in vocabulary.records if name not in staged))
    evidence = Evidence(files.zone, at, files.coverage, files.gaps, facts)
    return LoadedLog(connection, evidence, quality, {})


def _timestamp(at: datetime) -> exp.Expression:
    return exp.cast(
        exp.Literal.string(at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP"
    )


def _latest(staged: Mapping[str, Staged], connection: duckdb.DuckDBPyConnection) -> datetime:
    latest: datetime | None = None
    for each in staged.values():
        if each.record.time is None:
            continue
        position = list(each.record.fields).index(each.record.time)
        query = exp.select(exp.Max(this=column(f"v{position}"))).from_(table(each.table)).where(good())
        row = connection.execute(to_sql(query)).fetchone()
        if row and row[0] is not None:
            found = row[0].replace(tzinfo=UTC)
            latest = found if latest is None else max(latest, found)
    return latest or datetime.now(UTC)
