"""One value of a test's row, as a log would write it or a little shorter, in canonical form."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhunsheng.logs.canonical import scale_of
from zhunsheng.logs.conversion import FALSE, TRUE, UNIT_FACTOR
from zhunsheng.logs.model import Value
from zhunsheng.logs.moments import moment
from zhunsheng.semantics.types import (
    BooleanType,
    CodesType,
    CodeType,
    DateType,
    DecimalType,
    DurationType,
    InstantType,
    IntegerType,
)
from zhunsheng.semantics.vocabulary import CodeList, Field, Vocabulary

_DAY = r"\d{4}-\d\d-\d\d"


def instant(text: str, zone: str) -> datetime:
    """UTC instant of a time. Beside the forms of logs it takes one without seconds (`2024-03-01 09:00`) and
    24:00, the last instant of a day (docs/meaning.md M12). Raises ValueError."""
    text = text.strip()
    if re.fullmatch(rf"{_DAY}[T ]24:00(:00)?", text, re.ASCII):
        return moment(text[:10], zone, "until")
    if re.fullmatch(_DAY, text, re.ASCII):
        raise ValueError(text)
    if re.fullmatch(rf"{_DAY}[T ]\d\d:\d\d", text, re.ASCII):
        text += ":00"
    return moment(text, zone, "from")


def cell(field: Field, raw: Any, vocabulary: Vocabulary, zone: str) -> Value:
    """The canonical value of what stands in the file. Raises ValueError when it is none of the field."""
    if raw is None:
        return None
    value = _converted(field, raw, vocabulary, zone)
    if not _within_limits(field, value):
        raise ValueError(str(raw))
    return value


def _converted(field: Field, raw: Any, vocabulary: Vocabulary, zone: str) -> Value:
    if isinstance(field.type, CodesType):
        codes = vocabulary.codes_of(field.type)
        assert codes is not None
        words = raw if isinstance(raw, list) else re.split(r"\s*[,|]\s*", str(raw))
        return tuple(_code(codes, str(word)) for word in words)
    if isinstance(raw, (list, dict)):
        raise ValueError(str(raw))
    text = str(raw).lower() if isinstance(raw, bool) else str(raw).strip()
    match field.type:
        case BooleanType():
            return _boolean(text)
        case IntegerType():
            return _whole(text)
        case DurationType():
            return _whole(text) * UNIT_FACTOR.get(field.unit or "", 1)
        case DecimalType():
            return _decimal(text, scale_of(field.type))
        case DateType():
            return date.fromisoformat(text)
        case InstantType():
            return instant(text, zone)
        case CodeType():
            codes = vocabulary.codes_of(field.type)
            assert codes is not None
            return _code(codes, text)
    return unicodedata.normalize("NFC", str(raw))


def _boolean(text: str) -> bool:
    if text.lower() in TRUE or text.lower() in FALSE:
        return text.lower() in TRUE
    raise ValueError(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _decimal(text: str, scale: int) -> Fraction:
    if not re.fullmatch(rf"[+-]?\d{{1,14}}(\.\d{{1,{scale}}})?", text, re.ASCII):
        raise ValueError(text)
    return Fraction(text)


def _code(codes: CodeList, word: str) -> str:
    for code in codes.codes:
        if word == code.name:
            return code.name
    for code in codes.codes:
        if word in code.names.values():
            return code.name
    raise ValueError(word)


def _within_limits(field: Field, value: Value) -> bool:
    """What the loader would keep out of a log (constraints of the record's schema) is no test either."""
    limits = field.constraints
    if isinstance(value, str) and not isinstance(field.type, CodeType):
        longest = limits.get("maxLength")
        pattern = limits.get("pattern")
        return (longest is None or len(value) <= int(str(longest))) and (
            pattern is None or re.search(str(pattern), value) is not None
        )
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        factor = UNIT_FACTOR.get(field.unit or "", 1)
        low, high = limits.get("minimum"), limits.get("maximum")
        return (low is None or value >= Fraction(str(low)) * factor) and (
            high is None or value <= Fraction(str(high)) * factor
        )
    return True
