"""The LALR loop: shifts tokens and reduces productions by the tables, without recursion.

Besides values it keeps, per stack entry, where the entry begins and ends and how deep its expression is, so
that text nested beyond `DEEPEST` is refused here and no later stage ever meets a tree it cannot walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Source, Span
from zhunsheng.syntax.tables import END, Production, Tables
from zhunsheng.syntax.tree import Token

DEEPEST = 100
VALUED = frozenset({"NAME", "STRING", "LANGUAGE", "NUMBER", "DATE", "TIME"})

Builder = Callable[..., Any]


class Slip(Exception):
    """Raised by builders for what the grammar lets through and the language does not."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class Refusal:
    """Where parsing stopped: at `tokens[index]` (the end if it is their number)."""

    index: int


@dataclass(frozen=True, slots=True)
class TooDeep:
    span: Span


@dataclass(frozen=True, slots=True)
class Parsed:
    value: Any


def run(
    tables: Tables, tokens: Sequence[Token], builders: Mapping[str, Builder], source: Source, end: int
) -> Parsed | Refusal | TooDeep:
    """Parses one declaration. `end` is the offset where the text after the last token is reported.

    Raises Slip when a builder does.
    """
    actions, productions = tables.actions, tables.productions
    states: list[int] = [tables.start]
    entries: list[_Entry] = []
    count = len(tokens)
    for index in range(count + 1):
        if index < count:
            token = tokens[index]
            kind, span = token.kind, token.span
            shifted: _Entry = (token if kind in VALUED else None, span.start, span.end, 0)
        else:
            kind, shifted = END, (None, end, end, 0)
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                return Refusal(index)
            if action > 0:
                states.append(action - 1)
                entries.append(shifted)
                break
            production = productions[-action - 1]
            size = len(production.symbols)
            if size == 0:
                value = _reduce(production, (), builders, Span(source, shifted[1], shifted[1]))
                entries.append((value, shifted[1], shifted[1], 0))
            elif production.name is None:  # the single child is passed on
                states.pop()
            else:
                parts = entries[-size:]
                first, last = parts[0][1], parts[-1][2]
                value = _reduce(production, parts, builders, Span(source, first, last))
                depth = (
                    parts[0][3] if size == 1 else max(part[3] for part in parts) + (not production.inlined)
                )
                if depth > DEEPEST:
                    return TooDeep(Span(source, first, last))
                del states[-size:], entries[-size:]
                entries.append((value, first, last, depth))
            state = actions[states[-1]][production.origin] - 1
            states.append(state)
            if kind == END and state == tables.end:
                return Parsed(entries[-1][0])
    raise AssertionError("the end is always refused or accepted")


_Entry = tuple[Any, int, int, int]
"""What stands on the stack beside a state: the value, where it begins and ends, and how deep it is."""


class Several(list[Any]):
    """The children of an inlined rule, to be spliced into its parent's."""


def _reduce(
    production: Production, parts: Sequence[_Entry], builders: Mapping[str, Builder], span: Span
) -> Any:
    children: list[Any] = []
    holes = production.holes
    symbols = production.symbols
    for position, part in enumerate(parts):
        for hole in holes:
            if hole == position:
                children.append(None)
        value = part[0]
        if isinstance(value, Several):
            children.extend(value)
        elif value is not None or not symbols[position].isupper():
            children.append(value)
    for hole in holes:
        if hole == len(parts):
            children.append(None)
    if production.inlined:
        return Several(children)
    assert production.name is not None
    return builders[production.name](span, *children)


def advance(tables: Tables, stack: list[int], kinds: Iterable[str]) -> int:
    """How many of these terminals can follow, without building anything.

    Changes `stack`; when all of them can, it then holds the states open after the last one.
    """
    actions, productions = tables.actions, tables.productions
    consumed = -1
    for consumed, kind in enumerate(kinds):
        while True:
            action = actions[stack[-1]].get(kind)
            if action is None:
                return consumed
            if action > 0:
                stack.append(action - 1)
                break
            production = productions[-action - 1]
            if production.symbols:
                del stack[-len(production.symbols) :]
            state = actions[stack[-1]][production.origin] - 1
            stack.append(state)
            if kind == END and state == tables.end:
                break
    return consumed + 1


def accepted(tables: Tables, states: Sequence[int]) -> frozenset[str]:
    """The terminals that could come next. The table's row alone names too many: reductions may fail."""
    return frozenset(
        kind
        for kind in tables.actions[states[-1]]
        if (kind.isupper() or kind == END) and advance(tables, list(states), [kind])
    )
