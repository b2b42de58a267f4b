"""Groups in SQL: one grouped scan answers every pattern that looks at the same rows (docs/meaning.md M7).

A group is written as `SELECT keys, aggregates FROM pairs GROUP BY keys`. Its keys are the link's key, where
no pattern compares the rows with their environment, and else the row numbers of the environment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from sqlglot import exp

from zhunsheng.plan.build import group_key
from zhunsheng.plan.model import Group
from zhunsheng.plan.scope import Row, Scope, environment, equalities
from zhunsheng.semantics.typed import Expr, Link, Pattern
from zhunsheng.sql import concerned, conditions, records, scalars
from zhunsheng.sql.context import ROW, Compiler, View
from zhunsheng.sql.expressions import (
    TRUE,
    E,
    aliased,
    all_of,
    any_of,
    column,
    compare,
    integer,
    known,
    missing,
    table,
    text_of,
)
from zhunsheng.sql.frame import Frame, Relation, Written
from zhunsheng.sql.values import Scalar

CANDIDATE = "c"


def outer_alias(place: int) -> str:
    return f"e{place}"


@dataclass(eq=False, slots=True)
class GroupSql:
    plan: Group
    frame: Frame
    keys: tuple[tuple[str, E], ...]
    relation: Relation
    columns: dict[str, tuple[str, E]] = field(default_factory=dict)
    only: list[E] = field(default_factory=list)
    """Conditions on the pairs that no pattern of the group can do without."""

    def add(self, aggregate: E) -> str:
        """The name of the column that holds the aggregate; equal aggregates are computed once."""
        key = text_of(aggregate)
        if key not in self.columns:
            self.columns[key] = (f"a{len(self.columns) + 1}", aggregate)
        return self.columns[key][0]

    def write(self) -> Written:
        columns = [aliased(node, name) for name, node in self.keys]
        columns += [aliased(node, name) for name, node in self.columns.values()]
        before, made = self.frame.select(
            self.relation.name, columns, all_of(self.only) if self.only else None
        )
        if not self.keys:
            return before, made
        places = [integer(place) for place in range(1, len(self.keys) + 1)]
        made.set("group", exp.Group(expressions=places))
        return before, made


@dataclass(frozen=True, slots=True)
class Attached:
    """A group as one pattern sees it: where its aggregates go, and where they come back."""

    sql: GroupSql
    alias: str
    on: Callable[[str], E]
    """How a relation with the group's keys is joined to the frame of the pattern."""
    around: View
    """The pair frame, with the names of the pattern's surroundings."""
    inside: View
    """The same, with the candidate row."""

    def aggregate(self, node: E) -> E:
        """The aggregate's value for the environment at hand; NULL where no pair exists."""
        return column(self.alias, self.sql.add(node))


def attach(view: View, pattern: Pattern, value: Expr | None = None) -> Attached:
    """The group of a pattern, joined to the frame of the view."""
    group = _group(view.compiler, pattern, value, view.scope)
    rows = environment(pattern, value, view.scope)
    on = _on(view, group, pattern.link, rows)
    alias = view.frame.left(group.relation, on)
    names = {row.name: outer_alias(place) for place, row in enumerate(rows)}
    around = replace(view, frame=group.frame, aliases=names)
    return Attached(group, alias, on, around, around.inside(pattern, CANDIDATE))


def _on(view: View, group: GroupSql, link: Link | None, rows: Sequence[Row]) -> Callable[[str], E]:
    if not group.keys:
        return lambda alias: TRUE
    if group.plan.by_rows:
        pairs = [(name, view.row_number(row.name)) for (name, _), row in zip(group.keys, rows, strict=True)]
    else:
        assert link is not None
        pairs = [("k", anchor_key(view, link))]
    return lambda alias: all_of(compare("=", column(alias, name), node) for name, node in pairs)


def anchor_key(view: View, link: Link) -> E:
    """What the first step of the link compares, on the anchor's side."""
    anchor = records.record(view, link.anchor)
    if link.direction == "down":
        return anchor.column(view.compiler.record(anchor.record).key)
    return anchor.column(link.path[0][1])


def _group(compiler: Compiler, pattern: Pattern, value: Expr | None, scope: Scope) -> GroupSql:
    key = group_key(pattern, value, scope)
    if key not in compiler.groups:
        compiler.groups[key] = _made(compiler, compiler.plan.groups[key], pattern, value, scope)
    return compiler.groups[key]


def _made(compiler: Compiler, plan: Group, pattern: Pattern, value: Expr | None, scope: Scope) -> GroupSql:
    frame = Frame()
    keys: list[tuple[str, E]] = []
    rows = environment(pattern, value, scope)
    if plan.by_rows:
        view = surroundings(compiler, frame, rows, scope)
        alone = _Alone(compiler, plan) if plan.uses == 1 else None
        candidates(view, pattern, CANDIDATE, alone)
        keys = [(f"r{place}", column(outer_alias(place), ROW)) for place in range(len(rows))]
    elif pattern.link is not None:
        keys = [("k", linked(compiler, frame, pattern, CANDIDATE, None))]
    else:
        frame.start(plan.record, CANDIDATE)

    def write() -> Written:
        return made.write()

    made = GroupSql(plan, frame, tuple(keys), Relation(plan.name, write, [frame]))
    return made


# ---- pairs of an environment and a candidate ---------------------------------------------------------------


def surroundings(compiler: Compiler, frame: Frame, rows: Sequence[Row], scope: Scope) -> View:
    """A frame of the rows around a pattern, each hanging on the ones before."""
    first = rows[0]
    frame.start(compiler.subjects() if first.pattern is None else first.record, outer_alias(0))
    view = View(compiler, frame, scope, {first.name: outer_alias(0)})
    for place, row in enumerate(rows[1:], start=1):
        assert row.pattern is not None
        candidates(replace(view, scope=_before(scope, row)), row.pattern, outer_alias(place))
        view = replace(view, aliases={**view.aliases, row.name: outer_alias(place)})
    return view


def _before(scope: Scope, row: Row) -> Scope:
    return replace(scope, rows=scope.rows[: scope.rows.index(row)])


@dataclass(frozen=True, slots=True)
class _Alone:
    """A group of one pattern: what that pattern cannot use need not be paired."""

    compiler: Compiler
    plan: Group

    def subjects(self, view: View) -> E | None:
        if len(self.plan.owners) > 1 or not self.plan.of_subject:
            return None
        return concerned.subject_may_count(view, concerned.owner_of(self.compiler, view.scope.owner))


def candidates(view: View, pattern: Pattern, alias: str, alone: _Alone | None = None) -> None:
    """Join the pattern's candidate rows to the frame of its surroundings."""
    if pattern.link is not None:
        linked(view.compiler, view.frame, pattern, alias, anchor_key(view, pattern.link))
        return
    found = _equated(view, pattern, alone)
    if found is None:
        view.frame.inner(pattern.var.record, alias, TRUE)
        return
    around = [row.name for row in view.scope.rows if row.name in view.aliases]
    rows = [(f"r{place}", view.row_number(name)) for place, name in enumerate(around)]
    same = all_of(compare("=", column(f"{alias}p", name), node) for name, node in rows)
    view.frame.inner(found, f"{alias}p", same)
    view.frame.inner(pattern.var.record, alias, compare("=", column(alias, ROW), column(f"{alias}p", "c")))


def linked(compiler: Compiler, frame: Frame, pattern: Pattern, alias: str, anchor: E | None) -> E:
    """Join the rows at the other end of the link; the anchor's key is returned as the link has it.

    Without an anchor the frame starts with the link (to be grouped by its key)."""
    assert pattern.link is not None
    steps = _steps(compiler, pattern.link, pattern.var.record)
    ambiguous = any(not compiler.facts(record).unique_key for record, _, _ in steps[:-1])
    if ambiguous:
        chain = _chain(compiler, pattern, steps)
        _from(
            frame,
            chain,
            f"{alias}l",
            None if anchor is None else compare("=", column(f"{alias}l", "k"), anchor),
        )
        frame.inner(pattern.var.record, alias, compare("=", column(alias, ROW), column(f"{alias}l", "c")))
        return column(f"{alias}l", "k")
    return _walk(frame, steps, alias, anchor)


Step = tuple[str, str, str]
"""Record reached, its field compared with the step before, and its field that the next step compares with."""


def _steps(compiler: Compiler, link: Link, record: str) -> list[Step]:
    """From the anchor's side to the candidates."""
    if link.direction == "down":
        return [(child, field_, compiler.record(child).key) for child, field_ in reversed(link.path)]
    parents = [child for child, _ in link.path[1:]] + [record]
    onward = [field_ for _, field_ in link.path[1:]] + [""]
    return [
        (parent, compiler.record(parent).key, next_) for parent, next_ in zip(parents, onward, strict=True)
    ]


def _from(frame: Frame, source: str | Relation, alias: str, on: E | None) -> None:
    if on is None:
        frame.start(source, alias)
    else:
        frame.inner(source, alias, on)


def _walk(frame: Frame, steps: Sequence[Step], alias: str, anchor: E | None) -> E:
    before, key = anchor, None
    for place, (record, own, onward) in enumerate(steps):
        name = alias if place == len(steps) - 1 else f"{alias}{place}"
        here = column(name, own)
        _from(frame, record, name, None if before is None else compare("=", here, before))
        key = here if key is None else key
        before = column(name, onward) if onward else None
    assert key is not None
    return key


def _chain(compiler: Compiler, pattern: Pattern, steps: Sequence[Step]) -> Relation:
    """Link key and candidate row, each pair once however many chains join them (M7)."""
    assert pattern.link is not None
    link = pattern.link
    name = ":".join(["link", link.direction, *(f"{child}.{field_}" for child, field_ in link.path)])

    def write() -> Written:
        frame = Frame()
        key = _walk(frame, steps, "c", None)
        _, made = frame.select(name, [aliased(key, "k"), aliased(column("c", ROW), "c")])
        assert isinstance(made, exp.Select)
        return [], made.distinct()

    return compiler.relation(name, write)


# ---- patterns without a link -------------------------------------------------------------------------------


def _equated(view: View, pattern: Pattern, alone: _Alone | None) -> Relation | None:
    """Pairs (environment, candidate) on which every equality of the `where` is true or unknown.

    Equal values meet by a hash join. A missing side makes an equality unknown, so such rows may match (M8):
    they are added apart, joined by the equalities that are not; without missing values that costs nothing."""
    compiler, scope = view.compiler, view.scope
    rows = [row for row in scope.rows if row.name in view.aliases]
    outside, inside = Frame(), Frame()
    if not rows:
        return None
    around = surroundings(compiler, outside, rows, scope)
    inside.start(pattern.var.record, "c")
    within = View(compiler, inside, scope, {}).inside(pattern, "c")
    sides: list[tuple[Scalar, Scalar, Expr]] = []
    for each in equalities(pattern, scope):
        own, outer = scalars.scalar(within, each.own), scalars.scalar(around, each.outer)
        plain = all(
            side.error is None and side.denominator is None and not side.text for side in (own, outer)
        )
        if plain and own.codelist == outer.codelist:
            sides.append((own, outer, each.own))
    if not sides:
        return None
    may_count = alone.subjects(around) if alone is not None else None
    may_match = concerned.row_may_match(within, pattern) if alone is not None else None
    number = len([name for name in compiler.relations if name.startswith("outer:")]) + 1
    keys = [(f"r{place}", around.row_number(row.name)) for place, row in enumerate(rows)]

    def write_outer() -> Written:
        values = [aliased(outer.value, f"v{place}") for place, (_, outer, _) in enumerate(sides)]
        columns = [*(aliased(node, name) for name, node in keys), *values]
        return outside.select(f"outer:{number}", columns, may_count)

    def write_inner() -> Written:
        values = [aliased(own.value, f"v{place}") for place, (own, _, _) in enumerate(sides)]
        return inside.select(f"inner:{number}", [aliased(column("c", ROW), "c"), *values], may_match)

    outer_relation = compiler.relation(f"outer:{number}", write_outer, [outside])
    inner_relation = compiler.relation(f"inner:{number}", write_inner, [inside])

    def write() -> Written:
        return [], _pairs(view, sides, [name for name, _ in keys], outer_relation.name, inner_relation.name)

    needs = Frame(relations=[outer_relation, inner_relation])
    return compiler.relation(f"pairs:{number}", write, [needs])


MOST_SIDES = 3
"""Equalities by which pairs are told apart: the ways grow with the third power."""


def _unknown_or_equal(equal: Sequence[E], states: Sequence[tuple[E, E, E]]) -> list[E]:
    return [any_of([one, *ways[1:]]) for one, ways in zip(equal, states, strict=True)]


def _pairs(
    view: View, sides: Sequence[tuple[Scalar, Scalar, Expr]], keys: Sequence[str], outer: str, inner: str
) -> exp.Query:
    equal: list[E] = []
    states: list[tuple[E, E, E]] = []
    for place, (own, other, typed_as) in enumerate(sides):
        left, right = column("i", f"v{place}"), column("o", f"v{place}")
        one, two = replace(own, value=left), replace(other, value=right)
        equal.append(conditions.related(view, "=", one, two, typed_as))
        states.append((equal[-1], missing(left), all_of([missing(right), known(left)])))
    # Every pair is in one way only: per side equal, missing in the row, or missing in the environment alone.
    joins = [all_of(way) for way in product(*states[:MOST_SIDES])]
    joins = [all_of([each, *_unknown_or_equal(equal[MOST_SIDES:], states[MOST_SIDES:])]) for each in joins]
    columns = [*(column("o", name) for name in keys), column("i", "c")]
    selects = [
        exp.select(*(each.copy() for each in columns))
        .from_(table(outer, "o"))
        .join(table(inner, "i"), on=on.copy())
        for on in joins
    ]
    made: exp.Query = selects[0]
    for each in selects[1:]:
        made = exp.union(made, each, distinct=False, copy=False)
    return made
