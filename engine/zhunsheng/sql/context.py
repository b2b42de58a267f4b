"""What the compiler knows everywhere: the program, the evidence, the plan, and the view an expression is
read in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from zhunsheng.calendars.model import Calendar
from zhunsheng.logs.model import Evidence, TableFacts
from zhunsheng.plan.model import SubjectPlan
from zhunsheng.plan.scope import Scope
from zhunsheng.semantics.typed import Parameter, Pattern, Program
from zhunsheng.semantics.vocabulary import Record
from zhunsheng.sql.expressions import E, column
from zhunsheng.sql.frame import Frame, Relation, Written
from zhunsheng.sql.localtime import Zone, zone
from zhunsheng.sql.values import Scalar, Truth

if TYPE_CHECKING:
    from zhunsheng.sql.bindings import Hits
    from zhunsheng.sql.groups import GroupSql
    from zhunsheng.sql.sliding import Slide

ROW = "_row"
"""The row number that every canonical table has."""
SLICE = "subjects:judged"
"""The relation of the subjects looked at, where they are not all."""


@dataclass(eq=False, slots=True)
class Compiler:
    """One subject plan on its way to SQL."""

    program: Program
    evidence: Evidence
    calendar: Calendar
    plan: SubjectPlan
    slice: Relation | None = None
    """The subjects to judge, where not all of the table."""
    counting: bool = True
    """Only the numbers of rows matter, not which rows they are: sliding counts may be window frames."""
    steady: bool = False
    """No instant or day of the log, nor any that a rule computes, lies before the zone's last clock
    change."""
    groups: dict[object, GroupSql] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    hits: dict[str, Hits] = field(default_factory=dict)
    """First and last rows, by what they are computed from."""
    slides: dict[Slide, str] = field(default_factory=dict)
    """Names of the relations of sliding counts."""
    lacking: dict[tuple[str, str], str] = field(default_factory=dict)
    """Names of their counts for rows that lack something, by the count and the subjects concerned."""

    @property
    def zone(self) -> Zone:
        return zone(self.evidence.zone)

    def record(self, name: str) -> Record:
        return self.program.vocabulary.records[name]

    def facts(self, record: str) -> TableFacts:
        return self.evidence.tables.get(record, TableFacts(supplied=False))

    def rows(self, record: str) -> int:
        """An upper limit for the number of rows, to size sums."""
        return max(self.facts(record).rows, 1)

    def parameter(self, id_: str) -> Parameter:
        return self.program.parameters[id_]

    def relation(
        self, name: str, write: Callable[[], Written], frames: list[Frame] | None = None
    ) -> Relation:
        """The relation of that name, made once."""
        if name not in self.relations:
            self.relations[name] = Relation(name, write, frames or [])
        return self.relations[name]

    def subjects(self) -> str | Relation:
        return self.slice or self.plan.record


LONG = 30
"""Nodes of an expression that is written only once."""


def _short(node: E) -> bool:
    return not any(count > LONG for count, _ in enumerate(node.walk()))


@dataclass(frozen=True, slots=True)
class View:
    """A frame seen with the variable names of one rule: which alias holds which row."""

    compiler: Compiler
    frame: Frame
    scope: Scope
    aliases: Mapping[str, str]

    def inside(self, pattern: Pattern, alias: str) -> View:
        return replace(
            self, scope=self.scope.inside(pattern), aliases={**self.aliases, pattern.var.name: alias}
        )

    def let(self, node: E) -> E:
        """The node itself while it is short; a longer one gets a column of its own, so that text never
        multiplies."""
        return node if _short(node) else self.frame.let(node)

    def settled(self, value: Scalar) -> Scalar:
        """The value with every long part in a column of its own."""
        return replace(
            value,
            value=self.let(value.value),
            unknown=None if value.unknown is None else self.let(value.unknown),
            error=None if value.error is None else self.let(value.error),
            denominator=None if value.denominator is None else self.let(value.denominator),
        )

    def named(self, truth: Truth) -> Truth:
        """The condition in a column of its own unless it is one already: for what is asked over and over."""
        node = truth.plain if truth.plain is not None else truth.code
        assert node is not None
        if isinstance(node, exp.Column | exp.Boolean):
            return truth
        short = self.frame.let(node)
        return Truth(short, causes=truth.causes) if truth.code is None else Truth(None, short, truth.causes)

    def decided(self, truth: Truth) -> Truth:
        """The condition with its whole text in a column of its own, when it is long."""
        if truth.plain is not None:
            short = self.let(truth.plain)
            return truth if short is truth.plain else replace(truth, plain=short, steps=())
        assert truth.code is not None
        short = self.let(truth.code)
        return truth if short is truth.code else replace(truth, code=short, steps=())

    def row_number(self, name: str) -> E:
        return column(self.aliases[name], ROW)

    def subject_time(self) -> E | None:
        """The root subject's time; None for undated records."""
        subject = self.scope.subject
        time = self.compiler.record(subject.record).time
        return None if time is None else column(self.aliases[subject.name], time)
