# ruff: noqa: E501  (tables of cases are read across)
"""Parquet files and SQLite databases."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bad_logs.model import Case, Content, Family, Read, Refused, time

KEYS = [f"R{n}" for n in range(1, 201)]
TIMES = [time(n) for n in range(1, 201)]
COLUMNS: dict[str, list[Any]] = {"rating_id": KEYS, "level": ["good"] * 200, "rated_at": TIMES}


def parquet(**changes: list[Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(pa.table({**COLUMNS, **changes}), target)
    return target.getvalue()


def file(name: str, zh: str, en: str, content: Content, answer: Refused | Read) -> Case:
    return Case(name, zh, en, {"rating.parquet": content}, answer)


def sqlite(*statements: str, rows: int = 200) -> Callable[[Path], None]:
    """A database of ratings, changed by statements."""

    def made(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("CREATE TABLE rating (rating_id TEXT, level TEXT, rated_at TEXT, words TEXT)")
            values = [(f"R{n}", "good", time(n), None) for n in range(1, rows + 1)]
            connection.executemany("INSERT INTO rating VALUES (?, ?, ?, ?)", values)
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return made


def database(name: str, zh: str, en: str, content: Content, answer: Refused | Read, **more: Content) -> Case:
    files = {"export.sqlite": content, **{f"export.sqlite-{suffix}": each for suffix, each in more.items()}}
    return Case(name, zh, en, files, answer)


def cut(path: Path) -> None:
    sqlite(rows=20_000)(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def page_damaged(path: Path) -> None:
    """Zeroes in the pages of the table."""
    sqlite(rows=20_000)(path)
    content = bytearray(path.read_bytes())
    content[40_960:122_880] = b"\xff" * 81_920
    path.write_bytes(content)


def wal(path: Path) -> None:
    """A database whose latest changes are still in the file beside it."""
    first = path.with_name("first")
    connection = sqlite3.connect(first)
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("CREATE TABLE rating (rating_id TEXT, level TEXT, rated_at TEXT)")
        connection.execute("INSERT INTO rating VALUES ('R1', 'good', '2024-03-01 09:00:00')")
    path.write_bytes(first.read_bytes())
    path.with_name(f"{path.name}-wal").write_bytes(path.with_name("first-wal").read_bytes())
    connection.close()
    for each in path.parent.glob("first*"):
        each.unlink()


INSERT = "INSERT INTO rating VALUES ('R0', {level}, {at}, {words})"
AT = "'2024-03-01 09:00:00'"


def inserted(level: str = "'good'", at: str = AT, words: str = "NULL") -> Callable[[Path], None]:
    return sqlite(INSERT.format(level=level, at=at, words=words))


ROW = "export.sqlite [rating]:201"

COLUMNAR = Family(
    "columnar",
    "Parquet 和 SQLite",
    "Parquet and SQLite",
    (
        file("parquet-cut", "Parquet 缺了末尾", "a Parquet file without its end", parquet()[:-20], Refused("ZS4014", "rating.parquet")),
        file("parquet-half", "Parquet 缺了前半", "a Parquet file without its beginning", parquet()[400:], Refused("ZS4013", "rating.parquet")),
        file("parquet-magic", "其实是 CSV", "it is CSV", "rating_id,level\nR1,good\n", Refused("ZS4013", "rating.parquet")),
        file("parquet-damaged", "Parquet 的数据损坏", "damaged data in a Parquet file", parquet()[:200] + b"\xff" * 300 + parquet()[500:], Refused("ZS4014", "rating.parquet")),
        file("parquet-footer", "Parquet 的目录损坏", "the footer of a Parquet file is damaged", b"PAR1" + b"\xff" * 200 + b"PAR1", Refused("ZS4014", "rating.parquet")),
        file("parquet-empty", "0 字节的 Parquet", "a Parquet file of no bytes", b"", Refused("ZS4009", "rating.parquet")),
        file("parquet-nested", "列是结构", "a column of structures", parquet(level=[{"code": "good"}] * 200), Read(200, 200, exit=1)),
        file("parquet-list-of-structures", "列是结构的列表", "a column of lists of structures", parquet(words=[[{"a": 1}]] * 200), Refused("ZS4061", "rating.parquet:1", ("200",))),
        file("parquet-key-number", "编号是数", "numbers where texts should be", parquet(rating_id=list(range(200))), Refused("ZS4061", "rating.parquet:1", ("200",))),
        file("parquet-time-number", "时间是数", "numbers where times should be", parquet(rated_at=list(range(200))), Refused("ZS4061", "rating.parquet:1", ("200",))),
        file("parquet-time-out-of-range", "有一个时间在公元 9999 年", "one time in the year 9999", parquet(rated_at=[datetime(9999, 12, 31), *[datetime(2024, 3, 1, 9, n % 60) for n in range(199)]]), Read(200, 199, (("rating.parquet:1", "ZS4208"),))),
        file("parquet-one-null-key", "有一个主键是空的", "one key is missing", parquet(rating_id=[None, *KEYS[1:]]), Read(200, 199, (("rating.parquet:1", "ZS4201"),))),
        file("parquet-binary", "列是二进制", "a column of bytes", parquet(words=[b"\xff\x00"] * 200), Refused("ZS4061", "rating.parquet:1", ("200",))),
        file("parquet-no-rows", "没有一行", "no rows", parquet(rating_id=[], level=[], rated_at=[]), Refused("ZS4064", "")),
        database("sqlite-good", "对照：没有问题的 SQLite", "for comparison: nothing is wrong", sqlite(), Read(200, 200)),
        database("sqlite-text", "其实是文本", "it is a text", "rating_id,level\n" * 100, Refused("ZS4151", "export.sqlite")),
        database("sqlite-empty", "0 字节的数据库", "a database of no bytes", b"", Refused("ZS4009", "export.sqlite")),
        database("sqlite-cut", "数据库缺了后半", "half a database", cut, Refused("ZS4155", "export.sqlite")),
        database("sqlite-header-only", "数据库只有头部", "only the header of a database", b"SQLite format 3\0" + bytes(84), Refused("ZS4153", "export.sqlite")),
        database("sqlite-damaged", "数据库的页损坏", "damaged pages of a database", page_damaged, Refused("ZS4153", "export.sqlite", ("rating",))),
        database("sqlite-wal", "最后的改动还在 -wal 里", "the latest changes are still in the -wal", wal, Refused("ZS4152", "export.sqlite", ("export.sqlite-wal",))),
        database("sqlite-journal", "旁边有没写完的 -journal", "a -journal beside it", sqlite(), Refused("ZS4152", "export.sqlite", ("export.sqlite-journal",)), journal=b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(512)),
        database("sqlite-no-tables", "没有表", "no tables", sqlite("DROP TABLE rating"), Refused("ZS4147", "export.sqlite")),
        database("sqlite-unknown-tables", "表名不是记录类型", "no table is named like a record type", sqlite("ALTER TABLE rating RENAME TO t1"), Refused("ZS4074", "export.sqlite", ("t1",))),
        Case("sqlite-table-missing", "清单指定的表不存在", "the manifest's table is not there", {"log.yaml": "sources: {rating: {file: export.sqlite, table: ratings}}\n", "export.sqlite": sqlite()}, Refused("ZS4145", "export.sqlite", ("ratings", "rating"))),
        database("sqlite-view-broken", "视图引用的表已不在", "a view of a table that is gone", sqlite("CREATE TABLE t (a)", "CREATE VIEW unit AS SELECT a AS unit_id FROM t", "DROP TABLE t"), Refused("ZS4153", "export.sqlite", ("unit",))),
        database("sqlite-view-error", "视图算到一半出错", "a view that fails halfway", sqlite("CREATE VIEW unit AS SELECT CASE WHEN rowid = 150 THEN abs(-9223372036854775808) ELSE rating_id END AS unit_id FROM rating"), Refused("ZS4153", "export.sqlite", ("unit", "148"))),
        database("sqlite-bad-code", "代码不在表里", "a code outside its list", inserted(level="'x'"), Read(201, 200, ((ROW, "ZS4210"),))),
        database("sqlite-number-as-code", "代码列里是数", "a number where a code should be", inserted(level="5"), Read(201, 200, ((ROW, "ZS4210"),))),
        database("sqlite-blob", "文字列里是二进制", "bytes where a text should be", inserted(words="x'ff00'"), Read(201, 201)),
        database("sqlite-not-utf8", "文字不是 UTF-8", "a text that is no UTF-8", inserted(words="CAST(x'b7fecef1' AS TEXT)"), Refused("ZS4154", "export.sqlite", ("rating", "200"))),
        database("sqlite-nul", "文字里有空字符", "a text with a NUL", inserted(words="'a' || char(0) || 'b'"), Read(201, 201)),
    ),
)  # fmt: skip
