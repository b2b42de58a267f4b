"""The types of language.md section 4, and the exact numbers they carry.

Numbers are exact: integers have at most 15 digits, decimals at most 14 before the point and `scale` after it
(the loader rejects anything larger), so every engine can compute with them without rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DurationUnit = Literal["exact", "day", "working_day", "month"]
"""`exact` is minutes and hours; its amounts are whole microseconds. The others count whole units."""


@dataclass(frozen=True, slots=True)
class TextType:
    pass


@dataclass(frozen=True, slots=True)
class IntegerType:
    pass


@dataclass(frozen=True, slots=True)
class DecimalType:
    """A decimal field has a scale (from `multipleOf`, default 4); a computed number has None."""

    scale: int | None = None


@dataclass(frozen=True, slots=True)
class BooleanType:
    pass


@dataclass(frozen=True, slots=True)
class DateType:
    pass


@dataclass(frozen=True, slots=True)
class InstantType:
    pass


@dataclass(frozen=True, slots=True)
class CodeType:
    """A code of one closed list, comparable only with codes of that list."""

    codelist: str


@dataclass(frozen=True, slots=True)
class CodesType:
    """A list of codes of one closed list."""

    codelist: str


@dataclass(frozen=True, slots=True)
class DurationType:
    unit: DurationUnit
    rolling: bool = False
    """A last day that is a holiday or weekend moves to the next working day (days and months only)."""


Type = (
    TextType
    | IntegerType
    | DecimalType
    | BooleanType
    | DateType
    | InstantType
    | CodeType
    | CodesType
    | DurationType
)
