"""Logic with five values (docs/meaning.md M5): conditions under incomplete evidence and open windows.

>>> all_of([Truth.TRUE, Truth.PENDING, Truth.UNKNOWN])
<Truth.UNKNOWN: 'unknown'>
>>> any_of([Truth.ERROR, Truth.TRUE])
<Truth.TRUE: 'true'>
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    TRUE = "true"
    PENDING = "pending"
    UNKNOWN = "unknown"
    ERROR = "error"
    FALSE = "false"

    def __bool__(self) -> bool:
        raise TypeError("a Truth has five values; compare it with one of them")


_AND = (Truth.FALSE, Truth.ERROR, Truth.UNKNOWN, Truth.PENDING, Truth.TRUE)
_OR = (Truth.TRUE, Truth.ERROR, Truth.UNKNOWN, Truth.PENDING, Truth.FALSE)


def truth(value: bool) -> Truth:
    return Truth.TRUE if value else Truth.FALSE


def all_of(operands: Iterable[Truth]) -> Truth:
    """`and`: false wins, else error, else unknown, else pending, else true; true for no operands."""
    present = set(operands)
    return next((each for each in _AND if each in present), Truth.TRUE)


def any_of(operands: Iterable[Truth]) -> Truth:
    """`or`: true wins, else error, else unknown, else pending, else false; false for no operands."""
    present = set(operands)
    return next((each for each in _OR if each in present), Truth.FALSE)


def negation(operand: Truth) -> Truth:
    """`not` swaps true and false and leaves the others."""
    if operand is Truth.TRUE:
        return Truth.FALSE
    return Truth.TRUE if operand is Truth.FALSE else operand
