"""What the reader of workbooks does not tell, from a look at the parts of an .xlsx: how much it unpacks to,
how far its sheets reach, which cells are formulas or errors. Read in pieces, with patterns: no parser, no
entities.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.tables.packing import LARGEST_RATIO

_FREE = 64 << 20
_MOST_CELLS = 50_000_000
"""The reader holds a sheet as a rectangle: one cell at the far end makes it as large as the sheet can be."""
_CHUNK = 1 << 20
_OVERLAP = 4096
_CELL = re.compile(rb"<c\s[^>]*?\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*>\s*(<f[\s/>])?")


@dataclass(slots=True)
class Seen:
    """Cells of a workbook that need a word: how many there are, and the first."""

    formulas: int = 0
    first_formula: str = ""
    errors: int = 0
    """Cells that hold no result but an error (`#REF!`): the reader takes them for empty."""
    first_error: str = ""


def look_into(path: Path, name: str) -> Seen:
    """What a workbook holds. Raises LogError: ZS4023 (damaged), ZS4024 (a bomb), ZS4037 (too large)."""
    seen = Seen()
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            packed = sum(member.compress_size for member in members)
            if sum(member.file_size for member in members) > max(_FREE, packed * LARGEST_RATIO):
                raise log_error("ZS4024", name, limit=LARGEST_RATIO)
            for member in members:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
                    _sheet(archive, member, name, seen)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise log_error("ZS4023", name) from None
    return seen


def _sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, seen: Seen) -> None:
    columns = rows = read = 0
    with archive.open(member) as file:
        held = b""
        while chunk := file.read(_CHUNK):
            read += len(chunk)
            if read > max(_FREE, member.compress_size * LARGEST_RATIO):
                raise log_error("ZS4024", name, limit=LARGEST_RATIO)
            held += chunk
            # A cell that is cut at the end is looked at with the next piece.
            end = 0
            for cell in _CELL.finditer(held, 0, max(0, len(held) - _OVERLAP)):
                end = cell.end()
                columns, rows = max(columns, _number(cell[1])), max(rows, int(cell[2]))
                _note(cell, seen)
            held = held[max(end, len(held) - 2 * _OVERLAP) :]
        for cell in _CELL.finditer(held):
            columns, rows = max(columns, _number(cell[1])), max(rows, int(cell[2]))
            _note(cell, seen)
    if columns * rows > _MOST_CELLS:
        raise log_error("ZS4037", name, reason="⟨sheet_too_large⟩")


def _note(cell: re.Match[bytes], seen: Seen) -> None:
    place = f"{cell[1].decode()}{cell[2].decode()}"
    if cell[3]:
        seen.formulas, seen.first_formula = seen.formulas + 1, seen.first_formula or place
    if b't="e"' in cell[0]:
        seen.errors, seen.first_error = seen.errors + 1, seen.first_error or place


def _number(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
