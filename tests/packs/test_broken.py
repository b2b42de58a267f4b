# ruff: noqa: E501  (a case is one line)
"""Broken packs: one clear message each, and never an exception."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packs.folders import PACK, RULE, codes, write
from zhunsheng.packs import lint_pack, load_pack

CLAUSES = 'standard: S\nclauses:\n  - {number: "9.3", title: 差评处置, status: encoded}\n'
BILLION = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

BROKEN: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "no colon": ("ZS5106", {"pack.yaml": "id: a\nversion\n"}),
    "bad indentation": ("ZS5106", {"pack.yaml": "id: a\n  version: 1\n"}),
    "unclosed quote": ("ZS5106", {"pack.yaml": 'id: "a\n'}),
    "tab": ("ZS5106", {"pack.yaml": "id:\n\tx: 1\n"}),
    "nested without end": ("ZS5106", {"pack.yaml": "[" * 5000}),
    "two documents": ("ZS5106", {"pack.yaml": PACK + "---\na: 1\n"}),
    "control character": ("ZS5106", {"pack.yaml": "id: \x00\n"}),
    "key twice": ("ZS5107", {"pack.yaml": PACK + "version: 2\n"}),
    "bomb": ("ZS5108", {"pack.yaml": BILLION}),
    "merge": ("ZS5108", {"pack.yaml": PACK + "x: &a {y: 1}\nz: {<<: *a}\n"}),
    "python object": ("ZS5109", {"pack.yaml": PACK + "standard: !!python/object/apply:os.system [ls]\n"}),
    "binary": ("ZS5109", {"pack.yaml": PACK + "standard: !!binary aGk=\n"}),
    "key missing": ("ZS5110", {"pack.yaml": "id: a\nversion: 1\n"}),
    "empty": ("ZS5112", {"pack.yaml": ""}),
    "a list": ("ZS5112", {"pack.yaml": "- a\n"}),
    "misspelt key": ("ZS5111", {"pack.yaml": PACK + "exends: x\n"}),
    "another kind": ("ZS5112", {"pack.yaml": PACK + "standard: [a]\n"}),
    "id with spaces": ("ZS5113", {"pack.yaml": PACK.replace("sample", "a b")}),
    "id that climbs": ("ZS5113", {"pack.yaml": PACK.replace("sample", "../a")}),
    "no such day": ("ZS5123", {"pack.yaml": PACK + "effective: {from: 2021-02-30}\n"}),
    "dates reversed": ("ZS5124", {"pack.yaml": PACK + "effective: {from: 2022-01-01, until: 2021-01-01}\n"}),
    "not UTF-8": ("ZS5104", {"pack.yaml": b"id: \xff"}),
    "too large": ("ZS5105", {"pack.yaml": b"#" * 5_000_000}),
    "no rules": ("ZS5115", {"a.rule": "standard S \"x\"\n"}),
    "vocabulary outside": ("ZS5114", {"pack.yaml": PACK.replace("vocabulary: vocabulary", "vocabulary: ../..")}),
    "vocabulary absolute": ("ZS5114", {"pack.yaml": PACK.replace("vocabulary: vocabulary", "vocabulary: /etc")}),
    "vocabulary missing": ("ZS2101", {"pack.yaml": PACK.replace("vocabulary: vocabulary", "vocabulary: none")}),
    "parent missing": ("ZS5101", {"pack.yaml": PACK + "extends: ../nowhere\n"}),
    "parent absolute": ("ZS5101", {"pack.yaml": PACK + "extends: /etc\n"}),
    "parent without pack.yaml": ("ZS5102", {"pack.yaml": PACK + "extends: vocabulary\n"}),
    "extends itself": ("ZS5116", {"pack.yaml": PACK + "extends: .\n"}),
    "override of nothing": ("ZS5120", {"pack.yaml": PACK + "parameters: {a: {value: 1, source: x, basis: assumption}}\n"}),
    "disable of nothing": ("ZS5120", {"pack.yaml": PACK + "disable: [{rule: a, reason: b}]\n"}),
    "rule file of random bytes": ("ZS5104", {"a.rule": bytes(range(256)) * 40}),
    "rule file too large": ("ZS5105", {"a.rule": b"x" * 5_000_000}),
    "syntax": ("ZS1001", {"a.rule": "rule x\n  for each rating r\n  must 3 3\n"}),
    "clauses of no standard": ("ZS5127", {"clauses.yaml": CLAUSES.replace("standard: S", "standard: T")}),
    "clause twice": ("ZS5121", {"clauses.yaml": CLAUSES + CLAUSES.split("\n")[2] + "\n"}),
    "clause status": ("ZS5113", {"clauses.yaml": CLAUSES.replace("encoded", "done")}),
    "clause with unknown rule": ("ZS5122", {"clauses.yaml": CLAUSES.replace("encoded", "encoded, rules: [answred]")}),
    "clauses no YAML": ("ZS5106", {"clauses.yaml": "a: [\n"}),
    "clauses empty": ("ZS5112", {"clauses.yaml": ""}),
}  # fmt: skip


@pytest.mark.parametrize(("code", "files"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_pack_is_told(tmp_path: Path, code: str, files: dict[str, str | bytes]) -> None:
    found = codes(write(tmp_path, {"pack.yaml": PACK, "a.rule": RULE, **files}))
    assert code in found
    lint_pack(load_pack(tmp_path))


PARENT = PACK.replace("sample", "parent")
OVERRIDE = "id: child\nversion: 1\ntitle: x\nextends: ../parent\nparameters:\n  limit: {0}\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OVERRIDE.format("{value: 5, source: x, basis: assumption}"), "ZS2054"),
        (OVERRIDE.format("{value: 5 wrking days, source: x, basis: assumption}"), "ZS5118"),
        (OVERRIDE.format('{value: "5 days from 2021-01-01", source: x, basis: assumption}'), "ZS5118"),
        (OVERRIDE.format('{value: "5 days\\nrule x for each rating r must r.named", source: x, basis: assumption}'), "ZS5118"),
        (OVERRIDE.format('{value: "5 days rolling", source: x, basis: assumption}'), "ZS5118"),
        (OVERRIDE.format("{value: limit, source: x, basis: assumption}"), "ZS2060"),
        (OVERRIDE.format("{value: 5 days, basis: assumption}"), "ZS5110"),
        (OVERRIDE.format("{value: 5 days, source: x, basis: guess}"), "ZS5113"),
        (OVERRIDE.format("{source: x, basis: assumption}"), "ZS5126"),
        (OVERRIDE.format("{periods: [], source: x, basis: assumption}"), "ZS5113"),
        (OVERRIDE.format("{periods: [{value: 5 days, from: 2021-13-01}], source: x, basis: assumption}"), "ZS5123"),
        (OVERRIDE.replace("limit:", "limt:").format("{value: 5 days, source: x, basis: assumption}"), "ZS5117"),
        (OVERRIDE.split("parameters", maxsplit=1)[0] + "disable: [{rule: answred, reason: x}]\n", "ZS5119"),
        (OVERRIDE.split("parameters", maxsplit=1)[0] + "disable: [{rule: answered}]\n", "ZS5110"),
    ],
)  # fmt: skip
def test_a_broken_child_is_told(tmp_path: Path, text: str, code: str) -> None:
    write(tmp_path / "parent", {"pack.yaml": PARENT, "a.rule": RULE})
    assert code in codes(write(tmp_path / "child", {"pack.yaml": text}, vocabulary=False))


def test_a_mistake_in_yaml_is_shown_in_its_line(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, {"pack.yaml": PACK + "effective: {from: 2021-02-30}\n", "a.rule": RULE}))
    (wrong,) = pack.diagnostics
    assert wrong.span is not None and (wrong.span.line, wrong.span.text) == (5, "2021-02-30")


def test_no_such_pack(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == ["ZS5101"]
    assert codes(Path("no-such-pack")) == ["ZS5101"]
    assert codes(Path("\x00")) == ["ZS5101"]
    assert codes(Path("x" * 5000)) == ["ZS5101"]
    assert codes(tmp_path) == ["ZS5102"]
    (tmp_path / "file").write_text("x")
    assert codes(tmp_path / "file") == ["ZS5101"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.rule"
    secret.write_text("rule secret\n    for each rating r\n    must r.named\n")
    folder = write(tmp_path / "pack", {"pack.yaml": PACK, "a.rule": RULE})
    (folder / "b.rule").symlink_to(secret)
    (folder / "up").symlink_to(tmp_path)
    pack = load_pack(folder)
    assert [one.code for one in pack.diagnostics] == ["ZS5114"]
    assert [one.id for one in pack.program.rules] == ["answered"]
    (folder / "b.rule").unlink()
    (folder / "clauses.yaml").symlink_to(tmp_path / "clauses.yaml")
    assert codes(folder) == ["ZS5114"]


def test_a_vocabulary_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "pack", {"pack.yaml": PACK, "a.rule": RULE}, vocabulary=False)
    write(tmp_path / "other", {})
    (folder / "vocabulary").symlink_to(tmp_path / "other" / "vocabulary")
    assert "ZS5114" in codes(folder)


def test_single_files_that_are_links_are_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "pack", {"pack.yaml": PACK, "a.rule": RULE})
    for name in ("vocabulary/rating.schema.json", "pack.yaml"):
        outside = tmp_path / Path(name).name
        (folder / name).rename(outside)
        (folder / name).symlink_to(outside)
        assert "ZS5114" in codes(folder)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = write(tmp_path, {"pack.yaml": PACK})
    os.mkfifo(folder / "a.rule")
    os.mkfifo(folder / "vocabulary" / "b.schema.json")
    assert {"ZS5103", "ZS2102"} <= set(codes(folder))


def test_parents_that_go_round(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        text = PACK.replace("sample", name) + f"extends: ../{parent}\n"
        write(tmp_path / name, {"pack.yaml": text, "a.rule": RULE.replace("answered", f"answered_{name}")})
    assert "ZS5116" in codes(tmp_path / "a")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from(["pack.yaml", "a.rule", "clauses.yaml"]))
def test_random_bytes_never_raise(tmp_path: Path, content: bytes, name: str) -> None:
    folder = write(tmp_path, {"pack.yaml": PACK, "a.rule": RULE, "clauses.yaml": CLAUSES, name: content})
    codes(folder)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("abid:{}[]-,&*!|>#'\"%@ \n0", max_size=80), st.sampled_from(["pack.yaml", "clauses.yaml"]))
def test_random_yaml_never_raises(tmp_path: Path, content: str, name: str) -> None:
    folder = write(tmp_path, {"pack.yaml": PACK, "a.rule": RULE, "clauses.yaml": CLAUSES, name: content})
    codes(folder)
