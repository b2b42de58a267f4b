"""What a test expects: verdicts per subject, exact numbers per measure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.drafting.model import ExpectedMeasure, ExpectedRule, ExpectedSubject, ExpectedVerdict
from zhunsheng.packs.yaml_text import Document
from zhunsheng.semantics.typed import Program
from zhunsheng.semantics.wording import suggestion
from zhunsheng.verdicts.model import Reason, Verdict

_Path = tuple[str | int, ...]
_VERDICTS = [each.value for each in Verdict if each is not Verdict.WAIVED]
_NO_VALUE = "none"


def expected_rules(
    document: Document, program: Program, said: Mapping[str, Any], at: _Path, report: list[Diagnostic]
) -> tuple[ExpectedRule, ...]:
    """The expected verdicts; unknown rules, verdicts and reasons are reported (ZS5206, ZS5207)."""
    known = [rule.id for rule in program.rules]
    found = []
    for name, subjects in said.items():
        path = (*at, name)
        if name not in known:
            values = {"rule": name[:60], **suggestion(name, known)}
            report.append(Diagnostic("ZS5206", document.place(path), values))
            continue
        listed = []
        for key, words in subjects.items():
            place = (*path, key)
            texts = words if isinstance(words, list) else [words]
            verdicts = [_verdict(document, text, place, report) for text in texts]
            listed.append(
                ExpectedSubject(key, tuple(v for v in verdicts if v is not None), document.value_place(place))
            )
        found.append(ExpectedRule(name, tuple(listed), document.place(path)))
    return tuple(found)


def _verdict(document: Document, text: str, at: _Path, report: list[Diagnostic]) -> ExpectedVerdict | None:
    verdict, _, reason = text.strip().partition(" ")
    reasons = [each.value for each in Reason]
    for word, allowed in ((verdict, _VERDICTS), (reason.strip(), ["", *reasons])):
        if word not in allowed:
            values = {"word": word[:60], **suggestion(word, [each for each in allowed if each])}
            report.append(Diagnostic("ZS5207", document.value_place(at), values))
            return None
    return ExpectedVerdict(Verdict(verdict), Reason(reason.strip()) if reason.strip() else None)


def expected_measures(
    document: Document, program: Program, said: Mapping[str, Any], at: _Path, report: list[Diagnostic]
) -> tuple[ExpectedMeasure, ...]:
    """The expected numbers of measures and indices, exact."""
    known = [each.id for each in program.measures] + [each.id for each in program.indices]
    found = []
    for name, body in said.items():
        path = (*at, name)
        if name not in known:
            values = {"rule": name[:60], **suggestion(name, known)}
            report.append(Diagnostic("ZS5206", document.place(path), values))
            continue
        numbers: dict[str, Fraction | None] = {}
        for key, text in body.items():
            if key not in ("verdict", "published"):
                number = _number(document, text, (*path, key), report)
                numbers[key] = None if number == _NO_VALUE else Fraction(number)
        verdict = _plain(document, body.get("verdict"), (*path, "verdict"), report)
        published = None
        if "published" in body:
            published = {
                key: _plain(document, word, (*path, "published", key), report) or Verdict.PASS
                for key, word in body["published"].items()
            }
        found.append(ExpectedMeasure(name, numbers, verdict, published, document.place(path)))
    return tuple(found)


def _plain(document: Document, word: str | None, at: _Path, report: list[Diagnostic]) -> Verdict | None:
    found = None if word is None else _verdict(document, word.split(" ")[0], at, report)
    return None if found is None else found.verdict


def _number(document: Document, text: str, at: _Path, report: list[Diagnostic]) -> str:
    """A fraction, decimal or percentage as `Fraction` reads it, or "none"."""
    plain = text.replace(" ", "")
    if plain == _NO_VALUE:
        return plain
    if re.fullmatch(r"-?\d{1,18}/0*[1-9]\d{0,17}|-?\d{1,18}(\.\d{1,18})?", plain, re.ASCII):
        return plain
    if re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?[%％]", plain, re.ASCII):
        return str(Fraction(plain[:-1]) / 100)
    report.append(Diagnostic("ZS5215", document.value_place(at), {"value": text[:60]}))
    return "0"
