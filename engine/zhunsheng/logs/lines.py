"""From row numbers to physical lines, when there is something to complain about.

The database counts rows; people open files at lines. Quoted line breaks, blank lines and lines that
could not be split move the two apart, so the file is walked once, up to the last row that is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_BOM = b"\xef\xbb\xbf"


def csv_lines(
    path: Path,
    first_line: int,
    rows: Sequence[int],
    rejects: Mapping[int, int],
    blanks_are_rows: bool,
    *,
    delimiter: str | None = ",",
) -> tuple[dict[int, int], dict[int, int]]:
    """Physical lines (from 1) of accepted-or-converted rows and of rejected ones.

    `rows` are places among the rows that could be split, from 0. `rejects` maps the byte offset of a rejected
    line to the number of physical lines it takes. `delimiter` is None where quotes mean nothing (JSON
    lines). Returns (row -> line, offset -> line).
    """
    separator = b"" if delimiter is None else delimiter.encode()
    wanted, found, found_rejects = set(rows), {}, {}
    row, offset, open_, skip = -1, 0, False, 0
    rejected: int | None = None
    last_reject = max(rejects, default=-1)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            start, offset = offset, offset + len(line)
            if number < first_line:
                continue
            if not (wanted or start <= last_reject or rejected is not None):
                break
            if skip:
                skip -= 1
                continue
            if start in rejects:
                rejected = start
            if rejected is not None:
                # The database places a rejected line at the blank line before it.
                if not line.strip(b"\r\n"):
                    continue
                found_rejects[rejected] = number
                skip, open_, rejected = rejects[rejected] - 1, False, None
                continue
            if open_:
                open_ = _still_open(line, True, separator)
                continue
            if not blanks_are_rows and not line.strip(b"\r\n"):
                continue
            row += 1
            if row in wanted:
                found[row] = number
                wanted.discard(row)
            open_ = (
                delimiter is not None
                and b'"' in line
                and _still_open(line.removeprefix(_BOM) if number == 1 else line, False, separator)
            )
    return found, found_rejects


def _still_open(line: bytes, open_: bool, separator: bytes) -> bool:
    """Whether a quoted field is open at the end of a line, given whether one was open at its start."""
    at = 0
    while True:
        if not open_:
            if line[at : at + 1] == b'"':
                open_, at = True, at + 1
            else:
                next_cell = line.find(separator, at)
                if next_cell < 0:
                    return False
                at = next_cell + 1
                continue
        quote = line.find(b'"', at)
        if quote < 0:
            return True
        if line[quote + 1 : quote + 2] == b'"':
            at = quote + 2
            continue
        open_ = False
        next_cell = line.find(separator, quote + 1)
        if next_cell < 0:
            return False
        at = next_cell + 1
