"""The pack of GB/T 39734 as a text: sound, honest about what it rests on, and readable in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from domain.places import PACK, pack
from zhunsheng.diagnostics import Source
from zhunsheng.packs import lint_pack
from zhunsheng.semantics import check, renames
from zhunsheng.syntax import format_file, parse

FILES = sorted(PACK.glob("*.rule"))
EXPECTED_CLAUSES = [
    "4", "4.1", "4.2", "4.3", "5", "6", "6.1", "6.2", "7", "7.1", "7.2", "7.3", "8", "8.1", "8.2", "8.3",
    "9", "9.1", "9.2", "9.3", "10", "10.1", "10.2", "10.3", "附录A", "附录B",
]  # fmt: skip


def test_the_pack_loads_without_a_word() -> None:
    assert pack().diagnostics == ()


def test_lint_finds_nothing() -> None:
    assert [(each.code, dict(each.values)) for each in lint_pack(pack())] == []


def test_it_is_as_large_as_promised() -> None:
    program = pack().program
    assert len(program.rules) >= 18
    assert len(program.measures) >= 8
    assert len(program.indices) == 1


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_formatted(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    file, diagnostics = parse(Source(str(path), text))
    assert diagnostics == ()
    assert format_file(file) == text


def test_nothing_is_called_normative() -> None:
    """No number was read in the standard's own text: only clause titles and two principles are visible."""
    assert {each.basis for each in pack().program.parameters.values()} == {"secondary", "assumption"}


def test_every_parameter_names_its_source_in_both_languages() -> None:
    for parameter in pack().program.parameters.values():
        assert {"", "en"} <= set(parameter.source) or {"zh", "en"} <= set(parameter.source), parameter.id
        assert {"", "en"} <= set(parameter.label) or {"zh", "en"} <= set(parameter.label), parameter.id


def test_no_rule_holds_a_number_of_its_own() -> None:
    """Limits stand in parameters. What is left in rules: one first unit, and the bounds of a fraction."""
    allowed = {"1", "0"}
    for path in FILES:
        file, _ = parse(Source(str(path), path.read_text(encoding="utf-8")))
        for declaration in file.declarations:
            if type(declaration).__name__ == "Rule":
                inside = [
                    token
                    for token in file.tokens
                    if declaration.span.start <= token.span.start < declaration.span.end
                ]
                numbers = {token.text for token in inside if token.kind == "NUMBER"}
                assert numbers <= allowed, (path.name, declaration.name.text, numbers)


def test_rules_have_stable_ids_labels_clauses_and_remedies() -> None:
    for rule in pack().program.rules:
        assert re.fullmatch(r"[a-z][a-z0-9_]{3,40}", rule.id), rule.id
        assert rule.clauses and rule.label.get("en"), rule.id
        assert rule.modality == "may" or rule.remedy.get("en"), rule.id


def test_clause_list_is_complete_and_says_what_is_known() -> None:
    clauses = yaml.safe_load((PACK / "clauses.yaml").read_text(encoding="utf-8"))["clauses"]
    assert [each["number"] for each in clauses] == EXPECTED_CLAUSES
    for each in clauses:
        assert set(each["title"]) == set(each["known"]) == set(each["why"]) == {"zh", "en"}, each["number"]


def test_clauses_that_claim_rules_have_them_and_the_others_do_not() -> None:
    program = pack().program
    covered = {clause.number for each in program.rules for clause in each.clauses}
    covered |= {clause.number for each in program.measures for clause in each.clauses}
    covered |= {clause.number for each in program.indices for clause in each.clauses}
    partly = {clause.number for clause in pack().clauses if clause.status in {"encoded", "partly"}}
    assert covered == partly


def test_english_and_back_means_the_same() -> None:
    """zh → en → zh gives the same text, and the English text has the same typed tree."""
    vocabulary = pack().program.vocabulary
    files = [parse(Source(path.name, path.read_text(encoding="utf-8")))[0] for path in FILES]
    checked = check(files, vocabulary)
    english = [format_file(file, "en", renames(checked, file, "en")) for file in files]
    again = [parse(Source(path.name, text))[0] for path, text in zip(FILES, english, strict=True)]
    rechecked = check(again, vocabulary)
    assert rechecked.diagnostics == ()
    assert rechecked.program == checked.program
    back = [format_file(file, "zh", renames(rechecked, file, "zh")) for file in again]
    assert back == [format_file(file) for file in files]
    assert all(re.search(r"for each [a-z_]+ [a-z]", text) for text in english[1:])
