"""Clauses and standards: what the rules on each say together, and which clauses no rule can judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from zhunsheng.reports.judged import Judged, ListedClause
from zhunsheng.reports.model import ClausePart, Part, StandardPart
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.rule_parts import designation
from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import Index, Measure, Rule
from zhunsheng.verdicts.rollup import ClauseLine, Coverage, Rolled, of_standard, together

Key = tuple[str, str]
"""Standard id and clause number, as rules write them."""


@dataclass(frozen=True, slots=True)
class _Line:
    key: Key
    entry: ListedClause | None
    parts: tuple[Part, ...]

    @property
    def rolled(self) -> Rolled | None:
        if not self.parts:
            return None
        return together(Rolled(part.verdict, part.contributes, part.advisory) for part in self.parts)

    @property
    def coverage(self) -> str:
        return self.entry.coverage if self.entry else "encoded"


def clause_parts(
    judged: Sequence[Judged], parts: Sequence[Part], words: Wording, *, listed: bool
) -> tuple[tuple[ClausePart, ...], tuple[StandardPart, ...]]:
    """All clauses that rules name, in the order of the packs' clause lists, with the lists' other clauses
    if `listed`; and their standards."""
    lines = _lines(judged, parts, listed=listed)
    titles = {
        standard.id: in_language(standard.title, words.language) or standard.id
        for pack in judged
        for standard in pack.program.standards
    }
    standards = dict.fromkeys(line.key[0] for line in lines)
    return (
        tuple(_clause(line, titles, words) for line in lines),
        tuple(_standard(name, [line for line in lines if line.key[0] == name], titles) for name in standards),
    )


def _lines(judged: Sequence[Judged], parts: Sequence[Part], *, listed: bool) -> list[_Line]:
    by_id = {part.id: part for part in parts}
    named: dict[Key, list[Part]] = {}
    entries: dict[Key, ListedClause] = {}
    for pack in judged:
        entries |= {(entry.standard, entry.number): entry for entry in pack.listed}
        declared: tuple[Rule | Measure | Index, ...] = (
            *pack.program.rules,
            *pack.program.measures,
            *pack.program.indices,
        )
        for each in declared:
            for clause in each.clauses:
                named.setdefault((clause.standard, clause.number), []).append(by_id[each.id])
    order = [key for key in entries if listed or key in named]
    order += sorted((key for key in named if key not in entries), key=_natural)
    return [_Line(key, entries.get(key), tuple(named.get(key, ()))) for key in order]


def _clause(line: _Line, titles: dict[str, str], words: Wording) -> ClausePart:
    standard, number = line.key
    entry, rolled = line.entry, line.rolled
    return ClausePart(
        standard=designation(titles.get(standard, standard)),
        number=number,
        title=in_language(entry.title, words.language) if entry else None,
        coverage=entry.coverage if entry else None,
        why=in_language(entry.why, words.language) if entry else None,
        over_report=entry.over_report if entry else False,
        under_report=entry.under_report if entry else False,
        verdict=rolled.verdict if rolled else None,
        advisory=rolled.advisory if rolled else False,
        rules=tuple(part.id for part in line.parts),
    )


def _standard(name: str, lines: list[_Line], titles: dict[str, str]) -> StandardPart:
    rolled = of_standard(
        ClauseLine(line.key[1], cast(Coverage, line.coverage), line.rolled) for line in lines
    )
    return StandardPart(
        id=name,
        title=titles.get(name, name),
        verdict=rolled.rolled.verdict,
        advisory=rolled.rolled.advisory,
        clauses=rolled.clauses,
        coverage={kind: rolled.coverage[kind] for kind in sorted(rolled.coverage)},
        verdicts={verdict.value: rolled.verdicts[verdict] for verdict in sorted(rolled.verdicts)},
    )


def _natural(key: Key) -> tuple[str, list[tuple[int, int, str]]]:
    """Clause 10.1 after 9.3."""
    standard, number = key
    pieces = [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in number.split(".")]
    return standard, pieces
