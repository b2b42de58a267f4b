"""The clause list of a pack beside the rules that stand on each clause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from zhunsheng.packs import LoadedPack
from zhunsheng.reports.layout import wrap
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import Index, Measure, Rule

_STATUSES = ("encoded", "partly", "manual", "uncheckable")
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause. Texts are in one language; empty where nothing is said."""

    standard: str
    number: str
    title: str
    known: str
    source: str
    status: str
    rules: tuple[str, ...]
    over_report: bool
    under_report: bool
    why: str


def clause_rows(pack: LoadedPack, language: str) -> tuple[ClauseRow, ...]:
    """Every clause of the pack's list, in its order, with the rules, measures and indices that name it."""
    program = pack.program
    named: dict[tuple[str, str], list[str]] = {}
    declared: tuple[Rule | Measure | Index, ...] = (*program.rules, *program.measures, *program.indices)
    for each in declared:
        for clause in each.clauses:
            named.setdefault((clause.standard, clause.number), []).append(each.id)
    return tuple(
        ClauseRow(
            standard=one.standard,
            number=one.number,
            title=in_language(one.title, language) or "",
            known=in_language(one.known, language) or "",
            source=in_language(one.source, language) or "",
            status=one.status,
            rules=tuple(dict.fromkeys((*named.get((one.standard, one.number), ()), *one.rules))),
            over_report=one.over_report,
            under_report=one.under_report,
            why=in_language(one.why, language) or "",
        )
        for one in pack.clauses
    )


def as_json(pack: LoadedPack, rows: Sequence[ClauseRow]) -> str:
    found = {
        "pack": pack.id,
        "version": pack.version,
        "total": len(rows),
        "by_status": _counts(rows),
        "clauses": [asdict(row) for row in rows],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def as_text(pack: LoadedPack, rows: Sequence[ClauseRow], texts: Wording) -> str:
    """One paragraph per clause: number, title and coverage first, the rest below."""
    lines = _heading(pack, rows, texts)
    for row in rows:
        lines += ["", f"{row.number}  {row.title}  [{_status(row, texts)}]"]
        for label, value in (
            ("known", row.known),
            ("rules", ", ".join(row.rules)),
            ("why", row.why),
        ):
            if value:
                colon = texts.text("help.colon")
                lines += [
                    f"    {line}"
                    for line in wrap(f"{texts.text(f'clauses_result.{label}')}{colon} {value}", _WIDTH - 4)
                ]
    return "\n".join(lines) + "\n"


def as_markdown(pack: LoadedPack, rows: Sequence[ClauseRow], texts: Wording) -> str:
    """A table, as a page of the docs holds it."""
    if not rows:
        return texts.text("clauses_result.none", pack=pack.id) + "\n"
    columns = ("number", "title", "status", "rules", "known", "why")
    head, *rest = _heading(pack, rows, texts)
    lines = [f"# {head}", "", *rest, ""]
    lines.append("| " + " | ".join(texts.text(f"clauses_result.{name}") for name in columns) + " |")
    lines.append("|" + "---|" * len(columns))
    for row in rows:
        rules = "<br>".join(f"`{rule}`" for rule in row.rules)
        cells = (row.number, row.title, _status(row, texts), rules, row.known, row.why)
        lines.append("| " + " | ".join(_cell(each) for each in cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _heading(pack: LoadedPack, rows: Sequence[ClauseRow], texts: Wording) -> list[str]:
    if not rows:
        return [texts.text("clauses_result.none", pack=pack.id)]
    return [
        texts.text("clauses_result.heading", pack=pack.id, clauses=len(rows)),
        texts.text("clauses_result.statuses", **_counts(rows)),
    ]


def _counts(rows: Sequence[ClauseRow]) -> dict[str, int]:
    counted = Counter(row.status for row in rows)
    return {status: counted[status] for status in _STATUSES}


def _status(row: ClauseRow, texts: Wording) -> str:
    """The coverage, with what the rules may do wrong."""
    may = [
        texts.text(f"clauses_result.{name}")
        for name, said in (("over_report", row.over_report), ("under_report", row.under_report))
        if said
    ]
    status = texts.text(f"clauses_result.{row.status}")
    if not may:
        return status
    return texts.text("clauses_result.may", status=status, reports=" / ".join(may))
