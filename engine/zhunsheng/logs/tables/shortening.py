"""A line that is longer than the database's buffers must be rejected, not passed over.

The database rejects lines of more than `LONGEST_LINE` bytes, but one that fills its buffer (32 MB) it
leaves out without a word. Such a line is cut in a copy to a length that it does reject.
"""

from __future__ import annotations

from dataclasses import replace

from zhunsheng.logs.probe import LONGEST_LINE
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.scanning import escaped

_KEPT = LONGEST_LINE + 1000
_CHUNK = 1 << 20


def shortened(table: RawTable, session: Session) -> RawTable:
    """The table over a copy whose lines are long enough to be rejected, and no longer. Raises OSError."""
    assert table.path is not None
    copy = session.copy(table.name, table.format)
    with table.path.open("rb") as old, copy.open("wb") as new:
        while line := old.readline(_KEPT):
            if len(line) < _KEPT or line.endswith(b"\n"):
                new.write(line)
                continue
            # No character is cut: that would be another mistake than the one to be told.
            new.write(line.decode("utf-8", "ignore").encode())
            while (rest := old.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            new.write(b"\n")
    return replace(table, path=copy, parameters=(escaped(copy), *table.parameters[1:]))
