"""The default engine: every rule over every subject inside DuckDB, one pass per subject record.

>>> evaluate(program, loaded.connection, loaded.evidence, calendar).rules["r1"].counts.fail  # doctest: +SKIP
3
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines import facts, measures
from zhunsheng.engines.errors import EngineFault
from zhunsheng.engines.run import Run
from zhunsheng.logs.model import Evidence
from zhunsheng.plan.build import plan
from zhunsheng.plan.text import plan_text
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.sql import dialect, verdicts
from zhunsheng.sql import measures as sql_measures
from zhunsheng.sql.context import ROW, SLICE, Compiler
from zhunsheng.sql.expressions import E, aliased, column, compare, integer, table
from zhunsheng.sql.frame import Relation
from zhunsheng.sql.localtime import zone
from zhunsheng.verdicts.model import Counts, Evaluation, Finding, MeasureOutcome, RuleOutcome, Verdict

if TYPE_CHECKING:
    import duckdb

__all__ = ["EngineFault", "emit", "evaluate"]

COMBINATIONS, WANTED, DETAILS = "zs_combinations", "zs_wanted", "zs_details"


def evaluate(
    program: Program,
    connection: duckdb.DuckDBPyConnection,
    evidence: Evidence,
    calendar: Calendar,
    *,
    samples: int | None = 10,
) -> Evaluation:
    """All rules, measures and indices over the canonical tables of the connection (docs/meaning.md).

    Counts are exact; `samples` caps the findings kept per rule, in row order (None: all of them). Leaves
    nothing behind in the connection. Raises EngineFault when the engine itself fails.
    """
    outcomes: dict[str, RuleOutcome] = {}
    measured: dict[str, MeasureOutcome] = {}
    for subject in plan(program):
        run = Run(program, connection, evidence, calendar, subject)
        run.steady = facts.steady(run)
        for each in facts.passes(run) if subject.rules else ():
            outcomes.update(_rules(run, each, samples))
        if subject.measures:
            measured.update(measures.outcomes(run))
    ordered = {measure.id: measured[measure.id] for measure in program.measures}
    return Evaluation(
        as_of=evidence.as_of,
        rules={rule.id: outcomes[rule.id] for rule in program.rules},
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
            program, evidence, calendar, subject, None, zone(evidence.zone).steady_from is not None
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


def _rules(run: Run, these: facts.Pass, samples: int | None) -> Iterator[tuple[str, RuleOutcome]]:
    rules = these.rules
    subjects = None if these.concerned is None else facts.concerned(run, these.concerned)
    with run.stored(COMBINATIONS, verdicts.combinations(run.compiler(subjects), rules, samples)):
        counts = _counts(run, rules)
        rows = {rule.id: _rows(run, place, samples) for place, rule in enumerate(rules)}
    findings = _findings(run, [rule for rule in rules if rows[rule.id]], rows, counts)
    for rule in rules:
        yield rule.id, RuleOutcome(rule.id, counts[rule.id], findings.get(rule.id, ()))


def _code(place: int) -> E:
    """The verdict of the rule at that place, out of its word."""
    word = column("c", f"w{place // verdicts.PER_WORD}")
    shifted = exp.BitwiseRightShift(
        this=word, expression=integer(verdicts.BITS * (place % verdicts.PER_WORD))
    )
    return exp.Paren(this=exp.BitwiseAnd(this=exp.Paren(this=shifted), expression=integer(7)))


FEW = 5000
"""Combinations of verdicts that are counted here; more of them are counted by the database."""


def _counts(run: Run, rules: Sequence[Rule]) -> dict[str, Counts]:
    ((subjects,),) = run.execute(exp.select(exp.Count(this=exp.Star())).from_(table(run.subject.record)))
    words = [f"w{place}" for place in range(-(-len(rules) // verdicts.PER_WORD))]
    listed = exp.select(*(column("c", name) for name in [*words, "n"])).from_(table(COMBINATIONS, "c"))
    rows = run.execute(listed.limit(FEW + 1))
    by = _counted_here(rows, len(rules)) if len(rows) <= FEW else _counted_there(run, len(rules))
    return {rule.id: _as_counts(subjects, by[place]) for place, rule in enumerate(rules)}


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


def _rows(run: Run, place: int, samples: int | None) -> list[int]:
    """Row numbers of the rule's findings, in order."""
    if samples == 0:
        return []
    listed = exp.Unnest(expressions=[column("c", "first")])
    query = (
        exp.select(aliased(listed, ROW))
        .from_(table(COMBINATIONS, "c"))
        .where(compare(">=", _code(place), integer(verdicts.FINDING)))
        .order_by(exp.column(ROW, quoted=True))
    )
    if samples is not None:
        query = query.limit(samples)
    return [row for (row,) in run.execute(query)]


def _findings(
    run: Run, rules: Sequence[Rule], rows: Mapping[str, Sequence[int]], counts: Mapping[str, Counts]
) -> dict[str, tuple[Finding, ...]]:
    if not rules:
        return {}
    wanted = sorted({row for rule in rules for row in rows[rule.id]})
    with _wanted(run, wanted) as subjects:
        kinds = {rule.id: _kinds(counts[rule.id]) for rule in rules}
        query, found = verdicts.details(run.compiler(subjects), rules, kinds)
        with run.stored(DETAILS, query):
            return {
                detail.rule.id: tuple(_read(run, detail, place, rows[detail.rule.id]))
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


def _read(run: Run, detail: verdicts.Detail, place: int, rows: Sequence[int]) -> Iterator[Finding]:
    names = [ROW, "key", *(f"{letter}{place}" for letter in "vcdo")]
    query = (
        exp.select(*(column("d", name) for name in names))
        .from_(table(DETAILS, "d"))
        .where(compare(">=", column("d", f"v{place}"), integer(verdicts.FINDING)))
        .order_by(column("d", ROW))
    )
    of_code = {code: verdict for verdict, code in verdicts.CODES.items()}
    asked = set(rows)
    for row, key, code, cause, deadline, observed in run.execute(query):
        if row not in asked:
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
