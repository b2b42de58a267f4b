"""Which table is of which record type: by the names of tables and columns, or by a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import LogFiles, SourceFile, record_names
from zhunsheng.logs.tables.model import Mapped, RawTable
from zhunsheng.logs.tables.naming import by_names
from zhunsheng.semantics.nearest import nearest
from zhunsheng.semantics.vocabulary import Vocabulary

Opened = Sequence[tuple[SourceFile, tuple[RawTable, ...]]]


def map_tables(
    opened: Opened, files: LogFiles, vocabulary: Vocabulary, profile: str | Path | None
) -> tuple[list[Mapped], tuple[str, ...]]:
    """The tables as record types, in the order of the vocabulary, and the names of tables that are of none.

    Raises LogError when no table is of a record type, or a table does not fit its own.
    """
    if profile is not None:
        return _by_profile(opened, files, profile, vocabulary), ()
    found, unread = _by_names(opened, vocabulary)
    if opened and not found:
        raise _nothing_known(opened, vocabulary)
    order = {name: place for place, name in enumerate(vocabulary.records)}
    return sorted(found, key=lambda each: order[each.record]), tuple(unread)


def _by_profile(opened: Opened, files: LogFiles, profile: str | Path, vocabulary: Vocabulary) -> list[Mapped]:
    from zhunsheng.logs import profiles

    tables = tuple(table for _, tables in opened for table in tables)
    beside = files.manifest.parent if files.manifest is not None and profile == files.profile else None
    return list(profiles.apply(profiles.load(profile, vocabulary, beside), tables, vocabulary))


def _by_names(opened: Opened, vocabulary: Vocabulary) -> tuple[list[Mapped], list[str]]:
    known = record_names(vocabulary)
    found: list[Mapped] = []
    unread: list[str] = []
    for source, tables in opened:
        for table in tables:
            record = source.record if source.record and len(tables) == 1 else known.get(table.name)
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
