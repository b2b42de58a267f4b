"""Random typed programs, well-typed by construction: what the checker would accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Literal

from generators.words import BOOLEAN, CHAINS, DATE, INSTANT, INTEGER, LEVEL, OPTION, TEXT, VOCABULARY
from zhunsheng.semantics.typed import (
    AggregateOf,
    Agreement,
    And,
    Arithmetic,
    Binding,
    Compare,
    Const,
    CountOf,
    Dimension,
    DurationOf,
    EveryCode,
    Expr,
    FieldOf,
    Has,
    InCodes,
    Index,
    IsMissing,
    Link,
    Matches,
    Measure,
    Not,
    OneOf,
    Or,
    Otherwise,
    Parameter,
    ParamRef,
    ParentOf,
    PartOf,
    Pattern,
    Program,
    RecordExpr,
    RecordMissing,
    Rule,
    Standard,
    Subject,
    Threshold,
    Var,
    Window,
)
from zhunsheng.semantics.types import (
    BooleanType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    DurationUnit,
    InstantType,
    IntegerType,
    TextType,
    Type,
)

DECIMAL = DecimalType()
DAY_MICROSECONDS = 86_400_000_000
DATED = ("service", "rating", "reply", "transfer")
NO_DATES = (None, None)


@dataclass
class Scope:
    """What an expression may mention; `budget` bounds the patterns nested below."""

    random: Random
    records: list[RecordExpr]
    subject: Var
    parameters: dict[str, Parameter]
    optional: list[Var] = field(default_factory=list)
    budget: int = 2
    counter: list[int] = field(default_factory=lambda: [0])

    def inside(self, row: Var) -> Scope:
        """The scope of a pattern's where: its row and everything around it."""
        return Scope(
            self.random,
            [row, row, *self.records],
            self.subject,
            self.parameters,
            self.optional,
            self.budget - 1,
            self.counter,
        )

    def row(self, record: str) -> Var:
        self.counter[0] += 1
        return Var(f"p{self.counter[0] - 1}", record)

    def chance(self, share: float) -> bool:
        return self.random.random() < share


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


def fields_of(scope: Scope, wanted: Callable[[Type], bool]) -> list[FieldOf]:
    """Every field in scope, one or two links away, whose type is wanted."""
    found: list[FieldOf] = []
    for base in scope.records:
        for record in (base, *parents(base)):
            found += [
                FieldOf(record, each.name, each.type)
                for each in VOCABULARY.records[record.record].fields.values()
                if wanted(each.type)
            ]
    return found


def parents(base: RecordExpr, depth: int = 2) -> list[RecordExpr]:
    if depth == 0:
        return []
    near: list[RecordExpr] = [
        ParentOf(base, parent.field, parent.record) for parent in VOCABULARY.records[base.record].parents
    ]
    return near + [far for one in near for far in parents(one, depth - 1)]


def pick_field(scope: Scope, wanted: Callable[[Type], bool]) -> FieldOf | None:
    found = fields_of(scope, wanted)
    near = [each for each in found if isinstance(each.record, Var)]
    if near and scope.chance(0.7):
        return scope.random.choice(near)
    return scope.random.choice(found) if found else None


# ---- values ------------------------------------------------------------------------------------------------


def number(scope: Scope, depth: int) -> Expr:
    """A number whose exact value fits 38 digits whatever the rows hold: products have plain operands."""
    random = scope.random
    if depth > 0 and scope.chance(0.45):
        kinds = ["sum", "product", "otherwise", "part"]
        if scope.budget > 0:
            kinds += ["count", "aggregate"]
        match random.choice(kinds):
            case "sum":
                op: Literal["+", "-"] = random.choice(["+", "-"])
                left, right = number(scope, depth - 1), number(scope, depth - 1)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Arithmetic(op, left, right, INTEGER if both else DECIMAL)
            case "product":
                left, right = number(scope, 0), number(scope, 0)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Arithmetic("*", left, right, INTEGER if both else DECIMAL)
            case "otherwise":
                left, right = number(scope, depth - 1), number(scope, depth - 1)
                both = all(isinstance(type_of(side), IntegerType) for side in (left, right))
                return Otherwise(left, right, INTEGER if both else DECIMAL)
            case "part":
                source = instant(scope, 0)
                return PartOf(random.choice(["year", "hour"]), source, INTEGER)
            case "count":
                return CountOf(pattern(scope, depth - 1), INTEGER)
            case "aggregate":
                return aggregate(scope, depth, random.choice(["sum", "min", "max", "distinct"]))
    if scope.chance(0.6):
        found = pick_field(scope, lambda type_: isinstance(type_, (IntegerType, DecimalType)))
        if found:
            return found
    if scope.chance(0.3):
        name = random.choice(["few", "rate", "weight"])
        return ParamRef(name, scope.parameters[name].type)
    if scope.chance(0.5):
        return Const(random.choice([0, 1, 2, 3]), INTEGER)
    return Const(random.choice([Fraction(1, 2), Fraction(5, 2), Fraction(-1, 2)]), DECIMAL)


def quotient(scope: Scope, depth: int) -> Expr:
    """A number that need not be a decimal: a division of plain numbers, or an average."""
    if scope.budget > 0 and scope.chance(0.4):
        return aggregate(scope, depth, "average")
    return Arithmetic("/", number(scope, 0), number(scope, 0), DECIMAL)


def aggregate(scope: Scope, depth: int, fn: Literal["sum", "min", "max", "average", "distinct"]) -> Expr:
    made = pattern(scope, depth - 1)
    inner = scope.inside(made.var)
    inner.budget = min(inner.budget, 0)
    if fn == "distinct":
        value: Expr = scope.random.choice([text, code, instant_field, date_value])(inner, 0)
        return AggregateOf(fn, value, made, INTEGER)
    value = number(inner, 0)
    kind = DECIMAL if fn == "average" else type_of(value)
    return AggregateOf(fn, value, made, kind)


def text(scope: Scope, depth: int) -> Expr:
    if depth > 0 and scope.chance(0.15):
        return PartOf("month", instant(scope, 0), TEXT)
    if depth > 0 and scope.chance(0.1):
        return Otherwise(text(scope, 0), text(scope, 0), TEXT)
    found = pick_field(scope, lambda type_: isinstance(type_, TextType))
    return found if found and scope.chance(0.8) else Const(scope.random.choice(["a", "b", ""]), TEXT)


def code(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, CodeType))
    return found if found else Const("good", LEVEL)


def instant_field(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, InstantType))
    return found if found else Const(datetime(2024, 2, 29, 16, tzinfo=UTC), INSTANT)


def instant(scope: Scope, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.12):
        op: Literal["+", "-"] = random.choice(["+", "-"])
        return Arithmetic(op, instant_field(scope, 0), duration(scope, "exact", 0), INSTANT)
    if depth > 0 and scope.chance(0.1):
        return Otherwise(instant_field(scope, 0), instant_field(scope, 0), INSTANT)
    if depth > 0 and scope.budget > 0 and scope.chance(0.08):
        made = pattern(scope, 0)
        inner = scope.inside(made.var)
        return AggregateOf(random.choice(["min", "max"]), instant_field(inner, 0), made, INSTANT)
    if scope.chance(0.08):
        return Const(
            datetime(2024, 2, 29, 16, tzinfo=UTC) + timedelta(days=random.choice([0, 1, 9])), INSTANT
        )
    return instant_field(scope, 0)


def date_value(scope: Scope, depth: int) -> Expr:
    if scope.chance(0.4):
        return PartOf("date", instant(scope, 0), DATE)
    found = pick_field(scope, lambda type_: isinstance(type_, DateType))
    return found if found else Const(date(2024, 3, 1), DATE)


def duration(scope: Scope, unit: DurationUnit, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.2):
        left, right = duration(scope, unit, depth - 1), duration(scope, unit, depth - 1)
        rolling = any(getattr(type_of(side), "rolling", False) for side in (left, right))
        return Arithmetic(random.choice(["+", "-"]), left, right, DurationType(unit, rolling))
    if depth > 0 and scope.chance(0.1):
        left = duration(scope, unit, 0)
        return Arithmetic("*", left, Const(random.choice([0, 2, -1]), INTEGER), type_of(left))
    if depth > 0 and unit != "month" and scope.chance(0.12):
        return DurationOf(unit, instant(scope, 0), instant(scope, 0), DurationType(unit))
    if depth > 0 and unit == "working_day" and scope.budget > 0 and scope.chance(0.3):
        made = pattern(scope, 0, record="reply")
        return AggregateOf("sum", FieldOf(made.var, "granted", DurationType(unit)), made, DurationType(unit))
    if scope.chance(0.3):
        found = pick_field(scope, lambda type_: isinstance(type_, DurationType) and type_.unit == unit)
        if found:
            return found
    if scope.chance(0.5):
        name = {
            "working_day": "working_limit",
            "day": "day_limit",
            "month": "month_limit",
            "exact": "exact_limit",
        }[unit]
        return ParamRef(name, scope.parameters[name].type)
    amounts = [0, 3_600_000_000, DAY_MICROSECONDS, 3 * DAY_MICROSECONDS] if unit == "exact" else [0, 1, 2, 5]
    if scope.chance(0.03):
        amounts = [40_000 * (DAY_MICROSECONDS if unit == "exact" else 1)]
    return Const(random.choice(amounts), DurationType(unit))


def type_of(expr: Expr) -> Type:
    return getattr(expr, "type", BOOLEAN)


# ---- conditions --------------------------------------------------------------------------------------------


def condition(scope: Scope, depth: int) -> Expr:
    random = scope.random
    if depth > 0 and scope.chance(0.45):
        match random.choice(["and", "or", "not", "has", "has"]):
            case "and":
                return And((condition(scope, depth - 1), condition(scope, depth - 1)))
            case "or":
                return Or((condition(scope, depth - 1), condition(scope, depth - 1)))
            case "not":
                return Not(condition(scope, depth - 1))
            case "has":
                if scope.budget > 0:
                    return has(scope, depth - 1)
    return random.choice(ATOMS)(scope, depth)


def _compare_numbers(scope: Scope, depth: int) -> Expr:
    if scope.budget > 0 and scope.chance(0.15):
        sides = [CountOf(pattern(scope, depth - 1), INTEGER), number(scope, min(depth, 1))]
        scope.random.shuffle(sides)
        return Compare(_op(scope), sides[0], sides[1])
    if scope.chance(0.2):
        return Compare(_op(scope), quotient(scope, depth - 1), number(scope, 0))
    return Compare(_op(scope), number(scope, min(depth, 2)), number(scope, min(depth, 1)))


def _op(scope: Scope) -> Literal["=", "!=", "<", "<=", ">", ">="]:
    return scope.random.choice(["=", "!=", "<", "<=", ">", ">="])  # type: ignore[no-any-return]


def _equality(scope: Scope) -> Literal["=", "!="]:
    return scope.random.choice(["=", "!="])  # type: ignore[no-any-return]


def _compare_text(scope: Scope, depth: int) -> Expr:
    return Compare(_equality(scope), text(scope, depth), text(scope, depth))


def _compare_instants(scope: Scope, depth: int) -> Expr:
    return Compare(_op(scope), instant(scope, depth), instant(scope, depth))


def _compare_dates(scope: Scope, depth: int) -> Expr:
    return Compare(_op(scope), date_value(scope, depth), date_value(scope, depth))


def _compare_durations(scope: Scope, depth: int) -> Expr:
    unit: DurationUnit = scope.random.choice(["exact", "day", "working_day"])
    between = DurationOf(unit, instant(scope, 0), instant(scope, 0), DurationType(unit))
    return Compare(_op(scope), between, duration(scope, unit, min(depth, 1)))


def _compare_levels(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: type_ == LEVEL)
    if found is None:
        return _boolean_field(scope, depth)
    return Compare(_op(scope), found, Const(scope.random.choice(["bad", "fair", "best"]), LEVEL))


def _one_of(scope: Scope, depth: int) -> Expr:
    match scope.random.choice(["level", "text", "number", "kind"]):
        case "level":
            found = pick_field(scope, lambda type_: type_ == LEVEL)
            values: tuple[str | int | Fraction, ...] = tuple(
                sorted(scope.random.sample(["worst", "bad", "fair", "good", "best"], 2))
            )
        case "kind":
            found, values = pick_field(scope, lambda type_: type_ == CodeType("kind")), ("instant",)
        case "number":
            return OneOf(number(scope, 0), (0, 1, 3))
        case _:
            return OneOf(text(scope, 0), ("a", "甲乙"))
    return OneOf(found, values) if found else _boolean_field(scope, depth)


def _codes_list(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: type_ == OPTION)
    if found is None:
        return _boolean_field(scope, depth)
    names = tuple(sorted(scope.random.sample(["o1", "o2", "o3", "o4"], 2)))
    if scope.chance(0.4):
        return InCodes(Const(names[0], CodeType("option")), found)
    return EveryCode(scope.random.choice(["all", "any"]), found, names)


def _is_missing(scope: Scope, depth: int) -> Expr:
    if scope.optional and scope.chance(0.5):
        return RecordMissing(scope.random.choice(scope.optional))
    above = [parent for base in scope.records for parent in parents(base)]
    if above and scope.chance(0.2):
        return RecordMissing(scope.random.choice(above))
    made = scope.random.choice([text, instant, date_value, code, number])(scope, min(depth, 1))
    return IsMissing(made)


def _matches(scope: Scope, depth: int) -> Expr:
    return Matches(text(scope, 0), scope.random.choice([r"\d{11}", "^a$", "乙", "^$"]))


def _boolean_field(scope: Scope, depth: int) -> Expr:
    found = pick_field(scope, lambda type_: isinstance(type_, BooleanType))
    if found is None:
        return Const(scope.chance(0.5), BOOLEAN)
    if scope.chance(0.3):
        return Compare(_equality(scope), found, Const(scope.chance(0.5), BOOLEAN))
    return found


ATOMS = (
    _compare_numbers,
    _compare_numbers,
    _compare_text,
    _compare_instants,
    _compare_dates,
    _compare_durations,
    _compare_levels,
    _one_of,
    _codes_list,
    _is_missing,
    _is_missing,
    _matches,
    _boolean_field,
    _boolean_field,
)

# ---- patterns ----------------------------------------------------------------------------------------------


def has(scope: Scope, depth: int) -> Has:
    bound: Literal["at_least", "at_most", "exactly"] = scope.random.choice(
        ["at_least", "at_least", "at_most", "exactly"]
    )
    count: Expr = Const(scope.random.choice([1, 1, 1, 0, 2]), INTEGER)
    if scope.chance(0.15):
        count = ParamRef("few", INTEGER)
    if bound == "at_most" and scope.chance(0.5):
        count = Const(0, INTEGER)
    return Has(bound, count, pattern(scope, depth))


def pattern(scope: Scope, depth: int, record: str | None = None) -> Pattern:
    random = scope.random
    link = _link(scope, record)
    if link is not None and scope.chance(0.85):
        made, target = link
        row = scope.row(target)
        return _finish(scope, row, made, None, depth)
    target = record or random.choice([*DATED, "unit", "item"])
    row = scope.row(target)
    return _finish(scope, row, None, _join(scope, row), depth)


def _link(scope: Scope, record: str | None) -> tuple[Link, str] | None:
    options: list[tuple[Link, str]] = []
    bases = [
        base
        for record_ in scope.records
        for base in (record_, *(parents(record_) if scope.chance(0.15) else ()))
    ]
    for base in bases:
        for (low, high), path in CHAINS.items():
            if base.record == high and record in (None, low):
                options.append((Link(base, "down", path), low))
            if base.record == low and record in (None, high):
                options.append((Link(base, "up", path), high))
    return scope.random.choice(options) if options else None


def _join(scope: Scope, row: Var) -> Expr:
    """The equality that a pattern without link must have; its other side never mentions the row."""
    own_fields = list(VOCABULARY.records[row.record].fields.values())
    scope.random.shuffle(own_fields)
    for own in own_fields:
        other = pick_field(scope, lambda type_, own=own: type_ == own.type)  # type: ignore[misc]
        if other is not None:
            sides = [FieldOf(row, own.name, own.type), other]
            scope.random.shuffle(sides)
            return Compare("=", sides[0], sides[1])
    return Compare("=", FieldOf(row, own_fields[0].name, own_fields[0].type), _constant(own_fields[0].type))


def _constant(type_: Type) -> Const:
    match type_:
        case TextType():
            return Const("a", type_)
        case IntegerType():
            return Const(1, type_)
        case DecimalType():
            return Const(Fraction(1, 2), type_)
        case BooleanType():
            return Const(True, type_)
        case DateType():
            return Const(date(2024, 3, 1), type_)
        case InstantType():
            return Const(datetime(2024, 3, 1, tzinfo=UTC), type_)
        case CodeType("level"):
            return Const("good", type_)
        case CodeType():
            return Const("instant", type_)
        case _:
            return Const(1, type_)


def _finish(scope: Scope, row: Var, link: Link | None, join: Expr | None, depth: int) -> Pattern:
    random = scope.random
    inner = scope.inside(row)
    where = condition(inner, depth) if scope.chance(0.5) else None
    if join is not None:
        where = join if where is None else And((join, where))
    instants = [each.name for each in VOCABULARY.records[row.record].fields.values() if each.type == INSTANT]
    time = VOCABULARY.records[row.record].time
    if instants and scope.chance(0.15):
        time = random.choice(instants)
    made = window(scope, depth) if time is not None and scope.chance(0.55) else None
    return Pattern(row, link, row.record == scope.subject.record and scope.chance(0.5), where, made, time)


def window(scope: Scope, depth: int) -> Window:
    random = scope.random
    anchor = instant(scope, min(depth, 1))
    time = VOCABULARY.records[scope.subject.record].time
    if time is not None and scope.chance(0.5):
        anchor = FieldOf(scope.subject, time, INSTANT)
    match random.choice(["after", "after", "after", "before", "open", "bounds", "day"]):
        case "after":
            unit: DurationUnit = random.choice(["exact", "day", "working_day", "working_day", "month"])
            return Window("within_after", anchor, duration(scope, unit, min(depth, 1)))
        case "before":
            unit = random.choice(["exact", "day", "working_day", "month"])
            return Window("within_before", anchor, duration(scope, unit, min(depth, 1)))
        case "open":
            return Window("bounds", low=anchor) if scope.chance(0.5) else Window("bounds", high=anchor)
        case "bounds":
            return Window("bounds", low=anchor, high=instant(scope, 0))
        case _:
            return Window("same_day", anchor if scope.chance(0.7) else date_value(scope, 0))


# ---- declarations ------------------------------------------------------------------------------------------


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


def rule(random: Random, id_: str, made: dict[str, Parameter]) -> Rule:
    scope, subject, bindings = _head(
        random, made, ("service", "rating", "rating", "reply", "transfer", "unit", "item")
    )
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
        tuple(rule(random, f"r{number_}", undated) for number_ in range(rules)),
        counted,
        indices,
    )
