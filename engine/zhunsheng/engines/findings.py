"""Which subjects a report tells about, and what it says of each: rows first, then reasons.

The counting pass keeps a few row numbers per combination of verdicts. Their reasons, deadlines and observed
times come from the reference evaluator where the log is small enough to be read into memory (it also checks
the engine then), else from one more statement over just these rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlglot import exp

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines.errors import EngineFault
from zhunsheng.engines.run import Run
from zhunsheng.logs.model import Evidence, Store
from zhunsheng.reference.sampled import findings as of_reference
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.sql import verdicts
from zhunsheng.sql.context import ROW, SLICE
from zhunsheng.sql.expressions import E, aliased, column, compare, integer, table
from zhunsheng.sql.frame import Relation
from zhunsheng.verdicts.model import Counts, Finding, Verdict

COMBINATIONS, WANTED = "zs_combinations", "zs_wanted"
SMALL = 20_000
"""Rows of all tables together that are read into memory for a few findings: some tenths of a second."""


def small(evidence: Evidence) -> bool:
    return sum(facts.rows for facts in evidence.tables.values()) <= SMALL


def chosen(run: Run, code: E, samples: int | None) -> list[int]:
    """Row numbers of a rule's findings, the gravest first, then in row order. `code` is its verdict."""
    if samples == 0:
        return []
    listed = aliased(exp.Unnest(expressions=[column("c", "first")]), ROW)
    query = (
        exp.select(listed, aliased(code, "code"))
        .from_(table(COMBINATIONS, "c"))
        .where(compare(">=", code.copy(), integer(verdicts.FINDING)))
        .order_by(exp.column("code", quoted=True), exp.column(ROW, quoted=True))
    )
    if samples is not None:
        query = query.limit(samples)
    return [row for row, _ in run.execute(query)]


def chosen_here(combinations: Sequence[tuple[Any, ...]], place: int, samples: int | None) -> list[int]:
    """As `chosen`, from the rows of the combinations: packed verdicts, how many, the first rows of each."""
    word, shift = place // verdicts.PER_WORD, verdicts.BITS * (place % verdicts.PER_WORD)
    found: list[tuple[int, int]] = []
    for *words, _, first in combinations:
        code = words[word] >> shift & 7
        if code >= verdicts.FINDING:
            found += [(code, row) for row in first or ()]
    return [row for _, row in sorted(found)[:samples]]


def from_reference(
    program: Program, store: Store, evidence: Evidence, calendar: Calendar, rows: Mapping[str, Sequence[int]]
) -> dict[str, tuple[Finding, ...]]:
    """Raises EngineFault when the reference sees no finding where the engine saw one."""
    told = of_reference(program, store, evidence, calendar, rows)
    for rule, findings in told.items():
        for finding in findings:
            if finding.verdict in (Verdict.PASS, Verdict.NOTAPPLICABLE):
                raise EngineFault(rule, f"row {finding.row}: the reference evaluator says {finding.verdict}")
    return told


def from_database(
    run: Run, rules: Sequence[Rule], rows: Mapping[str, Sequence[int]], counts: Mapping[str, Counts]
) -> dict[str, tuple[Finding, ...]]:
    if not rules:
        return {}
    wanted = sorted({row for rule in rules for row in rows[rule.id]})
    with _wanted(run, wanted) as subjects:
        kinds = {rule.id: _kinds(counts[rule.id]) for rule in rules}
        query, found = verdicts.details(run.compiler(subjects, rules=rules), rules, kinds)
        with run.prepared(query) as judged:
            return {
                detail.rule.id: _ordered(_read(run, detail, place, judged, rows[detail.rule.id]))
                for place, detail in enumerate(found)
            }


def _kinds(counts: Counts) -> frozenset[Verdict]:
    numbers = {
        Verdict.FAIL: counts.fail,
        Verdict.ERROR: counts.error,
        Verdict.UNKNOWN: counts.unknown,
        Verdict.PENDING: counts.pending,
    }
    return frozenset(verdict for verdict, number in numbers.items() if number)


@contextmanager
def _wanted(run: Run, rows: Iterable[int]) -> Iterator[Relation]:
    """The subjects with these row numbers, as the relation that the detail query judges."""
    kind = exp.DataType.build("BIGINT")
    schema = exp.Schema(
        this=table(WANTED), expressions=[exp.ColumnDef(this=exp.to_identifier(ROW, quoted=True), kind=kind)]
    )
    run.execute(
        exp.Create(
            this=schema,
            kind="TABLE",
            replace=True,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
    )
    try:
        run.connection.execute(f'INSERT INTO "{WANTED}" SELECT unnest(?::BIGINT[])', [list(rows)])
        yield Relation(SLICE, lambda: ([], _slice(run.subject.record)))
    finally:
        run.execute(exp.Drop(tables=[table(WANTED)], kind="TABLE", exists=True))


def _slice(record: str) -> exp.Query:
    star = exp.Column(this=exp.Star(), table=exp.to_identifier("r", quoted=True))
    same = compare("=", column("r", ROW), column("w", ROW))
    return exp.select(star).from_(table(record, "r")).join(table(WANTED, "w"), on=same)


def _read(
    run: Run, detail: verdicts.Detail, place: int, judged: Sequence[tuple[Any, ...]], rows: Sequence[int]
) -> Iterator[Finding]:
    """The rule's findings out of the detail query: row, key, then four columns per rule."""
    of_code = {code: verdict for verdict, code in verdicts.CODES.items()}
    asked = set(rows)
    for row, key, *columns in judged:
        code, cause, deadline, observed = columns[4 * place : 4 * place + 4]
        if row not in asked or code < verdicts.FINDING:
            continue
        reason, field = detail.causes[cause]
        yield Finding(
            rule=detail.rule.id,
            record=run.subject.record,
            key=key,
            row=row,
            verdict=of_code[code],
            reason=reason,
            deadline=_aware(deadline),
            observed=_aware(observed),
            fields=() if field is None else (field,),
        )


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: (verdicts.CODES[each.verdict], each.row)))
