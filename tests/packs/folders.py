"""Pack folders for tests, written from texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from zhunsheng.diagnostics import Severity, render
from zhunsheng.packs import LoadedPack, load_pack

TESTS = Path(__file__).parents[1]
PACK = "id: sample\nversion: 1.0\ntitle: {zh: 样例, en: Sample}\nvocabulary: vocabulary\n"
RULE = """standard S "GB/T 39734-2020"
parameter limit "回复时限" 10 working days
    source "示例"  basis assumption
rule answered "答复"
    clause S "9.3"
    for each rating r
    must have reply of r within limit after r.rated_at
"""


def write(folder: Path, files: Mapping[str, str | bytes], *, vocabulary: bool = True) -> Path:
    """A pack folder with these files, and the small vocabulary of the tests."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if vocabulary:
        (folder / "vocabulary").mkdir(parents=True, exist_ok=True)
        for path in (TESTS / "vocabulary").iterdir():
            (folder / "vocabulary" / path.name).write_bytes(path.read_bytes())
    return folder


def good(path: Path) -> LoadedPack:
    """A pack that must have no fault."""
    pack = load_pack(path)
    assert not pack.diagnostics, "\n".join(render(one, "en") for one in pack.diagnostics)
    return pack


def codes(path: Path) -> list[str]:
    """The codes of what is wrong with a pack; every message must be showable in both languages."""
    pack = load_pack(path)
    for one in pack.diagnostics:
        assert render(one, "zh") and render(one, "en")
    assert pack.has_errors == any(one.severity is Severity.ERROR for one in pack.diagnostics)
    return [one.code for one in pack.diagnostics]
