"""Bindings in SQL: `let h = first|last P` (docs/meaning.md M17).

Where a rule reads nothing of the row but its time, the earliest (latest) matching time says it all; else the
rows are ranked by time, key and row number, and the columns that are read come from the one that is first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from sqlglot import exp

from zhunsheng.plan.build import conditions, owners
from zhunsheng.plan.scope import Scope, fields_read, owner_name
from zhunsheng.semantics.typed import Binding
from zhunsheng.semantics.types import InstantType
from zhunsheng.sql import dialect, logic, records
from zhunsheng.sql.context import ROW, View
from zhunsheng.sql.expressions import (
    FALSE,
    NULL,
    E,
    aliased,
    all_of,
    any_of,
    cast,
    coalesce,
    column,
    compare,
    filtered,
    integer,
    is_false,
    known,
    missing,
    table,
    text_of,
    unless,
)
from zhunsheng.sql.frame import Relation, Written
from zhunsheng.sql.groups import CANDIDATE, GroupSql
from zhunsheng.sql.patterns import Found, find
from zhunsheng.sql.values import Cause, flag
from zhunsheng.verdicts.model import Reason


def bound(view: View, binding: Binding) -> records.Found:
    """The row: its columns are NULL where there is none or it is not certain which."""
    at_subject = replace(view, scope=_outermost(view.scope))
    found = find(at_subject, binding.pattern)
    unknown = flag(*_doubts(found, binding))
    blocked = flag(unknown, found.error)
    causes = list(found.causes)
    if unknown is not None:
        causes.append(Cause("unknown", unknown, Reason.UNDECIDED_ROWS))
    raw = _columns(at_subject, binding, found)

    def certain(name: str) -> E:
        return view.let(unless(blocked, raw(name)))

    return records.Found(certain, binding.pattern.var.record, True, unknown, found.error, tuple(causes))


def _outermost(scope: Scope) -> Scope:
    return replace(scope, rows=scope.rows[:1])


def _extreme(found: Found, binding: Binding, time: E, which: E) -> E:
    """The time of the first (last) of some rows."""
    kind = exp.Min if binding.which == "first" else exp.Max
    return found.group.aggregate(filtered(kind(this=time), which))


def _doubts(found: Found, binding: Binding) -> list[E | None]:
    """Why it is not certain which row it is."""
    time, doubts = found.time(), [found.limitless]
    matching, maybe = logic.surely(found.match), logic.perhaps(found.match)
    if time is None:
        return [*doubts, found.some(any_of([matching, maybe]))]
    doubts.append(found.some(all_of([missing(time), any_of([matching, maybe])])))
    if not is_false(maybe):
        rival, best = _extreme(found, binding, time, maybe), _extreme(found, binding, time, matching)
        beaten = compare("<=" if binding.which == "first" else ">=", rival, best)
        doubts.append(coalesce(beaten, FALSE))
        doubts.append(all_of([compare("=", found.sure, integer(0)), known(rival)]))
    return doubts


def _columns(view: View, binding: Binding, found: Found) -> Callable[[str], E]:
    time, matching = found.time(), logic.surely(found.match)
    if time is None:
        return lambda name: cast(NULL, "BIGINT")
    if _only_time(view, binding):
        best = _extreme(found, binding, time, matching)
        return lambda name: best
    hits = _hits(view, binding, found, time, matching)
    alias = view.frame.left(hits.relation, found.group.on)
    return partial(hits.column, alias)


def _only_time(view: View, binding: Binding) -> bool:
    compiler = view.compiler
    (owner,) = [
        each
        for each in owners(compiler.plan.rules, compiler.plan.measures)
        if owner_name(each) == view.scope.owner
    ]
    pattern = binding.pattern
    fields = compiler.record(pattern.var.record).fields
    instant = pattern.time_field is not None and isinstance(fields[pattern.time_field].type, InstantType)
    return instant and fields_read(conditions(owner), binding.var.name) <= {pattern.time_field}


@dataclass(eq=False, slots=True)
class Hits:
    """Per environment the first (last) matching row, with the columns that turn out to be read."""

    group: GroupSql
    relation: Relation
    condition: E
    order: list[E]
    read: dict[str, None] = field(default_factory=dict)

    def column(self, alias: str, name: str) -> E:
        self.read[name] = None
        return column(alias, f"hit.{name}")

    def write(self) -> Written:
        keys = [aliased(node, name) for name, node in self.group.keys]
        columns = [aliased(column(CANDIDATE, name), f"hit.{name}") for name in self.read]
        place = aliased(dialect.row_number([node for _, node in self.group.keys], self.order), "place")
        rank = f"{self.relation.name}:rank"
        before, ranked = self.group.frame.select(rank, [*keys, *columns, place], self.condition)
        names = [name for name, _ in self.group.keys] + [f"hit.{name}" for name in self.read]
        first = compare("=", column("r", "place"), integer(1))
        chosen = exp.select(*(column("r", name) for name in names)).from_(table(rank, "r")).where(first)
        return [*before, (rank, ranked)], chosen


def _hits(view: View, binding: Binding, found: Found, time: E, matching: E) -> Hits:
    """Rows by time, key and row number; a missing key sorts after every known one."""
    compiler, group = view.compiler, found.group.sql
    later = binding.which == "last"
    condition = all_of([matching, known(time)])
    signature = f"{binding.which}|{group.relation.name}|{text_of(condition)}"
    if signature not in compiler.hits:
        key = column(CANDIDATE, compiler.record(binding.pattern.var.record).key)
        order = [
            dialect.ordered(time, descending=later, nulls_first=False),
            dialect.ordered(key, descending=later, nulls_first=later),
            dialect.ordered(column(CANDIDATE, ROW), descending=later, nulls_first=False),
        ]
        name = f"{binding.which}:{len(compiler.hits) + 1}"

        def write() -> Written:
            return compiler.hits[signature].write()

        compiler.hits[signature] = Hits(group, Relation(name, write, [group.frame]), condition, order)
    return compiler.hits[signature]
