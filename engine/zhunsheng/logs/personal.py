"""What personal data looks like in a text: phone numbers, identity numbers, addresses for mail, names after
a cue. Used to mask free text and to find such data where none belongs.

Numbers count only where no other digit or letter stands beside them: codes of cases and devices are long
numbers too. An identity number must name a day that exists; `is_identity` also wants its check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["identity", "mobile", "landline", "email", "number", "name"]

MOBILE = r"1[3-9][0-9]{9}"
_SPACED_MOBILE = r"1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"
IDENTITY_18 = r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
IDENTITY_15 = r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
_LANDLINE = r"0[1-9][0-9]{1,2}-[2-9][0-9]{6,7}"
_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_NUMBER = r"[0-9]{16,19}|[1-9][0-9]{16}[Xx]"

# The hundred most frequent surnames. Those that begin everyday words (高度, 方便, 万一 …) count only after a
# cue that nothing but a name can follow.
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙胡朱林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾魏薛叶阎潘杜戴夏钟汪"
    "任姜范姚谭廖邹熊陆郝孔崔康邱秦顾侯邵孟龙雷钱汤尹黎武乔贺赖龚"
)
_ALSO_WORDS = "高方万于余常段石白文田丁金成江史易向严"
_HAN = r"[\u4e00-\u9fff]"
_NAME = (
    rf"(?:(?:姓名|联系人|我叫|名叫)[是为：: ]{{0,2}}(?P<named>[{_SURNAMES}{_ALSO_WORDS}]{_HAN}{{1,2}})"
    rf"|(?:本人|我是)[：: ]?(?P<self>[{_SURNAMES}]{_HAN}{{1,2}}))"
)
_ANY = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<identity>{IDENTITY_18}|{IDENTITY_15})|(?P<mobile>{MOBILE}|{_SPACED_MOBILE})"
    rf"|(?P<landline>{_LANDLINE})|(?P<number>{_NUMBER}))(?![0-9A-Za-z])"
    rf"|(?<![A-Za-z0-9._%+-])(?P<email>{_EMAIL})"
    rf"|{_NAME}"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
WHOLE_MOBILE = re.compile(rf"(\+?86[ -]?)?({MOBILE}|{_SPACED_MOBILE})")
CANDIDATE = r"[0-9]{7}|[0-9][ -][0-9]{4}|@|姓名|联系人|我叫|名叫|本人|我是"
"""Every text in which `findings` finds something matches this; it is what bulk work looks for first."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    start: int
    end: int


def findings(text: str) -> Iterator[Finding]:
    """Personal data in a text, in order, without overlaps."""
    for match in _ANY.finditer(text):
        kind = match.lastgroup
        assert kind is not None
        start, end = match.span(kind)
        if kind in ("named", "self"):
            yield Finding("name", start, end)
        elif kind == "identity" and born(match[kind]) is None:
            if end - start == 18:
                yield Finding("number", start, end)
        else:
            yield Finding(kind, start, end)  # type: ignore[arg-type]


def hidden(text: str, mark: str = "***") -> str:
    """A text with a mark in place of everything in it that looks like personal data.

    >>> hidden("请打 13812345678")
    '请打 ***'
    """
    parts, end = [], 0
    for found in findings(text):
        parts += [text[end : found.start], mark]
        end = found.end
    return "".join([*parts, text[end:]])


def born(number: str) -> date | None:
    """The day of birth that an identity number of 18 or 15 characters names; None when there is no such
    day."""
    digits = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def check_digit(body: str) -> str:
    """The eighteenth character of an identity number (GB 11643) for its first 17 digits.

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def is_identity(number: str) -> bool:
    """Whether a text is an identity number: a day that exists and, of 18 characters, the right check
    digit."""
    if re.fullmatch(IDENTITY_18, number):
        return born(number) is not None and check_digit(number[:17]) == number[17].upper()
    return re.fullmatch(IDENTITY_15, number) is not None and born(number) is not None
