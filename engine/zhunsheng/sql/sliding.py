"""Sliding counts: how many rows of the subject's own record lie around it, as a window frame and not as a
self-join.

For `other rating q where q.device = r.device … within D before r.rated_at` every row is counted once per
frame, so the work grows with the rows and not with their square. Rows without the compared fields or the
time may match anything (docs/meaning.md M8, M13): they are few, and are counted apart, by joins over the
rows that lack something.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from sqlglot import exp

from zhunsheng.plan.scope import conjuncts, mentioned
from zhunsheng.semantics.typed import Compare, Const, Expr, FieldOf, Pattern, Var, Window
from zhunsheng.semantics.types import DurationType, InstantType
from zhunsheng.sql import concerned, conditions, dialect, logic
from zhunsheng.sql.context import ROW, View
from zhunsheng.sql.expressions import (
    FALSE,
    TRUE,
    E,
    aliased,
    all_of,
    any_of,
    case,
    cast,
    closed,
    coalesce,
    column,
    compare,
    counted,
    identifier,
    integer,
    is_false,
    known,
    missing,
    negated,
    table,
    text_of,
)
from zhunsheng.sql.frame import Frame, Relation, Written
from zhunsheng.sql.values import Truth

LONGEST = 36_525 * 86_400_000_000
MOST_FIELDS = 3
"""Fields compared in one sliding count: the ways in which a pair can lack some of them grow with the third
power."""
CANDIDATE = "c"


@dataclass(frozen=True, slots=True)
class Reach:
    """The window around the subject's time, in microseconds before and after; None = without end."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Slide:
    """What is counted: rows with equal `fields`, within `reach`, for which `rest` holds."""

    pattern: Pattern
    fields: tuple[str, ...]
    rest: tuple[Expr, ...]
    time: str | None
    reach: Reach


def slide(view: View, pattern: Pattern) -> Slide | None:
    """The pattern as a sliding count; None when it is none."""
    subject = view.scope.subject
    plain = pattern.link is None and pattern.var.record == subject.record == view.compiler.plan.record
    if not plain or set(view.aliases) != {subject.name}:
        return None
    fields: list[str] = []
    rest: list[Expr] = []
    for each in conjuncts(pattern.where):
        field = _same_field(each, pattern.var.name, subject.name)
        if field is not None:
            fields.append(field)
        elif mentioned(each, view.scope) <= {pattern.var.name}:
            rest.append(each)
        else:
            return None
    reach = _reach(pattern, subject.name)
    if not fields or reach is None or len(set(fields)) > MOST_FIELDS:
        return None
    time = pattern.time_field if pattern.window is not None else None
    return Slide(pattern, tuple(dict.fromkeys(fields)), tuple(rest), time, reach)


def _same_field(condition: Expr, own: str, subject: str) -> str | None:
    """The field of `q.f = r.f`."""
    match condition:
        case Compare("=", FieldOf(Var(one), field), FieldOf(Var(two), same)) if field == same:
            return field if {one, two} == {own, subject} else None
    return None


def _reach(pattern: Pattern, subject: str) -> Reach | None:
    window = pattern.window
    match window:
        case None:
            return Reach(None, None)
        case Window("bounds", low=low, high=high) if low is None or high is None:
            bound = low if low is not None else high
            if _is_time(bound, pattern, subject):
                return Reach(None, 0) if low is None else Reach(0, None)
        case Window("within_before" | "within_after", anchor, Const(amount, DurationType("exact"))):
            if _is_time(anchor, pattern, subject) and isinstance(amount, int) and 0 <= amount <= LONGEST:
                return Reach(amount, 0) if window.kind == "within_before" else Reach(0, amount)
    return None


def _is_time(expression: Expr | None, pattern: Pattern, subject: str) -> bool:
    match expression:
        case FieldOf(Var(name), field, InstantType()):
            return name == subject and field == pattern.time_field
    return False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows match (y) and how many may (m), for the subject at hand. `possible` is None when none
    can."""

    sure: E
    possible: E | None
    where: Truth


def counts(view: View, found: Slide) -> Counts | None:
    """The counts, joined to the frame of the view; None where a row's own condition can be an error."""
    compiler = view.compiler
    name = compiler.slides.setdefault(found, f"slide:{len(compiler.slides) + 1}")
    frame = Frame()
    frame.start(found.pattern.var.record, CANDIDATE)
    around = View(compiler, frame, view.scope, {})
    inside = around.inside(found.pattern, CANDIDATE)
    rest = logic.conjunction([conditions.condition(inside, each) for each in found.rest])
    if rest.plain is None:
        return None
    slides = compiler.relation(name, lambda: _clean(name, frame, found, rest), [frame])
    dirty = _dirty(view, found, frame, rest, name)
    own = view.row_number(view.scope.subject.name)
    clean_alias = view.frame.left(slides, lambda alias: compare("=", column(alias, "r0"), own))
    dirty_alias = view.frame.left(dirty, lambda alias: compare("=", column(alias, "r0"), own))

    def number(alias: str, of: str) -> E:
        return coalesce(column(alias, of), integer(0))

    possible = compare("+", number(clean_alias, "m"), number(dirty_alias, "m"))
    return Counts(number(clean_alias, "y"), possible, rest)


def _lacking(alias: str, found: Slide) -> E:
    """Whether the row lacks a field that is compared."""
    names = [*found.fields, *([] if found.time is None else [found.time])]
    return any_of(missing(column(alias, each)) for each in names)


def _clean(name: str, frame: Frame, found: Slide, rest: Truth) -> Written:
    """Rows that lack nothing, each with the numbers of its frame."""
    assert rest.plain is not None
    itself = integer(1) if found.pattern.other else integer(0)

    def framed(condition: E) -> E:
        total = exp.Window(
            this=counted(condition),
            partition_by=[column(CANDIDATE, each) for each in found.fields],
            **_frame_of(found),
        )
        if not found.pattern.other:
            return total
        return compare("-", total, case([(condition, itself)], integer(0)))

    columns = [aliased(column(CANDIDATE, ROW), "r0"), aliased(framed(rest.plain), "y")]
    maybe = logic.perhaps(rest)
    columns.append(aliased(integer(0) if is_false(maybe) else framed(maybe), "m"))
    return frame.select(name, columns, negated(_lacking(CANDIDATE, found)))


def _frame_of(found: Slide) -> dict[str, exp.Expr]:
    if found.time is None:
        return {}

    def end(amount: int | None) -> E | str:
        if amount is None:
            return "UNBOUNDED"
        return "CURRENT ROW" if amount == 0 else dialect.call("to_microseconds", integer(amount))

    spec = exp.WindowSpec(
        kind="RANGE",
        start=end(found.reach.before),
        start_side=None if found.reach.before == 0 else "PRECEDING",
        end=end(found.reach.after),
        end_side=None if found.reach.after == 0 else "FOLLOWING",
    )
    order = exp.Order(
        expressions=[exp.Ordered(this=column(CANDIDATE, found.time), desc=False, nulls_first=False)]
    )
    return {"order": order, "spec": spec}


# ---- rows that lack something ------------------------------------------------------------------------------


def _dirty(view: View, found: Slide, frame: Frame, rest: Truth, name: str) -> Relation:
    """Per subject, how many rows may match because the subject or the row lacks a field.

    Subjects that the rule does not concern are left out: whole channels may lack what a rule about another
    channel compares.
    """
    assert rest.plain is not None
    compiler = view.compiler
    fields = list(dict.fromkeys([*found.fields, *([] if found.time is None else [found.time])]))
    not_false = coalesce(rest.plain, TRUE)

    def rows() -> Written:
        columns = [aliased(column(CANDIDATE, each), each) for each in (ROW, *fields)]
        return frame.select(f"{name}:rows", columns, not_false)

    outer = Frame()
    outer.start(compiler.subjects(), "e0")
    subject = View(compiler, outer, view.scope, {view.scope.subject.name: "e0"})
    counts_itself = _counts_itself(subject, found)
    owner = concerned.owner_of(compiler, view.scope.owner)
    may_count = concerned.subject_may_count(subject, owner)
    key = (name, "" if may_count is None else text_of(may_count))
    mine = compiler.lacking.setdefault(key, f"{name}:lacking:{len(compiler.lacking) + 1}")

    def subjects() -> Written:
        columns = [aliased(column("e0", each), each) for each in (ROW, *fields)]
        columns.append(aliased(case([(counts_itself, integer(1))], integer(0)), "itself"))
        return outer.select(f"{mine}:subjects", columns, may_count)

    all_rows = compiler.relation(f"{name}:rows", rows, [frame])
    all_subjects = compiler.relation(f"{mine}:subjects", subjects, [outer])
    needs = Frame(relations=[all_rows, all_subjects])
    return compiler.relation(mine, lambda: _numbers(mine, found, all_rows.name, all_subjects.name), [needs])


def _counts_itself(subject: View, found: Slide) -> E:
    """Whether the subject is among the rows that `_numbers` counts for it, and should not be."""
    if not found.pattern.other:
        return FALSE
    itself = replace(subject, aliases={}).inside(found.pattern, "e0")
    rest = logic.conjunction([conditions.condition(itself, each) for each in found.rest])
    assert rest.plain is not None
    return all_of([_lacking("e0", found), coalesce(rest.plain, TRUE)])


def _numbers(name: str, found: Slide, rows: str, subjects: str) -> Written:
    """Sums over every way in which one side can lack something: what both sides have is compared, and rows
    are counted before they are joined wherever no span of time has to be looked at."""
    ways = _ways(found)
    selects = [(_paired if way.within else _joined)(found, way, rows, subjects) for way in ways]
    union = selects[0]
    for each in selects[1:]:
        union = exp.union(union, each, distinct=False, copy=False)
    total = compare("-", exp.Sum(this=column("p", "n")), exp.Max(this=column("p", "itself")))
    made = exp.select(column("p", "r0"), aliased(cast(closed(total), "BIGINT"), "m"))
    return [(f"{name}:all", union)], made.from_(table(f"{name}:all", "p")).group_by(column("p", "r0"))


@dataclass(frozen=True, slots=True)
class _Way:
    """One way in which a pair can lack something: the fields that both sides have, and who lacks which."""

    equal: tuple[str, ...]
    row_lacks: tuple[str, ...]
    subject_lacks: tuple[str, ...]
    """And the row has them: so that every pair is counted in one way only."""
    within: bool
    """Both have the time, so it is compared."""


def _ways(found: Slide) -> list[_Way]:
    ways: list[_Way] = []
    times = ("equal", "row", "subject") if found.time is not None else ("",)
    for kinds in product(("equal", "row", "subject"), repeat=len(found.fields)):
        for time in times:
            named = list(zip(found.fields, kinds, strict=True))
            if found.time is not None and time != "equal":
                named.append((found.time, time))
            lacks = {kind: tuple(name for name, each in named if each == kind) for kind in ("row", "subject")}
            if any(lacks.values()):
                equal = tuple(name for name, each in named if each == "equal")
                ways.append(_Way(equal, lacks["row"], lacks["subject"], time == "equal"))
    return ways


def _of_row(way: _Way) -> list[E]:
    return [
        *(missing(column("i", each)) for each in way.row_lacks),
        *(known(column("i", each)) for each in (*way.subject_lacks, *way.equal)),
    ]


def _of_subject(way: _Way) -> list[E]:
    return [
        *(missing(column("o", each)) for each in way.subject_lacks),
        *(known(column("o", each)) for each in way.equal),
    ]


def _equal(way: _Way) -> list[E]:
    return [compare("=", column("i", each), column("o", each)) for each in way.equal]


def _counted(way: _Way, rows: str) -> exp.Query:
    made = exp.select(*(column("i", each) for each in way.equal), aliased(counted(None), "n"))
    made = made.from_(table(rows, "i")).where(all_of(_of_row(way)))
    return made.group_by(*(column("i", each) for each in way.equal)) if way.equal else made


def _joined(found: Slide, way: _Way, rows: str, subjects: str) -> exp.Query:
    # In brackets, not under a name of its own: a statement holds only so many common table expressions.
    counts = exp.Subquery(this=_counted(way, rows), alias=exp.TableAlias(this=identifier("i")))
    columns = [aliased(column("o", ROW), "r0"), aliased(column("i", "n"), "n"), column("o", "itself")]
    made = exp.select(*columns).from_(table(subjects, "o")).join(counts, on=all_of(_equal(way)))
    mine = _of_subject(way)
    return made.where(all_of(mine)) if mine else made


def _paired(found: Slide, way: _Way, rows: str, subjects: str) -> exp.Query:
    assert found.time is not None
    row, subject = column("i", found.time), column("o", found.time)
    on = [*_equal(way), *_within(found.reach, row, subject), known(row), known(subject)]
    columns = [aliased(column("o", ROW), "r0"), aliased(integer(1), "n"), column("o", "itself")]
    made = exp.select(*columns).from_(table(subjects, "o"))
    return made.join(table(rows, "i"), on=all_of([*on, *_of_row(way), *_of_subject(way)]))


def _within(reach: Reach, row: E, subject: E) -> list[E]:
    ends: list[E] = []
    if reach.before is not None:
        ends.append(compare(">=", row, dialect.plus_microseconds(subject, integer(-reach.before))))
    if reach.after is not None:
        ends.append(compare("<=", row, dialect.plus_microseconds(subject, integer(reach.after))))
    return ends
