"""The first lines: does it conform, as of when, on which evidence."""

from __future__ import annotations

from zhunsheng.reports.layout import display_width, hanging, printable
from zhunsheng.reports.model import GapPart, PackPart, Part, Report
from zhunsheng.reports.text.page import Page


def head(report: Report, page: Page) -> list[str]:
    """Conclusion line, its causes, observation time, coverage and gaps, packs."""
    words = page.words
    name, color = {False: ("fails", "fail"), None: ("undetermined", "unknown"), True: ("conforms", "pass")}[
        report.conforms
    ]
    conclusion = words.text(f"report.{name}")
    lines = hanging("", "  ", f"{conclusion}{words.text('clause')}{_tally(report, page)}", page.width)
    lines[0] = page.paint(conclusion, color) + lines[0][len(conclusion) :]
    lines += [line for cause in _causes(report, page) for line in page.item(cause)]
    return [words.text("report.title", version=report.zhunsheng), *lines, *facts(report, page)]


def facts(report: Report, page: Page) -> list[str]:
    """Observation time, coverage, gaps and packs."""
    words, lines = page.words, list[str]()
    told = [
        ("as_of", words.text("report.zone", moment=page.instant(report.as_of), zone=report.zone)),
        ("coverage", _coverage(report, page)),
        *(("gap", _gap(gap, report, page)) for gap in report.log.gaps),
        *(("packs", _pack(pack, page)) for pack in report.packs),
    ]
    for name, text in told:
        label = words.text(f"report.{name}") + words.text("colon")
        lines += hanging(label, " " * display_width(label), printable(text), page.width)
    return lines


def _tally(report: Report, page: Page) -> str:
    """How many rules and measures came to which verdict; only verdicts that occur."""
    words = page.words
    parts: tuple[Part, ...] = (*report.rules, *report.measures, *report.indices)
    asking = [part for part in parts if part.modality is not None]
    named = [page.of_part(part)[1] for part in asking]
    pieces = [
        words.text(f"report.{key}", n=named.count(verdict))
        for verdict, key in (
            ("fail", "fails_count"),
            ("advisory", "advisory_count"),
            ("error", "error_count"),
            ("unknown", "unknown_count"),
            ("pending", "pending_count"),
            ("pass", "pass_count"),
            ("not_exercised", "not_exercised_count"),
        )
        if named.count(verdict)
    ]
    total = words.text("report.of_total", rules=len(report.rules), measures=len(report.measures))
    return words.text("report.joint").join([*pieces, total])


def _causes(report: Report, page: Page) -> list[str]:
    """Why it is undetermined, beside the figures of the first line."""
    found = report.conclusion
    values: dict[str, dict[str, object]] = {
        "unknown": {"n": found.unknown_verdicts, "limit": found.max_unknown},
        "pending": {"n": found.pending_verdicts, "limit": found.max_pending},
        "nothing_exercised": {},
    }
    return [
        page.words.text(f"report.causes.{cause}", **values[cause])
        for cause in found.causes
        if cause in values
    ]


def _coverage(report: Report, page: Page) -> str:
    words, coverage = page.words, report.log.coverage
    if coverage.start is None and coverage.until is None:
        return words.text("report.coverage_none")
    ends = [
        page.instant(end) if end is not None else words.text("report.coverage_open")
        for end in (coverage.start, coverage.until)
    ]
    return words.text("report.coverage_span", start=ends[0], until=ends[1])


def _gap(gap: GapPart, report: Report, page: Page) -> str:
    words = page.words
    labels = {part.record: part.label for part in report.log.records}
    names = words.text("list").join(labels.get(name, name) for name in gap.records)
    return words.text(
        "report.gap_line",
        start=page.instant(gap.start),
        until=page.instant(gap.until),
        records=words.text("report.gap_records", records=names) if names else "",
        reason=words.text("clause") + gap.reason if gap.reason else "",
    )


def _pack(pack: PackPart, page: Page) -> str:
    """With what a local pack changes about its parent."""
    words = page.words
    pieces = [words.text("report.pack", id=pack.id, version=pack.version, title=pack.title)]
    if pack.extends:
        pieces.append(words.text("report.extends", parent=pack.extends))
    if pack.overridden:
        pieces.append(words.text("report.overridden", names=words.text("list").join(pack.overridden)))
    pieces += [words.text("report.disabled", rule=each.rule, reason=each.reason) for each in pack.disabled]
    return words.text("clause").join(pieces)
