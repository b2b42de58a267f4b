"""A small pack and an evaluation made by hand, with every verdict in it: what the report tests look at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from zhunsheng.logs.model import Coverage, Evidence, Gap, TableFacts
from zhunsheng.logs.quality import BadValue, LinkQuality, Quality, SourceQuality
from zhunsheng.logs.scanning import PersonalData
from zhunsheng.logs.sufficiency import Suspicion
from zhunsheng.reports.evidence_parts import Looked
from zhunsheng.reports.judged import Judged, ListedClause, Run
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.model import InputPart, PackPart, WaiverPart
from zhunsheng.reports.quality_parts import quality_part
from zhunsheng.semantics.typed import (
    Agreement,
    ClauseRef,
    Compare,
    Const,
    Dimension,
    FieldOf,
    Has,
    Index,
    Link,
    Measure,
    Parameter,
    ParamRef,
    Pattern,
    Program,
    Rule,
    Standard,
    Subject,
    Threshold,
    Var,
    Window,
)
from zhunsheng.semantics.types import (
    CodeType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    TextType,
)
from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record, Vocabulary
from zhunsheng.verdicts.model import (
    AgreementOutcome,
    Counts,
    Evaluation,
    Finding,
    GroupOutcome,
    IndexOutcome,
    Interval,
    MeasureOutcome,
    Reason,
    RuleOutcome,
    Verdict,
)


def _both(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


def _field(name: str, zh: str, type_: object, *, personal: bool = False) -> Field:
    return Field(name, type_, _both(name, zh), _both(name.replace("_", " "), zh), personal=personal)  # type: ignore[arg-type]


VOCABULARY = Vocabulary(
    records={
        "rating": Record(
            "rating",
            _both("rating", "评价"),
            _both("rating", "评价"),
            "id",
            "rated_at",
            {
                field.name: field
                for field in (
                    _field("id", "评价编号", TextType()),
                    _field("rated_at", "评价时间", InstantType()),
                    _field("level", "等级", CodeType("level")),
                    _field("region", "地区", CodeType("region")),
                    _field("phone", "电话", TextType(), personal=True),
                )
            },
        ),
        "reply": Record(
            "reply",
            _both("reply", "回复"),
            _both("reply", "回复"),
            "id",
            "replied_at",
            {
                field.name: field
                for field in (
                    _field("id", "回复编号", TextType()),
                    _field("rating_id", "评价编号", TextType()),
                    _field("replied_at", "回复时间", InstantType()),
                )
            },
            (Parent("rating_id", "rating", "rating", _both("rating", "评价")),),
        ),
        "visitor": Record(
            "visitor",
            _both("visitor", "来访人"),
            _both("visitor", "来访人"),
            "phone",
            None,
            {"phone": _field("phone", "电话", TextType(), personal=True)},
        ),
    },
    codelists={
        "level": CodeList(
            "level",
            tuple(
                Code(name, _both(name, zh), _both(name, zh))
                for name, zh in (("good", "满意"), ("bad", "不满意"))
            ),
            ordered=True,
        ),
        "region": CodeList(
            "region",
            tuple(
                Code(name, _both(name, zh), _both(name.title(), zh))
                for name, zh in (("east", "城东"), ("west", "城西"))
            ),
        ),
    },
)

_R, _P = Var("s", "rating"), Var("p0", "reply")
_WORKING = DurationType("working_day")
_LIMIT = Parameter(
    "reply_limit",
    _WORKING,
    ((date(2021, 1, 1), Const(15, _WORKING)), (date(2024, 7, 1), Const(10, _WORKING))),
    "secondary",
    _both("time to answer a bad rating", "差评回复时限"),
    _both("a city's own rules", "某市实施细则"),
)
_TARGET = Parameter(
    "target",
    DecimalType(),
    ((None, Const(Fraction(1), DecimalType())),),
    "assumption",
    _both("reply rate asked for", "回复率要求"),
    _both("ours", "本包假定"),
)
_BAD = Compare("=", FieldOf(_R, "level", CodeType("level")), Const("bad", CodeType("level")))
_REPLY = Pattern(
    _P,
    Link(_R, "down", (("reply", "rating_id"),)),
    False,
    None,
    Window("within_after", FieldOf(_R, "rated_at", InstantType()), ParamRef("reply_limit", _WORKING)),
    "replied_at",
)
_HAS = Has("at_least", Const(1, IntegerType()), _REPLY)


def _rule(  # noqa: PLR0917
    id_: str, en: str, zh: str, modality: str, norm: object, number: str, record: Var = _R
) -> Rule:
    return Rule(
        id_,
        (ClauseRef("S", number),),
        (None, None),
        Subject(record, _BAD if record is _R else None),
        (),
        modality,  # type: ignore[arg-type]
        False,
        norm,  # type: ignore[arg-type]
        None,
        _both(en, zh),
        {},
        _both("Answer every bad rating.", "逐件回复差评。") if id_ == "R1" else {},
    )


PROGRAM = Program(
    VOCABULARY,
    (Standard("S", _both("GB/T 39734-2020", "GB/T 39734-2020")),),
    {"reply_limit": _LIMIT, "target": _TARGET},
    (
        _rule("R1", "a bad rating is answered in time", "差评在时限内得到回复", "must", _HAS, "9.3"),
        _rule("R2", "a rating names its region", "评价写明地区", "should", _BAD, "7.3"),
        _rule(
            "R3", "a visitor is known by phone", "来访人留有电话", "must", _BAD, "8.2", Var("s", "visitor")
        ),
        _rule("R4", "a rating may be added to", "可以追加评价", "may", _BAD, "7.1"),
        _rule(
            "R5",
            "no rating comes after its case is closed and archived",
            "归档之后不再产生新的评价记录，也不再改动已有的评价",
            "must",
            _BAD,
            "10.1",
        ),
    ),
    (
        Measure(
            "M1",
            (ClauseRef("S", "附录B"),),
            (None, None),
            Subject(_R, _BAD),
            (),
            "share",
            _HAS,
            (Dimension("region", FieldOf(_R, "region", CodeType("region"))),),
            None,
            Threshold("must", "at_least", ParamRef("target", DecimalType())),
            Agreement("must", Fraction(5, 10000)),
            _both("reply rate of bad ratings", "差评回复率"),
            {},
            {},
        ),
    ),
    (Index("I1", (), (("M1", Const(1, IntegerType())),), None, _both("overall", "综合"), {}),),
)


def at(text: str) -> datetime:
    """A local time of Shanghai, as UTC."""
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def _finding(
    rule: str, key: str | None, row: int, verdict: Verdict, reason: Reason, **more: object
) -> Finding:
    record = "visitor" if rule == "R3" else "rating"
    return Finding(rule, record, key, row, verdict, reason, **more)  # type: ignore[arg-type]


_DEADLINE = at("2024-03-22T23:59:59.999999")
EVALUATION = Evaluation(
    at("2024-12-31T23:59:59.999999"),
    {
        "R1": RuleOutcome(
            "R1",
            Counts(120, 88, 5, 2, 2, 22, 1, 0),
            (
                _finding("R1", "P-0012", 12, Verdict.FAIL, Reason.TOO_FEW, deadline=_DEADLINE),
                _finding(
                    "R1",
                    "P-0040",
                    40,
                    Verdict.FAIL,
                    Reason.LATE,
                    deadline=_DEADLINE,
                    observed=at("2024-03-25T10:12:00"),
                ),
                _finding(
                    "R1",
                    "P-0100",
                    100,
                    Verdict.PENDING,
                    Reason.WINDOW_OPEN,
                    deadline=at("2025-01-08T23:59:59.999999"),
                ),
                _finding("R1", "P-0101", 101, Verdict.UNKNOWN, Reason.NOT_SUPPLIED),
                _finding("R1", "P-0102", 102, Verdict.WAIVED, Reason.TOO_FEW, deadline=_DEADLINE),
            ),
        ),
        "R2": RuleOutcome(
            "R2",
            Counts(120, 90, 8, 0, 0, 22, 0, 0),
            (_finding("R2", "P-0003", 3, Verdict.FAIL, Reason.CONDITION_FALSE),),
        ),
        "R3": RuleOutcome(
            "R3",
            Counts(3, 1, 0, 0, 1, 0, 0, 1),
            (
                _finding("R3", "13900001111", 2, Verdict.UNKNOWN, Reason.FIELD_MISSING, fields=("phone",)),
                _finding("R3", None, 3, Verdict.ERROR, Reason.DIVISION_BY_ZERO),
            ),
        ),
        "R4": RuleOutcome("R4", Counts(120, 4, 0, 0, 0, 116, 0, 0)),
        "R5": RuleOutcome("R5", Counts(120, 0, 0, 0, 0, 120, 0, 0)),
    },
    {
        "M1": MeasureOutcome(
            "M1",
            (
                GroupOutcome({}, 88, 97, 3, 0, Interval(Fraction(88, 100), Fraction(91, 100)), Verdict.FAIL),
                GroupOutcome(
                    {"region": "east"}, 40, 40, 0, 0, Interval(Fraction(1), Fraction(1)), Verdict.PASS
                ),
                GroupOutcome(
                    {"region": "west"},
                    47,
                    55,
                    2,
                    0,
                    Interval(Fraction(47, 57), Fraction(49, 57)),
                    Verdict.FAIL,
                ),
                GroupOutcome(
                    {"region": None}, 1, 2, 1, 0, Interval(Fraction(1, 3), Fraction(1)), Verdict.UNKNOWN
                ),
            ),
            (
                AgreementOutcome(
                    "2024-Q4",
                    {},
                    Fraction(999, 1000),
                    Interval(Fraction(88, 100), Fraction(91, 100)),
                    Verdict.FAIL,
                ),
            ),
        )
    },
    {"I1": IndexOutcome("I1", Interval(Fraction(88, 100), Fraction(91, 100)), Verdict.NOTAPPLICABLE)},
)

EVIDENCE = Evidence(
    "Asia/Shanghai",
    EVALUATION.as_of,
    Coverage(at("2024-01-01T00:00:00"), at("2024-12-31T23:59:59.999999")),
    (Gap(at("2024-05-01T00:00:00"), at("2024-05-03T23:59:59.999999"), frozenset({"reply"}), "系统迁移"),),
    {
        "rating": TableFacts(True, 120),
        "reply": TableFacts(True, 90, False),
        "visitor": TableFacts(False),
    },
)

QUALITY = Quality(
    (
        SourceQuality(
            "rating",
            "rating.csv",
            "csv",
            rows_read=130,
            left_out=5,
            accepted=122,
            bad=2,
            duplicates=1,
            after_as_of=2,
            unknown_columns=("备注",),
            missing_columns=("region",),
        ),
        SourceQuality(
            "reply",
            "reply.csv",
            "csv",
            rows_read=90,
            accepted=90,
            duplicate_keys=1,
            duplicate_rows=2,
            duplicate_samples=("H-7",),
        ),
    ),
    ("visitor",),
    (
        BadValue("rating", "rating.csv", 17, "rated_at", "rated_at", "2024-02-30", "ZS4208"),
        BadValue("rating", "rating.csv", 31, "phone", "phone", "139abc", "ZS4202", personal=True),
    ),
    (LinkQuality("reply", "rating_id", "rating", 3, ("P-9999",)),),
)

LOOKED = Looked(
    (
        Suspicion("outside", "rating", rows=3),
        Suspicion("silent_days", "rating", date(2024, 8, 5), date(2024, 8, 9), 5, 60),
        Suspicion("early_end", "reply", date(2024, 12, 2), date(2024, 12, 31), 21, 84),
        Suspicion("silent_hours", "rating", date(2024, 9, 2), date(2024, 9, 2), 1, 12, hours=(9, 11)),
        Suspicion(
            "silent_channel", "rating", date(2024, 10, 8), date(2024, 12, 31), 60, 80, 0, "region", ("west",)
        ),
    ),
    (PersonalData("rating", "id", "mobile", 2, (14, 15), 122),),
)

LISTED = (
    ListedClause("S", "7.1", _both("number of ratings", "评价次数规则"), "encoded", {}),
    ListedClause(
        "S",
        "7.3",
        _both("levels and options", "评价等级及选项设置"),
        "partly",
        _both("the options' wording is not read", "选项文字不核对"),
        under_report=True,
    ),
    ListedClause("S", "8.2", _both("data security", "数据安全"), "encoded", {}),
    ListedClause("S", "9.3", _both("handling bad ratings", "差评处置"), "encoded", {}),
    ListedClause(
        "S", "10.2", _both("incentives", "激励机制"), "manual", _both("needs documents", "需查阅文件")
    ),
    ListedClause("S", "4.1", _both("voluntary and true", "自愿真实"), "uncheckable", {}),
)


def judged() -> Judged:
    return Judged(
        PackPart("sample", "0.1", "样例规则包"),
        PROGRAM,
        EVALUATION,
        {rule.id: f"sha256:{rule.id}" for rule in PROGRAM.rules},
        LISTED,
    )


def run(language: str, *, reveal: bool = False) -> Run:
    masking = Masking(reveal=reveal)
    return Run(
        zhunsheng="0.1.0",
        evidence=EVIDENCE,
        quality=quality_part(QUALITY, [PROGRAM], language, samples=10, masking=masking, looked=LOOKED),
        inputs=(InputPart("log", "rating.csv", "sha256:00"),),
        waivers=(
            WaiverPart("R1", "P-0102", "市政务办", "系统故障，已书面说明", date(2025, 6, 30), "used", 1),
            WaiverPart("R2", None, "市政务办", "改造期", date(2024, 6, 30), "expired", 8),
        ),
        masking=masking,
    )
