"""What a random expression may mention: the records in scope and their fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from generators.words import VOCABULARY
from zhunsheng.semantics.typed import (
    FieldOf,
    Parameter,
    ParentOf,
    RecordExpr,
    Var,
)
from zhunsheng.semantics.types import (
    DecimalType,
    Type,
)

DECIMAL = DecimalType()
DAY_MICROSECONDS = 86_400_000_000
DATED = ("service", "rating", "reply", "transfer")
NO_DATES = (None, None)


@dataclass
class Scope:
    """What an expression may mention; `budget` bounds the patterns nested below."""

    random: Random
    records: list[RecordExpr]
    subject: Var
    parameters: dict[str, Parameter]
    optional: list[Var] = field(default_factory=list)
    budget: int = 2
    counter: list[int] = field(default_factory=lambda: [0])

    def inside(self, row: Var) -> Scope:
        """The scope of a pattern's where: its row and everything around it."""
        return Scope(
            self.random,
            [row, row, *self.records],
            self.subject,
            self.parameters,
            self.optional,
            self.budget - 1,
            self.counter,
        )

    def row(self, record: str) -> Var:
        self.counter[0] += 1
        return Var(f"p{self.counter[0] - 1}", record)

    def chance(self, share: float) -> bool:
        return self.random.random() < share


def fields_of(scope: Scope, wanted: Callable[[Type], bool]) -> list[FieldOf]:
    """Every field in scope, one or two links away, whose type is wanted."""
    found: list[FieldOf] = []
    for base in scope.records:
        for record in (base, *parents(base)):
            found += [
                FieldOf(record, each.name, each.type)
                for each in VOCABULARY.records[record.record].fields.values()
                if wanted(each.type)
            ]
    return found


def parents(base: RecordExpr, depth: int = 2) -> list[RecordExpr]:
    if depth == 0:
        return []
    near: list[RecordExpr] = [
        ParentOf(base, parent.field, parent.record) for parent in VOCABULARY.records[base.record].parents
    ]
    return near + [far for one in near for far in parents(one, depth - 1)]


def pick_field(scope: Scope, wanted: Callable[[Type], bool]) -> FieldOf | None:
    found = fields_of(scope, wanted)
    near = [each for each in found if isinstance(each.record, Var)]
    if near and scope.chance(0.7):
        return scope.random.choice(near)
    return scope.random.choice(found) if found else None
