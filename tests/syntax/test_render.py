"""How a diagnostic looks: carets under wide characters, long lines, text that would disturb a terminal."""

from __future__ import annotations

from zhunsheng.diagnostics import Diagnostic, Related, Severity, Source, Span, message, render
from zhunsheng.diagnostics.catalogue import LANGUAGES, entries
from zhunsheng.diagnostics.render import WIDEST, width


def at(text: str, part: str, name: str = "a.rule") -> Span:
    start = text.index(part)
    return Span(Source(name, text), start, start + len(part))


def carets(text: str, part: str) -> tuple[str, str]:
    lines = render(Diagnostic("ZS1003", at(text, part), {"found": part, "keyword": "x"}), "en").splitlines()
    return lines[1], lines[2]


def test_place_counts_characters_and_lines_from_one() -> None:
    shown = render(Diagnostic("ZS1003", at("ab\n文x y", "x"), {"found": "x", "keyword": "z"}), "en")
    assert shown.startswith("a.rule:2:2: error ZS1003: “x” is not a keyword\n")
    assert shown.endswith("\n  hint: did you mean “z”?")


def test_carets_stand_under_wide_characters() -> None:
    line, mark = carets("对每个 评价 r 瞒足 差评", "瞒足")
    assert width(line[: line.index("瞒足")]) == mark.index("^")
    assert mark.count("^") == 4


def test_tabs_and_combining_characters_keep_the_caret_in_place() -> None:
    line, mark = carets("\ta\u0301b wrong", "wrong")
    assert "\t" not in line
    assert width(line[: line.index("wrong")]) == mark.index("^")


def test_a_long_line_is_shown_around_the_place() -> None:
    line, mark = carets("a" * 500 + " wrong " + "b" * 500, "wrong")
    assert "wrong" in line
    assert line.count("…") == 2
    assert width(line) < WIDEST + 20
    assert width(line[: line.index("wrong")]) == mark.index("^")


def test_a_span_over_several_lines_ends_with_its_first() -> None:
    line, mark = carets("x = one\ntwo", "one\ntwo")
    assert line.endswith("x = one")
    assert mark.count("^") == 3


def test_control_characters_never_reach_the_terminal() -> None:
    text = "define \x1b[2J\x07 \u202e"
    shown = render(Diagnostic("ZS1001", at(text, "\x1b[2J"), {"found": "\x1b[2J\r\n", "expected": "x"}), "en")
    assert not any(character in shown for character in "\x1b\x07\u202e\r")


def test_related_places_are_shown() -> None:
    text = "one\ntwo\n"
    diagnostic = Diagnostic(
        "ZS1006", at(text, "two"), {"found": "“two”"}, (Related(at(text, "one"), "first"),)
    )
    assert render(diagnostic, "zh").splitlines()[3:6] == [
        "  a.rule:1:1: 第一项要求在这里",
        "    1 | one",
        "      | ^^^",
    ]


def test_warning_and_color() -> None:
    diagnostic = Diagnostic("ZS1040", at("\tx", "\t"), severity=Severity.WARNING)
    assert " warning ZS1040: " in render(diagnostic, "en")
    assert "\x1b[1;33mwarning ZS1040\x1b[0m" in render(diagnostic, "en", color=True)


def test_a_place_without_a_text() -> None:
    shown = render(Diagnostic("ZS1050", None, place="rules/x.rule"), "en")
    assert shown.splitlines()[0] == "rules/x.rule: error ZS1050: there is no such file"


def test_an_unknown_code_and_missing_values_are_shown_all_the_same() -> None:
    assert message(Diagnostic("ZS1999", None, {"a": "b"}), "zh") == ("ZS1999 a=b", None)
    assert message(Diagnostic("ZS1003", None, {}), "en")[0] == "“{found}” is not a keyword"


def test_the_catalogue_is_complete() -> None:
    names: set[str] = set()
    for code, entry in entries().items():
        assert code.startswith("ZS")
        assert len(code) == 6
        name = f"{code[:3]} {entry.name}"
        assert name not in names, f"{name} stands twice"
        names.add(name)
        for language in LANGUAGES:
            assert entry.messages[language]
        for key, texts in entry.related.items():
            assert set(texts) >= set(LANGUAGES), (code, key)
