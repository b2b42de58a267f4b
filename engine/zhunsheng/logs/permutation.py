"""A keyed permutation of the numbers below a·b: different numbers stay different, without the key it cannot
be undone.

An alternating Feistel network (ten rounds, as NIST SP 800-38G asks for small domains). What a round adds is
read from tables that are expanded from the key, so that millions of numbers cost a few look-ups each.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

ROUNDS = 10
_LOW = 10_000


@dataclass(frozen=True, slots=True)
class Permutation:
    """`high` and `low` are the sizes of the two halves: numbers lie below `high * low`."""

    high: int
    low: int
    tables: tuple[tuple[array[int], array[int]], ...]
    """Per round: for the last four digits of the half that is read, and for what stands before them."""

    def of(self, number: int) -> int:
        """The number that takes this one's place."""
        a, b = divmod(number, self.low)
        for place, (last, first) in enumerate(self.tables):
            read = a if place % 2 else b
            added = last[read % _LOW] + first[read // _LOW]
            if place % 2:
                b = (b + added) % self.low
            else:
                a = (a + added) % self.high
        return a * self.low + b

    def of_all(self, numbers: pa.Array[Any]) -> pa.Array[Any]:
        """`of`, for an Arrow array of int64 without nulls."""
        a = _divided(numbers, self.low)
        b = _rest(numbers, a, self.low)
        for place, (last, first) in enumerate(self.tables):
            read = a if place % 2 else b
            head = _divided(read, _LOW)
            added = _sum(_looked_up(last, _rest(read, head, _LOW)), _looked_up(first, head))
            if place % 2:
                b = _modulo(_sum(b, added), self.low)
            else:
                a = _modulo(_sum(a, added), self.high)
        import pyarrow.compute as pc

        return _sum(pc.multiply(a, self.low), b)


def permutation(seed: bytes, high: int, low: int) -> Permutation:
    """The permutation that belongs to a secret seed."""
    tables = []
    for place in range(ROUNDS):
        reads, adds = (high, low) if place % 2 else (low, high)
        label = seed + place.to_bytes(1, "big")
        last = _table(label + b"l", min(reads, _LOW), adds)
        tables.append((last, _table(label + b"h", (reads - 1) // _LOW + 1, adds)))
    return Permutation(high, low, tuple(tables))


def _table(seed: bytes, size: int, modulus: int) -> array[int]:
    drawn = array("Q")
    drawn.frombytes(hashlib.shake_256(seed).digest(8 * size))
    return array("q", (each % modulus for each in drawn))


# Arrow has no remainder of integers.


def _divided(numbers: pa.Array[Any], by: int) -> pa.Array[Any]:
    import pyarrow.compute as pc

    return pc.divide(numbers, by)


def _rest(numbers: pa.Array[Any], quotients: pa.Array[Any], by: int) -> pa.Array[Any]:
    import pyarrow.compute as pc

    return pc.subtract(numbers, pc.multiply(quotients, by))


def _modulo(numbers: pa.Array[Any], by: int) -> pa.Array[Any]:
    return _rest(numbers, _divided(numbers, by), by)


def _sum(left: pa.Array[Any], right: pa.Array[Any]) -> pa.Array[Any]:
    import pyarrow.compute as pc

    return pc.add(left, right)


def _looked_up(table: array[int], places: pa.Array[Any]) -> pa.Array[Any]:
    import pyarrow as pa

    return pa.array(table, pa.int64()).take(places)
