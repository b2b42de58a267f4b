"""The parts of a typed expression: operands, patterns, parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from zhunsheng.semantics.typed import Expr, Link, ParamRef, ParentOf, Pattern, Var, Window


def parts_of(node: Any) -> Iterator[Any]:
    """Values of a typed node's fields, tuples opened; no spans, no texts."""
    for each in fields(node):
        if each.name in ("span", "type"):
            continue
        yield from _opened(getattr(node, each.name))


def _opened(value: Any) -> Iterator[Any]:
    """A value, or what stands in a tuple; an index holds pairs of measure and weight."""
    if isinstance(value, tuple):
        for part in value:
            yield from _opened(part)
    else:
        yield value


def operands_of(expression: Expr) -> Iterator[Expr]:
    """Expressions directly inside, those in the windows of its patterns too (not in their conditions)."""
    for part in parts_of(expression):
        if isinstance(part, Pattern):
            yield from _in_window(part.window)
        elif is_dataclass(part) and not isinstance(part, (Var, ParentOf, Link, Window)):
            yield part  # type: ignore[misc]


def _in_window(window: Window | None) -> Iterator[Expr]:
    if window is not None:
        yield from (
            each for each in (window.anchor, window.duration, window.low, window.high) if each is not None
        )


def patterns_of(expression: Expr) -> Iterator[Pattern]:
    """Patterns directly inside."""
    yield from (part for part in parts_of(expression) if isinstance(part, Pattern))


def nodes_of(node: Any) -> Iterator[Any]:
    """The node and every typed node below it."""
    yield node
    for part in parts_of(node):
        if is_dataclass(part):
            yield from nodes_of(part)


def parameters_of(node: Any) -> list[str]:
    """Names of the parameters read anywhere below, in order, each once."""
    names = [each.parameter for each in nodes_of(node) if isinstance(each, ParamRef)]
    return list(dict.fromkeys(names))
