"""The command line's own texts (help, usage, progress) in the language chosen."""

from __future__ import annotations

from pathlib import Path

from zhunsheng.reports.wording import Wording, wording

TEXTS = Path(__file__).parent / "texts"


def words(language: str) -> Wording:
    """Texts of `cli/texts/<language>.yaml`."""
    return wording(language, TEXTS)
