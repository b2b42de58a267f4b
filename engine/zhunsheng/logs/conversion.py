"""From a cell's text to a canonical value, and what can be wrong with it, as expressions evaluated in bulk.

Every field gets one value expression and a list of checks over (cell `c`, value `v`). The order of the checks is
the order in which a reason is given; a record is bad when any of them fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from sqlglot import exp

from zhunsheng.logs.canonical import EARLIEST, LATEST, column_type, data_type, scale_of
from zhunsheng.logs.zones import to_utc
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

TRUE = ("true", "1", "是")
FALSE = ("false", "0", "否")

# Characters that NFC never changes, alone or after one another: Latin-1 and the Chinese of everyday texts.
# Looking for others costs a quarter of normalising everything.
NFC_SAFE = (
    r"[\x00-\x{2ff}\x{2010}-\x{2027}\x{3001}-\x{3029}\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{ff01}-\x{ff9d}]*"
)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
LOCAL = rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}:[0-5]\d(?:\.\d{{1,9}})?"
WITH_OFFSET = (
    rf"\d{{4}}-\d\d-\d\d[T ]{_CLOCK}(?::[0-5]\d(?:\.\d{{1,9}})?)?(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)"
)
_INTEGER = r"[+-]?0*\d{1,15}(?:\.0+)?"
DATE = r"\d{4}-\d\d-\d\d"
_MINUTE = timedelta(minutes=1) // timedelta(microseconds=1)
UNIT_FACTOR = {"minute": _MINUTE, "hour": 60 * _MINUTE}
"""Durations are written in whole `x-unit`s; exact ones are held in microseconds."""


@dataclass(frozen=True, slots=True)
class Check:
    """`fails` is true for a bad value (false or NULL: nothing to say); `code` is its ZS42xx diagnostic."""

    code: str
    fails: exp.Expression
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conversion:
    value: exp.Expression
    checks: tuple[Check, ...]


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Expression:
    return exp.Literal.string(value)


def is_null(value: exp.Expression) -> exp.Expression:
    return exp.Is(this=value.copy(), expression=exp.Null())


def is_known(value: exp.Expression) -> exp.Expression:
    return exp.Not(this=is_null(value))


def _matches(cell: exp.Expression, pattern: str) -> exp.Expression:
    return call("regexp_full_match", cell.copy(), text(pattern))


def _try(value: exp.Expression, kind: str) -> exp.Expression:
    return exp.TryCast(this=value.copy(), to=data_type(kind))


def _cast(value: exp.Expression, kind: str) -> exp.Expression:
    return exp.Cast(this=value, to=data_type(kind))


def _array(values: Iterable[exp.Expression]) -> exp.Expression:
    return exp.Array(expressions=list(values))


def _when(condition: exp.Expression, value: exp.Expression) -> exp.Case:
    return exp.Case().when(condition, value)


def convert(
    each: Field, cell: exp.Expression, value: exp.Expression, vocabulary: Vocabulary, zone: str
) -> Conversion:
    """Conversion of one field; `cell` is its text (NULL when empty), `value` a reference to the result."""
    codes = vocabulary.codes_of(each.type)
    wrong = exp.and_(is_known(cell), is_null(value))
    checks: list[Check] = []
    if each.required:
        checks.append(Check("ZS4201", is_null(cell)))
    match each.type:
        case TextType():
            result, code, values = _text(cell), "ZS4202", {}
        case IntegerType():
            result, code, values = _when(_matches(cell, _INTEGER), _try(cell, "BIGINT")), "ZS4203", {}
        case DurationType():
            result, code, values = _duration(each, cell), "ZS4204", {"unit": each.unit or each.type.unit}
        case DecimalType():
            scale = scale_of(each.type)
            pattern = rf"[+-]?0*\d{{1,14}}(?:\.\d{{0,{scale}}}0*)?"
            result = _when(_matches(cell, pattern), _try(cell, column_type(each.type)))
            code, values = "ZS4205", {"scale": str(scale)}
        case BooleanType():
            result, code, values = _boolean(cell), "ZS4206", {}
        case DateType():
            result, code, values = _date(cell), "ZS4207", {}
        case InstantType():
            checks.append(Check("ZS4209", _matches(cell, DATE)))
            result, code, values = _instant(cell, zone), "ZS4208", {}
        case CodeType():
            assert codes is not None
            result, code, values = _code(cell, codes), "ZS4210", {"codelist": codes.id}
        case CodesType():
            assert codes is not None
            result, code, values = _codes(cell, codes), "ZS4211", {"codelist": codes.id}
    checks.append(Check(code, wrong, values))
    return Conversion(result, (*checks, *_constraints(each, value)))


def _text(cell: exp.Expression) -> exp.Expression:
    return _when(_matches(cell, NFC_SAFE), cell.copy()).else_(call("nfc_normalize", cell.copy()))


def _duration(each: Field, cell: exp.Expression) -> exp.Expression:
    whole = _try(cell, "BIGINT")
    factor = UNIT_FACTOR.get(each.unit or "", 1)
    if factor != 1:
        whole = exp.Mul(this=whole, expression=exp.Literal.number(factor))
    # Eight digits: a duration beyond 36 525 days is out of range anyway, and the product stays exact.
    return _when(_matches(cell, r"[+-]?0*\d{1,8}(?:\.0+)?"), whole)


def _boolean(cell: exp.Expression) -> exp.Expression:
    lower = call("lower", cell.copy())
    return _when(exp.In(this=lower, expressions=[text(word) for word in TRUE]), exp.true()).when(
        exp.In(this=lower.copy(), expressions=[text(word) for word in FALSE]), exp.false()
    )


def _date(cell: exp.Expression) -> exp.Expression:
    found = _try(cell, "DATE")
    low, high = (_cast(text(end.date().isoformat()), "DATE") for end in (EARLIEST, LATEST))
    return _when(exp.and_(_matches(cell, DATE), exp.Between(this=found.copy(), low=low, high=high)), found)


def _instant(cell: exp.Expression, zone: str) -> exp.Expression:
    low, high = (
        _cast(text(end.replace(tzinfo=None).isoformat(sep=" ")), "TIMESTAMP") for end in (EARLIEST, LATEST)
    )
    local = _try(cell, "TIMESTAMP")
    aware = call("timezone", text("UTC"), _try(cell, "TIMESTAMPTZ"))
    inside = exp.Between(this=local.copy(), low=low, high=high)
    inside_aware = exp.Between(this=aware.copy(), low=low.copy(), high=high.copy())
    return _when(exp.and_(_matches(cell, LOCAL), inside), to_utc(local, zone)).when(
        exp.and_(_matches(cell, WITH_OFFSET), inside_aware), aware
    )


def _positions(codes: CodeList) -> dict[str, int]:
    """Words a log may use for a code -> its position: canonical names first, then the Chinese ones."""
    words = {code.name: place for place, code in enumerate(codes.codes)}
    for place, code in enumerate(codes.codes):
        for name in code.names.values():
            words.setdefault(name, place)
    return words


def _code(cell: exp.Expression, codes: CodeList) -> exp.Expression:
    words = _positions(codes)
    found = call("list_position", _array(text(word) for word in words), cell.copy())
    places = _array(exp.Literal.number(place) for place in words.values())
    return _cast(call("list_extract", places, found), "SMALLINT")


def _codes(cell: exp.Expression, codes: CodeList) -> exp.Expression:
    words = _positions(codes)
    known = _array(text(word) for word in words)
    parts = call("regexp_split_to_array", cell.copy(), text(r"\s*[,|]\s*"))
    all_known = call("list_has_all", known, parts)
    name = exp.to_identifier("part")
    place = call(
        "list_extract",
        _array(exp.Literal.number(p) for p in words.values()),
        call("list_position", known.copy(), exp.column("part")),
    )
    positions = exp.Transform(this=parts.copy(), expression=exp.Lambda(this=place, expressions=[name]))
    kind = "SMALLINT[]"
    return _when(exp.EQ(this=cell.copy(), expression=text("[]")), _cast(_array(()), kind)).when(
        all_known, _cast(positions, kind)
    )


_LIMITS = {
    "minimum": ("ZS4221", exp.LT),
    "maximum": ("ZS4222", exp.GT),
    "exclusiveMinimum": ("ZS4223", exp.LTE),
    "exclusiveMaximum": ("ZS4224", exp.GTE),
}


def _constraints(each: Field, value: exp.Expression) -> list[Check]:
    checks: list[Check] = []
    for keyword, limit in each.constraints.items():
        shown = {"limit": _shown(limit)}
        if keyword in _LIMITS and isinstance(each.type, (IntegerType, DecimalType, DurationType)):
            code, failing = _LIMITS[keyword]
            checks.append(Check(code, failing(this=value.copy(), expression=_number(limit, each)), shown))
        elif keyword == "multipleOf" and isinstance(each.type, (IntegerType, DecimalType, DurationType)):
            rest = exp.Mod(this=value.copy(), expression=_number(limit, each))
            checks.append(Check("ZS4225", exp.NEQ(this=rest, expression=exp.Literal.number(0)), shown))
        elif keyword == "pattern" and isinstance(each.type, TextType):
            found = call("regexp_matches", value.copy(), text(str(limit)))
            checks.append(Check("ZS4226", exp.Not(this=found), shown))
        elif keyword in ("minLength", "maxLength") and isinstance(each.type, TextType):
            code, failing = ("ZS4227", exp.LT) if keyword == "minLength" else ("ZS4228", exp.GT)
            length = call("length", value.copy())
            checks.append(Check(code, failing(this=length, expression=_number(limit, each)), shown))
    return checks


def _exact(limit: object) -> Fraction:
    return Fraction(str(limit)) if isinstance(limit, float) else Fraction(limit)  # type: ignore[arg-type]


def _number(limit: object, each: Field) -> exp.Expression:
    exact = _exact(limit) * UNIT_FACTOR.get(each.unit or "", 1)
    return exp.Literal.number(_decimal_text(exact))


def _shown(limit: object) -> str:
    return str(limit) if isinstance(limit, str) else _decimal_text(_exact(limit))


def _decimal_text(exact: Fraction) -> str:
    """Digits of a number that has a finite decimal expansion, as the limits of a schema do."""
    places = 0
    while (exact * 10**places).denominator != 1 and places < 18:
        places += 1
    scaled = int(exact * 10**places)
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(places + 1, "0")
    return sign + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
