"""Which verdicts a rule can give at all, derived from its typed form.

The derivation may say that a verdict can occur when closer reasoning would rule it out; it never leaves one
out that can occur in a log that loads (a required field is never missing there).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from zhunsheng.drafting.walking import nodes_of, operands_of, patterns_of
from zhunsheng.semantics.typed import (
    And,
    Arithmetic,
    Const,
    DurationOf,
    Expr,
    FieldOf,
    Has,
    IsMissing,
    Not,
    Otherwise,
    ParamRef,
    Program,
    RecordMissing,
    Rule,
    Var,
    Window,
)
from zhunsheng.semantics.types import DurationType, InstantType
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.verdicts.model import Verdict

_MOST_DAYS = 36_525
_DAY = 86_400_000_000


def possible_verdicts(rule: Rule, program: Program) -> tuple[Verdict, ...]:
    """In the order pass, fail, pending, unknown, notapplicable, error."""
    conditions = [each for each in (rule.subject.where, rule.unless, rule.norm) if each is not None]
    outside = rule.subject.where is not None or rule.unless is not None or rule.effective != (None, None)
    may = rule.modality == "may"
    can = {
        Verdict.PASS: True,
        Verdict.FAIL: not may,
        Verdict.PENDING: any(_can_wait(each, program.vocabulary) for each in conditions),
        Verdict.UNKNOWN: _can_be_unknown(rule, program),
        Verdict.NOTAPPLICABLE: outside or may,
        Verdict.ERROR: any(_can_err(node, program) for node in nodes_of(rule)),
    }
    return tuple(verdict for verdict, possible in can.items() if possible)


# ---- pending -----------------------------------------------------------------------------------------------


def _can_wait(expression: Expr, vocabulary: Vocabulary) -> bool:
    """M9, M14: a count that more rows can still repair, in a window whose end can lie ahead."""
    if isinstance(expression, Has) and expression.bound != "at_most":
        return _can_be_open(expression.pattern.window, vocabulary)
    return any(_can_wait(each, vocabulary) for each in operands_of(expression))


def _can_be_open(window: Window | None, vocabulary: Vocabulary) -> bool:
    if window is None:
        return False
    if window.kind in ("within_after", "same_day"):
        return True
    end = window.high if window.kind == "bounds" else window.anchor
    return end is not None and not _has_happened(end, vocabulary)


def _has_happened(end: Expr, vocabulary: Vocabulary) -> bool:
    """The time that dates a record lies before the observation time (M26); other times need not."""
    return isinstance(end, FieldOf) and vocabulary.records[end.record.record].time == end.field


# ---- error -------------------------------------------------------------------------------------------------


def _can_err(node: Any, program: Program) -> bool:
    """M4: a division, or a length of time that can be out of range."""
    if isinstance(node, Arithmetic):
        by_constant = isinstance(node.right, Const) and node.right.value != 0
        if node.op == "/" and not by_constant:
            return True
        return isinstance(node.type, InstantType) and any(
            _can_be_too_long(side, program) for side in (node.left, node.right) if not _is_instant(side)
        )
    if isinstance(node, Window) and node.duration is not None:
        return _can_be_too_long(node.duration, program)
    return False


def _is_instant(expression: Expr) -> bool:
    return isinstance(getattr(expression, "type", None), InstantType)


def _can_be_too_long(length: Expr, program: Program) -> bool:
    most = _largest(length, program)
    type_ = getattr(length, "type", None)
    exact = isinstance(type_, DurationType) and type_.unit == "exact"
    return most is None or most > _MOST_DAYS * (_DAY if exact else 1)


def _largest(length: Expr, program: Program) -> Fraction | None:
    """Bound of its size either way; None where data decide."""
    match length:
        case Const(value) if isinstance(value, (int, Fraction)):
            return abs(Fraction(value))
        case ParamRef(name):
            values = [value.value for _, value in program.parameters[name].periods]
            return max(abs(Fraction(value)) for value in values if isinstance(value, (int, Fraction)))
        case Arithmetic(op, left, right) if op != "/":
            one, two = _largest(left, program), _largest(right, program)
            if one is None or two is None:
                return None
            return one * two if op == "*" else one + two
    return None


# ---- unknown -----------------------------------------------------------------------------------------------


def _can_be_unknown(rule: Rule, program: Program) -> bool:
    record = program.vocabulary.records[rule.subject.var.record]
    undated = record.time is None or not record.fields[record.time].required
    for node in nodes_of(rule):
        if isinstance(node, ParamRef):
            starts = [start for start, _ in program.parameters[node.parameter].periods]
            if starts[0] is not None or (undated and len(starts) > 1):
                return True
    if (undated and rule.effective != (None, None)) or rule.bindings:
        return True
    known = _known_fields(rule.subject.where)
    where = (rule.subject.where,) if rule.subject.where is not None else ()
    others = tuple(each for each in (rule.norm, rule.unless) if each is not None)
    vocabulary = program.vocabulary
    return any(_doubtful(each, vocabulary, known) for each in (*where, *others))


def _known_fields(where: Expr | None) -> frozenset[FieldOf]:
    """Fields that `where` says are known: without them the subject is outside the rule, not unknown."""
    parts = where.operands if isinstance(where, And) else (where,)
    return frozenset(
        part.operand.operand
        for part in parts
        if isinstance(part, Not)
        and isinstance(part.operand, IsMissing)
        and isinstance(part.operand.operand, FieldOf)
    )


def _doubtful(expression: Expr, vocabulary: Vocabulary, known: frozenset[FieldOf]) -> bool:
    if isinstance(expression, FieldOf):
        return expression not in known and not _always_there(expression, vocabulary)
    if isinstance(expression, RecordMissing):
        return True
    if isinstance(expression, IsMissing):
        inner = expression.operand
        if isinstance(inner, FieldOf):
            return not isinstance(inner.record, Var)
        return _doubtful(inner, vocabulary, known)
    if isinstance(expression, Otherwise) and isinstance(expression.operand, FieldOf):
        own = isinstance(expression.operand.record, Var)
        return not own or _doubtful(expression.default, vocabulary, known)
    if isinstance(expression, DurationOf) and expression.unit == "working_day":
        return True
    if any(True for _ in patterns_of(expression)):
        return True
    return any(_doubtful(each, vocabulary, known) for each in operands_of(expression))


def _always_there(expression: FieldOf, vocabulary: Vocabulary) -> bool:
    own = isinstance(expression.record, Var)
    return own and vocabulary.records[expression.record.record].fields[expression.field].required
