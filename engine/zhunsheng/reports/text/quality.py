"""Data quality and waivers: what else to know before relying on the verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from zhunsheng.reports.evidence_parts import span_text
from zhunsheng.reports.layout import printable
from zhunsheng.reports.model import CountedPart, Report, SuspicionPart, WaiverPart
from zhunsheng.reports.text.page import Page

_COUNTED = (
    "missing_keys",
    "duplicate_keys",
    "dangling_links",
    "after_as_of",
    "unknown_columns",
    "missing_columns",
)


def quality(report: Report, page: Page) -> list[str]:
    """Bad records with samples, then what was counted per record type."""
    words, found = page.words, report.quality
    lines: list[str] = []
    total = page.item(
        words.text(
            "report.sum",
            read=found.rows_read,
            left_out=found.left_out,
            accepted=found.accepted,
            quarantined=found.bad_records,
            duplicates=found.duplicates,
        )
    )
    if found.bad_records:
        lines += page.item(words.text("report.bad_records", n=found.bad_records))
        for part in found.bad:
            lines += page.item(words.text("report.bad_line", record=part.label, n=part.count), 4, "")
        for sample in found.bad_samples:
            lines += page.item(
                words.text("report.bad_sample", place=sample.place, text=printable(sample.text)), 4, ""
            )
    for name in _COUNTED:
        parts: tuple[CountedPart, ...] = getattr(found, name)
        if parts:
            shown = words.text("list").join(_counted(part, page, name) for part in parts)
            lines += page.item(f"{words.text(f'report.{name}')}{words.text('colon')}{printable(shown)}")
    if found.unread_files:
        names = words.text("list").join(found.unread_files)
        lines += page.item(f"{words.text('report.unread_files')}{words.text('colon')}{printable(names)}")
    lines += [line for note in found.notes for line in page.item(printable(note))]
    lines += _personal_data(report, page)
    lines += _suspicions(report, page)
    return [page.heading("quality"), *total, *(lines or page.item(words.text("report.quality_clean")))]


def _personal_data(report: Report, page: Page) -> list[str]:
    found = report.quality.personal_data
    if not found:
        return []
    lines = page.item(page.words.text("personal_data.heading"))
    return lines + [line for each in found for line in page.item(each.text, 4, "")]


def _together(found: Sequence[SuspicionPart], page: Page) -> list[str]:
    """Texts of the suspicions; record types that are silent on the same days share one."""
    words = page.words
    groups: dict[object, list[SuspicionPart]] = {}
    for place, each in enumerate(found):
        whole = each.kind in ("silent_days", "late_start", "early_end")
        groups.setdefault((each.kind, each.start, each.until) if whole else place, []).append(each)
    return [
        first.text
        if not others
        else words.text(
            f"suspicion.{first.kind}",
            record=words.text("list").join(each.label for each in (first, *others)),
            span=span_text(first.start, first.until, words),
            expected=sum(each.expected for each in (first, *others)),
        )
        for first, *others in groups.values()
    ]


def _suspicions(report: Report, page: Page) -> list[str]:
    words, found = page.words, report.quality
    if not found.suspicions:
        return []
    lines = page.item(words.text("suspicion.heading"))
    lines += [line for text in _together(found.suspicions, page) for line in page.item(text, 4, "")]
    if found.suspicions_more:
        lines += page.item(words.text("suspicion.more", n=found.suspicions_more), 4, "")
    if found.proposed_gaps:
        lines += page.item(words.text("suspicion.gaps"), 4, "")
        # As they stand: a line that is broken could not be pasted.
        lines += [f"      {line}" for line in found.proposed_gaps]
    return lines


def waivers(report: Report, page: Page) -> list[str]:
    """Each waiver with what it did; unused and expired ones too."""
    if not report.waivers:
        return []
    return [
        page.heading("waivers"),
        *(line for waiver in report.waivers for line in page.item(_waiver(waiver, page))),
    ]


def _counted(part: CountedPart, page: Page, name: str) -> str:
    if name in ("unknown_columns", "missing_columns"):
        return page.words.text("report.column", record=part.label, field=part.field or "")
    key = "counted_field" if part.field else "counted"
    return page.words.text(f"report.{key}", record=part.label, field=part.field or "", n=part.count)


def _waiver(waiver: WaiverPart, page: Page) -> str:
    words = page.words
    return words.text(
        "report.waiver_line",
        rule=waiver.rule,
        subject=printable(waiver.subject) if waiver.subject is not None else words.text("report.waiver_all"),
        reason=printable(waiver.reason),
        owner=printable(waiver.owner),
        expires=waiver.expires.isoformat(),
        state=words.text(f"report.waiver_state.{waiver.state}", n=waiver.waived),
    )
