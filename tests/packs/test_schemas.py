# ruff: noqa: E501  (a case is one line)
"""Our reading of the schemas of pack.yaml and clauses.yaml agrees with a full JSON Schema validator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from packs.folders import PACK
from zhunsheng.diagnostics import Source
from zhunsheng.packs.schema_check import KEYWORDS, problems, schema
from zhunsheng.packs.yaml_text import Document, read

_words = st.sampled_from(["", "a", "2021-01-01", "normative", "encoded", "../x", "9.3"])
_keys = st.sampled_from(
    ["id", "version", "title", "parameters", "disable", "value", "periods", "from", "source", "basis", "rule", "reason",
     "clauses", "standard", "number", "status", "why", "over_report", "rules", "zh", "effective"]
)  # fmt: skip
_documents = st.recursive(
    st.one_of(_words, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=6)),
    max_leaves=12,
)
_packs = st.fixed_dictionaries({"id": _words, "version": _words, "title": _documents}, optional={"parameters": _documents, "disable": _documents})  # fmt: skip
_entries = st.fixed_dictionaries({"number": _words, "title": _words, "status": _words}, optional={"rules": _documents, "over_report": _documents, "why": _documents})  # fmt: skip
_clauses = st.fixed_dictionaries(
    {"clauses": st.lists(_entries, max_size=3)}, optional={"standard": _documents}
)


def _agree(value: Any, name: str) -> None:
    document = Document(Source("x.yaml", ""), value)
    assert (not problems(document, name)) == Draft202012Validator(schema(name)).is_valid(value)


@settings(max_examples=150, deadline=None)
@given(st.one_of(_documents, _packs))
def test_pack_schema(value: Any) -> None:
    _agree(value, "pack")


@settings(max_examples=150, deadline=None)
@given(st.one_of(_documents, _clauses))
def test_clauses_schema(value: Any) -> None:
    _agree(value, "clauses")


@pytest.mark.parametrize("name", ["pack", "clauses", "profile"])
def test_no_keyword_is_overlooked(name: str) -> None:
    def walk(node: Any, names: bool) -> None:
        if isinstance(node, dict):
            assert names or node.keys() <= KEYWORDS
            for key, value in node.items():
                walk(value, not names and key in ("properties", "$defs"))
        elif isinstance(node, list):
            for value in node:
                walk(value, False)

    walk(schema(name), False)


_parts = st.dictionaries(
    st.sampled_from(
        ["value", "codes", "formats", "constant", "items", "basis", "source", "where", "fields", "map"]
    ),
    _documents,
    max_size=4,
)
_records = st.dictionaries(
    st.sampled_from(["rating", "service"]), st.one_of(_parts, st.none(), _words), max_size=2
)
_tables = st.dictionaries(
    _words,
    st.fixed_dictionaries({}, optional={"names": _documents, "records": _records, "aliases": _documents}),
    max_size=2,
)
_profiles = st.fixed_dictionaries(
    {"profile": _words, "title": _documents},
    optional={
        "tables": _tables,
        "codes": st.dictionaries(_words, _parts, max_size=2),
        "conflicts": _documents,
        "decide": _documents,
    },
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(_documents, _profiles))
def test_profile_schema(value: Any) -> None:
    _agree(value, "profile")


def test_a_good_pack_agrees() -> None:
    document = read(Source("pack.yaml", PACK))
    assert not document.diagnostics and not problems(document, "pack")
    assert Draft202012Validator(schema("pack")).is_valid(document.value)
