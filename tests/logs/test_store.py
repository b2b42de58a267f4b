"""Rows written as canonical tables and read back are the rows in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhunsheng.logs import DuckStore, MemoryStore, install
from zhunsheng.logs.model import Row, TableFacts

from .small_vocabulary import CHANNELS, LEVELS, VOCABULARY

ONE: Row = {
    "rating_id": "R1",
    "unit_id": "U'1\"",
    "level": "dissatisfied",
    "channels": ["hall", "web"],
    "rated_at": datetime(2021, 1, 1, 9, tzinfo=timezone(timedelta(hours=8))),
    "day": date(2021, 1, 1),
    "score": 7,
    "amount": Fraction(1, 4),
    "named": False,
    "words": "差",
    "took": 15_000_000,
}


def optional(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | values


codes = [code.name for code in LEVELS.codes]
ratings = st.lists(
    st.fixed_dictionaries(
        {
            "rating_id": optional(st.sampled_from(["A", "B", "C"])),
            "unit_id": optional(st.text(max_size=3).filter(lambda text: "\0" not in text)),
            "level": optional(st.sampled_from(codes)),
            "channels": optional(
                st.lists(st.sampled_from([code.name for code in CHANNELS.codes]), max_size=3)
            ),
            "rated_at": optional(
                st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))
            ),
            "day": optional(st.dates(date(1900, 1, 1), date(2199, 12, 31))),
            "score": optional(st.integers(-(10**15) + 1, 10**15 - 1)),
            "amount": optional(st.integers(-(10**16) + 1, 10**16 - 1).map(lambda n: Fraction(n, 100))),
            "named": optional(st.booleans()),
            "took": optional(st.integers(0, 10**12)),
        }
    ),
    max_size=6,
)


def stores(rows: dict[str, list[Row]]) -> tuple[MemoryStore, DuckStore, dict[str, TableFacts]]:
    connection = duckdb.connect()
    facts = install(VOCABULARY, rows, connection)
    return MemoryStore(VOCABULARY, rows), DuckStore(connection, VOCABULARY), facts


@settings(max_examples=60, deadline=None)
@given(ratings)
def test_rows_of_install_are_rows_in_memory(rows: list[Row]) -> None:
    memory, duck, facts = stores({"rating": rows})
    assert list(duck.rows("rating")) == list(memory.rows("rating"))
    assert facts["rating"].rows == len(rows)
    keys = [row["rating_id"] for row in rows if row["rating_id"] is not None]
    assert facts["rating"].unique_key == (len(keys) == len(set(keys)))
    for row in memory.rows("rating"):
        for field, value in row.items():
            if field != "_row":
                assert list(duck.lookup("rating", field, value)) == list(
                    memory.lookup("rating", field, value)
                )


def test_values_are_canonical() -> None:
    memory, duck, _ = stores({"rating": [ONE]})
    (row,) = duck.rows("rating")
    assert row == next(iter(memory.rows("rating")))
    assert row["rated_at"] == datetime(2021, 1, 1, 1, tzinfo=UTC)
    assert row["rated_at"].utcoffset() == timedelta(0)  # type: ignore[union-attr]
    assert row["channels"] == ("hall", "web")
    assert row["amount"] == Fraction(1, 4) and isinstance(row["amount"], Fraction)
    assert row["_row"] == 1


def test_record_types_not_given_are_empty_and_not_supplied() -> None:
    memory, duck, facts = stores({"rating": []})
    assert facts["reply"] == TableFacts(supplied=False)
    assert facts["rating"] == TableFacts(supplied=True)
    assert list(duck.rows("reply")) == [] == list(memory.rows("reply"))


def test_lookup_of_what_no_row_can_hold_is_empty() -> None:
    memory, duck, _ = stores({"rating": [ONE]})
    for field, value in (
        ("rating_id", None),
        ("level", "no such code"),
        ("amount", Fraction(1, 3)),
        ("unit_id", "' OR 1=1 --"),
    ):
        assert list(duck.lookup("rating", field, value)) == []
        assert list(memory.lookup("rating", field, value)) == []


def test_reads_may_be_nested() -> None:
    _, duck, _ = stores({"rating": [ONE, {**ONE, "rating_id": "R2"}]})
    pairs = [
        (outer["rating_id"], inner["rating_id"])
        for outer in duck.rows("rating")
        for inner in duck.lookup("rating", "unit_id", outer["unit_id"])
    ]
    assert pairs == [("R1", "R1"), ("R1", "R2"), ("R2", "R1"), ("R2", "R2")]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"levle": "satisfied"}, KeyError),
        ({"level": "no such code"}, KeyError),
        ({"rated_at": datetime(2021, 1, 1)}, TypeError),
        ({"score": True}, TypeError),
        ({"day": datetime(2021, 1, 1, tzinfo=UTC)}, TypeError),
        ({"amount": Fraction(1, 3)}, ValueError),
    ],
)
def test_install_refuses_what_a_table_cannot_hold(row: Row, error: type[Exception]) -> None:
    with pytest.raises(error):
        install(VOCABULARY, {"rating": [row]}, duckdb.connect())
