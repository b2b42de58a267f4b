"""The small vocabulary of these tests, and how a sample's messages are written down."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from zhunsheng.diagnostics import Diagnostic, Source, render
from zhunsheng.packs import lint_pack, load_pack
from zhunsheng.semantics import Checked, check, lint, load_vocabulary
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.syntax import parse

TESTS = Path(__file__).parents[1]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary in tests/vocabulary."""
    loaded, wrong = load_vocabulary(TESTS / "vocabulary")
    assert not wrong, "\n".join(render(one, "en") for one in wrong)
    return loaded


def checked(*texts: str) -> Checked:
    """Typed rule texts, which must be syntactically right."""
    files = []
    for number, text in enumerate(texts):
        file, wrong = parse(Source(f"{number}.rule", text))
        assert not wrong, "\n".join(render(one, "en") for one in wrong)
        files.append(file)
    return check(files, vocabulary())


def typed(*texts: str) -> Checked:
    """Typed rule texts, which must be right in every way."""
    result = checked(*texts)
    assert not result.diagnostics, "\n".join(render(one, "en") for one in result.diagnostics)
    return result


def codes(*texts: str) -> list[str]:
    """The codes of what is wrong with rule texts."""
    return [one.code for one in checked(*texts).diagnostics]


def findings(sample: Path) -> list[Diagnostic]:
    """All diagnostics of a sample: a rule file, or the folder of a pack. Syntax first, then names and
    types, then lint."""
    if sample.is_dir():
        return list(lint_pack(load_pack(sample)))
    file, syntax = parse(Source(sample.name, sample.read_text(encoding="utf-8")))
    result = check([file], vocabulary())
    errors = [*syntax, *result.diagnostics]
    return errors or list(lint(result))


def rendered(sample: Path, language: str) -> str:
    """What a user sees of a sample, with places relative to the tests folder."""
    text = "\n\n".join(render(one, language) for one in findings(sample))
    return text.replace(str(TESTS) + "/", "") + "\n"
