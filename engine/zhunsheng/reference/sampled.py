"""The findings of chosen subjects: how an engine that has counted everything tells about a few of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhunsheng.calendars.model import Calendar
from zhunsheng.logs.model import Evidence, Store
from zhunsheng.reference.rules import finding, judge_subject
from zhunsheng.reference.scope import World, number
from zhunsheng.semantics.typed import Program
from zhunsheng.verdicts.model import Finding


def findings(
    program: Program,
    store: Store,
    evidence: Evidence,
    calendar: Calendar,
    chosen: Mapping[str, Sequence[int]],
) -> dict[str, tuple[Finding, ...]]:
    """Per rule the findings of the subjects with these row numbers, in the order given.

    Reads whole tables into memory, so it is for small logs. Raises KeyError for a row that is not there.
    """
    world = World(program, store, evidence, calendar, in_memory=True)
    rules = {rule.id: rule for rule in program.rules}
    told: dict[str, tuple[Finding, ...]] = {}
    for id_, wanted in chosen.items():
        rule = rules[id_]
        rows = {number(row): row for row in world.rows(rule.subject.var.record)} if wanted else {}
        told[id_] = tuple(
            finding(world, rule, rows[each], judge_subject(world, rule, rows[each])) for each in wanted
        )
    return told
