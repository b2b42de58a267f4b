"""Results of rule tests as text, JSON and JUnit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from zhunsheng.drafting.coverage import Coverage, Goal
from zhunsheng.drafting.model import CaseFile
from zhunsheng.drafting.mutation import Mutation
from zhunsheng.drafting.running import CaseResult, Failure
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.wording import Wording, wording

TEXTS = Path(__file__).parent / "texts"


def words(language: str) -> Wording:
    return wording(language, TEXTS)


def sentence(failure: Failure, texts: Wording) -> str:
    """What went wrong, in one line, without its place."""
    values = {key: value for key, value in asdict(failure).items() if isinstance(value, str)}
    because = texts.text("result.because", reason=failure.reason) if failure.reason else ""
    return texts.text(f"result.{failure.kind}", because=because, **values)


def place(failure: Failure) -> str:
    return f"{failure.span.source.name}:{failure.span.line}"


def text(pack: str, results: Sequence[CaseResult], language: str) -> str:
    """Every failure under its case, then one line for the whole."""
    texts = words(language)
    lines: list[str] = []
    failed = [result for result in results if result.failures]
    for result in failed:
        lines.append(in_language(result.case.title, language) or "")
        lines += [f"  {place(each)}: {sentence(each, texts)}" for each in result.failures]
    values = {
        "pack": pack,
        "cases": len(results),
        "checks": sum(result.checks for result in results),
        "failed": len(failed),
        "failures": sum(len(result.failures) for result in failed),
    }
    lines.append(texts.text("result.some_fail" if failed else "result.all_pass", **values))
    return "\n".join(lines) + "\n"


# ---- coverage and mutation ---------------------------------------------------------------------------------


def coverage_text(coverage: Coverage, threshold: int | None, language: str) -> str:
    """What is missing, rule by rule, and the totals."""
    texts = words(language)
    lines = ["", texts.text("coverage.heading")]
    for rule in coverage.rules:
        lines.append(texts.text("coverage.rule", rule=rule.rule, **rule.counts()))
        lines += [texts.text("coverage.missing", goal=goal_text(goal, texts)) for goal in rule.missing()]
    lines.append(texts.text("coverage.total", percent=coverage.percent(), **coverage.counts()))
    lines.append(texts.text("coverage.derived"))
    if threshold is not None and not coverage.reaches(threshold):
        lines.append(texts.text("coverage.below", threshold=threshold))
    return "\n".join(lines) + "\n"


def goal_text(goal: Goal, texts: Wording) -> str:
    return texts.text(f"coverage.{goal.kind}", detail=goal.detail, line=goal.line)


def mutation_text(mutations: Sequence[Mutation], untested: Sequence[str], language: str) -> str:
    """The changes that no test noticed."""
    texts = words(language)
    survivors = [each for each in mutations if each.survived]
    lines = [""]
    lines += [_survivor(each, texts) for each in survivors]
    lines += [texts.text("mutation.untested", rule=rule) for rule in untested]
    lines.append(texts.text("mutation.total", mutants=len(mutations), survived=len(survivors)))
    return "\n".join(lines) + "\n"


def _survivor(mutation: Mutation, texts: Wording) -> str:
    line = texts.text("mutation.place", line=mutation.line) if mutation.line else ""
    change = texts.text(f"mutation.{mutation.kind}", before=mutation.before, after=mutation.after)
    return texts.text("mutation.survived", rule=mutation.rule, place=line, change=change)


# ---- for machines ------------------------------------------------------------------------------------------


def as_json(
    pack: str,
    results: Sequence[CaseResult],
    language: str,
    *,
    coverage: Coverage | None = None,
    mutations: Sequence[Mutation] | None = None,
    untested: Sequence[str] = (),
) -> str:
    """The same facts for programs; keys are stable, sentences are in the language asked for."""
    texts = words(language)
    found: dict[str, Any] = {
        "pack": pack,
        "cases": [_case(result, texts, language) for result in results],
        "failures": sum(len(result.failures) for result in results),
    }
    if coverage is not None:
        found["coverage"] = {
            **coverage.counts(),
            "rules": [
                {
                    "rule": rule.rule,
                    **rule.counts(),
                    "missing": [asdict(goal) for goal in rule.missing()],
                }
                for rule in coverage.rules
            ],
        }
    if mutations is not None:
        found["mutations"] = [asdict(each) for each in mutations]
        found["untested"] = list(untested)
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _case(result: CaseResult, texts: Wording, language: str) -> dict[str, Any]:
    span = result.case.span
    return {
        "file": span.source.name,
        "line": span.line,
        "title": in_language(result.case.title, language),
        "checks": result.checks,
        "failures": [
            {
                "file": each.span.source.name,
                "line": each.span.line,
                "kind": each.kind,
                "rule": each.what,
                "subject": each.subject or None,
                "expected": each.expected or None,
                "found": each.found or None,
                "reason": each.reason or None,
                "message": sentence(each, texts),
            }
            for each in result.failures
        ],
    }


def junit(pack: str, files: Sequence[CaseFile], results: Sequence[CaseResult], language: str) -> str:
    """JUnit XML: a suite per file, a test case per case. No times: equal inputs give equal bytes."""
    texts = words(language)
    root = ElementTree.Element("testsuites", name=pack)
    for file in files:
        mine = [result for result in results if result.case.span.source.name == file.name]
        failed = sum(bool(result.failures) for result in mine)
        suite = ElementTree.SubElement(
            root, "testsuite", name=file.name, tests=str(len(mine)), failures=str(failed), errors="0"
        )
        for result in mine:
            suite.append(_junit_case(pack, result, texts, language))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _junit_case(pack: str, result: CaseResult, texts: Wording, language: str) -> ElementTree.Element:
    name = _plain(in_language(result.case.title, language) or "")
    element = ElementTree.Element("testcase", classname=pack, name=name)
    lines = [f"{place(each)}: {sentence(each, texts)}" for each in result.failures]
    if lines:
        failure = ElementTree.SubElement(element, "failure", message=_plain(lines[0]))
        failure.text = _plain("\n".join(lines))
    return element


def _plain(words_: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(_kept(words_))


def _kept(words_: str) -> Iterator[str]:
    for each in words_:
        yield (
            each
            if each in "\n\t"
            or (each >= " " and each not in "\ufffe\uffff" and not "\ud800" <= each <= "\udfff")
            else "�"
        )
