"""Values as a reader writes them: times in the log's zone, numbers without rounding a miss into a hit,
durations with units."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from zhunsheng.reports.wording import Wording
from zhunsheng.semantics.typed import Const
from zhunsheng.semantics.types import BooleanType, CodeType, DurationType
from zhunsheng.semantics.vocabulary import Vocabulary

_HOUR = 3_600_000_000
_MINUTE = 60_000_000


def instant(moment: datetime, zone: str) -> str:
    """Date and time in `zone`. The last microsecond of a day is its 24:00 (docs/meaning.md, M12); seconds
    are shown only when there are any.

    >>> from datetime import UTC
    >>> instant(datetime(2024, 3, 5, 15, 59, 59, 999999, tzinfo=UTC), "Asia/Shanghai")
    '2024-03-05 24:00'
    """
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date().isoformat()
    if local.time() >= datetime.max.time():
        return f"{day} 24:00"
    text = f"{day} {local:%H:%M}"
    if local.second or local.microsecond:
        text += f":{local:%S}"
    return text


def iso(moment: datetime, zone: str) -> str:
    """ISO 8601 with the offset of `zone`, microseconds only when there are any: the form in JSON."""
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def exact(value: Fraction) -> str:
    """A number without loss: decimal notation where that ends, else a fraction.

    >>> exact(Fraction(1, 8)), exact(Fraction(1, 3))
    ('0.125', '1/3')
    """
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Fraction, digits: int, limits: tuple[Fraction, ...] = ()) -> str:
    """`value` rounded half up, with more digits (up to 6) where rounding would make it look equal to one of
    `limits`: 99.996 % must not be shown as 100.00 % beside a limit of 100 %."""
    for more in range(digits, 7):
        scale = 10**more
        shown = Fraction((abs(value) * scale * 2 + 1).__floor__() // 2, scale) * (-1 if value < 0 else 1)
        if shown == value or shown not in limits:
            break
    else:
        more = 6
    return f"{'-' if shown < 0 else ''}{_fixed(abs(shown), more)}"


def percent(share: Fraction, limits: tuple[Fraction, ...] = ()) -> str:
    """A fraction of 1 as a percentage with two digits.

    >>> percent(Fraction(1, 3)), percent(Fraction(99996, 100000))
    ('33.33%', '99.996%')
    """
    ends = (Fraction(0), Fraction(100), *(limit * 100 for limit in limits))
    return rounded(share * 100, 2, ends) + "%"


def constant(value: Const, wording: Wording, vocabulary: Vocabulary, *, share: bool = False) -> str:
    """A parameter's value or a literal in the report's language; with `share` a number is shown as a
    percentage."""
    raw, type_ = value.value, value.type
    if isinstance(type_, DurationType):
        return duration(int(raw), type_, wording)  # type: ignore[arg-type]
    if isinstance(type_, CodeType):
        for code in vocabulary.codelists[type_.codelist].codes:
            if code.name == raw:
                return code.labels.get(wording.language) or code.names.get(wording.language) or code.name
    if isinstance(type_, BooleanType):
        return wording.text("value.true" if raw else "value.false")
    if isinstance(raw, (int, Fraction)) and not isinstance(raw, bool):
        return exact(Fraction(raw) * 100) + "%" if share else exact(Fraction(raw))
    return raw.isoformat() if isinstance(raw, (date, datetime)) else str(raw)


def duration(amount: int, type_: DurationType, wording: Wording) -> str:
    """A duration with its unit; exact ones in hours, or minutes where hours do not come out even."""
    unit = str(type_.unit)
    shown = Fraction(amount)
    if unit == "exact":
        unit = "hour" if amount % _HOUR == 0 or amount % _MINUTE else "minute"
        shown = Fraction(amount, _HOUR if unit == "hour" else _MINUTE)
    text = wording.text(f"unit.{unit}.{'one' if shown == 1 else 'many'}", n=exact(shown))
    return text + wording.text("unit.rolling") if type_.rolling else text


def _fixed(value: Fraction, digits: int) -> str:
    scaled = (value * 10**digits).numerator // (value * 10**digits).denominator
    if digits == 0:
        return str(scaled)
    return f"{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"
