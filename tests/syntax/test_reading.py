"""Files that are no rule files get a clear answer, quickly."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from zhunsheng.diagnostics import Diagnostic, Source, render
from zhunsheng.syntax import read_source
from zhunsheng.syntax.reading import LARGEST


def code_of(path: Path) -> str:
    answer = read_source(path, path.name)
    assert isinstance(answer, Diagnostic)
    for language in ("zh", "en"):
        assert render(answer, language).startswith(path.name)
    return answer.code


def test_a_good_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.rule"
    path.write_bytes("\ufeff规则\r\n".encode())
    assert read_source(path, "a.rule") == Source("a.rule", "\ufeff规则\r\n")


def test_missing_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.rule") == "ZS1050"
    file = tmp_path / "file"
    file.write_text("x")
    assert code_of(file / "below.rule") == "ZS1050"


def test_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "ZS1051"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.rule"
    path.write_text("x")
    path.chmod(0)
    assert code_of(path) == "ZS1051"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices here")
def test_device() -> None:
    assert read_source(Path("/dev/zero")).code == "ZS1051"  # type: ignore[union-attr]


def test_a_file_of_100_megabytes_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "large.rule"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    begin = time.monotonic()
    assert code_of(path) == "ZS1052"
    assert time.monotonic() - begin < 1


def test_the_largest_single_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "line.rule"
    path.write_bytes(b"a" * LARGEST)
    assert code_of(path) == "ZS1055"


def test_random_bytes(tmp_path: Path) -> None:
    path = tmp_path / "random.rule"
    path.write_bytes(random.Random(7).randbytes(100_000))
    assert code_of(path) in {"ZS1053", "ZS1054"}


def test_a_name_that_no_system_takes() -> None:
    answer = read_source(Path("a\0b"))
    assert isinstance(answer, Diagnostic)
    assert answer.code == "ZS1051"
