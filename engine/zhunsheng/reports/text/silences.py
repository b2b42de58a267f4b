"""What the report cannot speak about: rules without a subject, records that were not handed in, clauses no
log shows."""

from __future__ import annotations

from zhunsheng.reports.model import ClausePart, Part, Report
from zhunsheng.reports.text.page import Page


def silences(report: Report, page: Page) -> list[str]:
    """Not exercised, not supplied, clauses by kind; empty parts are left out."""
    blocks = (_not_exercised(report, page), _not_supplied(report, page), _clauses(report, page))
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += [*([""] if lines else []), *block]
    return lines


def _not_exercised(report: Report, page: Page) -> list[str]:
    parts: tuple[Part, ...] = (*report.rules, *report.measures, *report.indices)
    idle = [part for part in parts if not part.exercised]
    if not idle:
        return []
    return [
        page.heading("not_exercised"),
        *(line for part in idle for line in page.item(f"{part.id} {part.label}")),
    ]


def _not_supplied(report: Report, page: Page) -> list[str]:
    missing = [part for part in report.quality.not_supplied if part.count]
    if not missing:
        return []
    items = [page.words.text("report.not_supplied_line", record=part.label, n=part.count) for part in missing]
    return [page.heading("not_supplied"), *(line for text in items for line in page.item(text))]


def _clauses(report: Report, page: Page) -> list[str]:
    words = page.words
    listed = [clause for clause in report.clauses if clause.coverage is not None]
    if not listed:
        return []
    lines = [page.heading("clauses")]
    judged = [clause for clause in listed if clause.coverage in ("encoded", "partly")]
    lines += page.item(words.text("report.clauses_encoded", n=len(judged), parts=_tally(judged, page)))
    for clause in judged:
        if clause.coverage == "partly":
            lines += page.item(_partly(clause, page), 4, "")
    for kind in ("manual", "uncheckable"):
        found = [clause for clause in listed if clause.coverage == kind]
        if found:
            lines += page.item(words.text(f"report.clauses_{kind}", n=len(found)))
            lines += [
                line for clause in found for line in page.item(_with_why(clause, "clause_why", page), 4, "")
            ]
    return lines


def _partly(clause: ClausePart, page: Page) -> str:
    words = page.words
    doubts = [
        words.text(f"report.{name}")
        for name, doubtful in (("over_report", clause.over_report), ("under_report", clause.under_report))
        if doubtful
    ]
    text = _with_why(clause, "clause_partly", page)
    return text + (words.text("report.doubts", doubts=words.text("list").join(doubts)) if doubts else "")


def _with_why(clause: ClausePart, name: str, page: Page) -> str:
    if not clause.why:
        name = "clause_line"
    number = f"{clause.standard} {clause.number}"
    return page.words.text(
        f"report.{name}", number=number, title=clause.title or "", why=clause.why or ""
    ).strip()


def _tally(clauses: list[ClausePart], page: Page) -> str:
    words = page.words
    names: dict[str, int] = {}
    for clause in clauses:
        if clause.verdict is None or clause.verdict.value == "notapplicable":
            key = "not_exercised"
        else:
            key = "advisory" if clause.advisory and clause.verdict.value == "pass" else clause.verdict.value
        names[key] = names.get(key, 0) + 1
    order = ("fail", "error", "unknown", "pending", "advisory", "pass", "waived", "not_exercised")
    return words.text("list").join(
        f"{words.text(f'verdict.{key}')} {names[key]}" for key in order if key in names
    )
