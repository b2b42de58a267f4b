"""The typed tree: what a pack means, with every name resolved. The contract between semantics and both
evaluators.

Sugar is gone: `implies`, `between`, `not in`, definitions and scalar lets are expanded; `must not` is
folded into the norm (`must not have P` is `at_most 0`; otherwise `Not`). Spans and labels never take
part in equality, nor does the surface language, so equal typed trees mean equal rules; the digest is
taken over exactly this.
"""

# ruff: noqa: RUF009  (`_span()` makes a dataclass field; it is one shared, immutable default)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from zhunsheng.diagnostics import Span
from zhunsheng.semantics.types import DurationType, DurationUnit, Type
from zhunsheng.semantics.vocabulary import Vocabulary


def _span() -> Span | None:
    return field(default=None, compare=False, repr=False, kw_only=True)


# ---- records in scope --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Var:
    """A record variable: the rule's subject, a pattern's row, or a `let … = first|last …` binding.

    `name` is canonical: "s" for the subject, "b0", "b1" … for the rule's bindings, "p0", "p1" … for
    pattern rows, numbered in the order they are met, so renaming a variable does not change the tree.
    """

    name: str
    record: str


@dataclass(frozen=True, slots=True)
class ParentOf:
    """The record that `base.link_field` points to. Missing when the link is missing or dangling; unknown when
    the key occurs more than once."""

    base: RecordExpr
    link_field: str
    record: str


RecordExpr = Var | ParentOf

# ---- expressions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const:
    """A literal. Python value by type: str, int, Fraction (decimal), bool, date, aware UTC datetime,
    code name (str), duration amount (int, in the type's unit; microseconds for exact)."""

    value: str | int | Fraction | bool | date | datetime
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class ParamRef:
    """A parameter: the value in force on the day (in the log's zone) of the root subject's time."""

    parameter: str
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class FieldOf:
    record: RecordExpr
    field: str
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Expr, ...]
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Expr, ...]
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Compare:
    """Operands have one type (integer and decimal mix freely; durations share the unit). `<` on codes
    needs an ordered list."""

    op: Literal["=", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class OneOf:
    """`x in {…}` and `x in codelist(l)`: the operand equals one of the values (Const values of the
    operand's type)."""

    operand: Expr
    values: tuple[str | int | Fraction | date | datetime, ...]
    """Sorted, without duplicates."""
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class InCodes:
    """`x in r.options`: a code against a list-of-codes field. Unknown if either is missing."""

    operand: Expr
    container: Expr
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class EveryCode:
    """`all of r.options in {…}` (which="all": true for the empty list) or `any of …` (false for it)."""

    which: Literal["all", "any"]
    container: Expr
    values: tuple[str, ...]
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class IsMissing:
    """True when the value is missing, false when it is known; unknown only when the value itself is unknown
    (a parent key that occurs twice, an aggregate or binding that evidence does not settle)."""

    operand: Expr
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class RecordMissing:
    """`h is missing` for a let-bound record or a parent."""

    record: RecordExpr
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """`x otherwise d`: d when x is missing; an unknown x stays unknown."""

    operand: Expr
    default: Expr
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Numbers: + - * / (exact; / gives a decimal; division by zero is an error verdict). Durations of
    one unit: + and -; duration times integer. Instant minus/plus exact duration is an instant."""

    op: Literal["+", "-", "*", "/"]
    left: Expr
    right: Expr
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Matches:
    """RE2, finds anywhere."""

    operand: Expr
    regex: str
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Has:
    """A pattern with its count. `number` is an integer Const or ParamRef; `at_least 1` is the plain `has`."""

    bound: Literal["at_least", "at_most", "exactly"]
    number: Expr
    pattern: Pattern
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class CountOf:
    pattern: Pattern
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class AggregateOf:
    fn: Literal["sum", "min", "max", "average", "distinct"]
    value: Expr
    pattern: Pattern
    type: Type
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class DurationOf:
    """`hours from a to b`. exact: b - a in microseconds. day: date(b) - date(a). working_day: working
    days d with date(a) < d <= date(b), negative the other way round. `unit` never is month."""

    unit: DurationUnit
    start: Expr
    end: Expr
    type: DurationType
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class PartOf:
    """Of an instant (in the log's zone) or a date. year, hour: integer; date: date; month: text "2024-03"."""

    part: Literal["month", "year", "date", "hour"]
    operand: Expr
    type: Type
    span: Span | None = _span()


Expr = (
    Const | ParamRef | FieldOf | Not | And | Or | Compare | OneOf | InCodes | EveryCode | IsMissing
    | RecordMissing | Otherwise | Arithmetic | Matches | Has | CountOf | AggregateOf | DurationOf | PartOf
)  # fmt: skip

# ---- patterns ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """How a pattern's rows hang together with the anchor record.

    `down`: rows are descendants of the anchor; `up`: rows are ancestors of it. `path` lists, from the
    descendant's end, (record, link field) of every step: reply -> rating -> service is
    (("reply","rating_id"), ("rating","service_id")).
    """

    anchor: RecordExpr
    direction: Literal["down", "up"]
    path: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Inclusive bounds for the row's time; `within` holds the duration form, else low/high are instants
    (None = open).

    For `same_day`, `anchor` is an instant or date. For within, `anchor` is an instant.
    """

    kind: Literal["within_after", "within_before", "bounds", "same_day"]
    anchor: Expr | None = None
    duration: Expr | None = None
    low: Expr | None = None
    high: Expr | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Candidate rows: all rows of `var.record`, restricted by `link` (or, without one, by equalities in
    `where`), without the root subject itself when `other`."""

    var: Var
    link: Link | None
    other: bool
    where: Expr | None
    window: Window | None
    time_field: str | None
    """The field a window or first/last looks at: the record's x-time or the `at` field; None for
    undated records."""
    span: Span | None = _span()


# ---- declarations ------------------------------------------------------------------------------------------

Labels = Mapping[str, str]
"""Texts by language; "" is a text without language mark."""


@dataclass(frozen=True, slots=True)
class Standard:
    id: str
    title: Labels = field(compare=False)


@dataclass(frozen=True, slots=True)
class ClauseRef:
    standard: str
    number: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """`periods` are sorted; (None, v) is in force from the beginning. A subject before the first start
    has no value in force: unknown, reason `parameter_not_in_force`."""

    id: str
    type: Type
    periods: tuple[tuple[date | None, Const], ...]
    basis: Literal["normative", "secondary", "assumption"]
    label: Labels = field(compare=False)
    source: Labels = field(compare=False)
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Binding:
    """`let h = first|last PATTERN`, over the subject and earlier bindings. Ties by key, then by row order."""

    var: Var
    which: Literal["first", "last"]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Subject:
    var: Var
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    clauses: tuple[ClauseRef, ...]
    effective: tuple[date | None, date | None]
    """From and until (both inclusive days), against the subject's time."""
    subject: Subject
    bindings: tuple[Binding, ...]
    modality: Literal["must", "should", "may"]
    negated: bool
    """Whether it was written `must not`/`should not` (already folded into `norm`; kept for reports)."""
    norm: Expr
    unless: Expr | None
    label: Labels = field(compare=False)
    note: Labels = field(compare=False)
    remedy: Labels = field(compare=False)
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Threshold:
    modality: Literal["must", "should"]
    bound: Literal["at_least", "at_most", "exactly"]
    value: Expr
    """Const or ParamRef, number; for a share a fraction of 1 (100 % is 1)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    modality: Literal["must", "should"]
    tolerance: Fraction
    """A fraction of 1: 0.05 points is 5/10000."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One `by` group: `name` is the field name or the part ("month"), what `publication` rows are
    matched by."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Measure:
    id: str
    clauses: tuple[ClauseRef, ...]
    effective: tuple[date | None, date | None]
    subject: Subject
    bindings: tuple[Binding, ...]
    kind: Literal["share", "count", "average", "sum"]
    value: Expr | None
    by: tuple[Dimension, ...]
    minimum: Expr | None
    threshold: Threshold | None
    agreement: Agreement | None
    label: Labels = field(compare=False)
    note: Labels = field(compare=False)
    remedy: Labels = field(compare=False)
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Index:
    id: str
    clauses: tuple[ClauseRef, ...]
    terms: tuple[tuple[str, Expr], ...]
    """Measure id and weight (Const or ParamRef)."""
    threshold: Threshold | None
    label: Labels = field(compare=False)
    note: Labels = field(compare=False)
    span: Span | None = _span()


@dataclass(frozen=True, slots=True)
class Program:
    """All declarations of one pack (its parents' included), typed. Order is the order of files and texts."""

    vocabulary: Vocabulary = field(compare=False)
    standards: tuple[Standard, ...]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    measures: tuple[Measure, ...]
    indices: tuple[Index, ...]
