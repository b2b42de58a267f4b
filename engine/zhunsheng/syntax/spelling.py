"""Which keyword a misspelt word was meant to be.

>>> distance("wehre", "where")
1
"""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 40


def distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> list[tuple[int, str]]:
    """The candidates a slip or two away, with how many, nearest first; letter case does not count."""
    if len(word) > LONGEST:
        return []
    folded = word.casefold()
    letters = set(folded)
    found: list[tuple[int, str]] = []
    for candidate in candidates:
        allowed = _allowed(candidate)
        # One slip changes at most two letters' presence: this spares nearly every comparison.
        if abs(len(candidate) - len(word)) <= allowed and len(letters ^ set(candidate)) <= 2 * allowed:
            away = distance(folded, candidate.casefold())
            if away <= allowed and away < len(candidate):
                found.append((away, candidate))
    return sorted(found)


def _allowed(candidate: str) -> int:
    """Two slips in a long word, one in a short one; in Chinese one character is much."""
    if not candidate.isascii():
        return 1 if len(candidate) > 1 else 0
    return 2 if len(candidate) > 5 else 1
