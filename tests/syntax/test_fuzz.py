"""Whatever the text, the parser answers in reasonable time: a tree or diagnostics, never an exception."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.diagnostics import Diagnostic, Source, render
from zhunsheng.syntax import format_file, has_errors, parse
from zhunsheng.syntax.keywords import keywords
from zhunsheng.syntax.reading import source_of

GOOD = [
    path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parents[1] / "good").glob("*.rule"))
]
WORDS = sorted({word for table in keywords().tables.values() for word in table.words})
SOUP = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(
            ["r", "评价", '"t"', "9.3", "15", "2021-01-01", "2021-01-01T09:00Z", "# c\n", "\n", "`x y`"]
        ),
        st.sampled_from(
            [
                *"(){},:.=<>+-*/%",
                "<=",
                "!=",
                "≥",
                "（",
                "１５",
                "'q'",
                '"',
                "`",
                "==",
                "&&",
                "\t",
                "\x00",
                "@",
            ]
        ),
    ),
    max_size=40,
)

quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def answers(text: str) -> None:
    """Parses, renders every diagnostic in both languages, and formats what parsed without error."""
    source = Source("fuzz.rule", text)
    file, diagnostics = parse(source)
    assert diagnostics or file.declarations
    for diagnostic in diagnostics:
        assert diagnostic.span is not None
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        for language in ("zh", "en"):
            assert diagnostic.code in render(diagnostic, language)
    for token in file.tokens:
        assert 0 <= token.span.start <= token.span.end <= len(text)
    if not has_errors(diagnostics):
        again, problems = parse(Source("again.rule", format_file(file)))
        assert again == file
        assert not has_errors(problems)


@quick
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    answers(text)


@quick
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    source = source_of(data, "fuzz.rule")
    if isinstance(source, Diagnostic):
        assert source.code in render(source, "zh")
    else:
        answers(source.text)


@quick
@given(SOUP, st.sampled_from([" ", "", "\n"]))
def test_token_soup(words: list[str], between: str) -> None:
    answers(between.join(words))


@quick
@given(SOUP)
def test_token_soup_in_a_rule(words: list[str]) -> None:
    answers("rule a\n    for each rating r where " + " ".join(words) + "\n    must have reply of r\n")


@quick
@given(st.sampled_from(GOOD), st.data())
def test_truncated_files(text: str, data: st.DataObject) -> None:
    answers(text[: data.draw(st.integers(0, len(text)))])


@quick
@given(st.sampled_from(GOOD), st.data())
def test_files_with_a_piece_cut_out(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    answers(text[:start] + text[start + data.draw(st.integers(1, 12)) :])


@quick
@given(st.sampled_from(GOOD), st.sampled_from(WORDS + list("(){}\"'`.,=<%１＝")), st.data())
def test_files_with_a_word_put_in(text: str, word: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    answers(f"{text[:start]} {word} {text[start:]}")


def test_no_nesting_is_too_deep_to_answer() -> None:
    deep = 3_000
    for text in (
        "define f(r: x) = " + "(" * deep + "r" + ")" * deep,
        "define f(r: x) = " + "(" * deep,
        "define f(r: x) = " + "not " * deep + "r.a",
        "define f(r: x) = " + "-" * deep + "1",
        "define f(r: x) = r" + ".a" * deep,
        "define f(r: x) = " + " and ".join(["r.a"] * deep),
        "define f(r: x) = " + "has x where " * deep + "r.a",
        "define f(r: x) = " + "{" * deep,
        "rule " * deep,
        "rule a for each r r must r.x " * deep,
        "`" * deep,
        "@" * deep,
        "@ " * deep,
        "a " * deep,
        '"' * deep,
    ):
        answers(text)


def test_messages_are_limited_in_number() -> None:
    _, diagnostics = parse(Source("many.rule", "define f(r: x) = 1 == 2\n" * 10_000))
    assert 1 < len(diagnostics) <= 100
