"""Keyword tables: complete, free of contradictions, and enough by themselves for a further language."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from zhunsheng.diagnostics import Source
from zhunsheng.syntax import format_file, parse
from zhunsheng.syntax.keywords import FOLDER, keywords, load_tables
from zhunsheng.syntax.tables import GRAMMAR, tables

GOOD = sorted((Path(__file__).parents[1] / "good").glob("*.rule"))
VALUES = {"NAME", "STRING", "LANGUAGE", "NUMBER", "DATE", "TIME"}
MARKS = {
    "LPAR", "RPAR", "LBRACE", "RBRACE", "COMMA", "COLON", "DOT", "PERCENT", "EQ", "NE", "LT", "LE", "GT",
    "GE", "PLUS", "MINUS", "STAR", "SLASH",
}  # fmt: skip


def keyword_terminals() -> set[str]:
    used = {
        symbol for production in tables().productions for symbol in production.symbols if symbol.isupper()
    }
    return used - VALUES - MARKS


def made_up_table(folder: Path) -> Path:
    """A third language: every English word with `q` before it, windows after the anchor as in Chinese."""
    table = yaml.safe_load((FOLDER / "en.yaml").read_text(encoding="utf-8"))
    words = {" ".join(f"q{part}" for part in word.split()): kinds for word, kinds in table["words"].items()}
    words |= {
        "qrelative": "RELATIVE", "qlater": "LATER", "qearlier": "EARLIER", "qthat": "THAT_DAY",
        "qinside": "INSIDE",
    }  # fmt: skip
    table |= {"language": "qq", "name": "Q", "words": words, "also": {}, "one": {}}
    table["forms"] = {"window": "postfix", "range": "TO", "tight_units": True}
    file = folder / "qq.yaml"
    file.write_text(yaml.safe_dump(table, allow_unicode=True), encoding="utf-8")
    return file


def test_every_keyword_of_the_grammar_has_a_word() -> None:
    words = keywords()
    for terminal in keyword_terminals():
        assert words.words_for(terminal) or any(
            terminal in kinds for table in words.tables.values() for kinds in table.words.values()
        ), terminal


def test_tables_name_no_terminal_that_the_grammar_lacks() -> None:
    for table in keywords().tables.values():
        for word, kinds in table.words.items():
            assert set(kinds) <= keyword_terminals(), (table.language, word)


def test_every_printed_phrase_is_read_back_as_it_was_meant() -> None:
    words = keywords()
    for table in words.tables.values():
        for kinds, word in table.spellings.items():
            read = words.terminals_of(word)
            assert read == kinds or (read, kinds) == (("OF",), ("IN",)), (table.language, word)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_third_language_needs_a_table_and_no_code(path: Path, tmp_path: Path) -> None:
    three = load_tables([*sorted(FOLDER.glob("*.yaml")), made_up_table(tmp_path)])
    file, diagnostics = parse(Source("g.rule", path.read_text(encoding="utf-8")), three)
    assert not diagnostics
    third = format_file(file, "qq", words=three)
    again, problems = parse(Source("q.rule", third), three)
    assert not problems
    assert again == file
    assert format_file(again, words=three) == third
    english = format_file(file, "en", words=three)
    assert format_file(parse(Source("q.rule", third), three)[0], "en", words=three) == english


def test_a_third_language_looks_like_itself(tmp_path: Path) -> None:
    three = load_tables([*sorted(FOLDER.glob("*.yaml")), made_up_table(tmp_path)])
    text = "rule a\n    for each rating r\n    must have reply of r within 3 days after r.at\n"
    file, _ = parse(Source("t.rule", text), three)
    assert format_file(file, "qq", words=three) == (
        "qrule a\n    qfor qeach rating r\n    qmust qhave reply qof r qrelative r.at qlater 3qdays qinside\n"
    )


def test_words_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    file = made_up_table(tmp_path)
    table = yaml.safe_load(file.read_text(encoding="utf-8"))
    table["words"]["rule"] = "MEASURE"
    file.write_text(yaml.safe_dump(table), encoding="utf-8")
    with pytest.raises(ValueError, match="rule means"):
        load_tables([*sorted(FOLDER.glob("*.yaml")), file])


@pytest.mark.parametrize("text", ["[]", "language: xx", "{language: xx, name: x, words: [], forms: 3}"])
def test_what_is_no_table_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "xx.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"xx\.yaml"):
        load_tables([file])


def test_the_grammar_has_no_words_of_a_language() -> None:
    rules = "\n".join(line.split("//")[0] for line in GRAMMAR.read_text(encoding="utf-8").splitlines())
    for table in keywords().tables.values():
        for word in table.words:
            assert f'"{word}"' not in rules
