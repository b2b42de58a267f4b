"""The parse table's cache: fast, and never trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhunsheng.syntax import tables as module
from zhunsheng.syntax.build import BUILDERS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_cache_folders", lambda: (tmp_path / "cache",))
    return tmp_path / "cache"


def fresh() -> module.Tables:
    return module._all.__wrapped__()[module.START]


def test_the_first_start_writes_and_the_second_reads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fresh()
    assert len(list(folder.glob("grammar-*.json"))) == 1
    monkeypatch.setattr(module, "build", lambda _: pytest.fail("the cache was not used"))
    assert fresh() == first


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"actions": [], "productions": 3}',
        "null",
        '{"actions": [{}], "productions": [], "start": 0, "end": 0}',
    ],
)
def test_a_damaged_cache_is_built_anew(folder: Path, damage: str) -> None:
    good = fresh()
    file = next(folder.glob("grammar-*.json"))
    file.write_text(damage, encoding="utf-8")
    assert fresh() == good


def test_a_folder_that_cannot_be_written_is_only_slower(folder: Path) -> None:
    folder.write_text("a file, no folder")
    assert fresh().productions


def test_every_production_has_its_function() -> None:
    named = {each.name for each in module.tables().productions if each.name and not each.inlined}
    assert named - {"file"} == named & set(BUILDERS)
    assert set(BUILDERS) <= named, "a function that no production calls"
