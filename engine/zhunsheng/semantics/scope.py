"""Names that one declaration introduces: variables, pattern rows and lets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from zhunsheng.diagnostics import Span
from zhunsheng.semantics.kinds import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for. `value` is None when its declaration was wrong: told once, then silent."""

    name: str
    kind: Literal["variable", "let", "argument"]
    value: Value | None
    span: Span


@dataclass(frozen=True, slots=True)
class Scope:
    """A chain of names, innermost first."""

    entry: Entry | None = None
    outer: Scope | None = None

    def with_(self, entry: Entry) -> Scope:
        return Scope(entry, self)

    def __iter__(self) -> Iterator[Entry]:
        scope: Scope | None = self
        while scope is not None:
            if scope.entry is not None:
                yield scope.entry
            scope = scope.outer

    def find(self, name: str) -> Entry | None:
        return next((entry for entry in self if entry.name == name), None)
