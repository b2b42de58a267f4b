"""Tables of a program: the same canonical rows and the same complaints as from files."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from zhunsheng.logs import DuckStore, LoadedLog, LogError, from_tables, load
from zhunsheng.logs.model import Gap

from .log_files import write_csv
from .small_vocabulary import VOCABULARY

AT = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {
        "rating_id": "R1",
        "unit_id": "007",
        "level": "不满意",
        "channels": ["web", "hall"],
        "rated_at": AT,
        "day": date(2024, 3, 1),
        "score": 5,
        "amount": "12.50",
        "named": True,
        "words": "好",
    },
    {"rating_id": "R2", "level": "satisfied", "channels": [], "named": False},
]
NAMES = list(ROWS[0])


def arrow() -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in NAMES} for row in ROWS])


FORMS = {
    "arrow table": arrow,
    "arrow batch": lambda: arrow().to_batches()[0],
    "arrow stream": lambda: arrow().to_reader(),
    "polars": lambda: pl.from_arrow(arrow()),
    "polars categories": lambda: pl.from_arrow(arrow()).with_columns(pl.col("level").cast(pl.Categorical)),
    "pandas": lambda: pd.DataFrame(ROWS),
    "pandas categories": lambda: pd.DataFrame(ROWS).astype({"level": "category"}),
    "pandas with arrow types": lambda: arrow().to_pandas(types_mapper=pd.ArrowDtype),
}


def stored(log: LoadedLog) -> list[Any]:
    return list(DuckStore(log.connection, VOCABULARY).rows("rating"))


def taken(table: object, name: str = "rating", **given: Any) -> LoadedLog:
    return from_tables({name: table}, VOCABULARY, as_of=AT, **given)


def refused(table: object, name: str = "rating", **given: Any) -> LogError:
    with pytest.raises(LogError) as raised:
        taken(table, name, **given).close()
    return raised.value


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_table_gives_the_rows_of_a_csv(tmp_path: Path, form: str) -> None:
    write_csv(tmp_path / "rating.csv", ROWS, NAMES)
    from_file = load(tmp_path, VOCABULARY, as_of=AT)
    log = taken(FORMS[form]())
    assert stored(log) == stored(from_file)
    [source] = log.quality.sources
    assert (source.rows_read, source.accepted, source.bad, source.format) == (2, 2, 0, "arrow")
    assert log.evidence.tables["reply"].supplied is False
    log.close()
    from_file.close()


def test_chinese_names_of_records_and_fields() -> None:
    log = taken(pl.DataFrame({"评价编号": ["R1"], "评价等级": ["满意"]}), "评价")
    assert [row["level"] for row in stored(log)] == ["satisfied"]
    log.close()


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("level", ["middling"], "ZS4210"),
        ("score", [101], "ZS4222"),
        ("score", [1.5], "ZS4203"),
        ("score", [float("nan")], "ZS4203"),
        ("rated_at", [date(2024, 3, 1)], "ZS4209"),
        ("unit_id", [7], "ZS4202"),
        ("words", ["x" * 11], "ZS4228"),
    ],
)
def test_values_are_validated_like_those_of_files(column: str, values: list[Any], code: str) -> None:
    table = pl.DataFrame({"rating_id": ["R9"], "level": ["neutral"]} | {column: values})
    good = pl.DataFrame({"rating_id": [f"R{n}" for n in range(200)], "level": ["neutral"] * 200})
    log = taken(pl.concat([good, table], how="diagonal"))
    [bad] = log.quality.bad_values
    assert (bad.diagnostic.code, bad.diagnostic.place) == (code, "rating:201")
    log.close()


def test_times_without_offset_are_in_the_zone_of_the_log() -> None:
    table = pl.DataFrame(
        {"rating_id": ["R1"], "level": ["neutral"], "rated_at": [datetime(2024, 3, 1, 9, 0)]}
    )
    log = taken(table)
    assert stored(log)[0]["rated_at"] == AT
    log.close()
    log = taken(table, zone="UTC", coverage=("2024-03-01", None))
    assert stored(log) == [], "9:00 in UTC is after the observation time"
    log.close()


def test_what_a_manifest_says_is_said_by_arguments() -> None:
    gap = Gap(AT, AT, frozenset({"reply"}), "lost")
    table = pl.DataFrame({"rating_id": ["R1"], "level": ["neutral"]})
    log = from_tables({"rating": table}, VOCABULARY, coverage=(date(2024, 3, 1), "2024-03-31"), gaps=[gap])
    covered = log.evidence.coverage
    assert covered.start == datetime(2024, 2, 29, 16, tzinfo=UTC)
    assert covered.until == log.evidence.as_of == datetime(2024, 3, 31, 15, 59, 59, 999999, tzinfo=UTC)
    assert log.evidence.gaps == (gap,)
    log.close()


def test_a_naive_datetime_is_not_in_the_zone_of_this_machine() -> None:
    table = pl.DataFrame({"rating_id": ["R1"], "level": ["neutral"]})
    log = from_tables({"rating": table}, VOCABULARY, zone="America/New_York", as_of=datetime(2024, 3, 1, 9))
    assert log.evidence.as_of == datetime(2024, 3, 1, 14, tzinfo=UTC)
    log.close()


@pytest.mark.parametrize(
    ("table", "name", "code"),
    [
        ([{"rating_id": "R1"}], "rating", "ZS4161"),
        (None, "rating", "ZS4161"),
        (pd.DataFrame({"rating_id": ["R1", 2]}), "rating", "ZS4162"),
        (pl.DataFrame({"rating_id": ["R1"], "took": [AT - AT]}), "rating", "ZS4162"),
        (pl.DataFrame({"rating_id": ["R1"]}), "rateing", "ZS4052"),
        (pl.DataFrame({"rating_id": ["R1"]}), "x", "ZS4053"),
        (pl.DataFrame({"level": ["neutral"]}), "rating", "ZS4031"),
        (pl.DataFrame({"rating_id": ["R1"], "评价编号": ["R1"], "level": ["neutral"]}), "rating", "ZS4032"),
    ],
)
def test_tables_that_cannot_be_taken(table: object, name: str, code: str) -> None:
    assert refused(table, name).diagnostic.code == code


def test_one_record_type_under_two_names() -> None:
    table = pl.DataFrame({"rating_id": ["R1"], "level": ["neutral"]})
    with pytest.raises(LogError) as raised:
        from_tables({"rating": table, "评价": table}, VOCABULARY)
    assert raised.value.diagnostic.code == "ZS4008"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"zone": "Asia/Peking"}, "ZS4050"),
        ({"coverage": ("2024-02-30", None)}, "ZS4045"),
        ({"coverage": ("2024-03-02", "2024-03-01")}, "ZS4046"),
        ({"on_bad_record": "fail"}, "ZS4062"),
    ],
)
def test_arguments_that_cannot_be(given: dict[str, Any], code: str) -> None:
    rows = {"rating_id": [f"R{n}" for n in range(200)], "level": ["neutral"] * 199 + ["?"]}
    error = refused(pl.DataFrame(rows), **given)
    assert error.diagnostic.code == code
    assert code in str(error), "a traceback says what was wrong"


def test_neither_polars_nor_pandas_is_needed() -> None:
    code = """
import sys
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name in {"polars", "pandas"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Nowhere())
import pyarrow as pa
from zhunsheng.semantics import load_vocabulary
from zhunsheng.packs import locations
from zhunsheng.logs import from_tables
table = pa.table({"rating_id": ["R1"], "rated_at": ["2024-03-01 09:00:00"]})
log = from_tables({"rating": table}, load_vocabulary(locations.records())[0])
print(log.evidence.tables["rating"].rows)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "1", ran.stderr


def test_large_tables_come_in_batches() -> None:
    """A stream is read once, batch by batch."""
    schema = pa.schema([("rating_id", pa.string()), ("level", pa.string())])

    def batches() -> Any:
        for first in range(0, 250_000, 50_000):
            names = [f"R{n}" for n in range(first, first + 50_000)]
            yield pa.record_batch([names, ["neutral"] * len(names)], schema=schema)

    log = taken(pa.RecordBatchReader.from_batches(schema, batches()))
    assert log.evidence.tables["rating"].rows == 250_000
    log.close()
