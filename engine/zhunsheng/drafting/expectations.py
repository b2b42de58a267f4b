"""What a test expects: verdicts per subject, exact numbers per measure and group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.drafting.groups import Dimensions
from zhunsheng.drafting.model import (
    ExpectedGroup,
    ExpectedMeasure,
    ExpectedRule,
    ExpectedSubject,
    ExpectedVerdict,
)
from zhunsheng.packs.yaml_text import Document
from zhunsheng.semantics.typed import Program
from zhunsheng.semantics.wording import suggestion
from zhunsheng.verdicts.model import Reason, Verdict

_Path = tuple[str | int, ...]
_VERDICTS = [each.value for each in Verdict if each is not Verdict.WAIVED]
_NO_VALUE = "none"
_NUMBERS = ("value", "low", "high", "numerator", "denominator", "undecided")


class Expectations:
    """The expectations of one file, against the pack. What is wrong goes to `report`."""

    def __init__(self, document: Document, program: Program, report: list[Diagnostic]) -> None:
        self.document, self.report = document, report
        self.rule_names = [rule.id for rule in program.rules]
        self.dimensions = {each.id: Dimensions(each.by, program.vocabulary) for each in program.measures}
        self.dimensions |= {each.id: Dimensions((), program.vocabulary) for each in program.indices}

    def _add(self, code: str, span: Span, values: Mapping[str, str]) -> None:
        self.report.append(Diagnostic(code, span, values))

    def rules(self, said: Mapping[str, Any], at: _Path) -> tuple[ExpectedRule, ...]:
        """The expected verdicts; unknown rules, verdicts and reasons are reported (ZS5206, ZS5207)."""
        found = []
        for name, subjects in said.items():
            path = (*at, name)
            if name not in self.rule_names:
                values = {"rule": name[:60], **suggestion(name, self.rule_names)}
                self._add("ZS5206", self.document.place(path), values)
                continue
            listed = []
            for key, words in subjects.items():
                place = (*path, key)
                texts = words if isinstance(words, list) else [words]
                verdicts = [self._verdict(text, place) for text in texts]
                listed.append(
                    ExpectedSubject(
                        key, tuple(v for v in verdicts if v is not None), self.document.value_place(place)
                    )
                )
            found.append(ExpectedRule(name, tuple(listed), self.document.place(path)))
        return tuple(found)

    def measures(self, said: Mapping[str, Any], at: _Path, zone: str) -> tuple[ExpectedMeasure, ...]:
        """The expected numbers of measures and indices, exact, over the whole log and by groups."""
        found = []
        for name, body in said.items():
            path = (*at, name)
            if name not in self.dimensions:
                values = {"rule": name[:60], **suggestion(name, self.dimensions)}
                self._add("ZS5206", self.document.place(path), values)
                continue
            published = None
            if "published" in body:
                published = {
                    key: self._plain(word, (*path, "published", key)) or Verdict.PASS
                    for key, word in body["published"].items()
                }
            groups = None
            if "groups" in body:
                groups = tuple(
                    self._group(name, each, (*path, "groups", number), zone)
                    for number, each in enumerate(body["groups"])
                )
            numbers = self._numbers(body, path)
            verdict = self._plain(body.get("verdict"), (*path, "verdict"))
            place = self.document.place(path)
            found.append(ExpectedMeasure(name, numbers, verdict, published, place, groups))
        return tuple(found)

    def _group(self, measure: str, body: Mapping[str, Any], at: _Path, zone: str) -> ExpectedGroup:
        dimensions = self.dimensions[measure]
        by: dict[str, str | None] = {}
        for name, raw in body["by"].items():
            path = (*at, "by", name)
            dimension = dimensions.find(name)
            if dimension is None:
                values = {"name": name[:60], "measure": measure, **suggestion(name, dimensions.names)}
                self._add("ZS5216", self.document.place(path), values)
                continue
            try:
                by[dimension.name] = dimensions.group_name(dimension, raw, zone)
            except (ValueError, OverflowError):
                values = {"name": name[:60], "value": str(raw)[:60], **dimensions.expected(dimension)}
                self._add("ZS5204", self.document.value_place(path), values)
        numbers = self._numbers(body, at)
        verdict = self._plain(body.get("verdict"), (*at, "verdict"))
        return ExpectedGroup(by, numbers, verdict, self.document.place(at))

    # ---- words and numbers ----

    def _verdict(self, text: str, at: _Path) -> ExpectedVerdict | None:
        verdict, _, reason = text.strip().partition(" ")
        reasons = [each.value for each in Reason]
        for word, allowed in ((verdict, _VERDICTS), (reason.strip(), ["", *reasons])):
            if word not in allowed:
                values = {"word": word[:60], **suggestion(word, [each for each in allowed if each])}
                self._add("ZS5207", self.document.value_place(at), values)
                return None
        return ExpectedVerdict(Verdict(verdict), Reason(reason.strip()) if reason.strip() else None)

    def _plain(self, word: str | None, at: _Path) -> Verdict | None:
        found = None if word is None else self._verdict(word.split(" ")[0], at)
        return None if found is None else found.verdict

    def _numbers(self, body: Mapping[str, Any], at: _Path) -> dict[str, Fraction | None]:
        numbers: dict[str, Fraction | None] = {}
        for key in _NUMBERS:
            if key in body:
                number = self._number(body[key], (*at, key))
                numbers[key] = None if number == _NO_VALUE else Fraction(number)
        return numbers

    def _number(self, text: str, at: _Path) -> str:
        """A fraction, decimal or percentage as `Fraction` reads it, or "none"."""
        plain = text.replace(" ", "")
        if plain == _NO_VALUE:
            return plain
        if re.fullmatch(r"-?\d{1,18}/0*[1-9]\d{0,17}|-?\d{1,18}(\.\d{1,18})?", plain, re.ASCII):
            return plain
        if re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?[%％]", plain, re.ASCII):
            return str(Fraction(plain[:-1]) / 100)
        self._add("ZS5215", self.document.value_place(at), {"value": text[:60]})
        return "0"
