"""Canonical tables: the column of each type, and the way from Python values to columns and back.

`logs.model` fixes the form. SQL is built from sqlglot expressions; values travel as bound parameters or
Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.logs.expressions import create_table, data_type, select, table, to_sql
from zhunsheng.logs.model import Row, TableFacts, Value
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
from zhunsheng.semantics.vocabulary import Record, Vocabulary

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

ROW = "_row"
DEFAULT_SCALE = 4
"""Digits after the point of a decimal field without `multipleOf`."""
MAX_INTEGER = 10**15 - 1
DECIMAL_WIDTH = 18
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
"""Instants and dates outside these are refused: every engine and calendar can count between them."""


def scale_of(type_: DecimalType) -> int:
    """Digits after the point that the column of a decimal field holds."""
    return DEFAULT_SCALE if type_.scale is None else type_.scale


def column_type(type_: Type) -> str:
    """DuckDB type of a field's column (the table in `logs.model`)."""
    match type_:
        case TextType():
            return "VARCHAR"
        case IntegerType() | DurationType():
            return "BIGINT"
        case DecimalType():
            return f"DECIMAL({DECIMAL_WIDTH}, {scale_of(type_)})"
        case BooleanType():
            return "BOOLEAN"
        case DateType():
            return "DATE"
        case InstantType():
            return "TIMESTAMP"
        case CodeType():
            return "SMALLINT"
        case CodesType():
            return "SMALLINT[]"


def create_empty(record: Record, connection: duckdb.DuckDBPyConnection) -> None:
    """Create the record's canonical table without rows, replacing one that is there."""
    columns = [(ROW, "BIGINT"), *((name, column_type(field.type)) for name, field in record.fields.items())]
    schema = exp.Schema(
        this=table(record.name),
        expressions=[
            exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=data_type(kind))
            for name, kind in columns
        ],
    )
    connection.execute(to_sql(exp.Create(this=schema, kind="TABLE", replace=True)))


# Python values


def canonical_rows(record: Record, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with every field present, values in canonical form, in `_row` order.

    Raises KeyError for a field that the record does not have, TypeError for a value of another type.
    """
    fields = record.fields
    result: list[Row] = []
    for number, row in enumerate(rows, start=1):
        extra = set(row) - set(fields) - {ROW}
        if extra:
            raise KeyError(f"{record.name} has no field {', '.join(sorted(extra))}")
        values: dict[str, Value] = {ROW: row.get(ROW, number)}
        for name, field in fields.items():
            values[name] = canonical_value(field.type, row.get(name))
        result.append(values)
    return tuple(sorted(result, key=_row_number))


def _row_number(row: Row) -> int:
    number = row[ROW]
    assert isinstance(number, int)
    return number


_PYTHON_TYPES: dict[type, tuple[type, ...]] = {
    TextType: (str,),
    IntegerType: (int,),
    DurationType: (int,),
    DecimalType: (int, Fraction, Decimal),
    BooleanType: (bool,),
    DateType: (date,),
    InstantType: (datetime,),
    CodeType: (str,),
    CodesType: (tuple, list),
}


def canonical_value(type_: Type, value: Any) -> Value:
    """The value as rows hold it: instants in UTC, decimals as Fraction, lists as tuples.

    Raises TypeError when the value is of another type, or a time without zone.
    """
    if value is None:
        return None
    is_bool = isinstance(value, bool) != isinstance(type_, BooleanType)
    is_time = isinstance(value, datetime) and not isinstance(type_, InstantType)
    if is_bool or is_time or not isinstance(value, _PYTHON_TYPES[type(type_)]):
        raise TypeError(f"{value!r} is no {type(type_).__name__}")
    found: Any = value
    if isinstance(type_, DecimalType):
        return Fraction(found)
    if isinstance(type_, InstantType):
        if found.tzinfo is None:
            raise TypeError(f"{value!r} has no zone")
        found = found.astimezone(UTC)
    elif isinstance(type_, CodesType):
        found = tuple(found)
    canonical: Value = found
    return canonical


# columns


def encoder(type_: Type, vocabulary: Vocabulary) -> Callable[[Any], Any]:
    """A function from a canonical value (not None) to what a column or a bound parameter takes.

    The function raises KeyError for a code that is not in its list, ValueError for digits the column
    cannot hold.
    """
    codes = vocabulary.codes_of(type_)
    match type_:
        case CodeType() | CodesType():
            assert codes is not None
            positions = {code.name: place for place, code in enumerate(codes.codes)}
            if isinstance(type_, CodeType):
                return positions.__getitem__
            return lambda value: [positions[name] for name in value]
        case DecimalType():
            scale = scale_of(type_)
            return lambda value: _exact_decimal(Fraction(value), scale)
        case InstantType():
            return lambda value: value.astimezone(UTC).replace(tzinfo=None)
        case _:
            return lambda value: value


def decoder(type_: Type, vocabulary: Vocabulary) -> Callable[[Any], Value]:
    """The inverse of `encoder`, for values fetched from a column (not None)."""
    codes = vocabulary.codes_of(type_)
    match type_:
        case CodeType() | CodesType():
            assert codes is not None
            names = [code.name for code in codes.codes]
            if isinstance(type_, CodeType):
                return names.__getitem__
            return lambda value: tuple(names[place] for place in value)
        case DecimalType():
            return Fraction
        case InstantType():
            return lambda value: value.replace(tzinfo=UTC)
        case _:
            return lambda value: value


def _exact_decimal(value: Fraction, scale: int) -> Decimal:
    scaled = value * 10**scale
    if scaled.denominator != 1 or abs(scaled.numerator) >= 10**DECIMAL_WIDTH:
        raise ValueError(
            f"{value} does not fit a decimal of {DECIMAL_WIDTH} digits, {scale} of them after the point"
        )
    return Decimal(scaled.numerator).scaleb(-scale)


# tables from rows


def install(
    vocabulary: Vocabulary, rows: Mapping[str, Sequence[Row]], connection: duckdb.DuckDBPyConnection
) -> dict[str, TableFacts]:
    """Write Python rows as canonical tables; record types not given get an empty table and are not supplied.

    Returns the facts of every record type. Existing tables of these names are replaced. Raises KeyError
    for an unknown record, field or code, TypeError for a value of another type, ValueError for one that
    does not fit.
    """
    unknown = sorted(set(rows) - set(vocabulary.records))
    if unknown:
        raise KeyError(f"no such record type: {', '.join(unknown)}")
    facts: dict[str, TableFacts] = {}
    for name, record in vocabulary.records.items():
        given = name in rows
        canonical = canonical_rows(record, rows[name]) if given else ()
        if canonical:
            _insert(vocabulary, record, canonical, connection)
        else:
            create_empty(record, connection)
        keys = [row[record.key] for row in canonical if row[record.key] is not None]
        facts[name] = TableFacts(given, len(canonical), len(set(keys)) == len(keys))
    return facts


def _insert(
    vocabulary: Vocabulary, record: Record, rows: Sequence[Row], connection: duckdb.DuckDBPyConnection
) -> None:
    import pyarrow as pa

    arrays: list[Any] = [pa.array([row[ROW] for row in rows], pa.int64())]
    for name, field in record.fields.items():
        encode = encoder(field.type, vocabulary)
        values = [None if row[name] is None else encode(row[name]) for row in rows]
        arrays.append(pa.array(values, _arrow_type(field.type)))
    batch = pa.Table.from_arrays(arrays, names=[ROW, *record.fields])
    source = "zhunsheng_rows"
    connection.register(source, batch)
    try:
        connection.execute(create_table(record.name, select([exp.Star()], table(source))))
    finally:
        connection.unregister(source)


def _arrow_type(type_: Type) -> pa.DataType:
    import pyarrow as pa

    match type_:
        case IntegerType() | DurationType():
            return pa.int64()
        case DecimalType():
            return pa.decimal128(DECIMAL_WIDTH, scale_of(type_))
        case BooleanType():
            return pa.bool_()
        case DateType():
            return pa.date32()
        case InstantType():
            return pa.timestamp("us")
        case CodeType():
            return pa.int16()
        case CodesType():
            return pa.list_(pa.int16())
        case _:
            return pa.string()
