"""The plan as text, for `--emit plan`: what is judged together, and what is scanned for it.

subject rating: 3 rules, 1 measure
  rules r1, r2, r3
  scan reply:1 over reply, linked rating_id, per row of rating: 2 patterns
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhunsheng.plan.model import Group, SubjectPlan


def plan_text(plans: Sequence[SubjectPlan]) -> str:
    """One paragraph per subject record; inner scans before the ones that need them."""
    return "\n".join(line for each in plans for line in _lines(each)) + "\n"


def _lines(plan: SubjectPlan) -> Iterator[str]:
    rules, measures = _number(len(plan.rules), "rule"), _number(len(plan.measures), "measure")
    yield f"subject {plan.record}: {rules}, {measures}"
    for name, ids in (("rules", plan.rules), ("measures", plan.measures)):
        if ids:
            yield f"  {name} {', '.join(each.id for each in ids)}"
    for group in sorted(plan.groups.values(), key=lambda each: each.depth):
        uses = _number(group.uses, "pattern")
        yield f"  scan {group.name} over {group.record}, {_found(group)}, {_per(group)}: {uses}"


def _found(group: Group) -> str:
    if group.link is not None:
        return f"linked {group.link.direction} {' -> '.join(field for _, field in group.link.path)}"
    return f"found by {_number(len(group.equalities), 'equality', 'equalities')}"


def _per(group: Group) -> str:
    if not group.environment:
        return "once for the whole log"
    rows = ", ".join(row.record for row in group.environment)
    return f"per row of {rows}" if group.by_rows else "per link key"


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
