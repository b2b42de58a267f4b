"""The examples of docs/python.md are run, one after the other, and print what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    printed, compared = "", 0
    for kind, block in BLOCK.findall(page):
        if kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(block, "docs/python.md", "exec"), names)
            printed = out.getvalue()
            assert printed, f"an example that prints nothing shows nothing:\n{block}"
        else:
            # An ellipsis stands for anything on its line; further lines may follow.
            pattern = r"[^\n]*".join(map(re.escape, block.strip().split("…")))
            assert re.match(pattern, printed), f"{block}\n is not how this begins:\n{printed}"
            compared += 1
    assert compared >= 4
