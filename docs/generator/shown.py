"""What a page shows of a mistake: the files that hold it, and what the program says in each language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhunsheng.diagnostics import Diagnostic, render

LONGEST = 110
MOST_LINES = 24
MOST_BLOCKS = 2


@dataclass(frozen=True, slots=True)
class Shown:
    files: tuple[tuple[str | None, str], ...]
    """Title (a file's name) and text."""
    said: tuple[str, ...]
    """Chinese, English."""


def rendered(found: list[Diagnostic], language: str, folder: str = "") -> str:
    """Diagnostics as a user sees them, without the folder they were made in."""
    blocks = [render(one, language) for one in found[:MOST_BLOCKS]]
    text = "\n\n".join(blocks)
    return text.replace(folder + "/", "").replace(folder, ".") if folder else text


def only(pinned: str, code: str) -> str:
    """The blocks of pinned messages that are of one code."""
    blocks = [
        block
        for block in pinned.rstrip("\n").split("\n\n")
        if re.search(rf"\b{code}\b", block.split("\n")[0])
    ]
    return "\n\n".join(blocks[:MOST_BLOCKS])


def shortened(text: str) -> str:
    """Long lines cut, many lines left out: a page shows the kind of thing, not all of it."""
    lines = [
        line if len(line) <= LONGEST else line[:LONGEST] + " …" for line in text.rstrip("\n").split("\n")
    ]
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…"])
