"""What a static check looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

from zhunsheng.diagnostics import Diagnostic, Related, Severity, Span
from zhunsheng.semantics import typed
from zhunsheng.semantics.checker import Checked
from zhunsheng.semantics.clauses import Clause
from zhunsheng.syntax import tree

Declaration = typed.Rule | typed.Measure
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Linted:
    """A checked pack with what belongs to it."""

    checked: Checked
    own: frozenset[str] | None = None
    clauses: tuple[Clause, ...] = ()
    parent: typed.Program | None = None

    @property
    def program(self) -> typed.Program:
        return self.checked.program

    def is_own(self, span: Span | None) -> bool:
        """Whether a place lies in the pack's own files."""
        return span is not None and (self.own is None or span.source.name in self.own)

    def written(self, kind: type[_T]) -> Iterator[_T]:
        """The pack's own declarations of one kind, as written."""
        for file in self.checked.files:
            if self.own is None or file.source.name in self.own:
                yield from (one for one in file.declarations if isinstance(one, kind))

    def overridden(self) -> Iterator[tree.Parameter]:
        """The parameters that the pack itself gives other values, as its `pack.yaml` states them."""
        yield from (one for one in self.checked.overrides.values() if self.is_own(one.span))

    def everywhere(self) -> Iterator[tree.Declaration]:
        """All declarations, the parents' included."""
        for file in self.checked.files:
            yield from file.declarations

    def judged(self) -> Iterator[Declaration]:
        """The pack's own typed rules and measures."""
        everything: tuple[Declaration, ...] = (*self.program.rules, *self.program.measures)
        yield from (one for one in everything if self.is_own(one.span))

    def cited(self) -> Iterator[tree.Rule | tree.Measure | tree.Index]:
        """The pack's own written declarations that can cite clauses."""
        yield from self.written(tree.Rule)
        yield from self.written(tree.Measure)
        yield from self.written(tree.Index)


Check = Callable[[Linted], Iterator[Diagnostic]]


def warning(
    code: str, span: Span | None, values: Mapping[str, str] | None = None, related: tuple[Related, ...] = ()
) -> Diagnostic:
    """A finding of a static check."""
    return Diagnostic(code, span, dict(values or {}), related, Severity.WARNING)


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name not in ("span", "source", "tokens", "comments"))


def nodes(node: Any) -> Iterator[Any]:
    """A written node and all nodes under it."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            stack.extend(current)
        elif is_dataclass(current):
            yield current
            kind: Any = type(current)
            stack.extend(getattr(current, name) for name in _fields(kind))


def names_used(node: Any) -> set[str]:
    """The bare names that a piece of text reads."""
    return {one.name.text for one in nodes(node) if isinstance(one, tree.Ref)}


def words(text: tree.Text | None) -> str:
    """All languages of a text, for looking for words in it."""
    return "" if text is None else "\n".join(one for _, one in text.by_language)
