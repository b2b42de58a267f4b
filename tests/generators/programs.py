"""Random typed programs, well-typed by construction: what the checker would accept."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import Literal

from generators.conditions import condition
from generators.patterns import has, pattern
from generators.scope import DAY_MICROSECONDS, DECIMAL, NO_DATES, Scope
from generators.values import number
from generators.words import INSTANT, INTEGER, TEXT, VOCABULARY
from zhunsheng.semantics.typed import (
    Agreement,
    Binding,
    Const,
    Dimension,
    Expr,
    FieldOf,
    Index,
    Measure,
    Parameter,
    ParamRef,
    PartOf,
    Program,
    Rule,
    Standard,
    Subject,
    Threshold,
    Var,
)
from zhunsheng.semantics.types import (
    DurationType,
    Type,
)


def parameters(random: Random) -> dict[str, Parameter]:
    def make(id_: str, type_: Type, *values: int | Fraction) -> Parameter:
        starts: list[date | None] = [None] if random.random() < 0.5 else [date(2023, 6, 1)]
        if random.random() < 0.5:
            starts.append(random.choice([date(2024, 2, 1), date(2024, 3, 10), date(2024, 3, 31)]))
        periods = tuple((start, Const(random.choice(values), type_)) for start in starts)
        return Parameter(id_, type_, periods, "assumption", {"": id_}, {"": "test"})

    rolling = random.random() < 0.5
    made = [
        make("few", INTEGER, 0, 1, 2),
        make("rate", DECIMAL, Fraction(1, 2), Fraction(3, 10)),
        make("working_limit", DurationType("working_day"), 0, 1, 2, 5),
        make("day_limit", DurationType("day", rolling), 0, 1, 3, 7),
        make("month_limit", DurationType("month", rolling), 0, 1, 2),
        make("exact_limit", DurationType("exact"), 0, 3_600_000_000, DAY_MICROSECONDS),
        make("weight", INTEGER, 1, 2, 3),
    ]
    return {parameter.id: parameter for parameter in made}


SUBJECTS, SHARES = ("service", "rating", "reply", "transfer", "unit", "item"), (1, 2, 1, 1, 1, 1)


def _head(
    random: Random, made: dict[str, Parameter], records: tuple[str, ...]
) -> tuple[Scope, Subject, tuple[Binding, ...]]:
    var = Var("s", random.choice(records))
    scope = Scope(random, [var], var, made)
    where = condition(scope, 2) if random.random() < 0.6 else None
    bindings: list[Binding] = []
    for number_ in range(random.choice([0, 0, 0, 1, 2])):
        taken = pattern(scope, 1)
        if taken.time_field is None:
            continue
        bound = Var(f"b{number_}", taken.var.record)
        bindings.append(Binding(bound, random.choice(["first", "last"]), taken))
        scope.records.append(bound)
        scope.optional.append(bound)
    return scope, Subject(var, where), tuple(bindings)


def _effective(random: Random) -> tuple[date | None, date | None]:
    if random.random() < 0.8:
        return NO_DATES
    return random.choice(
        [(date(2024, 2, 1), None), (None, date(2024, 3, 10)), (date(2024, 2, 8), date(2024, 3, 31))]
    )


def rule(random: Random, id_: str, made: dict[str, Parameter], records: tuple[str, ...]) -> Rule:
    scope, subject, bindings = _head(random, made, records)
    norm = has(scope, 2) if random.random() < 0.55 else condition(scope, 3)
    unless = condition(scope, 1) if random.random() < 0.3 else None
    modality: Literal["must", "should", "may"] = random.choice(["must", "must", "should", "may"])
    return Rule(
        id_, (), _effective(random), subject, bindings, modality, False, norm, unless, {"": id_}, {}, {}
    )


def measure(random: Random, id_: str, made: dict[str, Parameter]) -> Measure:
    scope, subject, bindings = _head(random, made, ("rating", "rating", "service"))
    kind: Literal["share", "count", "average", "sum"] = random.choice(
        ["share", "share", "share", "count", "average", "sum"]
    )
    value: Expr | None = None
    if kind == "share":
        value = has(scope, 1) if random.random() < 0.5 else condition(scope, 2)
    elif kind != "count":
        value = number(scope, 0)
    by = tuple(random.sample(_dimensions(subject.var), random.choice([0, 1, 1, 2])))
    bound: Literal["at_least", "at_most", "exactly"] = random.choice(["at_least", "at_most", "exactly"])
    limit = random.choice([Const(Fraction(1, 2), DECIMAL), Const(1, INTEGER), Const(0, INTEGER)])
    threshold = Threshold(random.choice(["must", "should"]), bound, limit) if random.random() < 0.6 else None
    minimum = Const(random.choice([1, 2]), INTEGER) if random.random() < 0.2 else None
    agreement = (
        Agreement("must", random.choice([Fraction(5, 10000), Fraction(1, 10)]))
        if random.random() < 0.5
        else None
    )
    return Measure(
        id_,
        (),
        _effective(random),
        subject,
        bindings,
        kind,
        value,
        by,
        minimum,
        threshold,
        agreement,
        {"": id_},
        {},
        {},
    )


def _dimensions(var: Var) -> list[Dimension]:
    record = VOCABULARY.records[var.record]
    time = record.time
    assert time is not None
    own = [
        Dimension(name, FieldOf(var, name, record.fields[name].type))
        for name in ("level", "device", "kind", "flagged")
        if name in record.fields
    ]
    return [*own, Dimension("month", PartOf("month", FieldOf(var, time, INSTANT), TEXT))]


def program(random: Random, rules: int = 8, measures: int = 2) -> Program:
    made = parameters(random)
    # Few subjects per program: rules on one subject are evaluated in one pass.
    records = tuple(random.sample(SUBJECTS, 2, counts=SHARES))
    counted = tuple(measure(random, f"m{number_}", made) for number_ in range(measures))
    terms = tuple((each.id, ParamRef("weight", INTEGER)) for each in counted if each.kind == "share")
    undated = {
        **made,
        "weight": Parameter("weight", INTEGER, ((None, Const(2, INTEGER)),), "assumption", {}, {}),
    }
    indices = (
        (Index("i0", (), terms, Threshold("must", "at_least", Const(Fraction(1, 2), DECIMAL)), {}, {}),)
        if terms
        else ()
    )
    return Program(
        VOCABULARY,
        (Standard("S", {"": "S"}),),
        undated,
        tuple(rule(random, f"r{number_}", undated, records) for number_ in range(rules)),
        counted,
        indices,
    )
