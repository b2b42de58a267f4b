"""The table of rules: one line each, with the whole denominator."""

from __future__ import annotations

from zhunsheng.reports.layout import display_width, pad, wrap
from zhunsheng.reports.model import Part, Report, RulePart
from zhunsheng.reports.text.page import Page

_ALWAYS = ("subjects", "applicable", "pass", "fail", "pending", "unknown")
_WHEN_ANY = ("waived", "error")


def rules(report: Report, page: Page) -> list[str]:
    """The table; columns for waived and error only where some rule has any, so the columns always add up."""
    if not report.rules:
        return []
    columns = [*_ALWAYS, *(name for name in _WHEN_ANY if any(_count(rule, name) for rule in report.rules))]
    titles = [page.words.text(f"short.{name}") for name in columns]
    widths = [
        max(display_width(title), *(len(str(_count(rule, name))) for rule in report.rules))
        for title, name in zip(titles, columns, strict=True)
    ]
    verdicts = [page.of_part(rule) for rule in report.rules]
    verdict_width = max(display_width(text) for text, _ in verdicts)
    modality_width = max(display_width(page.words.text(f"modality.{rule.modality}")) for rule in report.rules)
    numbers_width = sum(widths) + 2 * len(widths)
    label_width = max(16, page.width - verdict_width - modality_width - 4 - numbers_width)

    lines = [page.heading("rules")]
    header = " " * (verdict_width + modality_width + label_width + 4)
    lines.append(page.paint(header + _numbers(titles, widths), "faint"))
    for rule, (text, color) in zip(report.rules, verdicts, strict=True):
        name = f"{rule.label}{page.basis(rule.basis)}"
        label, *_ = wrap(name, label_width)
        modality = pad(page.words.text(f"modality.{rule.modality}"), modality_width)
        figures = _numbers([str(_count(rule, name)) for name in columns], widths)
        verdict = page.paint(pad(text, verdict_width), color)
        lines.append(f"{verdict}  {modality}  {pad(label, label_width)}{figures}".rstrip())
        # What does not fit beside the figures goes below them, over the whole width.
        lines += (
            page.paragraph(rest, verdict_width + modality_width + 6)
            if (rest := name[len(label) :].strip())
            else []
        )
    return lines


def footnote(report: Report, page: Page) -> list[str]:
    """What the basis marks mean, where there are any."""
    parts: tuple[Part, ...] = (*report.rules, *report.measures, *report.indices)
    if not any(page.basis(part.basis) for part in parts):
        return []
    return [page.paint(line, "faint") for line in page.paragraph(page.words.text("report.footnote_basis"), 0)]


def _count(rule: RulePart, name: str) -> int:
    found: int = getattr(rule.counts, "passed" if name == "pass" else name)
    return found


def _numbers(cells: list[str], widths: list[int]) -> str:
    return "".join("  " + pad(cell, width, "right") for cell, width in zip(cells, widths, strict=True))
