"""Keyed pseudonyms: the same value and key give the same pseudonym, so joins and verdicts stay what they
are; without the key nothing leads back.

Mobile and identity numbers keep their form (segment, a day that exists, a right or wrong check digit), other
values become `ps-` and sixteen letters and digits, free text keeps every character that is no personal
data. docs/personal-data.md says what is kept and what a reader can still learn.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.permutation import Permutation, permutation
from zhunsheng.logs.personal import CANDIDATE, MOBILE, WHOLE_MOBILE, Finding, born, check_digit, findings
from zhunsheng.semantics.types import TextType
from zhunsheng.semantics.vocabulary import Field, Record

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "ZHUNSHENG_KEY"
"""Environment variable: the secret from which pseudonyms are made."""
SHORTEST_KEY = 16
PREFIX = "ps-"
_SIGNS = 16
"""Hexadecimal: 64 bits, so that two of ten million values meet once in some hundred thousand logs."""
_NUMBER_BEGINS = frozenset("+0123456789")
_FIRST_DAY = date(1900, 1, 1)
_DAYS = (date(2100, 1, 1) - _FIRST_DAY).days
_DAYS_15 = (date(2000, 1, 1) - _FIRST_DAY).days
_REGIONS = 900_000
_HALF = 10_000
"""Four digits: half of what is permuted of a mobile number."""
# A rule that looks for mobile numbers without minding what stands around them also meets parts of identity
# numbers; a pseudonym is drawn again until it is met or not met as the number is.
_LOOSE_MOBILE = re.compile(r"1[0-9]{10}")
_HAN = (
    "安宝昌成春德东方飞芳福刚光贵国海涵浩和恒红宏华怀慧吉佳建健江杰金京"
    "静君凯康兰乐丽良林玲龙美民明宁平奇勤清庆荣瑞山胜盛世舒松涛天婷伟文"
)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Pseudonyms under one key (32 secret bytes)."""

    key: bytes

    def rounds(self) -> list[list[object]]:
        """How the last eight digits of a mobile number change, for a database.

        In round k the half that is read (the last four digits in round 0, then by turns) is the place in
        list k of what the other half gains, modulo 10,000.
        """
        return [
            [(each + first[0]) % _HALF for each in last]
            for last, first in _permutation(self.key, "mobile", _HALF, _HALF).tables
        ]

    def whole(self, value: str) -> str:
        """In place of a value that is personal as a whole: a number keeps its form, anything else none."""
        if value[:1] not in _NUMBER_BEGINS:
            return self.opaque(value)
        if mobile := WHOLE_MOBILE.fullmatch(value):
            start = mobile.start(2)
            return value[:start] + self._mobile(value[start:])
        for found in findings(value):
            if found.kind in ("identity", "number") and found.end - found.start == len(value):
                return self._found(value, found)
        return self.opaque(value)

    def text(self, value: str) -> str:
        """In place of free text: what looks like personal data is replaced, at the same length."""
        parts: list[str] = []
        end = 0
        for found in findings(value):
            parts += [value[end : found.start], self._found(value[found.start : found.end], found)]
            end = found.end
        return "".join([*parts, value[end:]]) if parts else value

    def opaque(self, value: str) -> str:
        """`ps-` and sixteen signs, whatever the value looks like."""
        return PREFIX + self._digest(b"opaque", value).hex()[:_SIGNS]

    def shaped(self, value: str) -> str:
        """Of the same length, digits for digits, letters for letters, names for Chinese characters. 0 and 1
        stay: patterns often ask for them. Different values of few characters may meet."""
        stream = self._digest(b"shaped", value)
        while len(stream) < len(value):
            stream += self._digest(b"shaped", value + str(len(stream)))
        return "".join(_same_class(char, byte) for char, byte in zip(value, stream, strict=False))

    def fitting(self, field: Field, value: str) -> str:
        """In place of a text field's value. A field whose schema limits length or form gets a pseudonym of
        the value's own form."""
        if field.free_text:
            return self.text(value)
        made = self.whole(value)
        longest, shortest = field.constraints.get("maxLength"), field.constraints.get("minLength", 0)
        assert longest is None or isinstance(longest, int)
        assert isinstance(shortest, int)
        fits = (longest is None or len(made) <= longest) and len(made) >= shortest
        kept = "pattern" not in field.constraints and fits
        return made if kept or not made.startswith(PREFIX) else self.shaped(value)

    def masked(self, record: Record, table: pa.Table) -> pa.Table:
        """Rows of a canonical table (any columns of it) with personal text under pseudonyms. Personal values
        of other types become missing: nothing stands for a day of birth without being another."""
        import pyarrow as pa

        for place, name in enumerate(table.column_names):
            field = record.fields.get(name)
            if field is None or not field.personal:
                continue
            column = table.column(place)
            if isinstance(field.type, TextType):
                chunks = [self._masked_chunk(field, chunk) for chunk in column.chunks]
                made = pa.chunked_array(chunks, column.type)
            else:
                made = pa.chunked_array([pa.nulls(len(column), column.type)], column.type)
            table = table.set_column(place, table.schema.field(place), made)
        return table

    def _masked_chunk(self, field: Field, chunk: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        if field.free_text:
            hit: Any = pc.fill_null(pc.match_substring_regex(chunk, CANDIDATE), False)
            changed = [self.text(value) for value in chunk.filter(hit).to_pylist()]
            return pc.replace_with_mask(chunk, hit, pa.array(changed, chunk.type))
        encoded = chunk.dictionary_encode()
        values = encoded.dictionary
        plain: Any = pc.match_substring_regex(values, rf"^{MOBILE}$")
        others: list[Any] = values.filter(pc.invert(plain)).to_pylist()
        made: Any = pc.replace_with_mask(values, plain, self._mobiles(values.filter(plain)))
        replaced = pa.array([self.fitting(field, value) for value in others], chunk.type)
        return pc.replace_with_mask(made, pc.invert(plain), replaced).take(encoded.indices)

    def _mobiles(self, numbers: Any) -> Any:
        """`_mobile` for numbers without spaces."""
        import pyarrow as pa
        import pyarrow.compute as pc

        body = pc.utf8_slice_codeunits(numbers, 3, 11).cast(pa.int64())
        made = _permutation(self.key, "mobile", _HALF, _HALF).of_all(body)
        digits: Any = pc.utf8_lpad(made.cast(numbers.type), 8, "0")
        nothing: Any = ""
        return pc.binary_join_element_wise(pc.utf8_slice_codeunits(numbers, 0, 3), digits, nothing)

    def _found(self, value: str, found: Finding) -> str:
        match found.kind:
            case "mobile":
                return self._mobile(value)
            case "identity":
                return self._identity(value)
            case "landline":
                return value[:5] + self.shaped(value[5:])
            case "email":
                local, _, host = value.partition("@")
                return f"{self.shaped(local)}@{host}"
            case "number" if value[-1] in "Xx":
                return self.shaped(value[:-1]) + value[-1]
            case _:
                return self.shaped(value)

    def _mobile(self, value: str) -> str:
        """The segment stays, the last eight digits are permuted; spaces stay where they are."""
        digits = re.sub(r"[ -]", "", value)
        made = _permutation(self.key, "mobile", _HALF, _HALF).of(int(digits[3:]))
        left = iter(f"{digits[:3]}{made:08d}")
        return "".join(next(left) if char.isdigit() else char for char in value)

    def _identity(self, value: str) -> str:
        """A number that stands for this one: region, day and sequence permuted, the check digit as right or
        wrong as it was."""
        day = born(value)
        assert day is not None
        long = len(value) == 18
        days = _DAYS if long else _DAYS_15
        mixed = _permutation(self.key, f"identity {len(value)}", _REGIONS, days * 1000)
        number = ((int(value[:6]) - 100_000) * days + (day - _FIRST_DAY).days) * 1000 + int(
            value[14:17] if long else value[12:]
        )
        met = _LOOSE_MOBILE.search(value) is not None
        while True:
            number = mixed.of(number)
            made = _identity_of(number, days, long=long)
            if long:
                made += _shifted_check(value, made)
            if (_LOOSE_MOBILE.search(made) is not None) == met:
                return made

    def _digest(self, purpose: bytes, value: str) -> bytes:
        return hmac.digest(self.key, purpose + b"\0" + value.encode("utf-8", "surrogatepass"), "sha256")


def pseudonyms(environment: Mapping[str, str] | None = None) -> Pseudonyms:
    """Under the key in `ZHUNSHENG_KEY`, else under a fresh one that dies with the run. Raises LogError
    (ZS4401) for a key that could be guessed."""
    given = given_key(environment)
    return Pseudonyms(secrets.token_bytes(32) if given is None else given)


def given_key(environment: Mapping[str, str] | None = None) -> bytes | None:
    """The key that `ZHUNSHENG_KEY` gives; None when it is not set. Raises LogError (ZS4401)."""
    secret = (os.environ if environment is None else environment).get(KEY)
    if not secret:
        return None
    if len(secret) < SHORTEST_KEY:
        raise log_error("ZS4401", variable=KEY, least=SHORTEST_KEY)
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), b"zhunsheng pseudonyms 1", "sha256")


@lru_cache(maxsize=8)
def _permutation(key: bytes, purpose: str, high: int, low: int) -> Permutation:
    return permutation(hmac.digest(key, purpose.encode(), "sha256"), high, low)


def _identity_of(number: int, days: int, *, long: bool) -> str:
    rest, sequence = divmod(number, 1000)
    region, day = divmod(rest, days)
    shown = (_FIRST_DAY + timedelta(days=day)).strftime("%Y%m%d")
    return f"{region + 100_000}{shown if long else shown[2:]}{sequence:03d}"


def _shifted_check(value: str, body: str) -> str:
    """The check digit of `body`, as far from the right one as that of `value` is."""
    signs = "0123456789X"
    off = (signs.index(value[17].upper()) - signs.index(check_digit(value[:17]))) % 11
    made = signs[(signs.index(check_digit(body)) + off) % 11]
    return made.lower() if value[17] == "x" else made


def _same_class(char: str, byte: int) -> str:
    if char in "23456789":
        return str(2 + byte % 8)
    if "a" <= char <= "z":
        return chr(97 + byte % 26)
    if "A" <= char <= "Z":
        return chr(65 + byte % 26)
    if "\u4e00" <= char <= "\u9fff":
        return _HAN[byte % len(_HAN)]
    return char
