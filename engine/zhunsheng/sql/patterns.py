"""Patterns in SQL: which rows match, which may, and what a count says (docs/meaning.md M6 to M18).

Inside the group's pair frame every row is judged once; its aggregates (how many match, how many may, the
first time …) come back to the frame of the pattern, where the evidence is weighed and the count compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp

from zhunsheng.semantics.typed import AggregateOf, Compare, CountOf, Expr, Has, Pattern, Window
from zhunsheng.semantics.types import DateType, DurationType, InstantType
from zhunsheng.sql import (
    amounts,
    conditions,
    deadlines,
    dialect,
    evidence,
    localtime,
    logic,
    records,
    scalars,
    sliding,
)
from zhunsheng.sql.context import ROW, View
from zhunsheng.sql.expressions import (
    FALSE,
    NULL,
    TRUE,
    E,
    all_of,
    any_of,
    boolean,
    case,
    cast,
    coalesce,
    column,
    compare,
    counted,
    filtered,
    integer,
    is_false,
    is_true,
    missing,
    moment,
    negated,
    unless,
)
from zhunsheng.sql.groups import CANDIDATE, Attached, attach
from zhunsheng.sql.values import Cause, Scalar, State, Truth, flag, of_operands
from zhunsheng.verdicts.model import Reason


@dataclass(frozen=True)
class Found:
    """What the log says about one pattern, seen from the pattern's own frame."""

    view: View
    pattern: Pattern
    rows: Attached | None
    where: Truth
    match: Truth
    low: Scalar | None
    high: Scalar | None

    @property
    def group(self) -> Attached:
        assert self.rows is not None, "a sliding count has no rows"
        return self.rows

    # ---- numbers of rows

    @cached_property
    def sure(self) -> E:
        """How many rows match (y)."""
        return self._count(logic.surely(self.match))

    @cached_property
    def possible(self) -> E | None:
        """How many rows may match (m); None when none can."""
        maybe = logic.perhaps(self.match)
        return None if is_false(maybe) else self._count(maybe)

    def some(self, condition: E) -> E:
        """Whether the condition holds for any row."""
        return compare(">", self._count(condition), integer(0))

    def _count(self, condition: E) -> E:
        return coalesce(self.group.aggregate(counted(condition)), integer(0))

    # ---- what stands in the way

    @cached_property
    def error(self) -> E | None:
        """An error in a bound, in the anchor or in a row's condition (M8, M9)."""
        rows = logic.in_error(self.match)
        failed = None if rows is None else compare(">", self._count(rows), integer(0))
        ends = [end.error for end in (self.low, self.high) if end is not None]
        return flag(*ends, self.anchor.error if self.anchor else None, failed)

    @cached_property
    def anchor(self) -> records.Found | None:
        return records.record(self.view, self.pattern.link.anchor) if self.pattern.link else None

    @cached_property
    def doubts(self) -> tuple[E | None, tuple[Cause, ...]]:
        """Why rows may exist that were not seen, the plainest reason first (M9, M15)."""
        return evidence.doubts(self.view.compiler, self.pattern, self.anchor, self.low, self.high)

    @cached_property
    def limitless(self) -> E | None:
        found = self.doubts[0]
        return None if found is None else self.view.let(found)

    @cached_property
    def uncertain(self) -> E | None:
        """Whether the number of rows is not certain; None when it always is."""
        some = None if self.possible is None else compare(">", self.possible, integer(0))
        return flag(self.limitless, some)

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        ends = tuple(cause for end in (self.low, self.high) if end is not None for cause in end.causes)
        above = self.anchor.causes if self.anchor else ()
        failed = tuple(cause for cause in (*ends, *above) if cause.kind == "error")
        rows = logic.in_error(self.match)
        own: tuple[Cause, ...] = ()
        if rows is not None:
            reasons = [cause.reason for cause in self.match.causes if cause.kind == "error"]
            own = (Cause("error", TRUE, reasons[0] if reasons else Reason.OUT_OF_RANGE),)
        some: tuple[Cause, ...] = ()
        if self.possible is not None:
            empty = {cause.field for cause in self.where.causes if cause.field is not None}
            # Which row it is, and so which field, is not known here unless there is only one.
            field = empty.pop() if len(empty) == 1 else None
            perhaps = compare(">", self.possible, integer(0))
            some = (Cause("unknown", perhaps, Reason.UNDECIDED_ROWS, field),)
        return (*failed, *own, *self.doubts[1], *some)

    # ---- time

    @cached_property
    def open(self) -> E:
        """M14: the window ends after the observation time. Never NULL."""
        if self.high is None:
            return FALSE
        after = compare(">", self.high.value, moment(self.view.compiler.evidence.as_of))
        return coalesce(after, FALSE)

    def time(self) -> E | None:
        return _time(self.group.inside, self.pattern)

    def observed(self) -> E:
        """Time of the first row that satisfies the condition, inside the window or not."""
        time = self.time()
        if time is None:
            return cast(NULL, "TIMESTAMP")
        return self.group.aggregate(filtered(exp.Min(this=time), logic.surely(self.where)))

    def late(self) -> E:
        """Whether a row would match but lies after the window's end."""
        time = self.time()
        if time is None or self.high is None:
            return FALSE
        last = self.group.aggregate(filtered(exp.Max(this=time), logic.surely(self.where)))
        return coalesce(compare(">", last, self.high.value), FALSE)


@dataclass(frozen=True)
class Slid(Found):
    """A sliding count: the numbers are there, the rows themselves are not."""

    numbers: sliding.Counts

    @cached_property
    def sure(self) -> E:
        return self.numbers.sure

    @cached_property
    def possible(self) -> E | None:
        return self.numbers.possible


def number_of(view: View, pattern: Pattern) -> Found:
    """As `find`, where nothing but the numbers of rows is asked for."""
    slide = sliding.slide(view, pattern) if view.compiler.counting else None
    numbers = None if slide is None else sliding.counts(view, slide)
    if numbers is None:
        return find(view, pattern)
    ends = window_ends(view, pattern.window)
    return Slid(view, pattern, None, numbers.where, numbers.where, *ends, numbers)


def find(view: View, pattern: Pattern, value: Expr | None = None) -> Found:
    group = attach(view, pattern, value)
    inside = group.inside
    conditions_ = [conditions.condition(inside, pattern.where)] if pattern.where else []
    if pattern.other:
        own = inside.row_number(view.scope.subject.name)
        conditions_.insert(0, Truth(plain=compare("!=", column(CANDIDATE, ROW), own)))
    where = logic.conjunction(conditions_)
    low, high = window_ends(group.around, pattern.window)
    time = _time(inside, pattern)
    parts = [
        where,
        *(_beyond(time, end, after) for end, after in ((low, True), (high, False)) if end is not None),
    ]
    here = (low, high) if view is group.around else window_ends(view, pattern.window)
    return Found(view, pattern, group, where, logic.conjunction(parts), *here)


def _time(view: View, pattern: Pattern) -> E | None:
    """The candidate's time, as an instant."""
    if pattern.time_field is None:
        return None
    place = column(CANDIDATE, pattern.time_field)
    type_ = view.compiler.record(pattern.var.record).fields[pattern.time_field].type
    return localtime.day_start(view, place) if isinstance(type_, DateType) else place


def _beyond(time: E | None, end: Scalar, after: bool) -> Truth:
    """Whether the row lies on the right side of one end; unknown where either is not known (M13)."""
    if time is None:
        return Truth(plain=cast(NULL, "BOOLEAN"))
    return Truth(plain=compare(">=" if after else "<=", time, end.value))


def window_ends(view: View, window: Window | None) -> tuple[Scalar | None, Scalar | None]:
    """First and last instant that belong to the window (M11)."""
    if window is None:
        return None, None
    if window.kind == "bounds":
        low, high = (
            None if each is None else scalars.scalar(view, each) for each in (window.low, window.high)
        )
        return low, high
    assert window.anchor is not None
    anchor = scalars.scalar(view, window.anchor)
    if window.kind == "same_day":
        instant = isinstance(scalars.type_of(window.anchor), InstantType)
        day = view.let(localtime.local_day(view, anchor.value)) if instant else anchor.value
        start, end = localtime.day_start(view, day), localtime.day_end(view, day)
        return view.settled(Scalar(start).with_flags(anchor)), view.settled(Scalar(end).with_flags(anchor))
    assert window.duration is not None
    length, type_ = scalars.scalar(view, window.duration), scalars.type_of(window.duration)
    assert isinstance(type_, DurationType)
    forward = window.kind == "within_after"
    far = view.settled(deadlines.limit(view, anchor, length, type_, forward=forward))
    return (anchor, far) if forward else (far, anchor)


# ---- counts ------------------------------------------------------------------------------------------------


def has(view: View, expression: Has) -> Truth:
    """M9, as one CASE; the cheap question (are there enough rows?) comes first."""
    asked = scalars.scalar(view, expression.number)
    trivial = _trivial(expression, asked)
    if is_true(trivial):
        return logic.ALWAYS
    found = number_of(view, expression.pattern)
    branches = _branches(expression, asked, found)
    failed = flag(found.error, asked.error)
    unasked = [] if asked.unknown is None else [(asked.unknown, _UNKNOWN)]
    steps = [(trivial, _TRUE), *([(failed, _ERROR)] if failed is not None else []), *unasked, *branches]
    causes = (*asked.causes, *found.causes)
    return _as_truth(steps, causes)


_TRUE: State = "true"
_FALSE: State = "false"
_UNKNOWN: State = "unknown"
_PENDING: State = "pending"
_ERROR: State = "error"
Step = tuple[E, State]


def _trivial(expression: Has, asked: Scalar) -> E:
    """`at least 0` is true, whatever else."""
    if expression.bound != "at_least":
        return FALSE
    if asked.constant is not None:
        return boolean(asked.constant <= 0)
    return coalesce(amounts.compared("<=", asked, amounts.constant(0)), FALSE)


def _branches(expression: Has, asked: Scalar, found: Found) -> list[Step]:
    number, sure = amounts.units(asked, asked.scale), found.sure
    most = sure if found.possible is None else compare("+", sure, found.possible)
    limitless = found.limitless or FALSE
    too_many = compare(">", sure, number)
    if expression.bound == "at_most":
        perhaps = any_of([limitless, FALSE if found.possible is None else compare(">", most, number)])
        return [(too_many, _FALSE), (perhaps, _UNKNOWN), (TRUE, _TRUE)]
    if expression.bound == "at_least":
        perhaps = any_of([limitless, FALSE if found.possible is None else compare(">=", most, number)])
        enough = compare(">=", sure, number)
        return [(enough, _TRUE), (perhaps, _UNKNOWN), (found.open, _PENDING), (TRUE, _FALSE)]
    too_few = all_of([negated(limitless), compare("<", most, number)])
    exact = all_of(
        [
            compare("=", sure, number),
            negated(limitless),
            TRUE if found.possible is None else compare("=", found.possible, integer(0)),
        ]
    )
    short = [(all_of([too_few, found.open]), _PENDING), (too_few, _FALSE)]
    return [(too_many, _FALSE), *short, (exact, _TRUE), (TRUE, _UNKNOWN)]


def too_many(view: View, expression: Has, found: Found) -> E:
    asked = scalars.scalar(view, expression.number)
    return coalesce(compare(">", found.sure, amounts.units(asked, asked.scale)), FALSE)


def _as_truth(steps: Sequence[Step], causes: tuple[Cause, ...]) -> Truth:
    steps = [step for step in steps if not is_false(step[0])]
    if any(name in (_PENDING, _ERROR) for _, name in steps):
        codes = {_FALSE: logic.F, _ERROR: logic.ERROR, _UNKNOWN: logic.U, _PENDING: logic.P, _TRUE: logic.T}
        code = case([(when, integer(codes[name])) for when, name in steps], NULL)
        return Truth(code=code, causes=causes, steps=tuple(steps))
    values = {_FALSE: FALSE, _UNKNOWN: cast(NULL, "BOOLEAN"), _TRUE: TRUE}
    plain = case([(when, values[name]) for when, name in steps], NULL)
    return Truth(plain=plain, causes=causes, steps=tuple(steps))


def count(view: View, pattern: Pattern) -> Scalar:
    """`count of P` as a number: unknown when it may be more than one."""
    found = number_of(view, pattern)
    blocked = flag(found.error, found.uncertain)
    value = unless(blocked, found.sure)
    bound = view.compiler.rows(pattern.var.record)
    return Scalar(value, found.uncertain, found.error, found.causes, bound=bound)


def compare_counts(view: View, expression: Compare) -> Truth:
    """M6: beside a comparison operator a count is the interval of all that it can be."""
    left, right = _range(view, expression.left), _range(view, expression.right)
    op = expression.op
    if op in (">", ">="):
        left, right = right, left
        op = "<" if op == ">" else "<="
    if op in ("<", "<="):
        holds, cannot = _ordered(op, left, right)
    else:
        below, not_below = _ordered("<=", left, right)
        above, not_above = _ordered("<=", right, left)
        holds, cannot = all_of([below, above]), any_of([not_below, not_above])
        if op == "!=":
            holds, cannot = cannot, holds
    failed, lost = flag(left.error, right.error), flag(left.unsettled, right.unsettled)
    steps: list[Step] = [
        (each, name) for each, name in ((failed, _ERROR), (lost, _UNKNOWN)) if each is not None
    ]
    steps += [(holds, _TRUE), (cannot, _FALSE), (TRUE, _UNKNOWN)]
    return _as_truth(steps, of_operands(left.causes, right.causes))


@dataclass(frozen=True, slots=True)
class _Range:
    """All that a number can be; `without_end` where it has no upper end."""

    low: Scalar
    high: Scalar
    without_end: E | None
    error: E | None
    unsettled: E | None
    causes: tuple[Cause, ...]


def _range(view: View, expression: Expr) -> _Range:
    if not isinstance(expression, CountOf):
        value = scalars.scalar(view, expression)
        lost = missing(value.value)
        return _Range(value, value, None, value.error, None if is_false(lost) else lost, value.causes)
    found = number_of(view, expression.pattern)
    bound = view.compiler.rows(expression.pattern.var.record)
    low = Scalar(found.sure, bound=bound)
    high = (
        low if found.possible is None else Scalar(compare("+", found.sure, found.possible), bound=2 * bound)
    )
    return _Range(low, high, found.limitless, found.error, None, found.causes)


def _ordered(op: str, left: _Range, right: _Range) -> tuple[E, E]:
    """`left < right` (or <=): where it holds for every pair of numbers, and where for none."""
    assert op in ("<", "<=")
    opposite: amounts.Operator = ">=" if op == "<" else ">"
    smaller: amounts.Operator = "<" if op == "<" else "<="
    ends_left, ends_right = (negated(each.without_end or FALSE) for each in (left, right))
    holds = all_of([ends_left, amounts.compared(smaller, left.high, right.low)])
    cannot = all_of([ends_right, amounts.compared(opposite, left.low, right.high)])
    return holds, cannot


# ---- aggregates --------------------------------------------------------------------------------------------


def aggregate(view: View, expression: AggregateOf) -> Scalar:
    """M18: over matching rows, when it is certain which they are and every value is known."""
    found = find(view, expression.pattern, expression.value)
    value = scalars.scalar(found.group.inside, expression.value)
    matching = logic.surely(found.match)
    failed = None if value.error is None else found.some(all_of([matching, value.error]))
    empty = missing(value.value)
    lost = None if is_false(empty) else found.some(all_of([matching, empty]))
    error, unknown = flag(found.error, failed), flag(found.uncertain, lost)
    made = _folded(view, expression, found, value, matching)
    blocked = flag(error, unknown)
    causes = list(found.causes)
    causes += [
        Cause("error", failed, cause.reason)
        for cause in value.causes
        if cause.kind == "error" and failed is not None
    ]
    if lost is not None:
        causes.append(Cause("unknown", lost, Reason.FIELD_MISSING))
    kept = unless(blocked, made.value)
    return replace(made, value=kept, unknown=unknown, error=error, causes=tuple(causes))


def _folded(view: View, expression: AggregateOf, found: Found, value: Scalar, matching: E) -> Scalar:
    rows = view.compiler.rows(expression.pattern.var.record)
    if expression.fn == "distinct":
        single = _comparable(value)
        distinct = filtered(exp.Count(this=exp.Distinct(expressions=[single])), matching)
        return Scalar(coalesce(found.group.aggregate(distinct), integer(0)), bound=rows)
    if expression.fn in ("min", "max"):
        return _extreme(expression, found, value, matching)
    exact = value.text or value.denominator is not None or amounts.long(value.bound * rows)
    if exact:
        values = filtered(dialect.call("list", amounts.as_text(value).value), matching)
        name = "sum" if expression.fn == "sum" else "mean"
        return Scalar(dialect.exact(name, _no_list(found.group.aggregate(values))), text=True)
    units = amounts.units(value, value.scale)
    total = found.group.aggregate(filtered(exp.Sum(this=units), matching))
    bound = value.bound * rows
    if expression.fn == "sum":
        return Scalar(coalesce(total, integer(0)), scale=value.scale, bound=bound)
    below = 10**value.scale
    number = compare("*", found.sure, integer(below)) if below > 1 else found.sure
    return Scalar(cast(total, "HUGEINT"), bound=bound, denominator=number, denominator_bound=rows * below)


def _no_list(values: E) -> E:
    return coalesce(values, cast(exp.Array(expressions=[]), "VARCHAR[]"))


def _comparable(value: Scalar) -> E:
    """A value that is equal for equal values."""
    if value.text or value.denominator is not None:
        return dialect.exact("reduced", amounts.as_text(value).value)
    return value.value


def _extreme(expression: AggregateOf, found: Found, value: Scalar, matching: E) -> Scalar:
    if value.text or value.denominator is not None:
        values = filtered(dialect.call("list", amounts.as_text(value).value), matching)
        return Scalar(dialect.exact(expression.fn, _no_list(found.group.aggregate(values))), text=True)
    kind = exp.Min if expression.fn == "min" else exp.Max
    made = found.group.aggregate(filtered(kind(this=value.value), matching))
    return replace(value, value=made, unknown=None, error=None, causes=(), constant=None)
