"""The parts of rules and measures: which keyword begins which, and their order."""

from __future__ import annotations

HEADS = frozenset({"STANDARD", "PARAMETER", "DEFINE", "RULE", "MEASURE", "INDEX"})
FORCES = frozenset({"MUST", "MUST_NOT", "SHOULD", "SHOULD_NOT", "MAY"})

ORDER = {
    "RULE": ("clause", "effective", "note", "remedy", "for_each", "let", "norm", "unless"),
    "MEASURE": ("clause", "effective", "note", "remedy", "for_each", "let", "kind", "by", "minimum", "norm"),
}
"""The norm of a measure is its threshold and its agreement."""

_PARTS = {
    "CLAUSE": "clause", "EFFECTIVE": "effective", "NOTE": "note", "REMEDY": "remedy", "FOR_EACH": "for_each",
    "LET": "let", "UNLESS": "unless", "SHARE": "kind", "COUNT": "kind", "BY": "by", "MINIMUM": "minimum",
    **dict.fromkeys(FORCES, "norm"),
}  # fmt: skip


def part_of(kind: str, head: str = "") -> str | None:
    """The part that a keyword begins, in a declaration of this kind (or in any)."""
    part = _PARTS.get(kind)
    if part is None or not head:
        return part
    return part if part in ORDER.get(head, ()) else None
