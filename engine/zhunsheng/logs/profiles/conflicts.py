"""What the data say about codes of two meanings: rows that speak for each reading, and what follows.

The rows' own cells are asked, before anything is mapped: an option whose hundreds digit is 5 beside a level
of 1 tells that 1 is the best level there. A reading holds when it was chosen explicitly, or when the
profile's documents say so and the data do not speak against it, or when the data alone are plain. Otherwise
it is an error: a reading taken by guess would turn every verdict round.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from zhunsheng.diagnostics import Diagnostic, Severity
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    any_of,
    column,
    create_table,
    drop_table,
    equal,
    named,
    number,
    select,
    table,
    to_sql,
)
from zhunsheng.logs.lines import csv_lines
from zhunsheng.logs.profiles.compiling import compile_expression
from zhunsheng.logs.profiles.deciding import settled
from zhunsheng.logs.profiles.matching import Match, Matches, is_absent, match_tables, names_in
from zhunsheng.logs.profiles.model import Conflict, Profile, Reading, Written
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb

State = Literal["chosen", "documented", "confirmed", "shown", "moot", "contradicted", "undecided"]
PLAIN = 90
"""Of a hundred rows that speak, so many must say the same."""
ENOUGH = 10
"""So few rows say nothing without a document."""
_SAMPLES = 3
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Witness:
    """A row that speaks for a reading."""

    place: str
    """`ratings.csv:12`, or the table and the number of the row."""
    cells: tuple[tuple[str, str], ...]
    """Headers and cells that make it speak; personal ones masked."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How many rows speak for a reading, and the first of them."""

    rows: int = 0
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One conflict over one export."""

    conflict: Conflict
    state: State
    reading: str | None
    """What holds; None when that is not known."""
    concerned: int
    """Rows whose meaning depends on it."""
    voices: Mapping[str, Voice]
    against: bool = False
    """Chosen explicitly although the data say otherwise."""

    @property
    def settled(self) -> bool:
        """Whether the export can be read."""
        return self.state not in ("contradicted", "undecided")

    @property
    def diagnostic(self) -> Diagnostic | None:
        """What must be said about it; None when there is nothing to ask."""
        if self.settled and not self.against:
            return None
        code = {"contradicted": "ZS4352", "undecided": "ZS4351"}.get(self.state, "ZS4353")
        values = {
            "name": self.conflict.name,
            "reading": self.reading or "",
            "example": self.example,
            "title_zh": self.conflict.title.get("zh", ""),
            "title_en": self.conflict.title.get("en", ""),
            "said_zh": "；".join(self._said("zh")),
            "said_en": "; ".join(self._said("en")) + ".",
        }
        severity = Severity.WARNING if code == "ZS4353" else Severity.ERROR
        return Diagnostic(code, None, values, severity=severity)

    @property
    def example(self) -> str:
        """The reading for which most rows speak."""
        return max(self.voices, key=lambda name: self.voices[name].rows)

    def _said(self, language: str) -> Iterable[str]:
        for name, voice in self.voices.items():
            title = self.conflict.readings[name].title.get(language, name)
            shown = [_shown(witness) for witness in voice.witnesses[:1]]
            if language == "zh":
                yield f"{name}（{title}）：{voice.rows} 行支持" + "".join(f"，如 {one}" for one in shown)
            else:
                rows = "1 row speaks" if voice.rows == 1 else f"{voice.rows} rows speak"
                yield f"{name} ({title}): {rows} for it" + "".join(f", as {one}" for one in shown)


def _shown(witness: Witness) -> str:
    cells = ", ".join(f"{header}={cell}" for header, cell in witness.cells)
    return f"{witness.place} [{cells}]"


def judge(
    profile: Profile,
    tables: Sequence[RawTable],
    vocabulary: Vocabulary,
    connection: duckdb.DuckDBPyConnection,
    *,
    most: int | None = None,
) -> tuple[Judgement, ...]:
    """Every conflict that concerns the export. `most` limits how many rows of a table are looked at."""
    matches = match_tables(settled(profile), tables)
    asked = [(conflict, matches.of(conflict.table)) for conflict in profile.conflicts.values()]
    witnessed = _Witnesses(profile, matches, vocabulary, connection, most)
    try:
        return tuple(
            _judged(profile, conflict, *witnessed.ask(conflict, found)) for conflict, found in asked if found
        )
    finally:
        witnessed.close()


def _judged(profile: Profile, conflict: Conflict, concerned: int, voices: dict[str, Voice]) -> Judgement:
    explicit = profile.decide.get(conflict.name)
    documented = profile.readings.get(conflict.name)
    speaking = sum(voice.rows for voice in voices.values())
    best = max(voices, key=lambda name: voices[name].rows)
    plain = speaking > 0 and voices[best].rows * 100 >= speaking * PLAIN

    def judged(state: State, reading: str | None, *, against: bool = False) -> Judgement:
        return Judgement(conflict, state, reading, concerned, voices, against)

    if explicit is not None:
        return judged("chosen", explicit, against=plain and best != explicit)
    if not concerned:
        return judged("moot", documented)
    if documented is not None:
        if plain and best == documented:
            return judged("confirmed", documented)
        if not speaking:
            return judged("documented", documented)
        if plain:
            return judged("contradicted", documented)
        # Both are heard. The document holds as long as hardly any row speaks against it.
        return judged("undecided", None)
    if plain and speaking >= ENOUGH:
        return judged("shown", best)
    return judged("undecided", None)


class _Witnesses:
    """The cells that the readings speak of, copied into small tables once."""

    def __init__(
        self,
        profile: Profile,
        matches: Matches,
        vocabulary: Vocabulary,
        connection: duckdb.DuckDBPyConnection,
        most: int | None,
    ) -> None:
        self.matches = matches
        self.connection = connection
        self.most = most
        self.copies: dict[int, str] = {}
        self.personal = _personal(profile, vocabulary)
        self.wanted = _wanted(profile)

    def ask(self, conflict: Conflict, found: Sequence[Match]) -> tuple[int, dict[str, Voice]]:
        """Rows concerned, and the voice of each reading, over all tables of the kind."""
        concerned = 0
        voices = {name: Voice() for name in conflict.readings}
        for match in found:
            meant = self._condition(conflict.concerns, match)
            if meant is None:
                continue
            copy = self._copy(match)
            concerned += self._count(copy, meant)
            for name, reading in conflict.readings.items():
                speaks = self._speaks(reading, match)
                if speaks is None:
                    continue
                held = all_of(meant.copy(), speaks)
                rows = self._count(copy, held)
                old = voices[name]
                witnesses = old.witnesses
                if rows and len(witnesses) < _SAMPLES:
                    witnesses += self._first(match, copy, held, self._shown_names(reading))
                voices[name] = Voice(old.rows + rows, witnesses[:_SAMPLES])
        return concerned, voices

    def close(self) -> None:
        for name in self.copies.values():
            self.connection.execute(drop_table(name))

    def _condition(self, written: Written | None, match: Match) -> Expression | None:
        """True for the rows meant; None when columns are missing that would tell."""
        if written is None:
            return exp.true()
        lacking = set(match.columns.lacking(names_in(written.tree)))
        if is_absent(written.tree, lacking):
            return None
        return compile_expression(written.tree, match.columns.expression).value

    def _speaks(self, reading: Reading, match: Match) -> Expression | None:
        conditions = []
        if reading.speaks is not None and (said := self._condition(reading.speaks, match)) is not None:
            conditions.append(said)
        for partner, wanted in ((reading.matched, True), (reading.unmatched, False)):
            if partner is None:
                continue
            whole = self._partner(partner.columns, partner.table, match)
            if whole is None:
                continue
            if wanted:
                conditions.append(whole)
                continue
            # A row whose case is not there at all tells nothing: the export may be cut.
            begin = dict(list(partner.columns.items())[:1])
            near = self._partner(begin, partner.table, match)
            assert near is not None
            conditions.append(all_of(near, exp.Not(this=whole)))
        return any_of(*conditions) if conditions else None

    def _partner(self, columns: Mapping[str, str], kind: str, match: Match) -> Expression | None:
        """Whether a row of another table has the same values; None when there is no such table."""
        others = self.matches.of(kind)
        found: list[Expression] = []
        for other in others:
            pairs = []
            for own, there in columns.items():
                mine, theirs = match.columns.index(own), other.columns.index(there)
                if mine is None or theirs is None:
                    return None
                pairs.append(equal(column(f"c{theirs}", "partner"), column(f"c{mine}", "row")))
            here = exp.Select(
                expressions=[number(1)],
                from_=exp.From(this=table(self._copy(other), "partner")),
                where=exp.Where(this=all_of(*pairs)),
            )
            found.append(exp.Exists(this=here))
        return any_of(*found) if found else None

    def _copy(self, match: Match) -> str:
        """A table of the cells that any reading speaks of, made once per table."""
        key = id(match.table)
        if key not in self.copies:
            name = f"zhunsheng_witness_{len(self.copies)}"
            places = sorted(
                {
                    place
                    for each in self.wanted.get(match.kind, set())
                    if (place := match.columns.index(each)) is not None
                }
            )
            line = column(LINE) if match.table.lines == "column" else exp.Null()
            cells = [column(f"c{place}") for place in places]
            rows = select([*cells, named(line, "_at")], match.table.relation.copy())
            if self.most is not None:
                rows = rows.limit(self.most)
            self.connection.execute(create_table(name, rows), list(match.table.parameters))
            self.copies[key] = name
        return self.copies[key]

    def _count(self, copy: str, condition: Expression) -> int:
        counted = select([exp.Count(this=exp.Star())], table(copy, "row"), condition.copy())
        row = self.connection.execute(to_sql(counted)).fetchone()
        assert row is not None
        return int(row[0])

    def _shown_names(self, reading: Reading) -> list[str]:
        names = set() if reading.speaks is None else names_in(reading.speaks.tree)
        for partner in (reading.matched, reading.unmatched):
            names |= set(partner.columns) if partner is not None else set()
        return sorted(names)

    def _first(
        self, match: Match, copy: str, condition: Expression, names: Sequence[str]
    ) -> tuple[Witness, ...]:
        places = [place for name in names if (place := match.columns.index(name)) is not None]
        personal = {match.columns.index(name) for name in self.personal.get(match.kind, set())}
        row_number = exp.Add(this=column("rowid", "row"), expression=number(1))
        cells = [column(f"c{place}", "row") for place in places]
        query = select([column("_at", "row"), row_number, *cells], table(copy, "row"), condition.copy())
        query = query.order_by(exp.column("rowid", table="row", quoted=True)).limit(_SAMPLES)
        rows = self.connection.execute(to_sql(query)).fetchall()
        lines = _lines(match.table, [int(row[1]) - 1 for row in rows])
        found = []
        for at, place_, *values in rows:
            line = at if at is not None else lines.get(int(place_) - 1)
            where = f"{match.table.source} #{place_}" if line is None else f"{match.table.source}:{line}"
            shown = tuple(
                (
                    match.table.columns[place],
                    _MASK if place in personal and value is not None else str(value or "—"),
                )
                for place, value in zip(places, values, strict=True)
            )
            found.append(Witness(where, shown))
        return tuple(found)


def _lines(raw: RawTable, rows: Sequence[int]) -> Mapping[int, int]:
    """Physical lines of rows (from 0) of a text; none where lines are not counted in this way."""
    if raw.path is None or raw.lines != "text":
        return {}
    blanks_are_rows = raw.delimiter is None or len(raw.columns) == 1
    return csv_lines(raw.path, raw.first_line, rows, {}, blanks_are_rows, delimiter=raw.delimiter)[0]


def _wanted(profile: Profile) -> dict[str, set[str]]:
    """Table of the profile -> names of columns that conflicts speak of."""
    found: dict[str, set[str]] = {}
    for conflict in profile.conflicts.values():
        own = found.setdefault(conflict.table, set())
        if conflict.concerns is not None:
            own |= names_in(conflict.concerns.tree)
        for reading in conflict.readings.values():
            if reading.speaks is not None:
                own |= names_in(reading.speaks.tree)
            for partner in (reading.matched, reading.unmatched):
                if partner is not None:
                    own |= set(partner.columns)
                    found.setdefault(partner.table, set()).update(partner.columns.values())
    return found


def _personal(profile: Profile, vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Table of the profile -> names of columns from which personal fields are computed."""
    found: dict[str, set[str]] = {}
    for kind, mapping in profile.tables.items():
        for record, each in mapping.records.items():
            for name, field in (each.fields if each is not None else {}).items():
                known = vocabulary.records[record].fields.get(name)
                if known is not None and known.personal and field is not None and field.value is not None:
                    found.setdefault(kind, set()).update(names_in(field.value.tree))
    return found


def decisions(judgements: Iterable[Judgement]) -> dict[str, str]:
    """Conflict -> the reading that holds."""
    return {one.conflict.name: one.reading for one in judgements if one.settled and one.reading is not None}
