"""The name that was probably meant: a hint is only worth giving when it is likely right.

>>> nearest("rateing", ["rating", "reply"])
'rating'
>>> nearest("差平", ["差评", "回复"])
'差评'
"""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) between two names; `limit` + 1 when there are more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name with the fewest edits, None when none is near. Ties go to the first in order of text."""
    folded = name.casefold()[:80]
    # A third of a name may be wrong; in two Chinese characters that is one.
    limit = max(1, len(folded) // 3)
    best: tuple[int, str] | None = None
    for candidate in sorted(set(known)):
        if candidate.casefold() == folded:
            return candidate
        if len(folded) < 2:
            continue
        edits = distance(folded, candidate.casefold(), limit)
        if edits <= limit and edits < len(candidate) and (best is None or edits < best[0]):
            best = (edits, candidate)
    return best[1] if best else None
