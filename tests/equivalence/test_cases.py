"""Every difference between the evaluators that was ever found, kept as a case of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators import cases, compare

CASES = sorted((Path(__file__).parent / "cases").glob("*.py"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_agrees(path: Path) -> None:
    assert compare.differences(*cases.read(path)) == []
