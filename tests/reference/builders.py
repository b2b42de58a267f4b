"""A small world for hand-written cases: services are rated, ratings are replied to; all of it typed trees.

Times are written as a clerk in Shanghai reads them: `at("2024-03-01 10:00")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from zhunsheng.calendars import Calendar, load
from zhunsheng.logs import MemoryStore
from zhunsheng.logs.model import Coverage, Evidence, Gap, Row, TableFacts
from zhunsheng.reference import evaluate
from zhunsheng.semantics.typed import (
    AggregateOf,
    Binding,
    Compare,
    Const,
    CountOf,
    Expr,
    FieldOf,
    Has,
    Index,
    Link,
    Measure,
    Parameter,
    ParamRef,
    ParentOf,
    Pattern,
    Program,
    RecordExpr,
    Rule,
    Subject,
    Var,
    Window,
)
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
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
from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record, Vocabulary
from zhunsheng.verdicts.model import Evaluation, Finding, MeasureOutcome, Reason, Verdict

# ---- the vocabulary ----------------------------------------------------------------------------------------

TEXT, INTEGER, DECIMAL, BOOLEAN, DATE, INSTANT = (
    TextType(),
    IntegerType(),
    DecimalType(2),
    BooleanType(),
    DateType(),
    InstantType(),
)
LEVEL = CodeType("level")
LEVELS = ("very_bad", "bad", "fair", "good", "very_good")


LABELS = {
    "rating": ("评价", "rating"),
    "reply": ("回复", "reply"),
    "service": ("服务", "service"),
    "rated_at": ("评价时间", "rated at"),
    "voided": ("已作废", "voided"),
    "final": ("最终答复", "final"),
    "device": ("设备", "device"),
    "region": ("地区", "region"),
}
PERSONAL = frozenset({"device"})


def _both(name: str) -> dict[str, str]:
    return {"en": name, "zh": name}


def _labels(name: str) -> dict[str, str]:
    chinese, english = LABELS.get(name, (name, name))
    return {"zh": chinese, "en": english}


def _record(name: str, time: str | None, fields: dict[str, Type], parents: dict[str, str]) -> Record:
    made = {
        each: Field(each, type_, _both(each), _labels(each), personal=each in PERSONAL)
        for each, type_ in fields.items()
    }
    links = tuple(
        Parent(link, record, record, {"en": record, "zh": record}) for link, record in parents.items()
    )
    return Record(name, _both(name), _labels(name), f"{name}_id", time, made, links)


VOCABULARY = Vocabulary(
    {
        record.name: record
        for record in (
            _record("item", None, {"item_id": TEXT, "name": TEXT, "size": INTEGER}, {}),
            _record(
                "service",
                "done_at",
                {"service_id": TEXT, "item_id": TEXT, "region": TEXT, "done_at": INSTANT},
                {"item_id": "item"},
            ),
            _record(
                "rating",
                "rated_at",
                {
                    "rating_id": TEXT,
                    "service_id": TEXT,
                    "rated_at": INSTANT,
                    "due_at": INSTANT,
                    "due_on": DATE,
                    "level": LEVEL,
                    "options": CodesType("level"),
                    "voided": BOOLEAN,
                    "device": TEXT,
                    "score": INTEGER,
                    "amount": DECIMAL,
                    "days": DurationType("day"),
                },
                {"service_id": "service"},
            ),
            _record(
                "reply",
                "replied_at",
                {
                    "reply_id": TEXT,
                    "rating_id": TEXT,
                    "replied_at": INSTANT,
                    "sent_at": INSTANT,
                    "text": TEXT,
                    "final": BOOLEAN,
                    "score": INTEGER,
                    "granted": DurationType("day"),
                },
                {"rating_id": "rating"},
            ),
            _record(
                "publication",
                "published_at",
                {
                    "publication_id": TEXT,
                    "measure": TEXT,
                    "value": DecimalType(4),
                    "period_from": DATE,
                    "period_until": DATE,
                    "region": TEXT,
                    "published_at": INSTANT,
                },
                {},
            ),
        )
    },
    {"level": CodeList("level", tuple(Code(name, {}, {}) for name in LEVELS), ordered=True)},
)


# ---- times -------------------------------------------------------------------------------------------------

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A time in Shanghai as an instant; "24:00" is the last microsecond of the day (M12)."""
    if text.endswith("24:00"):
        return datetime.fromisoformat(text[:10] + " 23:59:59.999999").replace(tzinfo=SHANGHAI).astimezone(UTC)
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


# ---- trees -------------------------------------------------------------------------------------------------

S = Var("s", "rating")
P = Var("p0", "reply")


def of(record: RecordExpr, name: str) -> FieldOf:
    return FieldOf(record, name, VOCABULARY.records[record.record].fields[name].type)


def text(value: str) -> Const:
    return Const(value, TEXT)


def number(value: int | Fraction) -> Const:
    return Const(value, INTEGER if isinstance(value, int) else DecimalType())


def yes() -> Const:
    return Const(True, BOOLEAN)


def level(name: str) -> Const:
    return Const(name, LEVEL)


def moment(written: str) -> Const:
    return Const(at(written), INSTANT)


def length(amount: int, unit: DurationUnit = "day", *, rolling: bool = False) -> Const:
    """Days, working days, months; hours as `hours(2)`."""
    return Const(amount, DurationType(unit, rolling))


def hours(amount: int) -> Const:
    return Const(amount * 3_600_000_000, DurationType("exact"))


def compare(left: Expr, op: str, right: Expr) -> Compare:
    return Compare(op, left, right)  # type: ignore[arg-type]


RATED = of(S, "rated_at")
REPLY_OF_RATING = Link(S, "down", (("reply", "rating_id"),))


def replies(
    where: Expr | None = None,
    window: Window | None = None,
    *,
    link: Link | None = REPLY_OF_RATING,
    at_field: str = "replied_at",
) -> Pattern:
    return Pattern(P, link, False, where, window, at_field)


def within(duration: Expr, anchor: Expr = RATED) -> Window:
    return Window("within_after", anchor=anchor, duration=duration)


def has(pattern: Pattern | None = None, bound: str = "at_least", asked: Expr | int = 1) -> Has:
    return Has(bound, number(asked) if isinstance(asked, int) else asked, pattern or replies())  # type: ignore[arg-type]


def count(pattern: Pattern | None = None) -> CountOf:
    return CountOf(pattern or replies(), INTEGER)


def aggregate(fn: str, value: Expr, pattern: Pattern | None = None) -> AggregateOf:
    return AggregateOf(fn, value, pattern or replies(), INTEGER)  # type: ignore[arg-type]


def service() -> ParentOf:
    return ParentOf(S, "service_id", "service")


def rule(norm: Expr, **changes: Any) -> Rule:
    """A `must` over every rating; `where`, `unless`, `modality`, `effective`, `bindings` as asked."""
    where = changes.pop("where", None)
    plain = Rule("r", (), (None, None), Subject(S, where), (), "must", False, norm, None, {}, {}, {})
    return replace(plain, **changes)


def measure(kind: str, value: Expr | None = None, **changes: Any) -> Measure:
    where = changes.pop("where", None)
    plain = Measure(
        "m",
        (),
        (None, None),
        Subject(S, where),
        (),
        kind,
        value,
        (),
        None,
        None,
        None,
        {},
        {},
        {},  # type: ignore[arg-type]
    )
    return replace(plain, **changes)


def parameter(type_: Type, *periods: tuple[date | None, Any]) -> Parameter:
    values = tuple((start, Const(value, type_)) for start, value in periods)
    return Parameter("p", type_, values, "assumption", {}, {})


def ref(type_: Type) -> ParamRef:
    return ParamRef("p", type_)


# ---- logs --------------------------------------------------------------------------------------------------

CALENDAR = load()
HALF_YEAR_ENDS = at("2024-06-30 24:00")
HALF_YEAR = Coverage(at("2024-01-01 00:00"), HALF_YEAR_ENDS)


@dataclass(frozen=True)
class Log:
    """Rows by record type. Record types without rows were handed in empty unless named in `withheld`."""

    rows: dict[str, Sequence[Row]] = field(default_factory=dict)
    as_of: datetime = HALF_YEAR_ENDS
    coverage: Coverage = HALF_YEAR
    gaps: tuple[Gap, ...] = ()
    withheld: frozenset[str] = frozenset()
    zone: str = "Asia/Shanghai"
    calendar: Calendar = CALENDAR

    def store(self) -> MemoryStore:
        return MemoryStore(VOCABULARY, self.rows)

    def evidence(self) -> Evidence:
        tables = {
            name: TableFacts(name not in self.withheld, len(self.rows.get(name, ())))
            for name in VOCABULARY.records
        }
        return Evidence(self.zone, self.as_of, self.coverage, self.gaps, tables)


def rating(**fields: Any) -> dict[str, Any]:
    """R1, rated on Friday 1 March 2024 at 10:00, unless said otherwise."""
    return {"rating_id": "R1", "rated_at": at("2024-03-01 10:00"), **fields}


def reply(when: str | None = "2024-03-02 09:00", **fields: Any) -> dict[str, Any]:
    return {"reply_id": "P1", "rating_id": "R1", "replied_at": at(when) if when else None, **fields}


def log(*ratings: Row, replies: Sequence[Row] = (), **changes: Any) -> Log:
    """A log of ratings (R1 when none is given) and replies; `services`, `items` and the evidence as asked."""
    rows: dict[str, Sequence[Row]] = {"rating": ratings or (rating(),), "reply": replies}
    for name in ("service", "item", "publication"):
        rows[name] = changes.pop(f"{name}s", ())
    return Log(rows, **changes)


# ---- evaluating --------------------------------------------------------------------------------------------


def program(
    *,
    rules: Sequence[Rule] = (),
    measures: Sequence[Measure] = (),
    indices: Sequence[Index] = (),
    parameters: Sequence[Parameter] = (),
) -> Program:
    by_id = {each.id: each for each in parameters}
    return Program(VOCABULARY, (), by_id, tuple(rules), tuple(measures), tuple(indices))


def evaluated(of_program: Program, in_log: Log) -> Evaluation:
    return evaluate(of_program, in_log.store(), in_log.evidence(), in_log.calendar)


def finding(norm: Expr | Rule, in_log: Log | None = None, *parameters: Parameter) -> Finding | None:
    """The finding of the log's first rating; None when it passes or is outside the rule."""
    asked = norm if isinstance(norm, Rule) else rule(norm)
    outcome = evaluated(program(rules=[asked], parameters=parameters), in_log or log()).rules["r"]
    return next((each for each in outcome.samples if each.row == 1), None)


def verdict(norm: Expr | Rule, in_log: Log | None = None, *parameters: Parameter) -> str:
    """The verdict of the log's only rating."""
    asked = norm if isinstance(norm, Rule) else rule(norm)
    counts = evaluated(program(rules=[asked], parameters=parameters), in_log or log()).rules["r"].counts
    assert counts.subjects == 1
    by_verdict = {
        Verdict.PASS: counts.passed,
        Verdict.FAIL: counts.fail,
        Verdict.PENDING: counts.pending,
        Verdict.UNKNOWN: counts.unknown,
        Verdict.NOTAPPLICABLE: counts.notapplicable,
        Verdict.ERROR: counts.error,
    }
    return next(each.value for each, number_of in by_verdict.items() if number_of)


def because(norm: Expr | Rule, in_log: Log | None = None, *parameters: Parameter) -> tuple[str, Reason]:
    """Verdict and reason of a finding."""
    found = finding(norm, in_log, *parameters)
    assert found is not None
    return found.verdict.value, found.reason


def measured(of_measure: Measure, in_log: Log, *parameters: Parameter) -> MeasureOutcome:
    return evaluated(program(measures=[of_measure], parameters=parameters), in_log).measures[of_measure.id]


def bind(which: str, pattern: Pattern, name: str = "b0") -> Binding:
    return Binding(Var(name, pattern.var.record), which, pattern)  # type: ignore[arg-type]
