"""The identity of a rule: a digest over what it means, whatever it looks like (language.md section 11)."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

from zhunsheng.semantics import typed
from zhunsheng.semantics.rewrite import walk

_FORM = "zhunsheng-rule-1"
"""Changes when the canonical form does, so that digests of two forms are never equal by chance."""


@cache
def _compared(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.compare)


def canonical(node: Any) -> str:
    """A text that is equal for two nodes exactly when the nodes are equal."""
    parts: list[str] = []
    _write(node, parts)
    return "".join(parts)


def _write(node: Any, parts: list[str]) -> None:
    kind: Any = type(node)
    if kind is str:
        parts.append(f"{len(node)}:{node}")
    elif node is None or kind is bool or kind is int or kind is date:
        parts.append(f"!{node}")
    elif kind is tuple:
        parts.append("[")
        for item in node:
            _write(item, parts)
            parts.append(",")
        parts.append("]")
    elif kind is Fraction:
        parts.append(f"#{node.numerator}/{node.denominator}")
    elif kind is datetime:
        parts.append(f"@{node.astimezone(UTC).isoformat()}")
    elif is_dataclass(node):
        parts.append(f"({kind.__name__}")
        for name in _compared(kind):
            parts.append(f" {name}=")
            _write(getattr(node, name), parts)
        parts.append(")")
    else:
        raise TypeError(f"no canonical form for {kind.__name__}")


def parameters_of(declaration: typed.Rule | typed.Measure | typed.Index) -> tuple[str, ...]:
    """The parameters that a declaration reads, in order of name."""
    return tuple(sorted({node.parameter for node in walk(declaration) if isinstance(node, typed.ParamRef)}))


def rule_digest(program: typed.Program, rule: typed.Rule | typed.Measure | typed.Index) -> str:
    """SHA-256 (hexadecimal) of the typed rule and the parameters it reads.

    Labels, notes, places, layout, comments, variable names and the surface language do not change it.
    """
    parts = [_FORM, canonical(rule)]
    parts += [canonical(program.parameters[name]) for name in parameters_of(rule)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
