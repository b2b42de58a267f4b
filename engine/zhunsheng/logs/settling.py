"""From staging tables to canonical ones: what happened until the observation time, and an account of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.accounts import keys, links
from zhunsheng.logs.canonical import create_empty
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    cast,
    count,
    create_table,
    drop_table,
    named,
    select,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.intake import Intake, source_quality
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
    intakes: Mapping[str, Intake],
    connection: duckdb.DuckDBPyConnection,
    *,
    bad: tuple[BadValue, ...],
    at: datetime,
) -> tuple[Quality, dict[str, TableFacts]]:
    """Make the canonical tables as of `at`; returns what was found and what the planner may rely on."""
    late: dict[str, int] = {}
    late_tables: dict[str, str] = {}
    for name, record in vocabulary.records.items():
        if name not in intakes:
            create_empty(record, connection)
            continue
        late[name] = _settle_one(intakes[name], at, connection)
        if late[name]:
            late_tables[name] = _late_table(name)
    supplied = {name: vocabulary.records[name] for name in intakes}
    accounts = keys(list(supplied.values()), connection)
    facts = {name: TableFacts(supplied=False) for name in vocabulary.records}
    sources: list[SourceQuality] = []
    for name, account in accounts.items():
        facts[name] = TableFacts(True, account.rows, account.duplicate_keys == 0)
        known = source_quality(intakes[name])
        sources.append(
            replace(
                known,
                after_as_of=late[name],
                missing_keys=account.missing,
                duplicate_keys=account.duplicate_keys,
                duplicate_rows=account.duplicate_rows,
                duplicate_samples=account.samples,
            )
        )
    order = list(vocabulary.records)
    sources.sort(key=lambda source: order.index(source.record))
    found = links(supplied, late_tables, connection)
    for name in late_tables.values():
        connection.execute(drop_table(name))
    notes = _all_is_late(sources, facts, vocabulary) + _file_notes(files, intakes)
    not_supplied = tuple(name for name in vocabulary.records if name not in intakes)
    return Quality(tuple(sources), not_supplied, bad, tuple(found), files.unread, tuple(notes)), facts


def _late_table(name: str) -> str:
    return f"zhunsheng_late_{name}"


def _settle_one(intake: Intake, at: datetime, connection: duckdb.DuckDBPyConnection) -> int:
    """Make one canonical table; returns how many rows lie after the observation time. Their keys are kept."""
    staged = intake.staged
    if intake.tally.rejected:
        for name in (staged.reading.rejects, staged.reading.scans):
            if name is not None:
                connection.execute(drop_table(name))
    if intake.tally.latest is None or intake.tally.latest <= at or staged.record.time is None:
        settle(staged, good(), connection)
        return 0
    time = value_of(staged, staged.record.time)

    def late() -> Expression:
        end = cast(text(at.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP")
        return exp.Coalesce(this=exp.GT(this=time.copy(), expression=end), expressions=[exp.false()])

    key = named(value_of(staged, staged.record.key), "k")
    kept = _late_table(staged.record.name)
    connection.execute(create_table(kept, select([key], table(staged.table), all_of(good(), late()))))
    counted = connection.execute(to_sql(select([count()], table(kept)))).fetchone()
    assert counted is not None
    settle(staged, all_of(good(), exp.Not(this=late())), connection)
    return int(counted[0])


def _all_is_late(
    sources: list[SourceQuality], facts: Mapping[str, TableFacts], vocabulary: Vocabulary
) -> list[Diagnostic]:
    dated = [source for source in sources if vocabulary.records[source.record].time is not None]
    late = sum(source.after_as_of for source in dated)
    if not late or any(facts[source.record].rows for source in dated):
        return []
    return [Diagnostic("ZS4071", None, {"rows": str(late)}, severity=Severity.WARNING)]


def _file_notes(files: LogFiles, intakes: Mapping[str, Intake]) -> list[Diagnostic]:
    notes = []
    if files.unread:
        shown = {"files": ", ".join(files.unread[:10])}
        notes.append(Diagnostic("ZS4072", None, shown, severity=Severity.WARNING))
    for each in intakes.values():
        if each.source.unified:
            notes.append(Diagnostic("ZS4073", None, {}, severity=Severity.WARNING, place=each.source.name))
    return notes
