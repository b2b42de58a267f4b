"""A vocabulary with every type, two links and a catalogue, built by hand: loading must not need schema
files.
"""

from __future__ import annotations

from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
    TextType,
    Type,
)
from zhunsheng.semantics.vocabulary import Code, CodeList, Field, Parent, Record, Vocabulary


def named(zh: str, en: str) -> dict[str, str]:
    return {"en": en, "zh": zh}


def field(name: str, zh: str, type_: Type, *, required: bool = False, **constraints: object) -> Field:
    return Field(name, type_, named(zh, name), named(zh, name), required=required, constraints=constraints)


def fields(*each: Field) -> dict[str, Field]:
    return {one.name: one for one in each}


LEVELS = CodeList(
    "level",
    tuple(
        Code(name, named(zh, name), named(zh, name))
        for name, zh in (
            ("very_satisfied", "非常满意"),
            ("satisfied", "满意"),
            ("neutral", "基本满意"),
            ("dissatisfied", "不满意"),
            ("very_dissatisfied", "非常不满意"),
        )
    ),
    ordered=True,
)
CHANNELS = CodeList(
    "channel",
    tuple(Code(name, named(zh, name), named(zh, name)) for name, zh in (("web", "网站"), ("hall", "大厅"))),
)

UNIT = Record(
    "unit",
    named("单位", "unit"),
    named("单位", "Unit"),
    "unit_id",
    None,
    fields(field("unit_id", "单位编号", TextType(), required=True), field("name", "名称", TextType())),
)
RATING = Record(
    "rating",
    named("评价", "rating"),
    named("评价", "Rating"),
    "rating_id",
    "rated_at",
    fields(
        field("rating_id", "评价编号", TextType(), required=True, maxLength=20, pattern="^[A-Z]"),
        field("unit_id", "单位编号", TextType()),
        field("level", "评价等级", CodeType("level"), required=True),
        field("channels", "渠道", CodesType("channel")),
        field("rated_at", "评价时间", InstantType()),
        field("day", "日期", DateType()),
        field("score", "分数", IntegerType(), minimum=0, maximum=100),
        field("amount", "金额", DecimalType(2), minimum=0),
        field("named", "实名", BooleanType()),
        field("words", "内容", TextType(), maxLength=10),
        field("took", "用时", DurationType("exact")),
    ),
    (Parent("unit_id", "unit", "unit", named("单位", "unit")),),
)
REPLY = Record(
    "reply",
    named("回复", "reply"),
    named("回复", "Reply"),
    "reply_id",
    "replied_at",
    fields(
        field("reply_id", "回复编号", TextType(), required=True),
        field("rating_id", "评价编号", TextType()),
        field("replied_at", "回复时间", InstantType(), required=True),
    ),
    (Parent("rating_id", "rating", "rating", named("评价", "rating")),),
)

VOCABULARY = Vocabulary(
    records={record.name: record for record in (UNIT, RATING, REPLY)},
    codelists={"level": LEVELS, "channel": CHANNELS},
)
