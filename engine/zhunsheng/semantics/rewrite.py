"""Rewrites of typed trees: putting a record in a variable's place, and numbering rows canonically."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from zhunsheng.semantics import typed

_T = TypeVar("_T")
_LEAVES = (typed.Const, typed.ParamRef)


_NODES = frozenset(
    one
    for one in vars(typed).values()
    if isinstance(one, type) and is_dataclass(one) and one.__module__ == typed.__name__
)
_PLAIN = {
    "span", "type", "label", "note", "remedy", "title", "source", "op", "field", "link_field", "name", "id",
    "clauses", "effective", "modality", "negated", "regex", "values", "bound", "which", "fn", "unit", "part",
    "kind", "other", "time_field", "direction", "path", "tolerance", "basis", "periods", "parameter",
}  # fmt: skip
"""Fields that never hold typed nodes; looking into them would cost most of the time."""


@cache
def _slots(kind: Any) -> tuple[str, ...]:
    """The fields that may hold typed nodes, in the order they are declared."""
    return tuple(one.name for one in fields(kind) if one.name not in _PLAIN)


def children(node: Any) -> list[Any]:
    """The typed nodes directly under one, in the order they are declared."""
    found: list[Any] = []
    kind: Any = type(node)
    for name in _slots(kind):
        value = getattr(node, name)
        if type(value) in _NODES:
            found.append(value)
        elif type(value) is tuple:
            for item in value:
                if type(item) in _NODES:
                    found.append(item)
                elif type(item) is tuple:
                    # A term of an index: its measure's name and its weight.
                    found += [one for one in item if type(one) in _NODES]
    return found


def extent(node: Any) -> tuple[int, int]:
    """How many nodes a tree has, and how many levels."""
    level, size, depth = [node], 0, 0
    while level:
        size, depth = size + len(level), depth + 1
        level = [child for one in level for child in children(one)]
    return size, depth


def walk(node: Any) -> Iterator[Any]:
    """A node and all nodes under it, top down."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def _map(node: Any, change: Callable[[Any], Any]) -> Any:
    """The node with `change` applied to what lies directly under it; the same object when nothing changed."""
    changed: dict[str, Any] = {}
    kind: Any = type(node)
    for name in _slots(kind):
        value = getattr(node, name)
        if type(value) is tuple:
            new: Any = tuple(change(item) if type(item) in _NODES else item for item in value)
            if any(a is not b for a, b in zip(new, value, strict=True)):
                changed[name] = new
        elif type(value) in _NODES:
            new = change(value)
            if new is not value:
                changed[name] = new
    return replace(node, **changed) if changed else node


def substitute(node: _T, records: Mapping[str, typed.RecordExpr]) -> _T:
    """The tree with variables, by name, replaced by records."""

    def change(item: Any) -> Any:
        if isinstance(item, typed.Var):
            return records.get(item.name, item)
        return item if isinstance(item, _LEAVES) else _map(item, change)

    result: _T = change(node)
    return result


def with_parameters(node: _T, names: Mapping[str, str]) -> _T:
    """The tree reading other parameters in the place of those named."""

    def change(item: Any) -> Any:
        if isinstance(item, typed.ParamRef):
            return replace(item, parameter=names.get(item.parameter, item.parameter))
        return item if isinstance(item, _LEAVES) else _map(item, change)

    result: _T = change(node)
    return result


class RowNumbering:
    """Names the rows of patterns p0, p1 … in the order they are met, over all parts of one rule."""

    def __init__(self) -> None:
        self._next = 0

    def __call__(self, node: _T) -> _T:
        """The tree with its pattern rows renamed."""
        result: _T = self._rename(node, {})
        return result

    def _rename(self, node: Any, names: Mapping[str, str]) -> Any:
        if isinstance(node, typed.Var):
            new = names.get(node.name)
            return node if new is None or new == node.name else typed.Var(new, node.record)
        if isinstance(node, _LEAVES):
            return node
        if isinstance(node, typed.AggregateOf):
            # The value is written over the pattern's rows, so it shares their name.
            names = self._row(node.pattern, names)
            pattern = self._inside(node.pattern, names)
            return replace(node, pattern=pattern, value=self._rename(node.value, names))
        if isinstance(node, typed.Pattern):
            names = self._row(node, names)
        return self._inside(node, names)

    def _row(self, pattern: typed.Pattern, names: Mapping[str, str]) -> Mapping[str, str]:
        # Each place gets a name of its own, also where two came from one let or definition.
        self._next += 1
        return {**names, pattern.var.name: f"p{self._next - 1}"}

    def _inside(self, node: Any, names: Mapping[str, str]) -> Any:
        return _map(node, lambda item: self._rename(item, names))
