"""Every bad log of the corpus, through the command line, in both languages: exit code, code, place, counts,
and no output where nothing was judged.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_logs import answering
from bad_logs.families import FAMILIES
from bad_logs.listing import PAGE, page
from bad_logs.model import Case, Refused
from bad_logs.running import checked

CASES = {f"{family.name}/{case.name}": case for family in FAMILIES for case in family.cases}


def parameters() -> list[object]:
    return [
        pytest.param(case, id=name, marks=[pytest.mark.slow] if case.speed == "slow" else [])
        for name, case in CASES.items()
    ]


@pytest.mark.parametrize("case", parameters())
def test_a_bad_log_gets_its_answer(case: Case, tmp_path: Path) -> None:
    wrong: list[str] = []
    for language in ("zh", "en"):
        seen = checked(case, tmp_path, language, "json")
        if isinstance(case.answer, Refused):
            wrong += answering.refused(case.answer, seen, language)
        else:
            wrong += answering.read(case.answer, seen, language)
    assert not wrong, f"{wrong}\n{seen.ended.err[:2000]}"


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    names = [case.name for family in FAMILIES for case in family.cases]
    assert len(names) >= 120
    assert len(CASES) == len(names), "a name twice"


def test_the_listing_is_current() -> None:
    """`python docs/generate.py` mends it."""
    assert PAGE.read_text(encoding="utf-8") == page()
