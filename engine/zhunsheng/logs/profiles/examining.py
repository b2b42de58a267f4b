"""A whole look at an export through a profile: what is mapped, what is wrong, what is open.

Unlike loading it never stops at a share of bad records: it is there to show them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
from sqlglot import exp

from zhunsheng.diagnostics import Diagnostic, Severity
from zhunsheng.logs.conversion import variables
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    call,
    column,
    count,
    is_known,
    named,
    number,
    select,
    subquery,
    table,
    text,
    to_sql,
)
from zhunsheng.logs.faults import Tally, bad_values, tally
from zhunsheng.logs.paths import DEFAULT_ZONE
from zhunsheng.logs.profiles.applying import Applied, plan
from zhunsheng.logs.profiles.conflicts import Judgement, decisions, judge
from zhunsheng.logs.profiles.deciding import decided
from zhunsheng.logs.profiles.matching import names_in
from zhunsheng.logs.profiles.model import Profile
from zhunsheng.logs.quality import BadValue
from zhunsheng.logs.session import Session, declare
from zhunsheng.logs.staging import Staged, good, stage, value_of
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.zones import offsets
from zhunsheng.semantics.vocabulary import Record, Vocabulary

SAMPLES = 3
_LISTED = 20_000
"""Bad values that are looked at for groups."""


@dataclass(frozen=True, slots=True)
class TableSeen:
    """One table of the export."""

    source: str
    kind: str | None
    """The profile's table; None for one that it does not know."""
    columns: int
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """Rows of one table as one record type. read = left out + good + bad."""

    record: str
    source: str
    read: int
    left_out: int
    bad: int


@dataclass(frozen=True, slots=True)
class BadGroup:
    """Values of one field that are wrong in the same way."""

    record: str
    field: str | None
    column: str | None
    code: str
    rows: int
    values: tuple[tuple[str, int], ...]
    """The most frequent ones and how often; masked where the field is personal."""
    first: BadValue

    @property
    def diagnostic(self) -> Diagnostic:
        """The first of them."""
        return self.first.diagnostic


@dataclass(frozen=True, slots=True)
class KeysSeen:
    """Keys of a record type that occur more than once."""

    record: str
    keys: int
    rows: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Orphans:
    """Links to a parent that is not there, among records whose parent type was handed in."""

    record: str
    field: str
    parent: str
    rows: int
    linked: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything there is to say about an export and a profile."""

    profile: Profile
    judgements: tuple[Judgement, ...]
    tables: tuple[TableSeen, ...]
    records: tuple[RecordSeen, ...]
    applied: Applied
    bad: tuple[BadGroup, ...] = ()
    keys: tuple[KeysSeen, ...] = ()
    orphans: tuple[Orphans, ...] = ()
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Dated record type -> month (`2026-03`) -> good rows."""

    @property
    def open(self) -> tuple[Diagnostic, ...]:
        """Conflicts that must be settled before anything is computed."""
        found = [one.diagnostic for one in self.judgements]
        return tuple(one for one in found if one is not None and one.severity is Severity.ERROR)

    @property
    def clean(self) -> bool:
        """Nothing is wrong and nothing is open."""
        return not (self.open or self.bad or self.keys or self.orphans)


def examine(
    profile: Profile, tables: Sequence[RawTable], vocabulary: Vocabulary, session: Session
) -> Examined:
    """Look at every row. Raises LogError when the profile does not fit the tables (ZS433x)."""
    connection = session.connection
    zone = profile.zone or DEFAULT_ZONE
    declare(variables(vocabulary, zone), connection)
    plan(profile, tables, vocabulary)
    judgements = judge(profile, tables, vocabulary, connection)
    applied = plan(decided(profile, decisions(judgements)), tables, vocabulary)
    staged: list[Staged] = []
    for place, mapped in enumerate(applied.mapped):
        record = vocabulary.records[mapped.record]
        try:
            staged.append(
                stage(
                    mapped=mapped,
                    record=record,
                    name=f"zhunsheng_seen_{place}",
                    vocabulary=vocabulary,
                    connection=connection,
                    zone=zone,
                )
            )
        except duckdb.Error:
            raise log_error("ZS4018", mapped.table.source) from None
    tallies = tally(staged, connection)
    by_record: dict[str, list[Staged]] = {}
    for each in staged:
        by_record.setdefault(each.record.name, []).append(each)
    return Examined(
        profile=applied.profile,
        judgements=judgements,
        tables=_tables(applied),
        records=tuple(_record_seen(each, tallies[each.table]) for each in staged),
        applied=applied,
        bad=_bad(staged, tallies, connection),
        keys=tuple(found for rows in by_record.values() if (found := _keys(rows, connection))),
        orphans=tuple(_orphans(by_record, connection)),
        months={
            name: _months(rows, zone, connection) for name, rows in by_record.items() if rows[0].record.time
        },
    )


def _tables(applied: Applied) -> tuple[TableSeen, ...]:
    unused: dict[str, set[str]] = {}
    for mapped in applied.mapped:
        unused.setdefault(mapped.table.source, set(mapped.unused)).intersection_update(mapped.unused)
    asked = {name for conflict in applied.profile.conflicts.values() if conflict.concerns is not None
             for name in names_in(conflict.concerns.tree)}  # fmt: skip
    found = []
    for match in applied.matches.found:
        left = unused.get(match.table.source, set(match.table.columns)) - set(match.columns.headers(asked))
        kept = tuple(header for header in match.table.columns if header in left)
        found.append(TableSeen(match.table.source, match.kind, len(match.table.columns), kept))
    found += [TableSeen(each.source, None, len(each.columns)) for each in applied.matches.strange]
    return tuple(found)


def _record_seen(staged: Staged, counted: Tally) -> RecordSeen:
    read = counted.read + counted.left_out
    return RecordSeen(
        staged.record.name, staged.mapped.table.source, read, counted.left_out, counted.kept_out
    )


def _bad(
    staged: Sequence[Staged], tallies: Mapping[str, Tally], connection: duckdb.DuckDBPyConnection
) -> tuple[BadGroup, ...]:
    groups: dict[tuple[str, str | None, str], list[BadValue]] = {}
    for each in staged:
        counted = tallies[each.table]
        for value in bad_values(each, counted, connection, limit=_LISTED, lines=counted.read):
            groups.setdefault((value.record, value.field, value.code), []).append(value)
    return tuple(_group(values) for values in groups.values())


def _group(values: Sequence[BadValue]) -> BadGroup:
    first = values[0]
    often: dict[str, int] = {}
    for value in values:
        shown = "***" if first.personal else (value.value or "")
        often[shown] = often.get(shown, 0) + 1
    most = sorted(often.items(), key=lambda item: (-item[1], item[0]))[:SAMPLES]
    return BadGroup(first.record, first.field, first.column, first.code, len(values), tuple(most), first)


def _all_rows(staged: Sequence[Staged], columns: Mapping[str, str]) -> Expression:
    """Good rows of all tables of a record type: name -> field."""
    parts = [
        select(
            [named(value_of(each, field_), name) for name, field_ in columns.items()],
            table(each.table),
            good(),
        )
        for each in staged
    ]
    whole: exp.Query = parts[0]
    for part in parts[1:]:
        whole = exp.Union(this=whole, expression=part, distinct=False)
    return exp.Subquery(this=whole, alias=exp.TableAlias(this=exp.to_identifier("rows", quoted=True)))


def _keys(staged: Sequence[Staged], connection: duckdb.DuckDBPyConnection) -> KeysSeen | None:
    """Repeated keys. Rows that are equal in every field are one record twice, and are no finding here."""
    record = staged[0].record
    different = select(
        [exp.Star()],
        _all_rows(staged, {"k": record.key, **{f"f{i}": name for i, name in enumerate(record.fields)}}),
        is_known(column("k")),
    ).distinct()
    groups = select([column("k"), named(count(), "n")], subquery(different, "different"))
    groups.group_by(column("k"), copy=False)
    groups.having(exp.GT(this=count(), expression=number(1)), copy=False)
    query = select([column("k"), column("n")], subquery(groups, "repeated"))
    found = connection.execute(to_sql(query.order_by(column("k")))).fetchall()
    if not found:
        return None
    personal = record.fields[record.key].personal
    samples = tuple("***" if personal else str(key) for key, _ in found[:SAMPLES])
    return KeysSeen(record.name, len(found), sum(rows for _, rows in found), samples)


def _orphans(
    by_record: Mapping[str, Sequence[Staged]], connection: duckdb.DuckDBPyConnection
) -> list[Orphans]:
    found = []
    for name, staged in by_record.items():
        record = staged[0].record
        for parent in record.parents:
            if parent.record not in by_record:
                continue
            above = by_record[parent.record]
            rows = _all_rows(staged, {"link": parent.field})
            keys = select([column("k")], _all_rows(above, {"k": above[0].record.key}))
            known = is_known(column("link"))
            linked = _number(select([count()], rows.copy(), known.copy()), connection)
            here = exp.In(this=column("link"), query=exp.Subquery(this=select(
                [column("k")], subquery(keys, "keys"), is_known(column("k")))))  # fmt: skip
            lost = select([column("link")], rows, all_of(known, exp.Not(this=here)))
            dangling = _number(select([count()], subquery(lost.copy(), "lost")), connection)
            if dangling:
                samples = lost.distinct().order_by(column("link")).limit(SAMPLES)
                shown = [str(row[0]) for row in connection.execute(to_sql(samples)).fetchall()]
                masked = ["***"] * len(shown) if record.fields[parent.field].personal else shown
                found.append(Orphans(name, parent.field, parent.record, dangling, linked, tuple(masked)))
    return found


def _months(staged: Sequence[Staged], zone: str, connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    record: Record = staged[0].record
    assert record.time is not None
    # Months are for looking at: the zone's offset of today is near enough.
    seconds = int(offsets(zone)[-1][1].total_seconds())
    local = exp.Add(this=column("at"), expression=call("to_seconds", number(seconds)))
    month = call("strftime", local, text("%Y-%m"))
    rows = select([named(month, "month")], _all_rows(staged, {"at": record.time}), is_known(column("at")))
    query = select([column("month"), count()], subquery(rows, "months"))
    query.group_by(column("month"), copy=False)
    return dict(connection.execute(to_sql(query.order_by(column("month")))).fetchall())


def _number(query: exp.Select, connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(to_sql(query)).fetchone()
    assert row is not None
    return int(row[0])
