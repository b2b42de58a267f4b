"""The reasoning for one subject as text or JSON: what was looked at, when, and why it counts or not.

Made from `reference.explanation.Explanation`; times in the log's zone, the end of a day as 24:00, personal
fields masked unless they are to be revealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from zhunsheng.reference.explanation import (
    Condition,
    DayOff,
    Event,
    Explanation,
    InForce,
    Limit,
    Looked,
    RowLooked,
)
from zhunsheng.reports.layout import display_width, hanging, pad, printable
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.reasons import field_label, reason_text, record_label
from zhunsheng.reports.rule_parts import clause_names
from zhunsheng.reports.shown import Shown
from zhunsheng.reports.values import constant, duration, instant, iso
from zhunsheng.reports.wording import REPORT_TEXTS, wording
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.verdicts.model import Finding, Reason, Verdict
from zhunsheng.verdicts.truth import Truth

WIDTH = 100
MOST_SPANS = 8
"""Stretches of days off that are listed one by one."""


def render_text(
    explanations: Sequence[Explanation], program: Program, language: str, *, reveal: bool = False
) -> str:
    """One block per subject with that key, ending in a line break."""
    blocks = ["\n".join(_Page(each, program, language, reveal).lines()) for each in explanations]
    if len(blocks) > 1:
        page = _Page(explanations[0], program, language, reveal)
        key = page.shown.key(explanations[0].record, explanations[0].key)
        blocks.insert(0, page.texts.text("several", key=key, n=len(explanations)))
    return "\n\n".join(blocks) + "\n"


def render_json(
    explanations: Sequence[Explanation], program: Program, language: str, *, reveal: bool = False
) -> str:
    """The same as data, `{"explanations": […]}`: field names as in `reference.explanation`, with texts."""
    parts = [_Page(each, program, language, reveal).data() for each in explanations]
    return json.dumps({"explanations": parts}, ensure_ascii=False, indent=2) + "\n"


class _Page:
    """One explanation and how it is shown."""

    def __init__(self, explanation: Explanation, program: Program, language: str, reveal: bool) -> None:
        self.it = explanation
        self.program = program
        self.language = language
        self.reports = wording(language)
        self.texts = wording(language, REPORT_TEXTS / "explanation")
        self.shown = Shown(program.vocabulary, explanation.zone, self.reports, reveal)
        self.rule: Rule = next(rule for rule in program.rules if rule.id == explanation.rule)

    # ---- text

    def lines(self) -> Iterator[str]:
        it, say = self.it, self.texts.text
        yield say(
            "heading", label=in_language(self.rule.label, self.language) or self.rule.id, rule=self.rule.id
        )
        clauses = clause_names(self.rule.clauses, self.program, self.language)
        modality = self.reports.text(f"modality.{self.rule.modality}")
        if clauses:
            yield say("clauses", clauses=self.reports.text("list").join(clauses), modality=modality)
        yield ""
        head = {"subject": self._row(it.record, it.key, it.row), "verdict": self._verdict()}
        head["as_of"] = say("moment", moment=instant(it.as_of, it.zone), zone=it.zone)
        yield from self._columns([(say(name), text) for name, text in head.items()], indent="")
        yield from self._section("facts", self._columns(list(self._facts())))
        yield from self._section(
            "parameters", [line for each in it.parameters for line in self._parameter(each)]
        )
        yield from self._section(
            "conditions", [line for each in it.conditions for line in self._condition(each)]
        )
        yield from self._section("looked", [line for each in it.looked for line in self._looked(each)])
        yield from self._section("timeline", self._columns(list(self._timeline())))

    def _section(self, name: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
        found = list(lines)
        if found:
            yield ""
            yield self.texts.text(name)
            yield from found

    def _columns(self, rows: Sequence[tuple[str, str]], indent: str = "  ") -> Iterator[str]:
        """Two columns, the second wrapped."""
        width = min(max((display_width(first) for first, _ in rows), default=0), 44)
        for first, second in rows:
            start = indent + pad(first, width) + "  "
            yield from hanging(start, " " * display_width(start), second, WIDTH)

    def _wrapped(self, text: str, indent: str) -> list[str]:
        return hanging(indent, indent + "  ", text, WIDTH)

    def _row(self, record: str, key: str | None, row: int) -> str:
        label = record_label(record, self.program.vocabulary, self.language)
        shown = self.shown.key(record, key)
        if shown is None:
            return self.texts.text("row_without_key", record=label, row=row)
        return self.texts.text("row", record=label, key=shown, row=row)

    def _verdict(self) -> str:
        verdict = self.reports.text(f"verdict.{self.it.verdict}")
        reason = self._why()
        return self.texts.text("verdict_because", verdict=verdict, reason=reason) if reason else verdict

    def _why(self) -> str | None:
        it = self.it
        if it.verdict is Verdict.NOTAPPLICABLE and it.reason is not Reason.NOT_USED:
            return self.texts.text("outside_dates" if it.effective is Truth.FALSE else "outside")
        if it.reason is None:
            return None
        finding = Finding(
            it.rule, it.record, it.key, it.row, it.verdict, it.reason, it.deadline, it.observed, it.fields
        )
        return reason_text(finding, self.rule, self.program.vocabulary, it.zone, self.reports)

    def _reason(self, reason: Reason, fields: tuple[str, ...] = ()) -> str:
        if reason is Reason.FIELD_MISSING and fields:
            return self.reports.text("reason.field_missing_fields", fields=self._fields(fields))
        label = record_label(self.it.record, self.program.vocabulary, self.language)
        return self.reports.text(f"reason.{_PLAIN.get(reason, reason.value)}", wanted=label)

    def _fields(self, fields: tuple[str, ...]) -> str:
        names = (field_label(each, self.it.record, self.program.vocabulary, self.language) for each in fields)
        return self.reports.text("list").join(dict.fromkeys(names))

    def _facts(self) -> Iterator[tuple[str, str]]:
        for fact in self.it.facts:
            name = field_label(
                f"{fact.record}.{fact.field}", fact.record, self.program.vocabulary, self.language
            )
            if fact.record != self.it.record:
                record = record_label(fact.record, self.program.vocabulary, self.language)
                name = self.texts.text("field", record=record, field=name)
            value = self.shown.value(fact.record, fact.field, fact.value)
            if value is None and fact.reason not in (None, Reason.FIELD_MISSING):
                value = self._reason(fact.reason)
            yield name, value if value is not None else self.texts.text("missing")

    def _parameter(self, each: InForce) -> Iterator[str]:
        declared = self.program.parameters[each.parameter]
        label = in_language(declared.label, self.language) or each.parameter
        if each.value is None:
            assert each.reason is not None
            yield from self._wrapped(
                self.texts.text("parameter_unknown", label=label, reason=self._reason(each.reason)), "  "
            )
            return
        since = self.texts.text("since", day=each.since.isoformat()) if each.since else ""
        value = constant(each.value, self.reports, self.program.vocabulary)
        basis = self.reports.text(f"basis.{declared.basis}")
        yield from self._wrapped(
            self.texts.text("parameter", label=label, value=value, since=since, basis=basis), "  "
        )
        source = in_language(declared.source, self.language)
        if source:
            yield from self._wrapped(self.texts.text("source", source=source), "    ")

    def _condition(self, each: Condition) -> list[str]:
        values = {
            "part": self.texts.text(f"part.{each.part}"),
            "text": printable(each.text or ""),
            "truth": self.texts.text(f"truth.{each.truth}"),
        }
        plain = each.reason is None or each.truth is Truth.FALSE
        if plain:
            return self._wrapped(self.texts.text("judged", **values), "  ")
        assert each.reason is not None
        return self._wrapped(
            self.texts.text("judged_because", **values, reason=self._reason(each.reason, each.fields)), "  "
        )

    # ---- what was looked at

    def _looked(self, each: Looked) -> Iterator[str]:
        yield from self._wrapped(f"{self._asked(each)}{self.reports.text('colon')}{self._found(each)}", "  ")
        if each.limit:
            yield from self._wrapped(self._limit(each.limit), "    ")
            yield from (line for text in self._days(each.limit) for line in self._wrapped(text, "    "))
        if each.omitted:
            yield "    " + self.texts.text("omitted", n=each.omitted)

    def _asked(self, each: Looked) -> str:
        record = record_label(each.record, self.program.vocabulary, self.language)
        if each.use in ("at_least", "at_most", "exactly"):
            if each.asked is None:
                return self.texts.text("asked.number_unknown", record=record)
            if each.use == "at_most" and each.asked == 0:
                return self.texts.text("asked.none", record=record)
        return self.texts.text(f"asked.{each.use}", n=each.asked, record=record)

    def _found(self, each: Looked) -> str:
        if each.limitless:
            return self.texts.text("found_limitless", sure=each.sure, reason=self._reason(each.limitless))
        name = "found_perhaps" if each.possible else "found"
        return self.texts.text(name, sure=each.sure, possible=each.possible)

    def _limit(self, limit: Limit) -> str:
        if limit.reason is not None:
            return self.texts.text("limit.unknown", reason=self._reason(limit.reason))
        values = {
            "since": self._moment(limit.since),
            "low": self._moment(limit.low),
            "high": self._moment(limit.high),
            "amount": duration(limit.amount, limit.type, self.reports)
            if limit.type and limit.amount is not None
            else "",
        }
        kind = limit.kind
        if kind in ("within_after", "within_before"):
            return self.texts.text(f"limit.{kind}", **values)
        name = "both" if limit.low and limit.high else "low" if limit.low else "high"
        return self.texts.text(f"limit.{name}", **values)

    def _moment(self, moment: datetime | date | None) -> str:
        if moment is None:
            return ""
        return instant(moment, self.it.zone) if isinstance(moment, datetime) else moment.isoformat()

    def _days(self, limit: Limit) -> Iterator[str]:
        off = [each for each in limit.days if each.kind != "worked_weekend"]
        worked = [each for each in limit.days if each.kind == "worked_weekend"]
        if off:
            rolled = limit.type is not None and limit.type.unit != "working_day"
            yield self.texts.text("moved" if rolled else "skipped", days=self._spans(off))
        if worked and limit.type is not None and limit.type.unit == "working_day":
            yield self.texts.text("worked", days=self._spans(worked, with_kind=False))

    def _spans(self, days: Sequence[DayOff], *, with_kind: bool = True) -> str:
        """Neighbouring days of one kind together: "2024-03-02 to 03-03 (weekend)"."""
        spans: list[list[DayOff]] = []
        for each in days:
            follows = (
                spans
                and spans[-1][-1].kind == each.kind
                and spans[-1][-1].day + timedelta(days=1) == each.day
            )
            if follows:
                spans[-1].append(each)
            else:
                spans.append([each])
        texts = [self._span(span, with_kind) for span in spans[:MOST_SPANS]]
        if len(spans) > MOST_SPANS:
            texts.append(self.texts.text("more_days", n=len(days)))
        return self.reports.text("list").join(texts)

    def _span(self, span: Sequence[DayOff], with_kind: bool) -> str:
        first, last = span[0].day, span[-1].day
        days = first.isoformat()
        if last != first:
            short = last.isoformat() if last.year != first.year else f"{last:%m-%d}"
            days = self.texts.text("span", first=days, last=short)
        if not with_kind:
            return days
        return self.texts.text("days", days=days, kind=self.texts.text(f"day_kind.{span[0].kind}"))

    # ---- the timeline

    def _timeline(self) -> Iterator[tuple[str, str]]:
        for event in self.it.timeline:
            when = self.texts.text("no_time") if event.time is None else instant(event.time, self.it.zone)
            yield when, self._event(event)

    def _event(self, event: Event) -> str:
        if event.kind == "row":
            assert event.record is not None and event.row is not None
            looked = self._looked_row(event)
            ruling = self._ruling(looked)
            return self.texts.text(
                "row_ruling", row=self._row(event.record, event.key, event.row), ruling=ruling
            )
        if event.kind == "subject":
            return self.texts.text("event.subject", row=self._row(self.it.record, self.it.key, self.it.row))
        return self.texts.text(f"event.{event.kind}")

    def _looked_row(self, event: Event) -> RowLooked:
        assert event.looked is not None
        return next(row for row in self.it.looked[event.looked].rows if row.row == event.row)

    def _ruling(self, row: RowLooked) -> str:
        if row.chosen:
            return self.texts.text("ruling.chosen")
        if row.ruling == "condition" and row.condition:
            return self.texts.text("ruling.condition_text", text=printable(row.condition))
        if row.ruling == "undecided" and row.fields:
            return self.texts.text("ruling.undecided_fields", fields=self._fields(row.fields))
        if row.ruling == "undecided" and row.time is None:
            return self.texts.text("ruling.undecided_time")
        return self.texts.text(f"ruling.{row.ruling}")

    # ---- JSON

    def data(self) -> dict[str, Any]:
        it = self.it
        return {
            "rule": it.rule,
            "record": it.record,
            "key": self.shown.key(it.record, it.key),
            "row": it.row,
            "time": self._iso(it.time),
            "as_of": self._iso(it.as_of),
            "zone": it.zone,
            "verdict": it.verdict.value,
            "reason": it.reason.value if it.reason else None,
            "text": self._why(),
            "fields": list(it.fields),
            "applicability": it.applicability.value,
            "effective": it.effective.value,
            "norm": it.norm.value if it.norm else None,
            "deadline": self._iso(it.deadline),
            "observed": self._iso(it.observed),
            "facts": [self._fact_data(fact.record, fact.field, fact.value, fact.reason) for fact in it.facts],
            "parameters": [self._parameter_data(each) for each in it.parameters],
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
            "looked": [self._looked_data(each) for each in it.looked],
            "timeline": [
                {
                    "time": self._iso(event.time),
                    "kind": event.kind,
                    "record": event.record,
                    "key": self.shown.key(event.record, event.key) if event.record else None,
                    "row": event.row,
                    "looked": event.looked,
                    "text": self._event(event),
                }
                for event in it.timeline
            ],
        }

    def _iso(self, moment: datetime | date | None) -> str | None:
        if moment is None:
            return None
        return iso(moment, self.it.zone) if isinstance(moment, datetime) else moment.isoformat()

    def _fact_data(self, record: str, field: str, cell: Any, reason: Reason | None) -> dict[str, Any]:
        value = self.shown.value(record, field, cell)
        return {"record": record, "field": field, "value": value, "reason": reason.value if reason else None}

    def _parameter_data(self, each: InForce) -> dict[str, Any]:
        declared = self.program.parameters[each.parameter]
        return {
            "parameter": each.parameter,
            "label": in_language(declared.label, self.language),
            "value": constant(each.value, self.reports, self.program.vocabulary) if each.value else None,
            "since": self._iso(each.since),
            "basis": declared.basis,
            "source": in_language(declared.source, self.language),
            "reason": each.reason.value if each.reason else None,
        }

    def _looked_data(self, each: Looked) -> dict[str, Any]:
        limit = each.limit
        return {
            "part": each.part,
            "use": each.use,
            "asked": str(each.asked) if isinstance(each.asked, Fraction) else each.asked,
            "record": each.record,
            "sure": each.sure,
            "possible": each.possible,
            "limitless": each.limitless.value if each.limitless else None,
            "limit": None if limit is None else self._limit_data(limit),
            "rows": [
                {
                    "record": row.record,
                    "key": self.shown.key(row.record, row.key),
                    "row": row.row,
                    "time": self._iso(row.time),
                    "ruling": row.ruling,
                    "chosen": row.chosen,
                    "reason": row.reason.value if row.reason else None,
                    "fields": list(row.fields),
                    "condition": row.condition,
                    "text": self._ruling(row),
                }
                for row in each.rows
            ],
            "omitted": each.omitted,
        }

    def _limit_data(self, limit: Limit) -> dict[str, Any]:
        return {
            "kind": limit.kind,
            "since": self._iso(limit.since),
            "amount": limit.amount,
            "unit": limit.type.unit if limit.type else None,
            "rolling": limit.type.rolling if limit.type else None,
            "low": self._iso(limit.low),
            "high": self._iso(limit.high),
            "reason": limit.reason.value if limit.reason else None,
            "days": [{"day": each.day.isoformat(), "kind": each.kind} for each in limit.days],
            "text": self._limit(limit),
        }


_PLAIN = {Reason.LATE: "late_plain"}
"""Reasons whose plain text has no deadline and no time to show."""
