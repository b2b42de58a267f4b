"""Reads code lists from the `$defs` of a `*.codes.json` file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zhunsheng.diagnostics import Source
from zhunsheng.semantics.reporting import Reporter
from zhunsheng.semantics.schema_keywords import Path, flag, labels, names, only, read_name, texts
from zhunsheng.semantics.vocabulary import Code, CodeList

_TOP = {"$schema", "$id", "$comment", "$defs", "title", "description"}
_LIST = {"type", "title", "description", "$comment", "x-codelist", "x-description", "oneOf"}
_ABOUT = {"names", "labels", "ordered", "subset_of"}
_CODE = {"const", "title", "description", "$comment", "deprecated", "x-names", "x-label", "x-description"}
_MOST_CODES = 30_000
"""Canonical logs hold a code's position as SMALLINT."""


def read_codelists(source: Source, value: Mapping[str, Any], reporter: Reporter) -> Iterator[CodeList]:
    """The lists of one file, as far as they can be read."""
    only(source, (), value, _TOP, reporter)
    lists = value.get("$defs")
    if not isinstance(lists, dict):
        reporter.value(source, ("$defs",), "$defs", '{"…": {"oneOf": […]}}', lists)
        return
    for id_, body in lists.items():
        path: Path = ("$defs", id_)
        name = read_name(source, path, id_, reporter)
        if not isinstance(body, dict):
            reporter.value(source, path, id_, '{"oneOf": […]}', body)
        elif name is not None:
            yield _codelist(source, path, name, body, reporter)


def _codelist(source: Source, path: Path, id_: str, body: Mapping[str, Any], reporter: Reporter) -> CodeList:
    only(source, path, body, _LIST, reporter)
    about = body.get("x-codelist", {})
    at: Path = (*path, "x-codelist")
    if not isinstance(about, dict):
        reporter.value(source, at, "x-codelist", '{"names": …}', about)
        about = {}
    only(source, at, about, _ABOUT, reporter)
    subset_of = about.get("subset_of")
    if subset_of is not None and not isinstance(subset_of, str):
        reporter.value(source, (*at, "subset_of"), "subset_of", '"…"', subset_of)
        subset_of = None
    names_ = names(source, (*at, "names"), about.get("names"), id_, reporter)
    return CodeList(
        id=id_,
        codes=tuple(_codes(source, (*path, "oneOf"), body.get("oneOf"), reporter)),
        ordered=flag(source, (*at, "ordered"), about.get("ordered"), reporter),
        subset_of=subset_of,
        names=names_,
        labels=labels(texts(source, (*at, "labels"), about.get("labels"), reporter), names_),
    )


def _codes(source: Source, path: Path, value: Any, reporter: Reporter) -> Iterator[Code]:
    if not isinstance(value, list) or not value or len(value) > _MOST_CODES:
        reporter.value(source, path, "oneOf", '[{"const": "…"}, …]', value)
        return
    seen: dict[str, int] = {}
    for index, entry in enumerate(value):
        at: Path = (*path, index)
        if not isinstance(entry, dict):
            reporter.value(source, at, "oneOf", '{"const": "…"}', entry)
            continue
        only(source, at, entry, _CODE, reporter)
        name = read_name(source, (*at, "const"), entry.get("const"), reporter)
        if name is None:
            continue
        names_ = names(source, (*at, "x-names"), entry.get("x-names"), name, reporter)
        clash = next((text for text in names_.values() if text in seen), None)
        if clash is not None:
            other = (*path, seen[clash], "const")
            reporter.json("ZS2111", source, (*at, "const"), {"name": clash}, related=(source, other))
            continue
        seen.update(dict.fromkeys(names_.values(), index))
        given = texts(source, (*at, "x-label"), entry.get("x-label"), reporter)
        retired = flag(source, (*at, "deprecated"), entry.get("deprecated"), reporter)
        yield Code(name, names_, labels(given, names_), retired)
