"""A profile, the data's answers to its questions, and the mapping that follows: what loading asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.profiles.applying import Applied, plan
from zhunsheng.logs.profiles.checking import decision
from zhunsheng.logs.profiles.conflicts import Judgement, decisions, judge
from zhunsheng.logs.profiles.deciding import decided
from zhunsheng.logs.profiles.model import Profile
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    import duckdb

LOOKED_AT = 200_000
"""Rows of each table that are asked about conflicts when a log is loaded; `map check` asks all."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """An export read with a profile."""

    applied: Applied
    judgements: tuple[Judgement, ...]

    @property
    def mapped(self) -> tuple[Mapped, ...]:
        return self.applied.mapped

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What has to be said about it beside the data."""
        return tuple(one.diagnostic for one in self.judgements if one.diagnostic is not None)

    @property
    def unread(self) -> tuple[str, ...]:
        """Tables that the profile does not know, and those that lack what every record of theirs needs."""
        made = {each.table.source for each in self.applied.mapped}
        empty = [each.table.source for each in self.applied.matches.found if each.table.source not in made]
        return (*(each.source for each in self.applied.matches.strange), *empty)


def with_decisions(profile: Profile, given: Mapping[str, str]) -> Profile:
    """The profile with conflicts settled explicitly. Raises LogError for an unknown conflict or reading."""
    wrong = [found for name, reading in given.items() for found in decision(profile, name, reading, None)]
    if wrong:
        raise LogError(wrong[0], first=tuple(wrong[1:]))
    return decided(profile, given)


def fit(
    profile: Profile,
    tables: Sequence[RawTable],
    vocabulary: Vocabulary,
    connection: duckdb.DuckDBPyConnection,
    *,
    most: int | None = LOOKED_AT,
) -> Fitted:
    """Ask the data about the profile's conflicts, then map.

    Raises LogError when a conflict stays open (ZS4351), when the data contradict the profile (ZS4352), or
    when the profile does not fit the tables (ZS433x).
    """
    _refuse_empty(profile, plan(profile, tables, vocabulary))  # told before any question
    judgements = judge(profile, tables, vocabulary, connection, most=most)
    open_ = [one.diagnostic for one in judgements if not one.settled and one.diagnostic is not None]
    if open_:
        raise LogError(open_[0], first=tuple(open_[1:]))
    return Fitted(plan(decided(profile, decisions(judgements)), tables, vocabulary), judgements)


def _refuse_empty(profile: Profile, applied: Applied) -> None:
    """Raise LogError (ZS4332) when tables fit and still no record can be made of any."""
    if applied.mapped or not applied.left_out:
        return
    kinds = {match.table.source: match.kind for match in applied.matches.found}
    wrong: list[Diagnostic] = []
    for each in applied.left_out:
        columns = ", ".join(each.columns) or each.field
        values = {"profile": profile.name, "kind": kinds[each.table], "columns": columns}
        wrong.append(Diagnostic("ZS4332", None, values, place=each.table))
    raise LogError(wrong[0], first=tuple(wrong[1:]))
