"""A quote that is never closed must cost its own record, not those that follow.

The database takes everything up to the next quote, or to the end of the file, as one value, and rejects it as
one line: the records that stood in it would be gone without being counted. A text with such a quote is
copied, and in the copy the line of the quote is broken by itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto
from typing import BinaryIO

from zhunsheng.logs.probe import LONGEST_LINE
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.scanning import escaped

MARK = '"⏎'
"""Put behind an open quote: one that text follows is rejected by the database with its own line only."""
_BOM = b"\xef\xbb\xbf"
_LONGEST = 2 * LONGEST_LINE
"""Bytes of a line that are looked at together; a longer one is rejected whatever its quotes are."""


class _State(Enum):
    """Where a record stands at the end of a physical line."""

    WHOLE = auto()
    OPEN = auto()
    """Inside quotes: the value may go on with the next line."""
    BROKEN = auto()
    """After a closing quote something else than a separator stands."""


def requoted(table: RawTable, session: Session) -> RawTable | None:
    """The table over a copy in which no broken record reaches beyond its first line; None when none does."""
    if table.path is None or table.delimiter is None:
        return None
    copy = session.copy(table.name, table.format)
    with table.path.open("rb") as old, copy.open("wb") as new:
        changed = _copy(old, new, table.delimiter.encode())
    if not changed:
        copy.unlink()
        return None
    return replace(table, path=copy, parameters=(escaped(copy), *table.parameters[1:]))


def _copy(old: BinaryIO, new: BinaryIO, separator: bytes) -> int:
    """Copy the lines, and end the quotes that are never closed; how many these were."""
    changed = 0
    for line, broken in _records(old, separator):
        if broken:
            text = line.rstrip(b"\r\n")
            line, changed = text + MARK.encode() + line[len(text) :], changed + 1
        new.write(line)
    return changed


def _records(file: BinaryIO, separator: bytes) -> Iterator[tuple[bytes, bool]]:
    """Every physical line, and whether it opens a quote that no later line closes as it should."""
    again: deque[bytes] = deque()
    first = True
    while line := again.popleft() if again else file.readline(_LONGEST):
        start = len(_BOM) if first and line.startswith(_BOM) else 0
        first = False
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            yield line, False
            while (more := file.readline(_LONGEST)) and not more.endswith(b"\n"):
                yield more, False
            yield more, False
            continue
        if b'"' not in line or (state := _after(line, separator, start, opened=False)) is not _State.OPEN:
            yield line, False
            continue
        held, size = [line], len(line)
        while state is _State.OPEN and size <= LONGEST_LINE:
            following = again.popleft() if again else file.readline(_LONGEST)
            if not following:
                break
            held.append(following)
            size += len(following)
            state = _after(following, separator, 0, opened=True)
        if state is _State.WHOLE:
            yield from ((each, False) for each in held)
        else:
            yield line, len(held) > 1
            again.extendleft(reversed(held[1:]))


def _after(line: bytes, separator: bytes, at: int, *, opened: bool) -> _State:
    """How a record stands after one more line of it. A quote opens a value only where a value begins."""
    while True:
        if not opened:
            if line[at : at + 1] != b'"':
                at = line.find(separator, at) + 1
                if at == 0:
                    return _State.WHOLE
                continue
            at += 1
        quote = line.find(b'"', at)
        if quote < 0:
            return _State.OPEN
        after = line[quote + 1 : quote + 2]
        if after == b'"':
            opened, at = True, quote + 2
            continue
        if after in (b"", b"\r", b"\n"):
            return _State.WHOLE
        if after != separator:
            return _State.BROKEN
        opened, at = False, quote + 2
