"""Measures and indices: the whole log first, then the groups that call for attention."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from zhunsheng.reports.layout import printable, shorten, table
from zhunsheng.reports.model import (
    AgreementPart,
    GroupPart,
    IndexPart,
    IntervalPart,
    MeasurePart,
    Report,
    ThresholdPart,
)
from zhunsheng.reports.text.findings import period_texts, title
from zhunsheng.reports.text.page import Page
from zhunsheng.reports.values import exact, percent, rounded
from zhunsheng.verdicts.model import Verdict

_SHOWN = 12
"""Groups listed per measure; the JSON has all of them."""
_WIDEST = 24
"""Columns of a group's value."""


def measures(report: Report, page: Page) -> list[str]:
    """Every measure as a small table, then the indices. Empty without measures."""
    lines: list[str] = []
    for measure in report.measures:
        lines += [*([""] if lines else [page.heading("measures")]), *_measure(measure, page)]
    if report.indices:
        lines += ["", page.heading("indices")] if lines else [page.heading("indices")]
        for index in report.indices:
            lines += _index(index, page)
    return lines


def interval_text(
    interval: IntervalPart, page: Page, *, share: bool, limits: tuple[Fraction, ...] = ()
) -> str:
    """One value, or both ends; shares as percentages."""

    def shown(value: Fraction) -> str:
        return percent(value, limits) if share else rounded(value, 0 if value.denominator == 1 else 2)

    if interval.low is None and interval.high is None:
        return page.words.text("report.unbounded")
    if interval.low is None or interval.high is None or interval.low == interval.high:
        known = interval.low if interval.low is not None else interval.high
        return shown(known) if known is not None else ""
    return page.words.text("report.interval", low=shown(interval.low), high=shown(interval.high))


def _measure(measure: MeasurePart, page: Page) -> list[str]:
    words, share = page.words, measure.kind == "share"
    lines = title(measure, page)
    asked = [_threshold(measure.threshold, page)] if measure.threshold else []
    if measure.tolerance is not None:
        name, tolerance = ("agree", measure.tolerance * 100) if share else ("agree_number", measure.tolerance)
        modality = words.text(f"modality.{measure.modality}")
        asked.append(words.text(f"report.{name}", modality=modality, tolerance=exact(tolerance)))
    lines += [line for text in asked for line in page.paragraph(text, 4)]

    shown = _notable(measure)
    lines += _table(measure, shown, page)
    left = [group for group in measure.groups if group not in shown]
    if left:
        passed = sum(group.verdict is Verdict.PASS for group in left)
        lines.append(
            "    " + page.paint(words.text("report.groups_more", n=len(left), passed=passed), "faint")
        )
    for agreement in measure.agreement:
        lines += _agreement(agreement, page, share)
    return lines


def _table(measure: MeasurePart, shown: list[GroupPart], page: Page) -> list[str]:
    """A column per dimension, so that equal values stand below each other; verdicts only where something is
    asked."""
    words, share = page.words, measure.kind == "share"
    names = list(measure.dimensions) if len(shown) > 1 else []
    header = [shorten(printable(measure.dimensions[name]), _WIDEST) for name in names] or [""]
    header += [words.text(f"report.{name}") for name in ("ratio", "value", "undecided")]
    rows = []
    for group in shown:
        cells = [
            shorten(printable(group.labels[name]), _WIDEST) if group.group else "" for name in names
        ] or [""]
        if not group.group:
            cells[0] = words.text("report.whole")
        rows.append([*cells, _ratio(group, measure.kind), _value(group, page, share), str(group.undecided)])
    left: list[Literal["left", "right"]] = ["left"] * (len(names) or 1)
    head, *body = table(header, rows, [*left, "right", "right", "right"])
    lines = ["    " + page.paint(head, "faint")]
    for group, line in zip(shown, body, strict=True):
        text, color = page.verdict(group.verdict)
        asked = measure.threshold is not None and group.verdict is not Verdict.NOTAPPLICABLE
        lines.append(f"    {line}  {page.paint(text, color)}" if asked else f"    {line}")
    return lines


def _index(index: IndexPart, page: Page) -> list[str]:
    lines = title(index, page)
    text = interval_text(index.interval, page, share=index.kind == "share")
    if index.threshold:
        text += page.words.text("clause") + _threshold(index.threshold, page)
    return lines + page.paragraph(text, 4)


def _notable(measure: MeasurePart) -> list[GroupPart]:
    """The whole log, then all groups if they are few, else those that do not pass."""
    whole, rest = list(measure.groups[:1]), list(measure.groups[1:])
    if len(rest) > _SHOWN:
        settled = (Verdict.PASS, Verdict.NOTAPPLICABLE)
        rest = [group for group in rest if group.verdict not in settled][:_SHOWN]
    return whole + rest


def _ratio(group: GroupPart, kind: str) -> str:
    if kind in ("share", "average"):
        return f"{exact(group.numerator)}/{group.denominator}"
    return str(group.denominator)


def _value(group: GroupPart, page: Page, share: bool) -> str:
    if group.denominator + group.undecided == 0 and group.interval.low is None:
        return page.words.text("value.nothing")
    return interval_text(group.interval, page, share=share)


def _threshold(threshold: ThresholdPart, page: Page) -> str:
    words = page.words
    return words.text(
        "report.threshold",
        modality=words.text(f"modality.{threshold.modality}"),
        bound=words.text(f"report.{threshold.bound}"),
        values=period_texts(threshold.values, page),
    )


def _agreement(agreement: AgreementPart, page: Page, share: bool) -> list[str]:
    words = page.words
    mark, color = page.verdict(agreement.verdict)
    key = agreement.publication if agreement.publication is not None else words.text("value.missing")
    group = words.text("list").join(agreement.labels.values()) or words.text("report.whole")
    where = words.text("report.publication", key=printable(key), group=printable(group))
    if agreement.published is None:
        what = words.text("report.published_missing")
    else:
        published = percent(agreement.published) if share else exact(agreement.published)
        value = interval_text(agreement.interval, page, share=share)
        what = words.text("report.published", published=published, value=value)
    reason = words.text("clause") + agreement.text if agreement.text else ""
    first, *more = page.item(f"{mark} {where}{words.text('colon')}{what}{reason}", 4, "")
    return [first.replace(mark, page.paint(mark, color), 1), *more]
