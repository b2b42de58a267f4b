"""`map init`: a profile with comments, drafted from an export. What cannot be decided stands as a
question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.diagnostics import Source
from zhunsheng.logs.conversion import variables
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.paths import DEFAULT_ZONE
from zhunsheng.logs.profiles.applying import plan
from zhunsheng.logs.profiles.columns import ColumnSeen, look
from zhunsheng.logs.profiles.conflicts import Judgement, decisions, judge
from zhunsheng.logs.profiles.deciding import decided
from zhunsheng.logs.profiles.files import load
from zhunsheng.logs.profiles.guessing import Fit, TableGuess, confidence, guess, known_codes, rank
from zhunsheng.logs.profiles.matching import Columns, match_tables
from zhunsheng.logs.profiles.model import Profile
from zhunsheng.logs.session import Session, declare
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.reports.wording import Wording, wording
from zhunsheng.semantics.types import CodesType, CodeType, DateType, InstantType
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.syntax import parse_expression
from zhunsheng.syntax.tree import Ref

if TYPE_CHECKING:
    import duckdb

_TEXTS = Path(__file__).parent / "texts"
_PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff]*")
_OTHERS = 3


def draft(
    name: str,
    tables: Sequence[RawTable],
    vocabulary: Vocabulary,
    session: Session,
    language: str,
    *,
    extends: str | None = None,
) -> str:
    """YAML text of a profile for these tables, its comments in `language`. Raises LogError for a profile to
    extend that does not exist."""
    declare(variables(vocabulary, DEFAULT_ZONE), session.connection)
    ranked = rank(tables, vocabulary)
    base = load(extends, vocabulary) if extends is not None else ranked[0].profile if ranked else None
    drafter = _Drafter(
        name=re.sub(r"[^a-z0-9_-]", "_", name.lower()) or "mine",
        tables=tables,
        vocabulary=vocabulary,
        connection=session.connection,
        texts=wording(language, _TEXTS),
        base=base,
        ranked=ranked,
        seen={each.source: look(each, session.connection) for each in tables},
    )
    return "\n".join(line.rstrip() for line in drafter.lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Drafter:
    name: str
    tables: Sequence[RawTable]
    vocabulary: Vocabulary
    connection: duckdb.DuckDBPyConnection
    texts: Wording
    base: Profile | None
    ranked: Sequence[Fit]
    seen: Mapping[str, tuple[ColumnSeen, ...]]

    def say(self, key: str, /, **values: object) -> str:
        return "# " + self.texts.text(key, **values)

    def lines(self) -> Iterator[str]:
        yield self.say("head")
        yield from self._fits()
        yield f"profile: {self.name}"
        yield f"title: {_quoted(self.texts.text('title', name=self.name))}"
        if self.base is not None:
            yield f"extends: {self.base.name}"
        yield ""
        known: list[Mapped] = []
        strange = list(self.tables)
        profile = self.base
        if profile is not None:
            matches = match_tables(profile, self.tables)
            strange = [each for each in self.tables if each not in [match.table for match in matches.found]]
            inner = [match.table for match in matches.found]
            if inner:
                judgements = judge(profile, inner, self.vocabulary, self.connection)
                yield from self._questions(judgements)
                profile = decided(profile, decisions(judgements))
                try:
                    known = list(plan(profile, inner, self.vocabulary).mapped)
                except LogError:
                    strange = list(self.tables)
        guesses = [guess(each, self.seen[each.source], self.vocabulary) for each in strange]
        if any(each.record for each in guesses):
            yield "tables:"
            for place, each in enumerate(guesses, start=1):
                yield from self._guessed(each, place)
        else:
            yield "# tables:"
        for each in guesses:
            if each.record is None:
                yield self.say("unknown_table", table=each.table.source)
                yield from self._columns(each.table, each.table.columns)
        yield ""
        yield from self._mapped(known, profile)

    def _fits(self) -> Iterator[str]:
        if not self.ranked:
            yield self.say("no_fit")
            return
        for place, fit in enumerate(self.ranked[: _OTHERS + 1]):
            key = "best_fit" if place == 0 else "other_fit"
            title = fit.profile.title.get(self.texts.language, "")
            yield self.say(
                key, name=fit.profile.name, title=title, used=fit.used, columns=fit.columns, tables=fit.tables
            )
        tied = [fit for fit in self.ranked if fit.used == self.ranked[0].used]
        if len(tied) > 1:
            yield self.say("tied", names=", ".join(fit.profile.name for fit in tied))

    def _questions(self, judgements: Sequence[Judgement]) -> Iterator[str]:
        asked = [each for each in judgements if each.state not in ("confirmed", "moot")]
        if not asked:
            return
        yield self.say("questions")
        opened = any(not each.settled or each.state == "shown" for each in asked)
        yield "decide:" if any(each.state == "shown" for each in asked) else "# decide:"
        for each in asked:
            title = each.conflict.title.get(self.texts.language, "")
            yield "  " + self.say(f"asked_{each.state}", title=title)
            for name, voice in each.voices.items():
                reading = each.conflict.readings[name].title.get(self.texts.language, "")
                yield "  " + self.say("voice", name=name, title=reading, rows=voice.rows)
            sign = "" if each.state == "shown" else "# "
            yield f"  {sign}{each.conflict.name}: {each.reading or each.example}"
        if opened:
            yield self.say("open")
        yield ""

    def _guessed(self, each: TableGuess, place: int) -> Iterator[str]:
        if each.record is None:
            return
        record = self.vocabulary.records[each.record]
        columns = {column.header: column for column in self.seen[each.table.source]}
        yield f"  {_identifier(each.table.name, place)}:"
        yield "    " + self.say(
            "guessed_table", table=each.table.source, record=record.labels[self.texts.language]
        )
        yield f"    names: [{_quoted(each.table.name)}]"
        wanted = [guess.header for guess in each.fields if record.fields[guess.field].required]
        yield f"    columns: [{', '.join(_quoted(header) for header in wanted or [each.fields[0].header])}]"
        yield "    records:"
        yield f"      {each.record}:"
        for name in each.lacking:
            yield "        " + self.say(
                "lacking", field=name, label=record.fields[name].labels[self.texts.language]
            )
        yield "        fields:"
        for found in each.fields:
            field = record.fields[found.field]
            column = columns[found.header]
            parts = [f"value: {_expression(found.header)}"]
            if isinstance(field.type, (InstantType, DateType)) and column.format not in (
                None,
                "yyyy-MM-dd HH:mm:ss",
            ):
                parts.append(f'formats: ["{column.format}"]')
            question = None
            if isinstance(field.type, (CodeType, CodesType)) and not known_codes(
                field, column, self.vocabulary
            ):
                if isinstance(field.type, CodesType):
                    parts.append('items: ",|"')
                question = ", ".join(f"{value} ×{rows}" for value, rows in column.values)
            sure = self.say("sure", share=round(found.confidence * 100))
            yield f"          {found.field}: {{{', '.join(parts)}}}  {sure}"
            if question is not None:
                codes = self.vocabulary.codes_of(field.type)
                assert codes is not None
                names = ", ".join(code.name for code in codes.codes[:8])
                yield "            " + self.say("codes", codes=codes.id, names=names, values=question)
        left = [header for header in each.table.columns if header not in {one.header for one in each.fields}]
        if left:
            yield "    " + self.say("left")
            yield from ("    " + line for line in self._columns(each.table, left))

    def _mapped(self, known: Sequence[Mapped], profile: Profile | None) -> Iterator[str]:
        """What the extended profile already says, as comments: nothing has to be copied."""
        if not known or profile is None:
            return
        yield self.say("inherited", name=self.base.name if self.base else "")
        sources = dict.fromkeys(each.table.source for each in known)
        for source in sources:
            inner = [each for each in known if each.table.source == source]
            yield "#"
            yield f"# {source}"
            for each in inner:
                columns = Columns(each.table, _aliases(profile, each))
                for field, origin in each.origins.items():
                    sure = confidence(columns, set(origin.columns)) if origin.columns else 1.0
                    taken = origin.transformation or ", ".join(origin.columns)
                    yield f"#   {each.record}.{field} ← {taken}  {round(sure * 100)} %"
            if inner[0].unused:
                yield self.say("left")
                yield from self._columns(inner[0].table, inner[0].unused)

    def _columns(self, table: RawTable, headers: Sequence[str]) -> Iterator[str]:
        for column in self.seen[table.source]:
            if column.header in headers:
                filled = round(100 * column.filled / column.rows) if column.rows else 0
                values = {"header": column.header, "filled": filled, "distinct": column.distinct}
                yield self.say("column", shown=column.shown(), **values)


def _aliases(profile: Profile, mapped: Mapped) -> Mapping[str, Sequence[str]]:
    for match in match_tables(profile, [mapped.table]).found:
        return profile.tables[match.kind].aliases
    return {}


def _quoted(text: str) -> str:
    """A YAML scalar: as it stands where that is safe, in double quotes otherwise."""
    return (
        text
        if _PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false")
        else json.dumps(text, ensure_ascii=False)
    )


def _expression(header: str) -> str:
    """A header as an expression, as a YAML scalar: in back-quotes when it is no name, or a keyword."""
    tree, _ = parse_expression(Source("", header))
    if isinstance(tree, Ref) and tree.name.text == header:
        return header
    return json.dumps(f"`{header}`", ensure_ascii=False)


def _identifier(name: str, place: int) -> str:
    return name if _PLAIN.fullmatch(name) else f"table_{place}"
