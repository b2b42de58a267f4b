"""From a cell's text to a canonical value, and what can be wrong with it, as expressions evaluated in bulk.

Every field gets one value expression and a list of checks over its cell and its value. The order of the
checks is the order in which a reason is given; a record is bad when any of them fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from sqlglot import exp

from zhunsheng.logs.canonical import EARLIEST, LATEST, MAX_INTEGER, column_type, scale_of
from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    any_of,
    array,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    is_null,
    number,
    text,
    try_cast,
)
from zhunsheng.logs.zones import to_utc
from zhunsheng.logs.zones import variables as zone_variables
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
)
from zhunsheng.semantics.vocabulary import CodeList, Field, Vocabulary

NOT_TEXT = "ZS4202"
TRUE = ("true", "1", "是")
FALSE = ("false", "0", "否")

# Characters that NFC never changes, alone or after one another: Latin and the Chinese of everyday texts.
# Looking for others costs a quarter of normalising everything.
NFC_SAFE = (
    r"[\x00-\x{2ff}\x{2010}-\x{2027}\x{3001}-\x{3029}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{ff01}-\x{ff9d}]*"
)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_OFFSET = r"(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)"
DATE = r"\d{4}-\d\d-\d\d"
LOCAL = rf"{DATE}[T ]{_CLOCK}:[0-5]\d(?:\.\d{{1,9}})?"
WITH_OFFSET = rf"{DATE}[T ]{_CLOCK}(?::[0-5]\d(?:\.\d{{1,9}})?)?{_OFFSET}"
# Either of them; one pattern costs half of two.
TIME = rf"{DATE}[T ]{_CLOCK}(?::[0-5]\d(?:\.\d{{1,9}})?(?:{_OFFSET})?|{_OFFSET})"
_INTEGER = r"[+-]?0*\d{1,15}(?:\.0+)?"
# Eight digits: a duration beyond 36 525 days is out of range anyway, and the product with a unit stays exact.
_DURATION = r"[+-]?0*\d{1,8}(?:\.0+)?"
_LONGEST = 99_999_999
_MINUTE = timedelta(minutes=1) // timedelta(microseconds=1)
UNIT_FACTOR = {"minute": _MINUTE, "hour": 60 * _MINUTE}
"""Durations are written in whole `x-unit`s; exact ones are held in microseconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """`fails` is true for a bad value (false or NULL: nothing to say); `code` is its ZS42xx diagnostic."""

    code: str
    fails: Expression
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """References to a field's cell (its text, NULL when empty), its parsed step and its value."""

    cell: Expression
    parsed: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Conversion:
    value: Expression
    checks: tuple[Check, ...]
    parsed: Expression | None = None
    """A step before the value, evaluated once: the value refers to it."""


def convert(each: Field, columns: Columns, vocabulary: Vocabulary, zone: str) -> Conversion:
    """Conversion of one field's cell."""
    cell, value = columns.cell, columns.value
    codes = vocabulary.codes_of(each.type)
    checks: list[Check] = []
    values: dict[str, str] = {}
    parsed: Expression | None = None
    if each.required:
        checks.append(Check("ZS4201", is_null(cell)))
    match each.type:
        case TextType():
            result, code = _text(cell), NOT_TEXT
        case IntegerType():
            parsed = try_cast(cell.copy(), "BIGINT")
            result, code = _whole(cell, columns.parsed, _INTEGER, MAX_INTEGER), "ZS4203"
        case DurationType():
            parsed = try_cast(cell.copy(), "BIGINT")
            result, code = _duration(each, cell, columns.parsed), "ZS4204"
            values["unit"] = each.unit or each.type.unit
        case DecimalType():
            scale = scale_of(each.type)
            pattern = rf"[+-]?0*\d{{1,14}}(?:\.\d{{0,{scale}}}0*)?"
            result = _if_matches(cell, pattern, try_cast(cell.copy(), column_type(each.type)))
            code, values["scale"] = "ZS4205", str(scale)
        case BooleanType():
            result, code = _boolean(cell), "ZS4206"
        case DateType():
            parsed = try_cast(cell.copy(), "DATE")
            result, code = _date(cell, columns.parsed), "ZS4207"
        case InstantType():
            checks.append(Check("ZS4209", all_of(is_null(value), _matches(cell, DATE))))
            parsed = _wall_clock_or_utc(cell)
            result, code = _instant(cell, columns.parsed, zone), "ZS4208"
        case CodeType():
            assert codes is not None
            result, code = _code(cell, codes), "ZS4210"
            values["codelist"] = codes.id
        case CodesType():
            assert codes is not None
            result, code = _codes(cell, codes), "ZS4211"
            values["codelist"] = codes.id
    # What seldom holds is asked first: the rest is then looked at in few rows.
    checks.append(Check(code, all_of(is_null(value), is_known(cell)), values))
    return Conversion(result, (*checks, *_constraints(each, value)), parsed)


def _matches(cell: Expression, pattern: str) -> Expression:
    return call("regexp_full_match", cell.copy(), text(pattern))


def _if_matches(cell: Expression, pattern: str, value: Expression) -> Expression:
    return case((_matches(cell, pattern), value))


def _text(cell: Expression) -> Expression:
    ascii_only = equal(call("strlen", cell.copy()), call("length", cell.copy()))
    return case(
        (ascii_only, cell.copy()),
        (_matches(cell, NFC_SAFE), cell.copy()),
        default=call("nfc_normalize", cell.copy()),
    )


def _written_as(cell: Expression, found: Expression) -> Expression:
    """Whether the cell is what the database writes for the value: then no pattern need be asked."""
    return equal(cast(found.copy(), "VARCHAR"), cell.copy())


def _whole(cell: Expression, found: Expression, pattern: str, most: int) -> Expression:
    """A whole number of at most as many digits as `most`; `found` is what the database reads in the cell."""
    inside = exp.Between(this=found.copy(), low=number(-most), high=number(most))
    return case(
        (all_of(inside, _written_as(cell, found)), found.copy()), (_matches(cell, pattern), found.copy())
    )


def _duration(each: Field, cell: Expression, found: Expression) -> Expression:
    whole = _whole(cell, found, _DURATION, _LONGEST)
    factor = UNIT_FACTOR.get(each.unit or "", 1)
    return whole if factor == 1 else exp.Mul(this=whole, expression=number(factor))


def _boolean(cell: Expression) -> Expression:
    def one_of(words: tuple[str, ...]) -> Expression:
        return exp.In(this=call("lower", cell.copy()), expressions=[text(word) for word in words])

    def first(words: tuple[str, ...]) -> Expression:
        return equal(cell.copy(), text(words[0]))

    return case(
        (first(TRUE), exp.true()),
        (first(FALSE), exp.false()),
        (one_of(TRUE), exp.true()),
        (one_of(FALSE), exp.false()),
    )


def _date(cell: Expression, found: Expression) -> Expression:
    """Between these years the database writes a date as four, two and two digits, and in no other way."""
    low, high = (cast(text(end.date().isoformat()), "DATE") for end in (EARLIEST, LATEST))
    inside = exp.Between(this=found.copy(), low=low, high=high)
    return case((all_of(inside, _written_as(cell, found)), found.copy()))


def _has_offset(cell: Expression) -> Expression:
    """Whether a time of either form is written with an offset: a sign after the date, or Z."""
    later = call("substr", cell.copy(), number(12))
    return any_of(
        call("contains", cell.copy(), text("+")),
        call("suffix", cell.copy(), text("Z")),
        call("contains", later, text("-")),
    )


def _wall_clock_or_utc(cell: Expression) -> Expression:
    """A time written with an offset in UTC, one without as it stands; NULL for anything else.

    `make_timestamp` of the microseconds takes a tenth of what the conversion by zone takes.
    """
    aware = call("make_timestamp", call("epoch_us", try_cast(cell.copy(), "TIMESTAMPTZ")))
    found = case((_has_offset(cell), aware), default=try_cast(cell.copy(), "TIMESTAMP"))
    return _if_matches(cell, TIME, found)


def _instant(cell: Expression, found: Expression, zone: str) -> Expression:
    """UTC of a time, from `_wall_clock_or_utc`."""
    return case((_in_range(found), case((_has_offset(cell), found.copy()), default=to_utc(found, zone))))


def _in_range(instant: Expression) -> Expression:
    low, high = (text(end.replace(tzinfo=None).isoformat(sep=" ")) for end in (EARLIEST, LATEST))
    return exp.Between(this=instant.copy(), low=cast(low, "TIMESTAMP"), high=cast(high, "TIMESTAMP"))


def _words(codes: CodeList) -> dict[str, int]:
    """Words a log may use for a code -> its position: canonical names first, then those of other
    languages.
    """
    words = {code.name: place for place, code in enumerate(codes.codes)}
    for place, code in enumerate(codes.codes):
        for name in code.names.values():
            words.setdefault(name, place)
    return words


def variables(vocabulary: Vocabulary, zone: str) -> dict[str, list[object]]:
    """Variables the database must hold: code lists (word -> position) and the zone's offsets."""
    found = zone_variables(zone)
    for codes in vocabulary.codelists.values():
        words = _words(codes)
        found[f"zhunsheng_words_{codes.id}"] = list(words)
        found[f"zhunsheng_places_{codes.id}"] = list(words.values())
    return found


def _variable(kind: str, codes: CodeList) -> Expression:
    return call("getvariable", text(f"zhunsheng_{kind}_{codes.id}"))


def _position(word: Expression, codes: CodeList) -> Expression:
    return call(
        "list_extract", _variable("places", codes), call("list_position", _variable("words", codes), word)
    )


def _code(cell: Expression, codes: CodeList) -> Expression:
    return cast(_position(cell.copy(), codes), "SMALLINT")


def _codes(cell: Expression, codes: CodeList) -> Expression:
    parts = call("regexp_split_to_array", cell.copy(), text(r"\s*[,|]\s*"))
    known = call("list_has_all", _variable("words", codes), parts)
    each = exp.Lambda(
        this=_position(column("part"), codes), expressions=[exp.to_identifier("part", quoted=True)]
    )
    positions = exp.Transform(this=parts.copy(), expression=each)
    is_empty = equal(cell.copy(), text("[]"))
    return case((is_empty, cast(array([]), "SMALLINT[]")), (known, cast(positions, "SMALLINT[]")))


Comparison = type[exp.LT] | type[exp.GT] | type[exp.LTE] | type[exp.GTE]
_LIMITS: Mapping[str, tuple[str, Comparison]] = {
    "minimum": ("ZS4221", exp.LT),
    "maximum": ("ZS4222", exp.GT),
    "exclusiveMinimum": ("ZS4223", exp.LTE),
    "exclusiveMaximum": ("ZS4224", exp.GTE),
}
_LENGTHS: Mapping[str, tuple[str, Comparison]] = {
    "minLength": ("ZS4227", exp.LT),
    "maxLength": ("ZS4228", exp.GT),
}


def _constraints(each: Field, value: Expression) -> list[Check]:
    checks: list[Check] = []
    is_number = isinstance(each.type, (IntegerType, DecimalType, DurationType))
    is_text = isinstance(each.type, TextType)
    for keyword, limit in each.constraints.items():
        fails: Expression
        if is_number and keyword in _LIMITS:
            code, comparison = _LIMITS[keyword]
            fails = comparison(this=value.copy(), expression=_number(limit, each))
        elif is_number and keyword == "multipleOf":
            rest = exp.Mod(this=value.copy(), expression=_number(limit, each))
            code, fails = "ZS4225", exp.NEQ(this=rest, expression=number(0))
        elif is_text and keyword == "pattern":
            code, fails = "ZS4226", exp.Not(this=call("regexp_matches", value.copy(), text(str(limit))))
        elif is_text and keyword in _LENGTHS:
            code, comparison = _LENGTHS[keyword]
            fails = comparison(this=call("length", value.copy()), expression=_number(limit, each))
        else:
            continue
        checks.append(Check(code, fails, {"limit": _shown(limit)}))
    return checks


def _exact(limit: object) -> Fraction:
    if isinstance(limit, (int, Fraction)):
        return Fraction(limit)
    return Fraction(str(limit))


def _number(limit: object, each: Field) -> Expression:
    return number(_decimal_text(_exact(limit) * UNIT_FACTOR.get(each.unit or "", 1)))


def _shown(limit: object) -> str:
    return limit if isinstance(limit, str) else _decimal_text(_exact(limit))


def _decimal_text(exact: Fraction) -> str:
    """Digits of a number that has a finite decimal expansion, as the limits of a schema do."""
    places = 0
    while (exact * 10**places).denominator != 1 and places < 18:
        places += 1
    scaled = int(exact * 10**places)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    return sign + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
