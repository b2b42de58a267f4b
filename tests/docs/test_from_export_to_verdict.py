"""docs/from-export-to-verdict.md as a reader follows it: every command is run and prints what is shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "from-export-to-verdict.md"
_BLOCK = re.compile(r"(?:<!-- (zh|en) -->\n)?^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SEVERAL = r"(?:.*\n)*?"


def pattern(shown: str) -> str:
    """A line of `…` stands for any lines, an ellipsis inside a line for any text of it."""
    found = ""
    for line in shown.splitlines():
        found += _SEVERAL if line == "…" else r"[^\n]*".join(map(re.escape, line.split("…"))) + r"[^\n]*\n"
    return "^" + found


@pytest.mark.skipif(os.name != "posix", reason="the page is written for a Unix shell")
@pytest.mark.parametrize(("language", "locale"), [("zh", "zh_CN.UTF-8"), ("en", "en_US.UTF-8")])
def test_the_page_runs_as_it_stands(language: str, locale: str, tmp_path: Path) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures", target_is_directory=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "zhunsheng").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m zhunsheng "$@"\n')
    (programs / "zhunsheng").chmod(0o755)
    ours = ("LC_", "LANG", "ZHUNSHENG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    variables = {
        **kept,
        "LANG": locale,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "engine"),
        "PYTHONUTF8": "1",
    }
    said, commands, compared = "", 0, 0
    for only, kind, block in _BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            line = ["bash", "-c", block]
            ended = subprocess.run(
                line, check=False, cwd=tmp_path, env=variables, capture_output=True, timeout=300
            )
            said, commands = ended.stdout.decode(), commands + 1
            error = ended.stderr.decode()
            assert "Traceback" not in error
            assert ended.returncode in (0, 1), f"{block}{error}"
        elif only == language:
            assert re.search(pattern(block), said, re.MULTILINE), f"{block}\nis not part of\n{said}"
            compared += 1
    assert (commands, compared) == (9, 6)


def test_both_languages_show_the_same_steps() -> None:
    kinds = [only for only, kind, _ in _BLOCK.findall(PAGE.read_text(encoding="utf-8")) if kind == "text"]
    assert kinds == ["zh", "en"] * (len(kinds) // 2)


def test_the_export_is_what_its_script_writes(tmp_path: Path) -> None:
    folder = ROOT / "fixtures" / "vendor-export"
    (tmp_path / "make.py").write_text((folder / "make.py").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, tmp_path / "make.py"], check=True, timeout=60)
    for name in ("好差评评价.csv", "好差评服务.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
