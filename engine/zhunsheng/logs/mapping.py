"""Which table is of which record type: by the names of tables and columns, or by a profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.diagnostics.model import Diagnostic
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import LogFiles, SourceFile, record_names
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.logs.tables.naming import by_names
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

if TYPE_CHECKING:
    from zhunsheng.logs.profiles import Profile

Opened = Sequence[tuple[SourceFile, tuple[RawTable, ...]]]


@dataclass(frozen=True, slots=True)
class MappedTables:
    """What every table of a log was taken for."""

    mapped: tuple[Mapped, ...]
    """In the order of the vocabulary."""
    unread: tuple[str, ...]
    """Tables that are of no record type."""
    notes: tuple[Diagnostic, ...] = ()


def map_tables(
    opened: Opened, vocabulary: Vocabulary, profile: Profile | None, session: Session
) -> MappedTables:
    """The tables as record types.

    Raises LogError when no table is of a record type, when a table does not fit its own, and when a code of
    two meanings stays open (ZS435x).
    """
    order = {name: place for place, name in enumerate(vocabulary.records)}
    if profile is not None:
        return _by_profile(opened, vocabulary, profile, session, order)
    found, unread = _by_names(opened, vocabulary)
    if opened and not found:
        raise _nothing_known(opened, vocabulary)
    return MappedTables(tuple(sorted(found, key=lambda each: order[each.record])), tuple(unread))


def _by_profile(
    opened: Opened, vocabulary: Vocabulary, profile: Profile, session: Session, order: Mapping[str, int]
) -> MappedTables:
    from zhunsheng.logs import profiles

    tables = tuple(table for _, tables in opened for table in tables)
    found = profiles.fit(profile, tables, vocabulary, session.connection)
    mapped = tuple(sorted(found.mapped, key=lambda each: order[each.record]))
    return MappedTables(mapped, found.unread, found.notes)


def profile_of(
    profile: Profile | str | Path | None, files: LogFiles, vocabulary: Vocabulary
) -> tuple[Profile | None, LogFiles]:
    """The profile that was asked for, else the manifest's, and the files with its zone.

    Raises LogError when there is none of this name, and when its times are of another zone than the
    manifest's (ZS4319).
    """
    asked = profile or files.profile
    if asked is None:
        return None, files
    from zhunsheng.logs import profiles

    beside = files.manifest.parent if profile is None and files.manifest is not None else None
    found = asked if isinstance(asked, profiles.Profile) else profiles.load(asked, vocabulary, beside)
    if found.zone is None or found.zone == files.zone:
        return found, files
    if files.manifest is not None:
        place = str(files.manifest)
        raise log_error("ZS4319", place, profile=found.name, zone=found.zone, other=files.zone)
    return found, replace(files, zone=found.zone)


def _by_names(opened: Opened, vocabulary: Vocabulary) -> tuple[list[Mapped], list[str]]:
    known = record_names(vocabulary)
    found: list[Mapped] = []
    unread: list[str] = []
    for source, tables in opened:
        for table in tables:
            # A table of a JSON document may lie deep: `data.rating` is named `rating`.
            own = known.get(table.name) or known.get(table.name.rpartition(".")[2])
            record = source.record if source.record and len(tables) == 1 else own
            if record is None:
                unread.append(table.source)
            else:
                found.append(by_names(table, vocabulary.records[record]))
    return found, unread


def _nothing_known(opened: Opened, vocabulary: Vocabulary) -> Exception:
    names = [table.name for _, tables in opened for table in tables]
    known = record_names(vocabulary)
    meant = next((near for name in names if (near := nearest(name, known))), next(iter(known), ""))
    shown = ", ".join(names[:5])
    return log_error("ZS4074", opened[0][0].name, names=shown, meant=meant)
