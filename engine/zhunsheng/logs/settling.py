"""From staging tables to canonical ones: what happened until the observation time, and an account of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.accounts import drop_equal, keys, links
from zhunsheng.logs.canonical import create_empty
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    cast,
    count,
    create_table,
    drop_table,
    insert_into,
    named,
    select,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.intake import Intake, TakenIn, source_quality
from zhunsheng.logs.model import TableFacts
from zhunsheng.logs.paths import LogFiles
from zhunsheng.logs.quality import BadValue, Quality, SourceQuality
from zhunsheng.logs.staging import good, settle, value_of
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb


def settle_all(
    files: LogFiles,
    vocabulary: Vocabulary,
    taken: TakenIn,
    connection: duckdb.DuckDBPyConnection,
    *,
    bad: tuple[BadValue, ...],
    at: datetime,
) -> tuple[Quality, dict[str, TableFacts]]:
    """Make the canonical tables as of `at`; returns what was found and what the planner may rely on."""
    by_record: dict[str, list[Intake]] = {}
    for each in taken.intakes:
        by_record.setdefault(each.record, []).append(each)
    late: dict[str, list[int]] = {}
    late_tables: dict[str, str] = {}
    for name, record in vocabulary.records.items():
        if name not in by_record:
            create_empty(record, connection)
            continue
        late[name] = _settle_record(by_record[name], at, connection)
        if any(late[name]):
            late_tables[name] = _late_table(name)
    supplied = {name: vocabulary.records[name] for name in vocabulary.records if name in by_record}
    accounts = keys(list(supplied.values()), connection)
    facts = {name: TableFacts(supplied=False) for name in vocabulary.records}
    sources: list[SourceQuality] = []
    for name, record in supplied.items():
        account, repeated = accounts[name], [0] * len(by_record[name])
        if account.duplicate_keys and (gone := drop_equal(record, connection)):
            account = keys([record], connection)[name]
            repeated = _by_source(gone, by_record[name])
        facts[name] = TableFacts(True, account.rows, account.duplicate_keys == 0)
        known = [
            _without_repeated(replace(source_quality(each), after_as_of=after), again)
            for each, after, again in zip(by_record[name], late[name], repeated, strict=True)
        ]
        known[0] = replace(
            known[0],
            missing_keys=account.missing,
            duplicate_keys=account.duplicate_keys,
            duplicate_rows=account.duplicate_rows,
            duplicate_samples=account.samples,
        )
        sources += known
    found = links(supplied, late_tables, connection)
    for name in late_tables.values():
        connection.execute(drop_table(name))
    unread = (*files.unread, *taken.unread)
    notes = _all_is_late(sources, facts, vocabulary) + _file_notes(unread, taken)
    not_supplied = tuple(name for name in vocabulary.records if name not in by_record)
    return Quality(tuple(sources), not_supplied, bad, tuple(found), unread, tuple(notes)), facts


def _by_source(rows: Sequence[int], intakes: Sequence[Intake]) -> list[int]:
    """How many of the rows (`_row`) come from each source."""
    ends = list(accumulate(each.tally.staged for each in intakes))
    counts = [0] * len(intakes)
    for row in rows:
        counts[bisect_left(ends, row)] += 1
    return counts


def _without_repeated(source: SourceQuality, repeated: int) -> SourceQuality:
    return replace(source, accepted=source.accepted - repeated, duplicates=repeated)


def _late_table(name: str) -> str:
    return f"zhunsheng_late_{name}"


def _settle_record(
    intakes: Sequence[Intake], at: datetime, connection: duckdb.DuckDBPyConnection
) -> list[int]:
    """Make one canonical table of its sources; returns per source how many rows lie after the observation
    time. The keys of these are kept.
    """
    late: list[int] = []
    before: int | None = None
    for each in intakes:
        late.append(_settle_one(each, at, connection, before=before, is_first=not any(late)))
        before = (before or 0) + each.tally.staged
        if each.tally.rejected:
            for name in (each.mapped.table.rejects, each.mapped.table.scans):
                if name is not None:
                    connection.execute(drop_table(name))
    return late


def _settle_one(
    intake: Intake, at: datetime, connection: duckdb.DuckDBPyConnection, *, before: int | None, is_first: bool
) -> int:
    staged = intake.staged
    if intake.tally.latest is None or intake.tally.latest <= at or staged.record.time is None:
        settle(staged, good(), connection, before=before)
        return 0
    time = value_of(staged, staged.record.time)

    def late() -> Expression:
        end = cast(text(at.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")
        return exp.Coalesce(this=exp.GT(this=time.copy(), expression=end), expressions=[exp.false()])

    key = named(value_of(staged, staged.record.key), "k")
    rows = select([key], table(staged.table), all_of(good(), late()))
    write = create_table if is_first else insert_into
    connection.execute(write(_late_table(staged.record.name), rows))
    counted = connection.execute(
        to_sql(select([count()], table(staged.table), all_of(good(), late())))
    ).fetchone()
    assert counted is not None
    settle(staged, all_of(good(), exp.Not(this=late())), connection, before=before)
    return int(counted[0])


def _all_is_late(
    sources: list[SourceQuality], facts: Mapping[str, TableFacts], vocabulary: Vocabulary
) -> list[Diagnostic]:
    dated = [source for source in sources if vocabulary.records[source.record].time is not None]
    late = sum(source.after_as_of for source in dated)
    if not late or any(facts[source.record].rows for source in dated):
        return []
    return [Diagnostic("ZS4071", None, {"rows": str(late)}, severity=Severity.WARNING)]


def _file_notes(unread: Sequence[str], taken: TakenIn) -> list[Diagnostic]:
    notes = []
    if unread:
        shown = {"files": ", ".join(unread[:10])}
        notes.append(Diagnostic("ZS4072", None, shown, severity=Severity.WARNING))
    tables = {each.mapped.table.source: each.mapped.table for each in taken.intakes}
    return [*notes, *taken.notes, *(note for each in tables.values() for note in each.notes)]
