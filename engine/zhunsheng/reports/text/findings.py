"""Rules with findings, each with its clause, its parameters and sample subjects in plain words."""

from __future__ import annotations

from zhunsheng.reports.layout import printable
from zhunsheng.reports.model import (
    IndexPart,
    MeasurePart,
    ParameterPart,
    ParameterPeriod,
    Report,
    RulePart,
    SamplePart,
)
from zhunsheng.reports.text.page import Page

_ORDER = (
    "fail",
    "error",
    "advisory",
    "unknown",
    "pending",
    "waived",
    "pass",
    "not_exercised",
    "notapplicable",
)


def findings(report: Report, page: Page) -> list[str]:
    """Worst first. Empty when no rule has a finding."""
    found = [rule for rule in report.rules if _findings(rule)]
    if not found:
        return []
    found.sort(key=lambda rule: _ORDER.index(page.of_part(rule)[1]))
    lines = [page.heading("findings")]
    for rule in found:
        lines += _rule(rule, page)
    return [
        *lines,
        *(page.paint(line, "faint") for line in page.paragraph(page.words.text("report.explain"), 0)),
    ]


def title(part: RulePart | MeasurePart | IndexPart, page: Page) -> list[str]:
    """Verdict, id, label; then clause and parameters, each on lines of its own."""
    words = page.words
    verdict, color = page.of_part(part)
    first, *more = page.item(f"{part.id} {part.label}{page.basis(part.basis)}", 0, f"{verdict}  ")
    lines = [page.paint(verdict, color) + first[len(verdict) :], *more]
    if part.clauses:
        lines += page.paragraph(
            words.text("report.clause_of", clauses=words.text("list").join(part.clauses)), 4
        )
    for parameter in part.parameters:
        lines += page.paragraph(_parameter(parameter, page), 4)
    return lines


def period_texts(periods: tuple[ParameterPeriod, ...], page: Page) -> str:
    """ "15 working days", or every value with the day from which it is in force."""
    words = page.words
    if len(periods) == 1:
        return periods[0].value
    return words.text("list").join(
        words.text("report.since", value=period.value, day=period.start.isoformat())
        if period.start
        else words.text("report.from_beginning", value=period.value)
        for period in periods
    )


def _rule(rule: RulePart, page: Page) -> list[str]:
    words = page.words
    lines = title(rule, page)
    for sample in rule.samples:
        mark, color = page.verdict(sample.verdict)
        text = f"{mark[0]} {_subject(rule, sample, page)}{words.text('colon')}{sample.text}"
        first, *more = page.item(text, 4, "")
        lines.append(first.replace(mark[0], page.paint(mark[0], color), 1))
        lines += ["  " + line for line in more]
    left = _findings(rule) - len(rule.samples)
    if left > 0:
        lines.append("    " + page.paint(words.text("report.more", n=left), "faint"))
    if rule.remedy:
        lines += page.paragraph(words.text("report.remedy", remedy=rule.remedy), 4)
    return lines


def _subject(rule: RulePart, sample: SamplePart, page: Page) -> str:
    if sample.subject is None:
        return page.words.text("report.subject_without_key", record=rule.record_label, row=sample.row)
    return page.words.text(
        "report.subject", record=rule.record_label, key=printable(sample.subject), row=sample.row
    )


def _findings(rule: RulePart) -> int:
    counts = rule.counts
    return counts.fail + counts.error + counts.unknown + counts.pending + counts.waived


def _parameter(parameter: ParameterPart, page: Page) -> str:
    words = page.words
    text = words.text(
        "report.parameter",
        label=parameter.label,
        values=period_texts(parameter.values, page) or words.text("value.nothing"),
        basis=words.text(f"basis.{parameter.basis}"),
    )
    return text + (
        words.text("clause") + words.text("report.source", source=parameter.source)
        if parameter.source
        else ""
    )
