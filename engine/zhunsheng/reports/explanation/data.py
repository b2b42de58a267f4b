"""The reasoning for one subject as data for JSON."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhunsheng.reference.explanation import InForce, Limit, Looked
from zhunsheng.reports.explanation.phrases import Phrases
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.values import constant, iso
from zhunsheng.verdicts.model import Reason


def data(page: Phrases) -> dict[str, Any]:
    it = page.it
    return {
        "rule": it.rule,
        "record": it.record,
        "key": page.shown.key(it.record, it.key),
        "row": it.row,
        "time": _iso(page, it.time),
        "as_of": _iso(page, it.as_of),
        "zone": it.zone,
        "verdict": it.verdict.value,
        "reason": it.reason.value if it.reason else None,
        "text": page.why(),
        "fields": list(it.fields),
        "applicability": it.applicability.value,
        "effective": it.effective.value,
        "norm": None if it.norm is None else it.norm.value,
        "deadline": _iso(page, it.deadline),
        "observed": _iso(page, it.observed),
        "facts": [_fact_data(page, fact.record, fact.field, fact.value, fact.reason) for fact in it.facts],
        "parameters": [_parameter_data(page, each) for each in it.parameters],
        "conditions": [
            {
                "part": each.part,
                "text": each.text,
                "truth": each.truth.value,
                "reason": each.reason.value if each.reason else None,
                "fields": list(each.fields),
            }
            for each in it.conditions
        ],
        "looked": [_looked_data(page, each) for each in it.looked],
        "timeline": [
            {
                "time": _iso(page, event.time),
                "kind": event.kind,
                "record": event.record,
                "key": page.shown.key(event.record, event.key) if event.record else None,
                "row": event.row,
                "looked": event.looked,
                "text": page.event(event),
            }
            for event in it.timeline
        ],
    }


def _iso(page: Phrases, moment: datetime | date | None) -> str | None:
    if moment is None:
        return None
    return iso(moment, page.it.zone) if isinstance(moment, datetime) else moment.isoformat()


def _fact_data(page: Phrases, record: str, field: str, cell: Any, reason: Reason | None) -> dict[str, Any]:
    value = page.shown.value(record, field, cell)
    return {"record": record, "field": field, "value": value, "reason": reason.value if reason else None}


def _parameter_data(page: Phrases, each: InForce) -> dict[str, Any]:
    declared = page.program.parameters[each.parameter]
    return {
        "parameter": each.parameter,
        "label": in_language(declared.label, page.language),
        "value": constant(each.value, page.reports, page.program.vocabulary) if each.value else None,
        "since": _iso(page, each.since),
        "basis": declared.basis,
        "source": in_language(declared.source, page.language),
        "reason": each.reason.value if each.reason else None,
    }


def _looked_data(page: Phrases, each: Looked) -> dict[str, Any]:
    limit = each.limit
    return {
        "part": each.part,
        "use": each.use,
        "asked": str(each.asked) if isinstance(each.asked, Fraction) else each.asked,
        "record": each.record,
        "sure": each.sure,
        "possible": each.possible,
        "limitless": each.limitless.value if each.limitless else None,
        "limit": None if limit is None else _limit_data(page, limit),
        "rows": [
            {
                "record": row.record,
                "key": page.shown.key(row.record, row.key),
                "row": row.row,
                "time": _iso(page, row.time),
                "ruling": row.ruling,
                "chosen": row.chosen,
                "reason": row.reason.value if row.reason else None,
                "fields": list(row.fields),
                "condition": row.condition,
                "text": page.ruling(row),
            }
            for row in each.rows
        ],
        "omitted": each.omitted,
    }


def _limit_data(page: Phrases, limit: Limit) -> dict[str, Any]:
    return {
        "kind": limit.kind,
        "since": _iso(page, limit.since),
        "amount": limit.amount,
        "unit": limit.type.unit if limit.type else None,
        "rolling": limit.type.rolling if limit.type else None,
        "low": _iso(page, limit.low),
        "high": _iso(page, limit.high),
        "reason": limit.reason.value if limit.reason else None,
        "days": [{"day": each.day.isoformat(), "kind": each.kind} for each in limit.days],
        "text": page.limit(limit),
    }
