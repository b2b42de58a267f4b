"""Columns of text on a terminal, where a Chinese character takes two.

>>> display_width("差评 12")
7
>>> pad("差评", 6) + "|"
'差评  |'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

# Line-breaking: these never start a line, those never end one.
_NO_START = "，。、；：？！）〕》」』”’％…·,.;:?!)]}%"
_NO_END = "（〔《「『“‘([{"


@lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """Columns of one character: 2 for wide and full-width ones, 0 for combining marks and control
    characters."""
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.combining(char) or unicodedata.category(char) in {"Cc", "Cf"} else 1


def display_width(text: str) -> int:
    """Columns that `text` takes on a terminal."""
    return sum(map(char_width, text))


def printable(text: str) -> str:
    """`text` with control characters made visible: values come from logs and must not drive the terminal."""
    return "".join("�" if unicodedata.category(char) in {"Cc", "Cf", "Cs"} else char for char in text)


def pad(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """`text` filled with spaces up to `width` columns; longer texts stay as they are."""
    fill = " " * max(0, width - display_width(text))
    return fill + text if align == "right" else text + fill


def shorten(text: str, width: int) -> str:
    """`text` cut to `width` columns, with `…` where something was cut."""
    if display_width(text) <= width:
        return text
    kept, used = "", 0
    for char in text:
        used += char_width(char)
        if used > width - 1:
            break
        kept += char
    return kept + "…"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns: broken at spaces, and between Chinese characters where punctuation
    allows it. At least one line."""
    lines = [""]
    for piece in _pieces(text):
        line = lines[-1]
        if display_width(line) + display_width(piece.rstrip()) <= width:
            lines[-1] = line + piece
            continue
        lines[-1] = line.rstrip()
        while display_width(piece.rstrip()) > width:
            head = _head(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
        lines.append(piece.lstrip())
    kept = [line.rstrip() for line in lines]
    return [line for line in kept if line] or [""]


def hanging(first: str, rest: str, text: str, width: int) -> list[str]:
    """`text` wrapped, its first line after `first`, the others after `rest` (usually as many spaces)."""
    lines = wrap(text, width - max(display_width(first), display_width(rest)))
    return [(first if place == 0 else rest) + line for place, line in enumerate(lines)]


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    aligns: Sequence[Literal["left", "right"]],
    gap: str = "  ",
) -> list[str]:
    """Lines of a table with a header, every column as wide as its widest cell."""
    widths = [max(display_width(row[column]) for row in (header, *rows)) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        return gap.join(pad(*cell) for cell in zip(cells, widths, aligns, strict=True)).rstrip()

    return [line(header), *(line(row) for row in rows)]


def _pieces(text: str) -> list[str]:
    """The smallest parts that stay together on a line, spaces kept at the end of the part before them."""
    pieces: list[str] = []
    for char in text:
        if not pieces:
            pieces.append(char)
            continue
        last = pieces[-1][-1]
        wide = char_width(char) == 2 or char_width(last) == 2
        breaks = (wide and char != " " and char not in _NO_START and last not in _NO_END) or (
            last == " " and char != " "
        )
        if breaks:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _head(text: str, width: int) -> str:
    """As many leading characters as fit, at least one."""
    used = 0
    for place, char in enumerate(text):
        used += char_width(char)
        if used > width:
            return text[: max(1, place)]
    return text
