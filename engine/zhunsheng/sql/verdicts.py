"""Verdicts in SQL: one column per rule, then one row per combination of verdicts (docs/meaning.md M19 to
M21).

A verdict is three bits. The columns of a pass are packed into whole numbers and grouped: however many
subjects there are, few combinations of verdicts exist, so exact counts of all rules, and the first rows of
each finding, come out of one small aggregate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from zhunsheng.plan.scope import scope_of
from zhunsheng.semantics.typed import And, Expr, Has, Measure, Or, Rule
from zhunsheng.sql import conditions, dialect, localtime, logic, patterns
from zhunsheng.sql.context import ROW, Compiler, View
from zhunsheng.sql.expressions import (
    FALSE,
    NULL,
    TRUE,
    E,
    aliased,
    all_of,
    any_of,
    case,
    cast,
    column,
    compare,
    integer,
    is_false,
    is_true,
    missing,
    moment,
)
from zhunsheng.sql.frame import Frame, Relation, with_relations
from zhunsheng.sql.values import Cause, State, Truth
from zhunsheng.verdicts.model import Reason, Verdict

CODES = {
    Verdict.NOTAPPLICABLE: 1,
    Verdict.PASS: 2,
    Verdict.FAIL: 4,
    Verdict.ERROR: 5,
    Verdict.UNKNOWN: 6,
    Verdict.PENDING: 7,
}
"""Findings are those from 4 on, so one bit tells them."""
FINDING = 4
BITS = 3
PER_WORD = 21
"""Verdicts in one BIGINT."""
SUBJECT = "e0"


def subject_view(compiler: Compiler, owner: Rule | Measure, frame: Frame) -> View:
    scope = scope_of(owner, compiler.program)
    return View(compiler, frame, scope, {scope.subject.name: SUBJECT})


def subject_frame(compiler: Compiler) -> Frame:
    frame = Frame()
    frame.start(compiler.subjects(), SUBJECT)
    return frame


# ---- one rule ----------------------------------------------------------------------------------------------


def applicability(view: View, owner: Rule | Measure) -> Truth:
    """`where`, the effective dates and not `unless`."""
    parts = [_effective(view, owner.effective)]
    if owner.subject.where is not None:
        parts.append(conditions.condition(view, owner.subject.where))
    if isinstance(owner, Rule) and owner.unless is not None:
        parts.append(logic.negation(conditions.condition(view, owner.unless)))
    return logic.conjunction(parts)


def _effective(view: View, period: tuple[date | None, date | None]) -> Truth:
    """M21, on the instants at which the days begin and end."""
    start, until = period
    if start is None and until is None:
        return logic.ALWAYS
    time, zone = view.subject_time(), view.compiler.zone
    if time is None:
        return Truth(plain=cast(NULL, "BOOLEAN"), causes=(Cause("unknown", TRUE, Reason.TIME_MISSING),))
    ends: list[E] = []
    if start is not None:
        ends.append(compare(">=", time, moment(localtime.start_of(zone, start))))
    if until is not None:
        ends.append(compare("<=", time, moment(localtime.end_of(zone, until))))
    return Truth(plain=all_of(ends), causes=(Cause("unknown", missing(time), Reason.TIME_MISSING),))


def verdict(rule: Rule, applicable: Truth, norm: Truth, shift: int = 0) -> E:
    """The verdict's code, moved left by `shift` bits; one flat CASE wherever the rule allows."""
    steps = [(when, integer(CODES[each] << shift)) for when, each in _steps(rule, applicable, norm)]
    return case(steps, NULL)


def _steps(rule: Rule, applicable: Truth, norm: Truth) -> list[tuple[E, Verdict]]:
    failed = Verdict.NOTAPPLICABLE if rule.modality == "may" else Verdict.FAIL
    steps: list[tuple[E, Verdict]] = []
    outside = logic.surely_not(applicable)
    if not is_false(outside):
        steps.append((outside, Verdict.NOTAPPLICABLE))
    wrong = logic.in_error(applicable)
    if wrong is not None:
        steps.append((wrong, Verdict.ERROR))
    doubt = _undecided(applicable)
    for when, state in _norm_steps(norm):
        if state == "true":
            steps.append((when, Verdict.PASS))
        elif state == "error":
            steps.append((when, Verdict.ERROR))
        else:
            verdict_ = {"unknown": Verdict.UNKNOWN, "pending": Verdict.PENDING, "false": failed}[state]
            steps += [(all_of([when, flag]), each) for flag, each in doubt if _worse(each, verdict_)]
            steps.append((when, verdict_))
    return steps


def _worse(one: Verdict, other: Verdict) -> bool:
    """Whether an undecided applicability overrules what the norm says (M19)."""
    return other is not Verdict.UNKNOWN and one is not other


def _undecided(applicable: Truth) -> list[tuple[E, Verdict]]:
    """Where the applicability is unknown or pending, with the verdict that a norm not fulfilled then has."""
    if applicable.plain is not None:
        unknown = logic.perhaps(applicable)
        return [] if is_false(unknown) else [(unknown, Verdict.UNKNOWN)]
    code = logic.code_of(applicable)
    return [
        (compare("=", code, integer(logic.U)), Verdict.UNKNOWN),
        (compare("=", code, integer(logic.P)), Verdict.PENDING),
    ]


def _norm_steps(norm: Truth) -> list[tuple[E, State]]:
    if norm.steps:
        return list(norm.steps)
    if norm.plain is not None:
        if is_true(norm.plain) or is_false(norm.plain):
            return [(TRUE, "true" if is_true(norm.plain) else "false")]
        return [(norm.plain, "true"), (missing(norm.plain), "unknown"), (TRUE, "false")]
    code = logic.code_of(norm)
    states: list[tuple[int, State]] = [
        (logic.T, "true"),
        (logic.F, "false"),
        (logic.U, "unknown"),
        (logic.P, "pending"),
    ]
    return [*((compare("=", code, integer(value)), state) for value, state in states), (TRUE, "error")]


# ---- all rules of a subject: counts ------------------------------------------------------------------------


def combinations(compiler: Compiler, rules: Sequence[Rule], samples: int | None) -> exp.Query:
    """Packed verdicts (w0, w1, …), how many subjects have them (n), and the first rows of those with
    findings."""
    frame = subject_frame(compiler)
    columns = [aliased(column(SUBJECT, ROW), ROW)]
    for place, rule in enumerate(rules):
        view = subject_view(compiler, rule, frame)
        norm = conditions.lazily(view, rule.norm)
        applicable = view.named(applicability(view, rule))
        code = verdict(rule, applicable, norm, BITS * (place % PER_WORD))
        columns.append(aliased(cast(code, "BIGINT"), rule.id))
    judged = Relation("verdicts:judged", lambda: frame.select("verdicts", columns), [frame])
    packed = Relation("verdicts:packed", lambda: ([], _packed(rules)), [Frame(relations=[judged])])
    words = [f"w{place}" for place in range(-(-len(rules) // PER_WORD))]
    found = any_of(
        compare("!=", exp.BitwiseAnd(this=column("p", word), expression=integer(_mask())), integer(0))
        for word in words
    )
    first = exp.Filter(this=dialect.first_rows(column("p", ROW), samples), expression=exp.Where(this=found))
    query = (
        exp.select(*(column("p", word) for word in words))
        .select(aliased(exp.Count(this=exp.Star()), "n"), aliased(first, "first"))
        .from_(
            exp.Table(
                this=exp.to_identifier(packed.name, quoted=True),
                alias=exp.TableAlias(this=exp.to_identifier("p", quoted=True)),
            )
        )
        .group_by(*(column("p", word) for word in words))
    )
    return with_relations(([], query), [Frame(relations=[packed])])


def _mask() -> int:
    return sum(FINDING << (BITS * place) for place in range(PER_WORD))


def _packed(rules: Sequence[Rule]) -> exp.Query:
    words: list[E] = []
    for start in range(0, len(rules), PER_WORD):
        total: E | None = None
        for rule in rules[start : start + PER_WORD]:
            one = column("v", rule.id)
            total = one if total is None else exp.Add(this=total, expression=one)
        assert total is not None
        words.append(aliased(total, f"w{len(words)}"))
    source = exp.Table(
        this=exp.to_identifier("verdicts:judged", quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier("v", quoted=True)),
    )
    return exp.select(column("v", ROW), *words).from_(source)


# ---- all rules of a subject: findings ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Detail:
    """How to read the columns of one rule in the detail query."""

    rule: Rule
    causes: tuple[tuple[Reason, str | None], ...]
    """By the number in the cause column."""


def details(
    compiler: Compiler, rules: Sequence[Rule], found_: Mapping[str, frozenset[Verdict]]
) -> tuple[exp.Query, tuple[Detail, ...]]:
    """Per judged subject and rule: verdict (v), number of the cause (c), deadline (d) and first event (o).

    Only for verdicts that a rule has findings of (`found_`) is a cause worked out."""
    compiler.counting = False
    frame = subject_frame(compiler)
    key = compiler.record(compiler.plan.record).key
    columns = [aliased(column(SUBJECT, ROW), ROW), aliased(cast(column(SUBJECT, key), "VARCHAR"), "key")]
    found: list[Detail] = []
    for place, rule in enumerate(rules):
        view = subject_view(compiler, rule, frame)
        applicable = view.named(applicability(view, rule))
        norm = conditions.lazily(view, rule.norm)
        code = frame.let(verdict(rule, applicable, norm))
        causes, cause = _cause(view, rule, (applicable, norm), code, found_[rule.id])
        found.append(Detail(rule, causes))
        columns += [aliased(code, f"v{place}"), aliased(cause, f"c{place}")]
        deadline: E = cast(NULL, "TIMESTAMP")
        observed: E = cast(NULL, "TIMESTAMP")
        if isinstance(rule.norm, Has):
            event = patterns.find(view, rule.norm.pattern)
            observed = event.observed()
            if event.high is not None:
                deadline = event.high.value
        columns += [aliased(deadline, f"d{place}"), aliased(observed, f"o{place}")]
    return with_relations(frame.select("verdicts", columns), [frame]), tuple(found)


def _cause(
    view: View, rule: Rule, truths: tuple[Truth, Truth], code: E, asked_for: frozenset[Verdict]
) -> tuple[tuple[tuple[Reason, str | None], ...], E]:
    """Best effort: the first cause, the applicability's (the first truth) before the norm's."""
    listed: list[tuple[Reason, str | None]] = []
    branches: list[tuple[E, E]] = []

    def number(reason: Reason, field: str | None = None) -> E:
        listed.append((reason, field))
        return integer(len(listed) - 1)

    def among(kind: str, verdict_: Verdict) -> None:
        here = compare("=", code, integer(CODES[verdict_]))
        for truth in truths:
            asked = _is(truth, kind)
            for cause in truth.causes:
                if cause.kind == kind:
                    branches.append((all_of([here, asked, cause.when]), number(cause.reason, cause.field)))
        branches.append((here, number(Reason.UNDECIDED_ROWS if kind == "unknown" else Reason.OUT_OF_RANGE)))

    for kind, verdict_ in (("error", Verdict.ERROR), ("unknown", Verdict.UNKNOWN)):
        if verdict_ in asked_for:
            among(kind, verdict_)
    pending = compare("=", code, integer(CODES[Verdict.PENDING]))
    branches.append((pending, number(Reason.WINDOW_OPEN)))
    if Verdict.FAIL in asked_for:
        branches += [(when, number(reason)) for when, reason in _why_false(view, rule.norm)]
    return tuple(listed), case(branches, number(Reason.CONDITION_FALSE))


def _is(truth: Truth, kind: str) -> E:
    if kind == "error":
        return logic.in_error(truth) or FALSE
    if truth.plain is not None:
        return logic.perhaps(truth)
    return compare("=", logic.code_of(truth), integer(logic.U))


def _why_false(view: View, norm: Expr) -> list[tuple[E, Reason]]:
    """Why a norm that is false is so, the first false part first."""
    match norm:
        case And(operands) | Or(operands):
            found: list[tuple[E, Reason]] = []
            for each in operands:
                false = logic.surely_not(conditions.condition(view, each))
                found += [(all_of([false, when]), reason) for when, reason in _why_false(view, each)]
            return found
        case Has():
            found_ = patterns.find(view, norm.pattern)
            if norm.bound == "at_most":
                return [(TRUE, Reason.TOO_MANY)]
            many = patterns.too_many(view, norm, found_) if norm.bound == "exactly" else FALSE
            return [(many, Reason.TOO_MANY), (found_.late(), Reason.LATE), (TRUE, Reason.TOO_FEW)]
    return [(TRUE, Reason.CONDITION_FALSE)]
