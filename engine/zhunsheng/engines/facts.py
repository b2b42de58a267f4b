"""What a look at the data lets the plan leave out: clock changes long gone, subjects that no rule concerns.

Nothing here changes a verdict: a plan without these shortcuts gives the same ones, more slowly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from zhunsheng.engines.run import Run
from zhunsheng.plan.build import conditions, owners
from zhunsheng.plan.scope import parts
from zhunsheng.semantics.typed import (
    Arithmetic,
    Const,
    DurationOf,
    Expr,
    FieldOf,
    ParamRef,
    ParentOf,
    PartOf,
    Pattern,
    Rule,
    Window,
)
from zhunsheng.semantics.types import DateType, DurationType, InstantType
from zhunsheng.sql import concerned as sql_concerned
from zhunsheng.sql import verdicts
from zhunsheng.sql.context import SLICE
from zhunsheng.sql.expressions import E, all_of, any_of, column, counted, table
from zhunsheng.sql.frame import Frame, Relation

LONGEST = 36_525
DAY_MICROSECONDS = 86_400_000_000


# ---- clocks ------------------------------------------------------------------------------------------------


def steady(run: Run) -> bool:
    """Whether every instant and day that the rules can meet lies after the zone's last clock change."""
    since = run.compiler().zone.steady_from
    if since is None or run.compiler().zone.always:
        return False
    every = owners(run.subject.rules, run.subject.measures)
    nodes = [node for owner in every for node in _below(conditions(owner))]
    if run.calendar.first <= since:
        return False
    earliest = _earliest(run, nodes)
    back = sum(_days_back(run, node) for node in nodes)
    return earliest is None or (earliest.toordinal() - back - 2) > since.toordinal()


def _below(nodes: Any) -> Iterator[Any]:
    for node in nodes:
        yield node
        yield from _below(parts(node))


def _earliest(run: Run, nodes: Sequence[Any]) -> date | None:
    """The first day in the columns and constants that the rules read."""
    columns = {(run.subject.record, run.program.vocabulary.records[run.subject.record].time)}
    found: list[date] = []
    for node in nodes:
        match node:
            case FieldOf(record, field, InstantType() | DateType()):
                columns.add((record.record, field))
            case Pattern(time_field=field) if field is not None:
                columns.add((node.var.record, field))
                columns.add((node.var.record, run.program.vocabulary.records[node.var.record].time))
            case Const(value) if isinstance(value, datetime):
                found.append(value.date())
            case Const(value) if isinstance(value, date):
                found.append(value)
    for of_record, name in sorted((record, name) for record, name in columns if name is not None):
        first = _least(run, of_record, name)
        if first is not None:
            found.append(first.date() if isinstance(first, datetime) else first)
    return min(found, default=None)


def _least(run: Run, record: str, name: str) -> Any:
    """The least value of a column; those of all columns of a record that anyone may ask for come at once."""
    if (record, name) not in run.shared.least:
        kinds = (InstantType, DateType, DurationType)
        columns = run.program.vocabulary.records[record].fields
        names = [
            field.name for field in columns.values() if field.name == name or isinstance(field.type, kinds)
        ]
        query = exp.select(*(exp.Min(this=column("r", each)) for each in names)).from_(table(record, "r"))
        (found,) = run.execute(query)
        run.shared.least.update({(record, each): value for each, value in zip(names, found, strict=True)})
    return run.shared.least[record, name]


def _days_back(run: Run, node: Any) -> int:
    """How many days before its operands a node can reach."""
    match node:
        case Window("within_before", _, duration) if duration is not None:
            return _reach(run, duration)
        case Window("within_after", _, duration) if duration is not None:
            return 0 if _never_negative(run, duration) else LONGEST
        case Arithmetic("+", _, duration, InstantType()):
            return 0 if _never_negative(run, duration) else LONGEST
        case Arithmetic("-", _, duration, InstantType()):
            return _reach(run, duration)
    return 0


def _values(run: Run, expression: Expr) -> list[Const]:
    match expression:
        case Const():
            return [expression]
        case ParamRef():
            return [value for _, value in run.program.parameters[expression.parameter].periods]
    return []


def _reach(run: Run, duration: Expr) -> int:
    type_ = getattr(duration, "type", None)
    values = _values(run, duration)
    if not values or not isinstance(type_, DurationType) or type_.unit == "working_day":
        # Working days never leave the calendar, and its first day is asked for by itself.
        return 0 if values and isinstance(type_, DurationType) else LONGEST
    most = max(abs(each.value) for each in values if isinstance(each.value, int))
    scale = {"exact": 1 / DAY_MICROSECONDS, "day": 1, "month": 31}[type_.unit]
    return min(LONGEST, int(most * scale) + 1)


def _never_negative(run: Run, duration: Expr) -> bool:
    from zhunsheng.semantics.typed import AggregateOf

    match duration:
        case Const() | ParamRef():
            return all(each.value >= 0 for each in _values(run, duration))  # type: ignore[operator]
        case Arithmetic("+", left, right):
            return _never_negative(run, left) and _never_negative(run, right)
        case AggregateOf(fn, value) if fn in ("sum", "min", "max"):
            return _never_negative(run, value)
        case FieldOf(record, field):
            least = _least(run, record.record, field)
            return least is None or least >= 0
    return False


# ---- subjects ----------------------------------------------------------------------------------------------

SHARES = (0.1, 0.5)
"""Rules about less than such a share of the subjects are judged on those subjects alone."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Rules judged together; `concerned` is a condition that holds for every subject of theirs (None:
    all)."""

    rules: tuple[Rule, ...]
    concerned: E | None


def passes(run: Run) -> tuple[Pass, ...]:
    """The rules of a subject, those about few subjects apart: joins and deadlines are then computed for
    these only."""
    rules = run.subject.rules
    filters = {rule.id: _filter(run, rule) for rule in rules if _heavy(rule)}
    asked = {id_: node for id_, node in filters.items() if node is not None}
    shares = _shares(run, asked)
    left = list(rules)
    made: list[Pass] = []
    for limit in SHARES:
        few = tuple(rule for rule in left if shares.get(rule.id, 1.0) <= limit)
        if few:
            made.append(Pass(few, any_of(asked[rule.id].copy() for rule in few)))
            left = [rule for rule in left if rule not in few]
    if left:
        made.append(Pass(tuple(left), None))
    return tuple(part for each in made for part in _parted(each))


MOST = 60
"""Rules of one pass: the database takes only so many common table expressions in one statement."""


def _parted(whole: Pass) -> Iterator[Pass]:
    for start in range(0, len(whole.rules), MOST):
        yield Pass(whole.rules[start : start + MOST], whole.concerned)


def _heavy(rule: Rule) -> bool:
    """Whether judging takes more than a look at the subject's own row."""
    return any(
        isinstance(node, Pattern | ParentOf | DurationOf | PartOf) for node in _below(conditions(rule))
    )


def _filter(run: Run, rule: Rule) -> E | None:
    """The part of `where` that the subject's own row settles: not false where the rule concerns the
    subject."""
    frame = Frame()
    frame.start(run.subject.record, verdicts.SUBJECT)
    view = verdicts.subject_view(run.compiler(), rule, frame)
    found = sql_concerned.subject_may_count(view, rule)
    return None if frame.joined else found


def _shares(run: Run, filters: dict[str, E]) -> dict[str, float]:
    """The share of subjects that pass each filter."""
    if not filters:
        return {}
    texts = {node.sql(dialect="duckdb"): node for node in filters.values()}
    counts = [counted(node.copy()) for node in texts.values()]
    query = exp.select(exp.Count(this=exp.Star()), *counts).from_(table(run.subject.record, verdicts.SUBJECT))
    ((rows, *found),) = run.execute(query)
    share = {text: count / rows if rows else 0.0 for text, count in zip(texts, found, strict=True)}
    return {id_: share[node.sql(dialect="duckdb")] for id_, node in filters.items()}


def concerned(run: Run, condition: E) -> Relation:
    """The subjects that the condition holds for, as the relation a compiler judges."""
    star = exp.Column(this=exp.Star(), table=exp.to_identifier(verdicts.SUBJECT, quoted=True))

    def write() -> tuple[list[tuple[str, exp.Query]], exp.Query]:
        found = exp.select(star.copy()).from_(table(run.subject.record, verdicts.SUBJECT))
        return [], found.where(all_of([condition.copy()]))

    return Relation(SLICE, write)
