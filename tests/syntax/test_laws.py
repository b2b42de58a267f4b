"""The formatter's laws as equations: over random trees, the good corpus, and the corpus in random layout."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syntax import trees
from zhunsheng.diagnostics import Source, render
from zhunsheng.syntax import format_file, parse
from zhunsheng.syntax.tree import File

GOOD = sorted((Path(__file__).parents[1] / "good").glob("*.rule"))
LANGUAGES = ("en", "zh")

many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(text: str) -> File:
    file, diagnostics = parse(Source("law.rule", text))
    assert not diagnostics, text + "\n".join(render(each, "en") for each in diagnostics)
    return file


def read(path: Path) -> File:
    return parsed(path.read_text(encoding="utf-8"))


@many
@given(trees.files, st.sampled_from(LANGUAGES))
def test_parse_of_format_is_the_same_tree(file: File, language: str) -> None:
    assert parsed(format_file(file, language)) == file


@many
@given(trees.files, st.sampled_from(LANGUAGES))
def test_format_of_format_is_format(file: File, language: str) -> None:
    once = format_file(file, language)
    assert format_file(parsed(once)) == once
    assert format_file(parsed(once), language) == once


@many
@given(trees.files)
def test_english_to_chinese_to_english_is_identity(file: File) -> None:
    english = format_file(file, "en")
    chinese = format_file(parsed(english), "zh")
    assert format_file(parsed(chinese), "en") == english


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", [None, *LANGUAGES])
def test_laws_on_the_corpus(path: Path, language: str | None) -> None:
    file = read(path)
    once = format_file(file, language)
    again = parsed(once)
    assert again == file
    assert format_file(again, language) == once
    there = format_file(again, "zh")
    assert format_file(parsed(format_file(parsed(there), "en")), "zh") == there


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", range(8))
def test_laws_in_random_layout_with_comments_everywhere(path: Path, seed: int) -> None:
    file = read(path)
    chance = random.Random(seed)
    mixed = scattered(file, chance)
    again = parsed(mixed)
    assert again == file
    once = format_file(again)
    assert parsed(once) == file
    assert format_file(parsed(once)) == once
    assert comments(parsed(once)) == comments(again), "a comment was lost, doubled or changed"


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_corpus_holds_no_layout_of_its_own(path: Path) -> None:
    """Authors copy from the corpus: it is formatted, apart from what it shows on purpose."""
    if path.stem in {"comments_en", "windows_zh", "windows_en", "expressions_en"}:
        pytest.skip("shows other ways to write")
    assert format_file(read(path)) == path.read_text(encoding="utf-8")


def scattered(file: File, chance: random.Random) -> str:
    """The same tokens, with white space and comments strewn between them."""
    text = file.source.text
    out: list[str] = []
    position = 0
    for token in file.tokens:
        between = text[position : token.span.start]
        if token.text and (between.strip() or (between and chance.random() < 0.3)):
            between = chance.choice(
                [" ", "\n", "\r\n", "\n\n    ", f" # {len(out)}\n", f"\n  # {len(out)}\n\n", "\u3000"]
            )
        out += [between, token.text]
        position = token.span.end
    return "".join(out) + f" # last {chance.random()}"


def comments(file: File) -> list[str]:
    return sorted(comment.text for comment in file.comments)
