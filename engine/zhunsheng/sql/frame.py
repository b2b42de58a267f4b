"""Relations under construction: a FROM with the joins and columns that expressions turn out to need.

Every join keeps the rows of the frame as they are: parents are joined where their key is unique (or made
unique first), grouped relations on the whole of their grouping. A long expression that is read more than
once becomes a column (`let`); columns that build on each other are written as common table expressions one
after the other, so that neither text nor work multiplies and nothing is ever nested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from zhunsheng.sql.expressions import E, aliased, column, identifier, integer, table, text_of

Written = tuple[list[tuple[str, exp.Query]], exp.Query]
"""Common table expressions of its own, then the query."""


@dataclass(eq=False, slots=True)
class Relation:
    """A common table expression: its name, how to write it, and the frames whose relations it needs
    before."""

    name: str
    write: Callable[[], Written]
    frames: list[Frame] = field(default_factory=list)

    def needs(self) -> Iterator[Relation]:
        for each in self.frames:
            yield from each.relations


@dataclass(frozen=True, slots=True)
class _Step:
    """A join, or a column to compute."""

    alias: str
    source: str | None
    node: E
    """The join's condition, or the value."""
    side: str = ""


@dataclass(eq=False, slots=True)
class Frame:
    """A FROM clause. Aliases are numbered, so equal frames print alike."""

    relations: list[Relation] = field(default_factory=list)
    _first: tuple[str, str] | None = None
    _steps: list[_Step] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def start(self, source: str | Relation, alias: str) -> None:
        self._first = (self._named(source), alias)

    def _named(self, source: str | Relation) -> str:
        if isinstance(source, str):
            return source
        if source not in self.relations:
            self.relations.append(source)
        return source.name

    def inner(self, source: str | Relation, alias: str, on: E) -> None:
        self._steps.append(_Step(alias, self._named(source), on))

    def left(self, source: str | Relation, on: Callable[[str], E]) -> str:
        """The alias of the source joined on that condition; the same join is made once."""
        name = self._named(source)
        key = f"{name}|{text_of(on('?'))}"
        if key not in self._known:
            self._count += 1
            self._known[key] = f"j{self._count}"
            self._steps.append(_Step(self._known[key], name, on(self._known[key]), "LEFT"))
        return self._known[key]

    @property
    def joined(self) -> bool:
        """Whether anything but the first source is read."""
        return bool(self._steps)

    def let(self, node: E) -> E:
        """A column that holds the value of the node, so that it is written once however often it is read."""
        key = f"={text_of(node)}"
        if key not in self._known:
            self._count += 1
            self._known[key] = f"x{self._count}"
            self._steps.append(_Step(self._known[key], None, node))
        return column(self._known[key], "v")

    def select(self, name: str, columns: Sequence[E], where: E | None = None) -> Written:
        """The frame's rows with these columns; `name` is what its own common table expressions are called
        after."""
        return _Writer(name, self).written(columns, where)


Reads = dict[tuple[str, str], None]
"""Columns that a node reads, (alias, name), in the order written."""


def _reads(node: E) -> Reads:
    return dict.fromkeys((each.table, each.name) for each in node.find_all(exp.Column))


class _Writer:
    """One frame on its way to text: joins and columns are gathered until a column is read, then written
    out."""

    def __init__(self, name: str, frame: Frame) -> None:
        assert frame._first is not None
        self.name, self.steps = name, list(frame._steps)
        self.before: list[tuple[str, exp.Query]] = []
        self.first = table(*frame._first)
        self.joins: list[exp.Join] = []
        self.values: dict[str, E] = {}
        self.here: set[str] = {frame._first[1]}
        self.earlier: set[str] = set()
        """Aliases whose columns the expression written last holds, as "alias.column"."""

    def written(self, columns: Sequence[E], where: E | None) -> Written:
        reads = [_reads(step.node) for step in self.steps]
        last = [_reads(each) for each in (*columns, *([] if where is None else [where]))]
        for place, step in enumerate(self.steps):
            if any(alias in self.values for alias, _ in reads[place]):
                self._close([*reads[place:], *last])
            node = self._moved(step.node)
            if step.source is None:
                self.values[step.alias] = node
                continue
            join = exp.Join(this=table(step.source, step.alias), on=node)
            if step.side:
                join.set("side", step.side)
            self.joins.append(join)
            self.here.add(step.alias)
        if any(alias in self.values for each in last for alias, _ in each):
            self._close(last)
        made = self._select([self._moved(each) for each in columns])
        return self.before, made if where is None else made.where(self._moved(where))

    def _select(self, columns: list[E]) -> exp.Select:
        made = exp.Select(expressions=columns)
        made.set("from_", exp.From(this=self.first))
        made.set("joins", self.joins)
        return made

    def _moved(self, node: E) -> E:
        """The node, reading columns of earlier expressions from the last one."""
        stage = f"{self.name}~{len(self.before)}"

        def move(each: E) -> E:
            if isinstance(each, exp.Column) and each.table in self.earlier:
                return column(stage, f"{each.table}.{each.name}")
            return each

        return node.copy().transform(move, copy=False)

    def _close(self, later: Sequence[Reads]) -> None:
        """Write what was gathered as a common table expression with every column that is read later."""
        needed = {place: None for each in later for place in each}
        columns: list[E] = []
        for alias, name in needed:
            if alias in self.values:
                columns.append(aliased(self.values[alias], f"{alias}.{name}"))
            elif alias in self.here or alias in self.earlier:
                columns.append(aliased(self._moved(column(alias, name)), f"{alias}.{name}"))
        made = self._select(columns or [aliased(integer(1), "one")])
        self.earlier |= self.here | set(self.values)
        stage = f"{self.name}~{len(self.before) + 1}"
        self.before.append((stage, made))
        self.first, self.joins, self.values, self.here = table(stage), [], {}, set()


def with_relations(written: Written, frames: Sequence[Frame]) -> exp.Query:
    """The query with every common table expression that its frames need, in order of need."""
    done: set[str] = set()
    tables: list[tuple[str, exp.Query]] = []

    def add(relation: Relation) -> None:
        if relation.name in done:
            return
        done.add(relation.name)
        # Writing a relation may still find out what it needs, so it is written first and placed last.
        before, query = relation.write()
        for each in relation.needs():
            add(each)
        tables.extend([*before, (relation.name, query)])

    for frame in frames:
        for relation in frame.relations:
            add(relation)
    before, query = written
    tables.extend(before)
    if tables:
        made = [exp.CTE(this=each, alias=exp.TableAlias(this=identifier(name))) for name, each in tables]
        query.set("with_", exp.With(expressions=made))
    return query
