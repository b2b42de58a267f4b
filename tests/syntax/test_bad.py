"""Every bad sample, its messages pinned in both languages.

`PIN=1 python -m pytest tests/syntax/test_bad.py` writes the pinned texts anew; read the difference before
committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zhunsheng.diagnostics import Diagnostic, render
from zhunsheng.diagnostics.catalogue import LANGUAGES, entries
from zhunsheng.syntax import parse, read_source

BAD = sorted((Path(__file__).parents[1] / "bad" / "syntax").glob("*.rule"))


def diagnostics_of(path: Path) -> tuple[Diagnostic, ...]:
    source = read_source(path, path.name)
    return (source,) if isinstance(source, Diagnostic) else parse(source)[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_messages_are_as_pinned(path: Path, language: str) -> None:
    found = diagnostics_of(path)
    assert found
    text = "\n\n".join(render(diagnostic, language) for diagnostic in found) + "\n"
    pinned = path.with_suffix(f".{language}.txt")
    if os.environ.get("PIN"):
        pinned.write_text(text, encoding="utf-8")
    assert text == pinned.read_text(encoding="utf-8")


def test_every_code_has_a_sample() -> None:
    # A file that is not there, cannot be opened or is too large is no sample one can keep (see test_reading).
    without = {"ZS1050", "ZS1051", "ZS1052"}
    shown = {diagnostic.code for path in BAD for diagnostic in diagnostics_of(path)}
    assert {code for code in entries() if code.startswith("ZS1")} - without == shown


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_messages_leave_no_placeholder(path: Path) -> None:
    for diagnostic in diagnostics_of(path):
        for language in LANGUAGES:
            text = render(diagnostic, language)
            assert "⟨" not in text
            assert diagnostic.code in text
