"""The report as text: what an assessor wants to see first comes first.

Conclusion, observation time and coverage; one line per rule with its whole denominator; the findings in
plain words; what was not exercised, not handed in or not checkable; measures; data quality. Reads well from
80 columns on."""

from __future__ import annotations

from zhunsheng.reports.model import Report
from zhunsheng.reports.text.findings import findings
from zhunsheng.reports.text.head import head
from zhunsheng.reports.text.measures import measures
from zhunsheng.reports.text.page import Page
from zhunsheng.reports.text.quality import quality, waivers
from zhunsheng.reports.text.rules import footnote, rules
from zhunsheng.reports.text.silences import silences
from zhunsheng.reports.wording import wording


def render_text(report: Report, *, width: int = 100, color: bool = False) -> str:
    """The report in its language for a screen of `width` columns; escape codes only with `color`."""
    page = Page(wording(report.language), width, color, report.zone)
    parts = (
        head(report, page),
        rules(report, page),
        measures(report, page),
        footnote(report, page),
        findings(report, page),
        silences(report, page),
        waivers(report, page),
        quality(report, page),
    )
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"
