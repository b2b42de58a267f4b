"""Which way a parameter loosens the rules that read it.

A norm is followed downwards with a sign: under `not` more becomes less. `more` among the results means
that a larger value makes some rule easier to satisfy (or apply less often), `less` that a smaller one
does.
"""

from __future__ import annotations

from typing import Literal

from zhunsheng.semantics import typed
from zhunsheng.semantics.rewrite import walk

Direction = Literal["more", "less"]
_UP, _DOWN = 1, -1


def directions(program: typed.Program, parameter: str) -> frozenset[Direction]:
    """The directions in which the parameter loosens some rule or measure of the program."""
    found: set[int] = set()
    for rule in program.rules:
        if rule.modality == "may":
            continue
        found |= _condition(rule.norm, parameter, _UP)
        if rule.unless is not None:
            found |= _condition(rule.unless, parameter, _UP)
        if rule.subject.where is not None:
            found |= _condition(rule.subject.where, parameter, _DOWN)
    for measure in program.measures:
        threshold = measure.threshold
        if threshold is not None and _reads(threshold.value, parameter):
            found |= {"at_least": {_DOWN}, "at_most": {_UP}, "exactly": set[int]()}[threshold.bound]
        if measure.value is not None and measure.kind == "share":
            better = _DOWN if threshold is not None and threshold.bound == "at_most" else _UP
            found |= _condition(measure.value, parameter, better)
    names: dict[int, Direction] = {_UP: "more", _DOWN: "less"}
    return frozenset(names[one] for one in found)


def _reads(node: object, parameter: str) -> bool:
    return any(isinstance(one, typed.ParamRef) and one.parameter == parameter for one in walk(node))


def _condition(expr: typed.Expr, parameter: str, sign: int) -> set[int]:
    """Signs by which a larger value makes the condition hold more often (times `sign`)."""
    if not _reads(expr, parameter):
        return set()
    if isinstance(expr, typed.Not):
        return _condition(expr.operand, parameter, -sign)
    if isinstance(expr, (typed.And, typed.Or)):
        return set().union(*(_condition(one, parameter, sign) for one in expr.operands))
    if isinstance(expr, typed.Compare) and expr.op in ("<", "<=", ">", ">="):
        direction = sign if expr.op in ("<", "<=") else -sign
        return _amount(expr.right, parameter, direction) | _amount(expr.left, parameter, -direction)
    if isinstance(expr, typed.Has):
        return _has(expr, parameter, sign)
    return set()


def _has(expr: typed.Has, parameter: str, sign: int) -> set[int]:
    if expr.bound == "exactly":
        return set()
    rows = sign if expr.bound == "at_least" else -sign
    found = _amount(expr.number, parameter, -rows)
    if expr.pattern.where is not None:
        found |= _condition(expr.pattern.where, parameter, rows)
    window = expr.pattern.window
    if window is not None and window.duration is not None:
        found |= _amount(window.duration, parameter, rows)
    return found


def _amount(expr: typed.Expr, parameter: str, sign: int) -> set[int]:
    """As `_condition`, for an amount that grows or shrinks with the parameter."""
    if isinstance(expr, typed.ParamRef):
        return {sign} if expr.parameter == parameter else set()
    if isinstance(expr, typed.Arithmetic) and expr.op in ("+", "-"):
        other = sign if expr.op == "+" else -sign
        return _amount(expr.left, parameter, sign) | _amount(expr.right, parameter, other)
    if isinstance(expr, typed.Arithmetic) and expr.op == "*":
        return _amount(expr.left, parameter, sign) | _amount(expr.right, parameter, sign)
    return set()
