"""The generated pages are there, are up to date, and speak of every diagnostic there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from zhunsheng.diagnostics.catalogue import entries

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "diagnostics"
HEADINGS = ("发现什么 · What it finds", "为什么 · Why", "例子 · Example", "改写 · Use instead")


def test_every_code_has_a_page_and_no_page_is_left_over() -> None:
    assert {path.stem for path in PAGES.glob("ZS????.md")} == set(entries())


@pytest.mark.parametrize("code", sorted(entries()))
def test_a_page_has_its_headings_in_order_and_an_example(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.*)$", text, re.MULTILINE)) == HEADINGS
    parts = [part.strip() for part in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]]
    assert all(parts)
    # The example shows the code itself, in both languages.
    assert f"误 {code}" in parts[2] or f"告 {code}" in parts[2]
    assert f"error {code}" in parts[2] or f"warning {code}" in parts[2]


def test_every_group_page_links_to_its_codes() -> None:
    for group in ("ZS1", "ZS2", "ZS3", "ZS4", "ZS5"):
        linked = re.findall(r"\((ZS\d{4})\.md\)", (PAGES / f"{group.lower()}.md").read_text(encoding="utf-8"))
        assert sorted(linked) == sorted(code for code in entries() if code.startswith(group))


def test_every_code_the_engine_speaks_of_is_in_the_catalogue() -> None:
    engine = ROOT / "engine" / "zhunsheng"
    said = {
        code for path in engine.rglob("*.py") for code in re.findall(r"\bZS\d{4}\b", path.read_text("utf-8"))
    }
    assert said <= set(entries()), sorted(said - set(entries()))


def test_pages_are_as_the_generator_writes_them() -> None:
    """A changed message, sample, schema or program output shows here; `python docs/generate.py` mends it."""
    line = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    ended = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_page_is_in_the_navigation() -> None:
    """Pages per code hang under their group's page, and are left out on purpose."""
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    listed = set(re.findall(r"[\w/.-]+\.md", str(nav)))
    there = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    there = {name for name in there if not re.match(r"diagnostics/ZS\d{4}\.md", name)}
    assert there == listed


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    """No web font, no image by address: it shows offline, and in a README."""
    picture = (ROOT / "docs" / "images" / "check.svg").read_text(encoding="utf-8")
    assert "@font-face" not in picture
    assert not re.search(r"url\(\W*https?:|href=", picture)
    assert "准绳" in picture
