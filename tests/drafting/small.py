"""A small pack over the shipped vocabulary, written from texts, and its tests run."""

from __future__ import annotations

from pathlib import Path

from zhunsheng import calendars
from zhunsheng.diagnostics import render
from zhunsheng.drafting.model import Case
from zhunsheng.drafting.reading import read_tests
from zhunsheng.drafting.rendering import sentence, words
from zhunsheng.drafting.running import run_case
from zhunsheng.packs import LoadedPack, load_pack

RULES = """\
standard S "GB/T 39734-2020"

parameter limit "时限" 2 working days
    source "示例"  basis assumption

rule has_order "差评有工单"
    clause S "9.3"
    for each rating r where r.level in {dissatisfied, very_dissatisfied}
    must have work_order of r within limit after r.rated_at
    unless r.voided

measure good "好评率"
    clause S "B"
    for each rating r
    share where r.level >= fairly_satisfied
"""

HEAD = """\
as_of: 2024-03-31
defaults:
  rating: {rated_at: 2024-03-04 10:00, level: dissatisfied, voided: false}
  work_order: {rating_id: R1}
cases:
"""


def pack_of(folder: Path, tests: str, rules: str = RULES) -> LoadedPack:
    """A pack with these rules and one test file."""
    (folder / "tests").mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(
        "id: small\nversion: 1.0\ntitle: {zh: 小, en: Small}\n", encoding="utf-8"
    )
    (folder / "a.rule").write_text(rules, encoding="utf-8")
    (folder / "tests" / "a.yaml").write_text(tests, encoding="utf-8")
    pack = load_pack(folder)
    assert not pack.has_errors, [render(each, "en") for each in pack.diagnostics]
    return pack


def cases_of(pack: LoadedPack) -> list[Case]:
    files, wrong = read_tests(pack)
    assert not wrong, [render(each, "en") for each in wrong]
    return [case for file in files for case in file.cases]


def failures(folder: Path, cases: str, rules: str = RULES) -> list[str]:
    """What the cases find, as "line: sentence"; both evaluators have to agree."""
    pack = pack_of(folder, HEAD + cases, rules)
    found = []
    for case in cases_of(pack):
        result = run_case(case, pack.program, calendars.load(), both=True)
        found += [f"{each.span.line}: {sentence(each, words('en'))}" for each in result.failures]
    return found


def wrongs(folder: Path, text: str) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong with a test file; every message must show in both languages."""
    _, wrong = read_tests(pack_of(folder, text))
    for each in wrong:
        assert "{" not in render(each, "zh").split("\n")[0] and render(each, "en")
    return [(each.code, each.span.line if each.span else 0) for each in wrong]
