"""Every bad sample shows exactly the message that is pinned beside it, in both languages.

`ZHUNSHENG_PIN=1 pytest tests/semantics/test_bad.py` writes the messages down anew; read the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from semantics.samples import TESTS, findings, rendered
from zhunsheng.diagnostics import Severity
from zhunsheng.diagnostics.catalogue import entries, entry

SEMANTICS = sorted((TESTS / "bad" / "semantics").glob("*.rule"))
LINT = sorted(
    path
    for path in (TESTS / "bad" / "lint").iterdir()
    if path.suffix == ".rule" or (path.is_dir() and path.name != "__pycache__")
)
QUIET = [path for path in LINT if ".quiet" in path.name]
FIRING = [path for path in LINT if path not in QUIET]


def _stem(sample: Path) -> Path:
    return sample.with_name(sample.name.removesuffix(".rule"))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("sample", [*SEMANTICS, *FIRING], ids=lambda path: path.name)
def test_message_is_pinned(sample: Path, language: str) -> None:
    stem = _stem(sample)
    pinned = stem.with_name(f"{stem.name}.{language}.txt")
    text = rendered(sample, language)
    if os.environ.get("ZHUNSHENG_PIN"):
        pinned.write_text(text, encoding="utf-8")
    assert text == pinned.read_text(encoding="utf-8")
    # A placeholder that no value filled would stand there in braces.
    assert re.search(r"\{[a-z_]+\}", text) is None or "{" in sample.read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", [*SEMANTICS, *FIRING], ids=lambda path: path.name)
def test_sample_is_named_for_what_it_shows(sample: Path) -> None:
    """A sample `code-not-in-list-zh.rule` shows the diagnostic of that name; `several-at-once` and the
    like show many."""
    found = findings(sample)
    names = {known.name for one in found if (known := entry(one.code)) is not None}
    known_names = {one.name for one in entries().values()}
    wanted = {name for name in known_names if _stem(sample).name.startswith(name)}
    assert found
    if wanted:
        assert wanted & names, names


@pytest.mark.parametrize("sample", FIRING, ids=lambda path: path.name)
def test_lint_warns_and_does_not_fail(sample: Path) -> None:
    assert all(one.severity is Severity.WARNING for one in findings(sample))


@pytest.mark.parametrize("sample", QUIET, ids=lambda path: path.name)
def test_lint_is_quiet(sample: Path) -> None:
    assert [(one.code, one.span.text if one.span else "") for one in findings(sample)] == []


def test_every_check_has_a_sample_that_fires_and_one_that_does_not() -> None:
    names = {one.name for one in entries().values() if one.code.startswith("ZS3")}
    firing = {_stem(path).name for path in FIRING}
    quiet = {_stem(path).name.removesuffix(".quiet") for path in QUIET}
    assert names <= firing
    assert names <= quiet


def test_every_type_error_has_a_sample() -> None:
    shown = {one.code for sample in SEMANTICS for one in findings(sample)}
    wanted = {code for code in entries() if code.startswith("ZS20")}
    # The grammar refuses these before, or they need another vocabulary: see test_typing.
    elsewhere = {"ZS2024", "ZS2063", "ZS2073"}
    assert wanted - shown <= elsewhere, sorted(wanted - shown - elsewhere)


def test_every_check_stands_in_a_file_of_its_name() -> None:
    from zhunsheng.semantics import checks

    folder = Path(checks.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--", "subject"}
    names = {one.name for one in entries().values() if one.code.startswith("ZS3")}
    # One file tells of two: a looser limit, and one that cannot be compared.
    assert files == names - {"limit-not-comparable"}
