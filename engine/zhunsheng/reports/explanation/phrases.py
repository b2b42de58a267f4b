"""What an explanation says, phrase by phrase, in one language: shared by its text and its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from zhunsheng.reference.explanation import DayOff, Event, Explanation, Limit, Looked, RowLooked
from zhunsheng.reports.layout import printable
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.reasons import field_label, reason_text, record_label
from zhunsheng.reports.shown import Shown
from zhunsheng.reports.values import duration, instant
from zhunsheng.reports.wording import REPORT_TEXTS, wording
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.verdicts.model import Finding, Reason, Verdict
from zhunsheng.verdicts.truth import Truth

MOST_SPANS = 8
"""Stretches of days off that are listed one by one."""

_PLAIN = {Reason.LATE: "late_plain"}
"""Reasons whose plain text has no deadline and no time to show."""


class Phrases:
    """The phrases of one explanation, personal values as `masking` shows them."""

    def __init__(self, explanation: Explanation, program: Program, language: str, masking: Masking) -> None:
        self.it = explanation
        self.program = program
        self.language = language
        self.reports = wording(language)
        self.texts = wording(language, REPORT_TEXTS / "explanation")
        self.shown = Shown(program.vocabulary, explanation.zone, self.reports, masking)
        self.rule: Rule = next(rule for rule in program.rules if rule.id == explanation.rule)

    def row(self, record: str, key: str | None, row: int) -> str:
        label = record_label(record, self.program.vocabulary, self.language)
        shown = self.shown.key(record, key)
        if shown is None:
            return self.texts.text("row_without_key", record=label, row=row)
        return self.texts.text("row", record=label, key=shown, row=row)

    def verdict(self) -> str:
        verdict = self.reports.text(f"verdict.{self.it.verdict}")
        reason = self.why()
        return self.texts.text("verdict_because", verdict=verdict, reason=reason) if reason else verdict

    def why(self) -> str | None:
        it = self.it
        if it.verdict is Verdict.NOTAPPLICABLE and it.reason is not Reason.NOT_USED:
            return self.texts.text("outside_dates" if it.effective is Truth.FALSE else "outside")
        if it.reason is None:
            return None
        finding = Finding(
            it.rule, it.record, it.key, it.row, it.verdict, it.reason, it.deadline, it.observed, it.fields
        )
        return reason_text(finding, self.rule, self.program.vocabulary, it.zone, self.reports)

    def reason(self, reason: Reason, fields: tuple[str, ...] = ()) -> str:
        if reason is Reason.FIELD_MISSING and fields:
            return self.reports.text("reason.field_missing_fields", fields=self.fields(fields))
        label = record_label(self.it.record, self.program.vocabulary, self.language)
        return self.reports.text(f"reason.{_PLAIN.get(reason, reason.value)}", wanted=label)

    def fields(self, fields: tuple[str, ...]) -> str:
        names = (field_label(each, self.it.record, self.program.vocabulary, self.language) for each in fields)
        return self.reports.text("list").join(dict.fromkeys(names))

    def asked(self, each: Looked) -> str:
        record = record_label(each.record, self.program.vocabulary, self.language)
        if each.use in ("at_least", "at_most", "exactly"):
            if each.asked is None:
                return self.texts.text("asked.number_unknown", record=record)
            if each.use == "at_most" and each.asked == 0:
                return self.texts.text("asked.none", record=record)
        return self.texts.text(f"asked.{each.use}", n=each.asked, record=record)

    def found(self, each: Looked) -> str:
        if each.limitless:
            return self.texts.text("found_limitless", sure=each.sure, reason=self.reason(each.limitless))
        name = "found_perhaps" if each.possible else "found"
        return self.texts.text(name, sure=each.sure, possible=each.possible)

    def limit(self, limit: Limit) -> str:
        if limit.reason is not None:
            return self.texts.text("limit.unknown", reason=self.reason(limit.reason))
        values = {
            "since": self.moment(limit.since),
            "low": self.moment(limit.low),
            "high": self.moment(limit.high),
            "amount": duration(limit.amount, limit.type, self.reports)
            if limit.type and limit.amount is not None
            else "",
        }
        kind = limit.kind
        if kind in ("within_after", "within_before"):
            return self.texts.text(f"limit.{kind}", **values)
        name = "both" if limit.low and limit.high else "low" if limit.low else "high"
        return self.texts.text(f"limit.{name}", **values)

    def moment(self, moment: datetime | date | None) -> str:
        if moment is None:
            return ""
        return instant(moment, self.it.zone) if isinstance(moment, datetime) else moment.isoformat()

    def days(self, limit: Limit) -> Iterator[str]:
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

    def event(self, event: Event) -> str:
        if event.kind == "row":
            assert event.record is not None and event.row is not None
            looked = self._looked_row(event)
            ruling = self.ruling(looked)
            return self.texts.text(
                "row_ruling", row=self.row(event.record, event.key, event.row), ruling=ruling
            )
        if event.kind == "subject":
            return self.texts.text("event.subject", row=self.row(self.it.record, self.it.key, self.it.row))
        return self.texts.text(f"event.{event.kind}")

    def _looked_row(self, event: Event) -> RowLooked:
        assert event.looked is not None
        return next(row for row in self.it.looked[event.looked].rows if row.row == event.row)

    def ruling(self, row: RowLooked) -> str:
        if row.chosen:
            return self.texts.text("ruling.chosen")
        if row.ruling == "condition" and row.condition:
            return self.texts.text("ruling.condition_text", text=printable(row.condition))
        if row.ruling == "undecided" and row.fields:
            return self.texts.text("ruling.undecided_fields", fields=self.fields(row.fields))
        if row.ruling == "undecided" and row.time is None:
            return self.texts.text("ruling.undecided_time")
        return self.texts.text(f"ruling.{row.ruling}")
