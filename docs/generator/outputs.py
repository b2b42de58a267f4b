"""Blocks of program output inside hand-written pages. A page holds

    <!-- output: zhunsheng explain gbt39734 --log fixtures/pilot-site … -->

and the fenced block after it is what that command prints (`| head N` cuts it).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"(<!-- output: zhunsheng (?P<line>.*?)(?: \| head (?P<head>\d+))? -->\n+```\w*\n)(?P<text>.*?)(?=^```$)",
    re.DOTALL | re.MULTILINE,
)


def pages(docs: Path) -> dict[str, str]:
    """Pages that hold such blocks -> their text with the output of now."""
    made = {}
    for path in sorted(docs.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if _BLOCK.search(text):
            made[path.name] = _BLOCK.sub(_fresh(printed), text)
    return made


def _fresh(run: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    def fill(block: re.Match[str]) -> str:
        lines = run(block["line"]).rstrip("\n").split("\n")
        if block["head"] and len(lines) > int(block["head"]):
            lines = [*lines[: int(block["head"])], "…"]
        return block[1] + "\n".join(line.rstrip() for line in lines) + "\n"

    return fill


def printed(line: str) -> str:
    """What a command line prints, run in the project's folder. Raises ValueError when it prints nothing."""
    from zhunsheng.cli.entry import run

    out, error = io.StringIO(), io.StringIO()
    with chdir(ROOT), redirect_stdout(out), redirect_stderr(error):
        run(line.split())
    if not out.getvalue():
        raise ValueError(f"zhunsheng {line}: {error.getvalue()}")
    return out.getvalue()
