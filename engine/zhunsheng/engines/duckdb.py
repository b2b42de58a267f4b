"""The default engine: every rule over every subject inside DuckDB, one pass per subject record.

>>> evaluate(program, loaded.connection, loaded.evidence, calendar).rules["r1"].counts.fail  # doctest: +SKIP
3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines import facts, findings, measures
from zhunsheng.engines.errors import EngineFault
from zhunsheng.engines.findings import COMBINATIONS
from zhunsheng.engines.run import Run, Shared, storing
from zhunsheng.engines.session import forget, settle_planner
from zhunsheng.logs import DuckStore
from zhunsheng.logs.model import Evidence
from zhunsheng.plan.build import plan
from zhunsheng.plan.text import plan_text
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.sql import dialect, verdicts
from zhunsheng.sql import measures as sql_measures
from zhunsheng.sql.context import Compiler
from zhunsheng.sql.expressions import E, column, compare, integer, table
from zhunsheng.sql.localtime import zone
from zhunsheng.verdicts.model import Counts, Evaluation, Finding, MeasureOutcome, RuleOutcome, Verdict

if TYPE_CHECKING:
    import duckdb

__all__ = ["EngineFault", "emit", "evaluate"]


def evaluate(
    program: Program,
    connection: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    calendar: Calendar,
    *,
    samples: int | None = 10,
) -> Evaluation:
    """All rules, measures and indices over the canonical tables of the connection (docs/meaning.md).

    Counts are exact; `samples` caps the findings kept per rule, the gravest first (None: all of them). Leaves
    nothing behind in the connection. Raises EngineFault when the engine itself fails.
    """
    counts: dict[str, Counts] = {}
    rows: dict[str, list[int]] = {}
    told: dict[str, tuple[Finding, ...]] = {}
    in_memory = samples is not None and findings.small(evidence)
    measured: dict[str, MeasureOutcome] = {}
    settle_planner(connection)
    shared = Shared()
    try:
        runs = [Run(program, connection, evidence, calendar, each, shared=shared) for each in plan(program)]
        passes: list[tuple[Run, facts.Pass]] = []
        for run in runs:
            run.steady = facts.steady(run)
            passes += [(run, each) for each in facts.passes(run)] if run.subject.rules else []
        # One statement is written after the other: two threads at that would wait for each other's
        # `cached_property` locks for ever (Python 3.11).
        for run, each in passes:
            text = _statement(run, each, samples, in_memory)
            counted = (_counted_in_memory if in_memory else _counted)(run, each.rules, text, samples)
            counts.update(counted.counts)
            rows.update(counted.rows)
            if not in_memory:
                listed = [rule for rule in each.rules if rows[rule.id]]
                told.update(findings.from_database(run, listed, rows, counts))
        measured.update(measures.outcomes([run for run in runs if run.subject.measures]))
    finally:
        forget(connection, shared.tables)
    if in_memory:
        store = DuckStore(connection, program.vocabulary)
        told = findings.from_reference(program, store, evidence, calendar, rows)
    ordered = {measure.id: measured[measure.id] for measure in program.measures}
    return Evaluation(
        as_of=evidence.as_of,
        rules={
            rule.id: RuleOutcome(rule.id, counts[rule.id], told.get(rule.id, ())) for rule in program.rules
        },
        measures=ordered,
        indices={
            each.id: measures.index_outcome(program, evidence, each, ordered) for each in program.indices
        },
    )


def emit(program: Program, evidence: Evidence, calendar: Calendar, stage: Literal["plan", "sql"]) -> str:
    """The plan, or the SQL of its counting pass, as text. Without a look at the data: no shortcut is taken
    but that all instants lie after the zone's last clock change."""
    plans = plan(program)
    if stage == "plan":
        return plan_text(plans)
    texts: list[str] = []
    for subject in plans:
        compiler = Compiler(
            program, evidence, calendar, subject, steady=zone(evidence.zone).steady_from is not None
        )
        if subject.rules:
            query = verdicts.combinations(compiler, subject.rules, 10)
            texts.append(f"-- {subject.record}: {', '.join(rule.id for rule in subject.rules)}")
            texts.append(dialect.to_sql(query, pretty=True) + ";")
        if subject.measures:
            query, _ = sql_measures.columns(compiler, subject.measures)
            texts.append(f"-- {subject.record}: {', '.join(measure.id for measure in subject.measures)}")
            texts.append(dialect.to_sql(query, pretty=True) + ";")
    return "\n".join(texts) + "\n"


@dataclass(frozen=True, slots=True)
class _Counted:
    """What one pass found: verdicts by rule, and the rows of a few findings."""

    counts: dict[str, Counts]
    rows: dict[str, list[int]]


def _statement(run: Run, these: facts.Pass, samples: int | None, in_memory: bool) -> str:
    """What the database is asked in a pass."""
    subjects = None if these.concerned is None else facts.concerned(run, these.concerned)
    query = verdicts.combinations(run.compiler(subjects, rules=these.rules), these.rules, samples)
    return dialect.to_sql(query) if in_memory else storing(COMBINATIONS, query)


def _counted(run: Run, rules: Sequence[Rule], text: str, samples: int | None) -> _Counted:
    with run.stored(COMBINATIONS, text):
        star = exp.select(exp.Star()).from_(table(COMBINATIONS))
        few = run.execute(star.limit(FEW + 1))
        if len(few) <= FEW:
            return _of_combinations(run, rules, few, samples)
        by = _counted_there(run, len(rules))
        counts = {rule.id: _as_counts(_subjects(run), by[place]) for place, rule in enumerate(rules)}
        rows = {
            rule.id: findings.chosen(run, _code(place), samples) if _listed(counts[rule.id]) else []
            for place, rule in enumerate(rules)
        }
    return _Counted(counts, rows)


def _counted_in_memory(run: Run, rules: Sequence[Rule], text: str, samples: int | None) -> _Counted:
    """As `_counted`, with one statement: the combinations of a small log are few enough to look at here."""
    with run.prepared(text) as found:
        return _of_combinations(run, rules, found, samples)


def _of_combinations(
    run: Run, rules: Sequence[Rule], found: Sequence[tuple[Any, ...]], samples: int | None
) -> _Counted:
    by = _counted_here([row[:-1] for row in found], len(rules))
    total = _subjects(run)
    return _Counted(
        {rule.id: _as_counts(total, by[place]) for place, rule in enumerate(rules)},
        {rule.id: findings.chosen_here(found, place, samples) for place, rule in enumerate(rules)},
    )


def _listed(counts: Counts) -> bool:
    return counts.fail + counts.error + counts.unknown + counts.pending > 0


def _code(place: int) -> E:
    """The verdict of the rule at that place, out of its word."""
    word = column("c", f"w{place // verdicts.PER_WORD}")
    shifted = exp.BitwiseRightShift(
        this=word, expression=integer(verdicts.BITS * (place % verdicts.PER_WORD))
    )
    return exp.Paren(this=exp.BitwiseAnd(this=exp.Paren(this=shifted), expression=integer(7)))


FEW = 20_000
"""Combinations of verdicts that are looked at here; more of them are counted by the database."""


def _subjects(run: Run) -> int:
    return run.evidence.tables[run.subject.record].rows


def _counted_here(rows: Sequence[tuple[int, ...]], rules: int) -> list[dict[Verdict, int]]:
    of_code = {code: verdict for verdict, code in verdicts.CODES.items()}
    by = [dict.fromkeys(verdicts.CODES, 0) for _ in range(rules)]
    for *words, number in rows:
        for place in range(rules):
            shift = verdicts.BITS * (place % verdicts.PER_WORD)
            by[place][of_code[words[place // verdicts.PER_WORD] >> shift & 7]] += number
    return by


def _counted_there(run: Run, rules: int) -> list[dict[Verdict, int]]:
    columns: list[E] = []
    for place in range(rules):
        for code in verdicts.CODES.values():
            total = exp.Sum(this=column("c", "n"))
            where = exp.Where(this=compare("=", _code(place), integer(code)))
            columns.append(
                exp.Coalesce(this=exp.Filter(this=total, expression=where), expressions=[integer(0)])
            )
    (found,) = run.execute(exp.select(*columns).from_(table(COMBINATIONS, "c")))
    width = len(verdicts.CODES)
    return [
        dict(zip(verdicts.CODES, map(int, found[place * width : (place + 1) * width]), strict=True))
        for place in range(rules)
    ]


def _as_counts(subjects: int, by: Mapping[Verdict, int]) -> Counts:
    """Subjects that were not looked at are those that the rule does not concern."""
    others = subjects - int(sum(by.values()))
    return Counts(
        subjects=subjects,
        passed=int(by[Verdict.PASS]),
        fail=int(by[Verdict.FAIL]),
        pending=int(by[Verdict.PENDING]),
        unknown=int(by[Verdict.UNKNOWN]),
        notapplicable=int(by[Verdict.NOTAPPLICABLE]) + others,
        error=int(by[Verdict.ERROR]),
    )
