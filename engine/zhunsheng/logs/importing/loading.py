"""A canonical copy loaded: a typed scan, nothing converted or validated again.

Every part is compared with its digest while the database reads it; what was counted at the import is not
counted again, save what the observation time changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.accounts import KeyAccount, keys, links
from zhunsheng.logs.canonical import ROW, create_empty
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    cast,
    column,
    drop_table,
    named,
    number,
    select,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.importing.columns import read
from zhunsheng.logs.importing.folder import file_digest
from zhunsheng.logs.importing.manifest import read_copy
from zhunsheng.logs.importing.model import Copy, Held, Part, vocabulary_digest
from zhunsheng.logs.importing.parts import NUMBER, scan
from zhunsheng.logs.model import Evidence, TableFacts
from zhunsheng.logs.paths import LogFiles
from zhunsheng.logs.quality import Quality, SourceQuality
from zhunsheng.logs.session import Session, seal
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    from zhunsheng.logs.loading import AsOf, LoadedLog


def load_copy(files: LogFiles, vocabulary: Vocabulary, session: Session, *, as_of: AsOf) -> LoadedLog:
    """The canonical copy that `files` is, in an empty session, which the caller closes on an error.

    Raises LogError: ZS4503 (made with another vocabulary), ZS4504 (a part is not as the import wrote it), and
    what reading the manifest raises.
    """
    from zhunsheng.logs.loading import LoadedLog

    copy = read_copy(files)
    assert files.manifest is not None
    folder = files.manifest.parent
    for name, held in copy.records.items():
        if held.vocabulary != vocabulary_digest(name, vocabulary):
            raise log_error("ZS4503", str(folder), record=name)
    at = _observation_time(as_of, copy)
    with ThreadPoolExecutor(1) as pool:
        digests = [
            (part, pool.submit(_digest, folder / part.path))
            for held in copy.records.values()
            for part in held.parts
        ]
        try:
            quality, facts = _tables(copy, vocabulary, folder, session.connection, at)
        except duckdb.OutOfMemoryException:
            raise log_error("ZS4019", str(folder)) from None
        except duckdb.Error:
            _same(digests, folder)
            raise log_error("ZS4504", str(folder)) from None
        _same(digests, folder)
    seal(session.connection)
    evidence = Evidence(copy.zone, at, copy.coverage, copy.gaps, facts)
    told = {part.path: part.sha256 for part, _ in digests}
    told[files.manifest.name] = file_digest(files.manifest)
    return LoadedLog(session.connection, evidence, quality, told, session)


def _digest(path: Path) -> str:
    try:
        return file_digest(path)
    except OSError as error:
        raise log_error("ZS4003", str(path), reason=error.strerror or "") from None


def _same(digests: Sequence[tuple[Part, Future[str]]], folder: Path) -> None:
    for part, found in digests:
        if found.result() != part.sha256:
            raise log_error("ZS4504", str(folder / part.path))


def _observation_time(as_of: AsOf, copy: Copy) -> datetime:
    if as_of == "now":
        return datetime.now(UTC)
    if as_of is not None:
        return as_of.astimezone(UTC)
    if copy.coverage.until is not None:
        return copy.coverage.until
    latest = [part.last for held in copy.records.values() for part in held.parts if part.last is not None]
    if not latest:
        raise log_error("ZS4064")
    return max(latest)


def _tables(
    copy: Copy, vocabulary: Vocabulary, folder: Path, connection: duckdb.DuckDBPyConnection, at: datetime
) -> tuple[Quality, dict[str, TableFacts]]:
    facts = {name: TableFacts(supplied=False) for name in vocabulary.records}
    sources: list[SourceQuality] = []
    late_tables: dict[str, str] = {}
    for name, record in vocabulary.records.items():
        held = copy.records.get(name)
        if held is None:
            create_empty(record, connection)
            continue
        connection.execute(_create(name, _rows(record, held.parts, folder, vocabulary)))
        late = _leave_out_late(record, held, connection, at, late_tables)
        account = _account(record, held, connection, is_late=any(late))
        facts[name] = TableFacts(True, account.rows, account.duplicate_keys == 0)
        known = [
            replace(part.quality, after_as_of=after, key_personal=record.fields[record.key].personal)
            for part, after in zip(held.parts, late, strict=True)
        ]
        known[0] = replace(
            known[0],
            missing_keys=account.missing,
            duplicate_keys=account.duplicate_keys,
            duplicate_rows=account.duplicate_rows,
            duplicate_samples=account.samples,
        )
        sources += known
    supplied = {name: vocabulary.records[name] for name in vocabulary.records if name in copy.records}
    found = links(supplied, late_tables, connection)
    for late_table in late_tables.values():
        connection.execute(drop_table(late_table))
    missing = tuple(name for name in vocabulary.records if name not in copy.records)
    return Quality(tuple(sources), missing, (), tuple(found), (), _all_is_late(sources, facts)), facts


def _all_is_late(sources: Sequence[SourceQuality], facts: dict[str, TableFacts]) -> tuple[Diagnostic, ...]:
    late = [source for source in sources if source.after_as_of]
    if not late or any(facts[source.record].rows for source in late):
        return ()
    rows = str(sum(source.after_as_of for source in late))
    return (Diagnostic("ZS4071", None, {"rows": rows}, severity=Severity.WARNING),)


def _rows(record: Record, parts: Sequence[Part], folder: Path, vocabulary: Vocabulary) -> str:
    """All rows of a record type, numbered through its parts."""
    selects, before = [], 0
    for part in parts:
        row = named(cast(exp.Add(this=column(NUMBER), expression=number(before + 1)), "BIGINT"), ROW)
        values = [
            named(read(column(name), each.type, vocabulary), name) for name, each in record.fields.items()
        ]
        selects.append(to_sql(select([row, *values], scan(folder / part.path))))
        before += part.rows
    return " UNION ALL ".join(selects)


def _create(name: str, rows: str) -> str:
    return f"CREATE OR REPLACE TABLE {to_sql(table(name))} AS {rows}"


def _leave_out_late(
    record: Record,
    held: Held,
    connection: duckdb.DuckDBPyConnection,
    at: datetime,
    late_tables: dict[str, str],
) -> list[int]:
    """Take the rows after the observation time out of the table; returns per part how many. Their keys are
    kept in a table for the account of links.
    """
    none = [0] * len(held.parts)
    if record.time is None or not any(part.last is not None and part.last > at for part in held.parts):
        return none
    end = cast(text(at.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")
    late = exp.GT(this=column(record.time), expression=end)
    late_tables[record.name] = f"zhunsheng_late_{record.name}"
    gone = select([named(column(record.key), "k"), column(ROW)], table(record.name), late)
    connection.execute(_create(late_tables[record.name], to_sql(gone)))
    connection.execute(to_sql(exp.Delete(this=table(record.name), where=exp.Where(this=late.copy()))))
    counts, before = [], 0
    for part in held.parts:
        inside = exp.Between(this=column(ROW), low=number(before + 1), high=number(before + part.rows))
        counted = select([exp.Count(this=exp.Star())], table(late_tables[record.name]), inside)
        found = connection.execute(to_sql(counted)).fetchone()
        assert found is not None
        counts.append(int(found[0]))
        before += part.rows
    return counts


def _account(
    record: Record, held: Held, connection: duckdb.DuckDBPyConnection, *, is_late: bool
) -> KeyAccount:
    """Keys as the import counted them; counted again where that no longer tells."""
    plain = held.unique_key and not held.missing_keys
    if plain and not is_late:
        return KeyAccount(sum(part.rows for part in held.parts), 0)
    if plain:
        counted = connection.execute(to_sql(select([exp.Count(this=exp.Star())], table(record.name))))
        found = counted.fetchone()
        assert found is not None
        return KeyAccount(int(found[0]), 0)
    return keys([record], connection)[record.name]
