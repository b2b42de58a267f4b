"""Reading a rule file: what is no rule file is refused quickly, whatever it is and however large."""

from __future__ import annotations

import stat
from pathlib import Path

from zhunsheng.diagnostics import Diagnostic, Source

LARGEST = 2 * 1024 * 1024
"""Bytes: some thousand rules."""
LONGEST_LINE = 20_000
"""Characters."""


def read_source(path: Path, name: str | None = None) -> Source | Diagnostic:
    """The text of a rule file, named as the user knows it, or why it cannot be read. Never raises."""
    shown = name or str(path)
    try:
        with path.open("rb") as file:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                return _refuse("ZS1051", shown, reason="⟨not_regular⟩")
            if status.st_size > LARGEST:
                return _refuse("ZS1052", shown, size=_megabytes(status.st_size), limit=_megabytes(LARGEST))
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return _refuse("ZS1050", shown)
    except IsADirectoryError:
        return _refuse("ZS1051", shown, reason="⟨directory⟩")
    except (OSError, ValueError) as error:
        return _refuse("ZS1051", shown, reason=getattr(error, "strerror", None) or "⟨bad_path⟩")
    return source_of(data, shown)


def source_of(data: bytes, name: str) -> Source | Diagnostic:
    """The text in these bytes, or why they are none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refuse("ZS1053", name, line="1", byte="1")
    if b"\0" in data:
        return _refuse("ZS1054", name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        byte = error.start - (before.rfind(b"\n") + 1) + 1
        return _refuse("ZS1053", name, line=str(line), byte=str(byte))
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > LONGEST_LINE:
            values = {"line": str(number), "length": str(len(line_text)), "limit": str(LONGEST_LINE)}
            return _refuse("ZS1055", f"{name}:{number}", **values)
    return Source(name, text)


def _refuse(code: str, place: str, **values: str) -> Diagnostic:
    return Diagnostic(code, None, values, place=place)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB"
