"""How types and kinds are called in messages, in both languages.

Message values are text; where a value itself has to be read in two languages it is given twice, as
`found_zh` and `found_en`, and each language of the catalogue uses its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhunsheng.semantics.nearest import nearest
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
from zhunsheng.semantics.vocabulary import Vocabulary

_PLAIN = {
    TextType: ("文本", "text"),
    IntegerType: ("整数", "integer"),
    DecimalType: ("小数", "decimal"),
    BooleanType: ("是非值", "boolean"),
    DateType: ("日期", "date"),
    InstantType: ("时刻", "instant"),
}
_MOST_LISTED = 12
_UNITS = {
    "exact": ("时长（分钟或小时）", "duration in minutes or hours"),
    "day": ("时长（日）", "duration in days"),
    "working_day": ("时长（工作日）", "duration in working days"),
    "month": ("时长（月）", "duration in months"),
}


def type_names(type_: Type, vocabulary: Vocabulary) -> tuple[str, str]:
    """What a type is called: Chinese, English."""
    if isinstance(type_, (CodeType, CodesType)):
        codelist = vocabulary.codelists[type_.codelist]
        plural = isinstance(type_, CodesType)
        return (
            f"{'代码列表' if plural else '代码'}（{codelist.names['zh']}）",
            f"{'list of codes' if plural else 'code'} of “{codelist.id}”",
        )
    if isinstance(type_, DurationType):
        return _UNITS[type_.unit]
    return _PLAIN[type(type_)]


def both(key: str, names: tuple[str, str]) -> dict[str, str]:
    """`{key}_zh` and `{key}_en` for a message's values."""
    return {f"{key}_zh": names[0], f"{key}_en": names[1]}


def suggestion(
    name: str, known: Iterable[str], zh: Sequence[str] | None = None, en: Sequence[str] | None = None
) -> dict[str, str]:
    """The hint `suggestion_zh`/`suggestion_en`: the nearest known name, else the known names (at most
    twelve), which may be given per language."""
    names = sorted(set(known))
    guess = nearest(name, names)
    if guess is not None:
        return both("suggestion", (f"是否要写“{guess}”？", f"did you mean “{guess}”?"))
    if not names:
        return both("suggestion", ("这里没有可用的名称", "no name is available here"))
    chinese, english = list(zh or names), list(en or names)
    more = len(chinese) > _MOST_LISTED
    return both(
        "suggestion",
        (
            "可用的有：" + "、".join(chinese[:_MOST_LISTED]) + ("……" if more else ""),
            "available: " + ", ".join(english[:_MOST_LISTED]) + (" …" if more else ""),
        ),
    )
