"""What an expression compiles to: SQL for its value, and flags only where it can be something else than a
value.

A `Scalar` is NULL unless it is known; without flags NULL means missing (docs/meaning.md M1). Flags are never
NULL, and an error outranks an unknown (M3). Numbers are exact: integers scaled by a power of ten, DECIMAL
columns as they lie, or a numerator with a positive denominator.

A `Truth` (M5) is a nullable boolean while true, false and unknown are all it can be; where it can be pending
or an error, it is a small number ordered as `and` takes it: false 0, error 1, unknown 2, pending 3, true 4.
So `and` is the least of its operands, and `4 - x` the negation in the order of `or`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from zhunsheng.sql.expressions import E, any_of
from zhunsheng.verdicts.model import Reason

State = Literal["true", "false", "unknown", "pending", "error"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a value is not known: holds where `when` does. `field` names the empty field."""

    kind: Literal["unknown", "error"]
    when: E
    reason: Reason
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    value: E
    unknown: E | None = None
    error: E | None = None
    causes: tuple[Cause, ...] = ()
    scale: int = 0
    """Numbers: `value` counts units of 10^-scale, unless `decimal`: then it is the DECIMAL itself."""
    decimal: bool = False
    bound: int = 0
    """Numbers: no known value, in units of 10^-scale, is larger than this either way."""
    denominator: E | None = None
    """Of a quotient: positive; `value` is the numerator and scale 0."""
    denominator_bound: int = 1
    constant: Fraction | None = None
    """The number, where it is a literal."""
    text: bool = False
    """A number too long for SQL: `value` is "numerator/denominator" (`engines.exact`)."""
    codelist: str | None = None

    def with_flags(self, *others: Scalar) -> Scalar:
        """This value, with the flags and causes of what it was computed from."""
        return replace(
            self,
            unknown=flag(self.unknown, *(other.unknown for other in others)),
            error=flag(self.error, *(other.error for other in others)),
            causes=of_operands(*(other.causes for other in others), self.causes),
        )


def of_operands(*causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The causes of an operator's operands: what is unknown comes before what is missing (M3)."""
    found = [cause for each in causes for cause in each]
    return tuple(sorted(found, key=lambda each: each.reason is Reason.FIELD_MISSING)[:12])


def several(*causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The causes together; a handful is enough to say why."""
    return tuple(cause for each in causes for cause in each)[:12]


def flag(*flags: E | None) -> E | None:
    """The flags together; None when none can be set."""
    kept = [each for each in flags if each is not None]
    return any_of(kept) if kept else None


@dataclass(frozen=True, slots=True)
class Truth:
    plain: E | None = None
    """A nullable boolean, NULL = unknown; None when `code` is used."""
    code: E | None = None
    causes: tuple[Cause, ...] = ()
    steps: tuple[tuple[E, State], ...] = ()
    """The same as a list of questions, the first one that holds decides: lets a verdict be one flat CASE."""
