"""What the terminal can do: colour, and width."""

from __future__ import annotations

import os
import shutil
from typing import TextIO

PLAIN_WIDTH = 100
"""Columns of a report that goes to a file or a pipe: fixed, so that equal inputs give equal bytes."""


def use_color(stream: TextIO) -> bool:
    """Whether to colour: only on a terminal that is not dumb, and never when NO_COLOR is set
    (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width(stream: TextIO) -> int:
    """Columns to write for: the terminal's, between 80 and 120; `PLAIN_WIDTH` elsewhere."""
    if not stream.isatty():
        return PLAIN_WIDTH
    return min(max(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, 80), 120)
