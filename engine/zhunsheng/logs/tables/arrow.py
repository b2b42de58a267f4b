"""Tables that a program handed in (`logs.frames`): Parquet in the session's folder, called what they are."""

from __future__ import annotations

from dataclasses import replace

from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.parquet import open_parquet


def open_arrow(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The one table. Its name is the whole name it was given, whatever letters that has."""
    return tuple(replace(table, format="arrow", name=source.name) for table in open_parquet(source, session))
