"""Opening an export to look at it: the tables of files and folders, whatever their formats."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zhunsheng.logs.session import Session
from zhunsheng.logs.sources import find
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.opening import open_tables
from zhunsheng.logs.tables.packing import Budget, unpacked
from zhunsheng.semantics.vocabulary import Vocabulary


def open_export(paths: Iterable[Path], vocabulary: Vocabulary, session: Session) -> tuple[RawTable, ...]:
    """Every table of these files and folders. Raises LogError (ZS40xx) for what cannot be read."""
    budget = Budget.of(session)
    return tuple(
        table
        for path in paths
        for source in find(path, vocabulary, named=False).sources
        for each in unpacked(source, session, budget)
        for table in open_tables(each, session)
    )
