"""Personal texts under pseudonyms while the database reads: `Pseudonyms`, as expressions.

Mobile numbers, the one personal value that nearly every row has, are permuted in the database itself; it asks
`Pseudonyms` for any other value. Both give the same pseudonym, so copies, reports and quarantine files join.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.logs.expressions import (
    Expression,
    all_of,
    call,
    case,
    cast,
    column,
    equal,
    is_known,
    named,
    number,
    select,
    subquery,
    table,
    to_sql,
    try_cast,
)
from zhunsheng.logs.permutation import ROUNDS
from zhunsheng.logs.pseudonyms import Pseudonyms
from zhunsheng.semantics.types import TextType
from zhunsheng.semantics.vocabulary import Field, Record

if TYPE_CHECKING:
    import duckdb

_FIRST, _LAST = 13_000_000_000, 19_999_999_999
"""Mobile numbers, as numbers (`personal.MOBILE`)."""
_HALF = 10_000
_ROUNDS = "zhunsheng_rounds"


def prepare(pseudonyms: Pseudonyms, records: Sequence[Record], connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the database what `masked` refers to."""
    lists = [named(exp.Placeholder(), _round(place)) for place in range(ROUNDS)]
    made = exp.Create(this=table(_ROUNDS), kind="TABLE", expression=exp.Select(expressions=lists))
    connection.execute(to_sql(made), pseudonyms.rounds())
    for record in records:
        for field in record.fields.values():
            if field.personal and isinstance(field.type, TextType):
                _register(pseudonyms, record, field, connection)


def _register(
    pseudonyms: Pseudonyms, record: Record, field: Field, connection: duckdb.DuckDBPyConnection
) -> None:
    # The database evaluates annotations of what it is given: a lambda has none.
    connection.create_function(  # type: ignore[call-overload]
        _function(record, field),
        lambda values: _replaced(pseudonyms, record, field, values),
        ["VARCHAR"],
        "VARCHAR",
        type="arrow",
    )


def _replaced(pseudonyms: Pseudonyms, record: Record, field: Field, values: Any) -> Any:
    import pyarrow as pa

    chunked = pa.chunked_array([values]) if isinstance(values, pa.Array) else values
    made: Any = pseudonyms.masked(record, pa.table({field.name: chunked})).column(0)
    return made.combine_chunks()


def masked(rows: exp.Select, record: Record) -> exp.Select:
    """Rows with columns `v<i>`: personal texts under pseudonyms, personal values of other types missing."""
    personal = [(index, each) for index, each in enumerate(record.fields.values()) if each.personal]
    numbers = [index for index, each in personal if isinstance(each.type, TextType) and not each.free_text]
    if numbers:
        rows = _permuted(rows, numbers)
    replaced = [
        named(_in_place_of(index, each, record, mobile=index in numbers), f"v{index}")
        for index, each in personal
    ]
    if not replaced:
        return rows
    star = exp.Star(replace=replaced)
    return select([star], subquery(rows, "permuted"))


def _in_place_of(index: int, field: Field, record: Record, *, mobile: bool) -> Expression:
    if not isinstance(field.type, TextType):
        return cast(exp.Null(), "VARCHAR")
    other = call(_function(record, field), column(f"v{index}"))
    if not mobile:
        return other
    made = exp.Add(
        this=exp.Mul(this=column(f"s{index}"), expression=number(_HALF * _HALF)),
        expression=exp.Add(
            this=exp.Mul(this=column(f"a{index}"), expression=number(_HALF)), expression=column(f"b{index}")
        ),
    )
    return case(
        (is_known(column(f"s{index}")), cast(exp.Paren(this=made), "VARCHAR")),
        (is_known(column(f"v{index}")), other),
    )


def _permuted(rows: exp.Select, numbers: Sequence[int]) -> exp.Select:
    """The rows with segment `s<i>` and permuted halves `a<i>`, `b<i>` of every plain mobile number."""
    read = [named(try_cast(column(f"v{index}"), "BIGINT"), f"n{index}") for index in numbers]
    # The lists come from a table of one row: as constants they would be copied for every two thousand rows.
    rows = select([exp.Star(), *read], subquery(rows, "kept"))
    rows.append("joins", exp.Join(this=table(_ROUNDS), kind="CROSS"))
    plain = [named(_plain(index), f"m{index}") for index in numbers]
    rows = select([exp.Star(), *plain], subquery(rows, "numbers"))
    halves = []
    for index in numbers:
        whole = column(f"m{index}")
        last = exp.Mod(this=exp.Paren(this=_div(whole, _HALF)), expression=number(_HALF))
        halves += [
            named(_div(whole, _HALF * _HALF), f"s{index}"),
            named(last, f"a{index}"),
            named(exp.Mod(this=whole.copy(), expression=number(_HALF)), f"b{index}"),
        ]
    rows = select([exp.Star(), *halves], subquery(rows, "mobiles"))
    for place in range(ROUNDS):
        turned, by = ("b", "a") if place % 2 else ("a", "b")
        stepped = []
        for index in numbers:
            where = exp.Add(this=column(f"{by}{index}"), expression=number(1))
            added = call("list_extract", column(_round(place)), where)
            total = exp.Paren(this=exp.Add(this=column(f"{turned}{index}"), expression=added))
            stepped.append(named(exp.Mod(this=total, expression=number(_HALF)), f"{turned}{index}"))
        rows = select([exp.Star(replace=stepped)], subquery(rows, "turned"))
    return rows


def _plain(index: int) -> Expression:
    """The number of a cell that is eleven digits, of a mobile number's segment; NULL for anything else."""
    found = column(f"n{index}")
    inside = exp.Between(this=found.copy(), low=number(_FIRST), high=number(_LAST))
    same = equal(cast(found.copy(), "VARCHAR"), column(f"v{index}"))
    return case((all_of(inside, same), found))


def _div(whole: Expression, by: int) -> Expression:
    return exp.IntDiv(this=whole.copy(), expression=number(by))


def _round(place: int) -> str:
    return f"r{place}"


def _function(record: Record, field: Field) -> str:
    return f"zhunsheng_mask_{record.name}_{field.name}"
