"""The identity of a rule: a digest over what it means, whatever it looks like (language.md section 11)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
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
    return "".join(_parts(node))


def _parts(node: Any) -> Iterator[str]:
    if is_dataclass(node) and not isinstance(node, type):
        yield f"({type(node).__name__}"
        for name in _compared(type(node)):
            yield f" {name}="
            yield from _parts(getattr(node, name))
        yield ")"
    elif isinstance(node, tuple):
        yield "["
        for item in node:
            yield from _parts(item)
            yield ","
        yield "]"
    elif isinstance(node, str):
        yield f"{len(node)}:{node}"
    elif isinstance(node, datetime):
        yield f"@{node.astimezone(UTC).isoformat()}"
    elif isinstance(node, Fraction):
        yield f"#{node.numerator}/{node.denominator}"
    elif node is None or isinstance(node, (bool, int, date)):
        yield f"!{node}"
    else:
        raise TypeError(f"no canonical form for {type(node).__name__}")


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
