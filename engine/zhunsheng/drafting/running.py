"""Runs tests of rules on the reference evaluator, and on DuckDB beside it where that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from zhunsheng.calendars.model import Calendar
from zhunsheng.diagnostics import Span
from zhunsheng.drafting.groups import label, matching
from zhunsheng.drafting.model import Case, ExpectedGroup, ExpectedMeasure, ExpectedRule, ExpectedVerdict
from zhunsheng.logs.memory import MemoryStore
from zhunsheng.logs.model import Evidence, Row, TableFacts
from zhunsheng.packs.settings import set_to
from zhunsheng.reference import evaluate
from zhunsheng.reference.rules import Judgement, judge_subject
from zhunsheng.reference.scope import World
from zhunsheng.semantics.typed import Program, Rule
from zhunsheng.verdicts.model import Evaluation, Finding, GroupOutcome, Interval, MeasureOutcome, Verdict


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that did not hold. `kind` names its sentence in the texts."""

    kind: str
    """verdict, unlisted, no_subject, rows, number, measure_verdict, no_group, groups, unlisted_group,
    published, engines"""
    what: str
    """The rule or measure."""
    span: Span
    subject: str = ""
    expected: str = ""
    found: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    case: Case
    checks: int
    failures: tuple[Failure, ...]


def run_case(
    case: Case,
    program: Program,
    calendar: Calendar,
    wanted: frozenset[str] = frozenset(),
    *,
    both: bool = False,
) -> CaseResult:
    """Everything the case expects (of the `wanted` rules and measures, if any are named)."""
    world = world_of(case, program, calendar)
    rules = [each for each in case.rules if not wanted or each.rule in wanted]
    measures = [each for each in case.measures if not wanted or each.measure in wanted]
    failures: list[Failure] = []
    for expected in rules:
        failures += rule_failures(world, rule_of(program, expected.rule), expected)
    if measures or both:
        names = {each.rule for each in rules} | {each.measure for each in measures}
        some = restricted(world.program, names)
        outcome = evaluate(some, world.store, world.evidence, calendar)
        for each in measures:
            failures += measure_failures(outcome, each)
        if both:
            failures += disagreements(case, some, world.evidence, calendar, outcome)
    checks = sum(max(1, len(each.subjects)) for each in rules) + len(measures)
    return CaseResult(case, checks, tuple(failures))


def world_of(case: Case, program: Program, calendar: Calendar) -> World:
    """The case's log and evidence, as the reference evaluator takes them."""
    program = set_to(program, case.parameters)
    vocabulary = program.vocabulary
    facts = {}
    for name, record in vocabulary.records.items():
        keys = [row[record.key] for row in case.rows.get(name, ())]
        facts[name] = TableFacts(name not in case.not_supplied, len(keys), len(set(keys)) == len(keys))
    evidence = Evidence(case.zone, case.as_of, case.coverage, case.gaps, facts)
    return World(program, MemoryStore(vocabulary, supplied_rows(case)), evidence, calendar, in_memory=True)


def supplied_rows(case: Case) -> dict[str, Sequence[Row]]:
    return {name: rows for name, rows in case.rows.items() if name not in case.not_supplied}


def rule_of(program: Program, name: str) -> Rule:
    return next(rule for rule in program.rules if rule.id == name)


def restricted(program: Program, names: set[str]) -> Program:
    """Nothing but the named rules, measures and indices, and what those indices weigh."""
    indices = tuple(each for each in program.indices if each.id in names)
    weighed = names | {measure for each in indices for measure, _ in each.terms}
    return replace(
        program,
        rules=tuple(rule for rule in program.rules if rule.id in names),
        measures=tuple(measure for measure in program.measures if measure.id in weighed),
        indices=indices,
    )


def rule_failures(world: World, rule: Rule, expected: ExpectedRule) -> Iterator[Failure]:
    """Each subject beside what is expected of it, both ways: none may be left out on either side."""
    judged: dict[str, list[Judgement]] = {}
    for row in world.rows(rule.subject.var.record):
        key = str(world.key(rule.subject.var.record, row))
        judged.setdefault(key, []).append(judge_subject(world, rule, row))
    listed = {each.key for each in expected.subjects}
    for each in expected.subjects:
        found = judged.get(each.key, [])
        if len(found) != len(each.verdicts):
            kind = "rows" if found else "no_subject"
            yield Failure(kind, rule.id, each.span, each.key, str(len(each.verdicts)), str(len(found)))
            continue
        for wanted, got in zip(each.verdicts, found, strict=True):
            if not _as_expected(wanted, got):
                reason = got.reason.value if got.reason else ""
                yield Failure("verdict", rule.id, each.span, each.key, str(wanted), got.verdict.value, reason)
    for key, found in judged.items():
        if key not in listed:
            words = ", ".join(got.verdict.value for got in found)
            yield Failure("unlisted", rule.id, expected.span, key, "", words)


def _as_expected(wanted: ExpectedVerdict, got: Judgement) -> bool:
    return wanted.verdict is got.verdict and wanted.reason in (None, got.reason)


# ---- measures ----------------------------------------------------------------------------------------------


def measure_failures(outcome: Evaluation, expected: ExpectedMeasure) -> Iterator[Failure]:
    """Each number, verdict, group and published figure that is not as expected."""
    name = expected.measure
    if name in outcome.indices:
        index = outcome.indices[name]
        numbers, verdict = _of_interval(index.interval), index.verdict
    else:
        whole = outcome.measures[name].groups[0]
        numbers, verdict = _numbers(whole), whole.verdict
    yield from _unlike(name, expected, "", numbers, verdict)
    if expected.groups is not None:
        groups = outcome.measures[name].groups[1:] if name in outcome.measures else ()
        yield from _groups(name, expected.groups, groups, expected.span)
    if expected.published is not None and name in outcome.measures:
        yield from _published(outcome.measures[name], expected)


def _unlike(
    name: str,
    expected: ExpectedMeasure | ExpectedGroup,
    group: str,
    numbers: Mapping[str, Fraction | None],
    verdict: Verdict,
) -> Iterator[Failure]:
    for key, wanted in expected.numbers.items():
        found = numbers.get(key)
        if key not in numbers or found != wanted:
            shown = _shown(found) if key in numbers else "—"
            subject = f"{group}: {key}" if group else key
            yield Failure("number", name, expected.span, subject, _shown(wanted), shown)
    if expected.verdict is not None and verdict is not expected.verdict:
        kind = "verdict" if group else "measure_verdict"
        yield Failure(kind, name, expected.span, group, expected.verdict.value, verdict.value)


def _groups(
    name: str, expected: Sequence[ExpectedGroup], groups: Sequence[GroupOutcome], span: Span
) -> Iterator[Failure]:
    """Each group beside what is expected of it, both ways: none may be left out on either side."""
    told: list[GroupOutcome] = []
    for each in expected:
        found = matching(each, groups)
        if len(found) != 1:
            kind = "groups" if found else "no_group"
            yield Failure(kind, name, each.span, label(each.by), "1", str(len(found)))
            continue
        told += found
        yield from _unlike(name, each, label(each.by), _numbers(found[0]), found[0].verdict)
    for group in groups:
        if not any(group is each for each in told):
            shown = _shown(_numbers(group).get("value"))
            yield Failure("unlisted_group", name, span, label(group.group), "", shown)


def _numbers(group: GroupOutcome) -> dict[str, Fraction | None]:
    """What can be asked of a measure. `value` is there when it is exact or none."""
    return {
        "numerator": Fraction(group.numerator),
        "denominator": Fraction(group.denominator),
        "undecided": Fraction(group.undecided),
        **_of_interval(group.interval),
    }


def _of_interval(interval: Interval) -> dict[str, Fraction | None]:
    ends = {"low": interval.low, "high": interval.high}
    return {**ends, "value": interval.low} if interval.low == interval.high else ends


def _published(outcome: MeasureOutcome, expected: ExpectedMeasure) -> Iterator[Failure]:
    assert expected.published is not None
    found = {str(each.publication): each.verdict.value for each in outcome.agreement}
    for key in dict.fromkeys((*expected.published, *found)):
        wanted = expected.published[key].value if key in expected.published else "—"
        got = found.get(key, "—")
        if wanted != got:
            yield Failure("published", expected.measure, expected.span, key, wanted, got)


def _shown(number: Fraction | None) -> str:
    return "none" if number is None else str(number)


# ---- the other engine --------------------------------------------------------------------------------------


def disagreements(
    case: Case, program: Program, evidence: Evidence, calendar: Calendar, reference: Evaluation
) -> Iterator[Failure]:
    """Rules and measures on which DuckDB says something else."""
    import duckdb

    from zhunsheng.engines.duckdb import evaluate as evaluate_duckdb
    from zhunsheng.logs.canonical import install

    connection = duckdb.connect()
    try:
        rows = {
            name: [
                {**row, "_row": number}
                for number, row in enumerate(rows, start=1)
                if not _later(row.get(program.vocabulary.records[name].time or ""), case)
            ]
            for name, rows in supplied_rows(case).items()
        }
        install(program.vocabulary, rows, connection)
        other = evaluate_duckdb(program, connection, evidence, calendar, samples=None)
    finally:
        connection.close()
    for name in reference.rules:
        one, two = reference.rules[name], other.rules[name]
        if (one.counts, _brief(one.samples)) != (two.counts, _brief(two.samples)):
            yield Failure("engines", name, case.span, "", str(_brief(one.samples)), str(_brief(two.samples)))
    for name, measure in reference.measures.items():
        if measure != other.measures[name]:
            yield Failure("engines", name, case.span)
    for name, index in reference.indices.items():
        if index != other.indices[name]:
            yield Failure("engines", name, case.span)


def _later(moment: object, case: Case) -> bool:
    return moment is not None and moment > case.as_of  # type: ignore[operator]


def _brief(findings: Sequence[Finding]) -> list[tuple[str | None, int, str]]:
    """Row by row: in which order an engine lists its findings is no matter of verdicts."""
    return sorted(((f.key, f.row, f.verdict.value) for f in findings), key=lambda one: one[1])
