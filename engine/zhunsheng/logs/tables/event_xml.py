"""XML that does not say by its name which event log it is."""

from __future__ import annotations

import re

from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable

_HEAD = 65_536
_OBJECTS = re.compile(rb"<object-types[\s>]|<objects[\s>]|<event-types[\s>]")


def open_xml(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of an event log: OCEL when it begins like one, else XES. Raises LogError."""
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    if _OBJECTS.search(head):
        from zhunsheng.logs.tables.ocel import open_ocel

        return open_ocel(source, session)
    from zhunsheng.logs.tables.xes import open_xes

    return open_xes(source, session)
