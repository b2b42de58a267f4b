"""Laws: what never changes a rule's identity, what always does, and that the language switch can be
undone."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantics.samples import TESTS, checked, typed, vocabulary
from zhunsheng.diagnostics import Source
from zhunsheng.packs import load_pack, locations
from zhunsheng.semantics import check, renames, rule_digest
from zhunsheng.syntax import format_file, parse

RULE = """
standard S "GB/T 39734-2020"
parameter limit "回复时限"
    15 working days from 2021-01-01
    10 working days from 2024-07-01
    source "某文件"  basis secondary
define bad(r: rating) = r.level in {dissatisfied, very_dissatisfied}
rule answered "差评在时限内得到回复" en "Answered in time"
    clause S "9.3"
    note "说明"
    for each rating r where bad(r) and not r.voided
    let other_one = first memo m of r where m.written_at > r.rated_at
    must have reply p of r where p.approved and other_one is known within limit after r.rated_at
    unless r.comment matches "^x" or r.score * 2 > 99.5 %
"""


def digest(text: str) -> str:
    program = typed(text).program
    return rule_digest(program, program.rules[0])


IDENTITY = digest(RULE)

SAME = {
    "label": ("差评在时限内得到回复", "别的标题"),
    "note": ("说明", "别的说明"),
    "source": ("某文件", "另一文件"),
    "variable": (r"\br\b", "zz"),
    "row": (r"\bp\b", "q"),
    "let": ("other_one", "memo_found"),
    "definition": (r"bad\(", "poor("),
    "order of a set": ("dissatisfied, very_dissatisfied", "very_dissatisfied, dissatisfied"),
    "language of a code": ("very_dissatisfied", "非常不满意"),
    "language of a record": ("each rating", "each 评价"),
    "language of a keyword": ("for each", "对每个"),
    "full-width": (r"\(r\)", "（r）"),
    "comment": ("rule answered", "# 注释\nrule answered"),
    "written out": (r"bad\(r\) and", "r.level in {dissatisfied, very_dissatisfied} and"),
    "title of the standard": ("GB/T 39734-2020", "GB/T 39734"),
}
DIFFERENT = {
    "code": ("{dissatisfied, ", "{"),
    "value": ("15 working", "16 working"),
    "unit": ("1[50] working days", "9 days"),
    "start": ("2024-07-01", "2024-07-02"),
    "basis": ("secondary", "assumption"),
    "clause": ('"9.3"', '"9.4"'),
    "modality": ("must have", "should have"),
    "negation": ("must have", "must not have"),
    "name": ("rule answered", "rule answered_too"),
    "record": ("first memo m", "first reply m"),
    "order": ("first memo", "last memo"),
    "side": ("after r.rated_at", "before r.rated_at"),
    "regex": (r"\^x", "^y"),
    "number": ("99.5 %", "99.6 %"),
    "logic": ("p.approved and", "p.approved or"),
}


def _changed(old: str, new: str) -> str:
    text = re.sub(old, new, RULE)
    assert text != RULE
    return text.replace("written_at", "replied_at") if "first reply m" in text else text


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=list(SAME))
def test_identity_is_kept(old: str, new: str) -> None:
    assert digest(_changed(old, new)) == IDENTITY


@pytest.mark.parametrize(("old", "new"), DIFFERENT.values(), ids=list(DIFFERENT))
def test_identity_is_lost(old: str, new: str) -> None:
    assert digest(_changed(old, new)) != IDENTITY


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_layout_and_comments_keep_identity(choice: random.Random) -> None:
    """Any white space and comments between tokens."""
    file, wrong = parse(Source("a.rule", RULE))
    assert not wrong
    gaps = [" ", "  ", "\n", "\r\n", " # 注释\n", "\n\n\n", "　"]
    text = "".join(choice.choice(gaps) + token.span.text for token in file.tokens)
    assert digest(text) == IDENTITY


def test_another_rule_beside_it_keeps_identity() -> None:
    assert digest(RULE + "\nrule second\n    for each rating r\n    must r.rounds < 3\n") == IDENTITY


def test_an_unread_parameter_keeps_identity() -> None:
    assert digest("parameter more 3 basis assumption\n" + RULE) == IDENTITY


def _switched(text: str, language: str) -> str:
    result = checked(text)
    (file,) = result.files
    return format_file(file, language, renames(result, file, language))


def test_the_language_switch_keeps_the_typed_tree() -> None:
    """typed ∘ switch = typed, and back again."""
    chinese = _switched(RULE, "zh")
    assert "评价" in chinese and " rating" not in chinese and "满意" in chinese
    assert typed(chinese).program == typed(RULE).program
    english = _switched(chinese, "en")
    assert english == _switched(RULE, "en")
    assert typed(english).program == typed(RULE).program


PACKS = [
    TESTS.parent / "fixtures" / "receipt",
    TESTS.parent / "fixtures" / "bpic2013",
    locations.rules() / "gbt39734",
]


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_real_packs_can_be_switched_and_switched_back(path: Path) -> None:
    """switch en ∘ switch zh = switch en, and the meaning stays."""
    pack = load_pack(path)
    if pack.has_errors:
        pytest.skip("the pack is being written")
    results = {}
    for language in ("zh", "en"):
        texts = [format_file(file, language, renames(pack.checked, file, language)) for file in pack.files]
        files = [parse(Source(f"{number}.rule", text))[0] for number, text in enumerate(texts)]
        results[language] = check(files, pack.program.vocabulary)
        assert results[language].program == pack.program
    again = [format_file(file, "en", renames(results["zh"], file, "en")) for file in results["zh"].files]
    assert again == [file.source.text for file in results["en"].files]


def test_names_the_user_chose_are_not_switched() -> None:
    result = checked(RULE)
    (file,) = result.files
    offsets = renames(result, file, "zh")
    written = {file.source.text[start:].split("(")[0].split()[0] for start in offsets}
    assert not written & {"r", "p", "bad", "limit", "other_one"}
    assert vocabulary().records["rating"].names["zh"] in offsets.values()
