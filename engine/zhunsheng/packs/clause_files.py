"""Reads `clauses.yaml`: every clause of the standard, and how far rules can judge it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Related, Span
from zhunsheng.packs.overrides import texts
from zhunsheng.packs.reading import read_source
from zhunsheng.packs.schema_check import problems
from zhunsheng.packs.yaml_text import Document, read
from zhunsheng.semantics.clauses import Clause
from zhunsheng.semantics.wording import suggestion


def read_clauses(path: Path, standards: Collection[str], report: list[Diagnostic]) -> tuple[Clause, ...]:
    """The clauses of one list; `standards` are the names that the pack's rules declare."""
    source, wrong = read_source(path)
    if source is None:
        if wrong is not None:
            report.append(wrong)
        return ()
    document = read(source)
    if document.diagnostics:
        report += document.diagnostics
        return ()
    wrongs = problems(document, "clauses")
    if wrongs:
        report += wrongs
        return ()
    found: dict[tuple[str, str], Clause] = {}
    for number, entry in enumerate(document.value["clauses"]):
        place = document.value_place(("clauses", number, "number"))
        clause = _clause(document, entry, place, standards, report)
        if clause is None:
            continue
        key = (clause.standard, clause.number)
        first = found.get(key)
        if first is not None and first.span is not None:
            related = (Related(first.span, "first"),)
            report.append(Diagnostic("ZS5121", place, {"number": clause.number}, related))
            continue
        found[key] = clause
    return tuple(found.values())


def _clause(
    document: Document,
    entry: Mapping[str, Any],
    place: Span,
    standards: Collection[str],
    report: list[Diagnostic],
) -> Clause | None:
    standard = entry.get("standard") or document.value.get("standard")
    if standard is None and len(standards) == 1:
        standard = next(iter(standards))
    if standard is None or standard not in standards:
        values = {"name": standard or "—", **suggestion(standard or "", standards)}
        report.append(Diagnostic("ZS5127", place, values))
        return None
    return Clause(
        standard=standard,
        number=entry["number"],
        title=texts(entry["title"]),
        status=entry["status"],
        known=texts(entry.get("known")),
        source=texts(entry.get("source")),
        why=texts(entry.get("why")),
        over_report=bool(entry.get("over_report")),
        under_report=bool(entry.get("under_report")),
        rules=tuple(entry.get("rules") or ()),
        span=place,
    )
