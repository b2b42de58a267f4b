"""SQLite files: values as text, names of every kind, files that are not whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .raw_tables import headers, refusal, tables


def database(folder: Path, *statements: str) -> Path:
    path = folder / "export.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


LONG = "hex(randomblob(400))"


def numbers(last: int) -> str:
    return f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})"


def test_tables_and_views_with_values_as_text(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        "CREATE TABLE 评价 (编号 TEXT, n INTEGER, share REAL, photo BLOB, note)",
        "INSERT INTO 评价 VALUES ('007', 12345678901234567, 0.1, x'00ff', NULL), ('8', -1, 5.0, NULL, '')",
        "CREATE VIEW good AS SELECT 编号 FROM 评价 WHERE n > 0",
    )
    first = {"编号": "007", "n": "12345678901234567", "share": "0.1", "photo": "0x00ff", "note": None}
    second = {"编号": "8", "n": "-1", "share": "5.0", "photo": None, "note": None}
    assert tables(path, "sqlite") == {"评价": [first, second], "good": [{"编号": "007"}]}


def test_only_the_table_that_is_named(tmp_path: Path) -> None:
    path = database(tmp_path, "CREATE TABLE a (x)", "CREATE TABLE b (y)")
    assert headers(path, "sqlite", table="b") == {"b": ("y",)}


@pytest.mark.parametrize(
    "name", ['a"b', "a;DROP TABLE x", "a]b", "select", "评 价", "a'b", "a`b", "a--b", "a.b"]
)
def test_any_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    path = database(tmp_path, f"CREATE TABLE {quoted} ({quoted} TEXT)", f"INSERT INTO {quoted} VALUES ('v')")
    assert tables(path, "sqlite") == {name: [{name: "v"}]}


def test_a_missing_table_is_told_with_the_nearest(tmp_path: Path) -> None:
    path = database(tmp_path, "CREATE TABLE evaluate (x)", "CREATE TABLE other (x)")
    code, place, shown = refusal(path, "sqlite", table="evaluat")
    assert (code, place, shown["meant"], shown["tables"]) == (
        "ZS4145",
        "export.sqlite",
        "evaluate",
        "evaluate, other",
    )


def test_a_database_without_tables(tmp_path: Path) -> None:
    assert refusal(database(tmp_path, "PRAGMA user_version = 1"), "sqlite")[0] == "ZS4147"


def test_what_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "export.sqlite"
    path.write_bytes(b"rating_id,level\n1,2\n" * 50)
    assert refusal(path, "sqlite")[0] == "ZS4151"
    path.write_bytes(b"")
    assert refusal(path, "sqlite")[0] == "ZS4009"


@pytest.mark.parametrize("size", [50, 100, 5000, 40_000])
def test_a_file_that_was_cut(tmp_path: Path, size: int) -> None:
    path = database(tmp_path, "CREATE TABLE a (x)", f"INSERT INTO a {numbers(99)} SELECT {LONG} FROM n")
    path.write_bytes(path.read_bytes()[:size])
    assert refusal(path, "sqlite")[0] == "ZS4155"


def test_pages_that_were_overwritten_are_told_with_the_rows_before_them(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        "CREATE TABLE a (x)",
        f"INSERT INTO a {numbers(999)} SELECT {LONG} FROM n",
    )
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(bytes(data))
    code, _, shown = refusal(path, "sqlite")
    assert (code, shown["table"]) == ("ZS4153", "a")
    assert 0 < int(shown["rows"]) < 999


def test_changes_that_are_not_in_the_file_yet(tmp_path: Path) -> None:
    path = tmp_path / "export.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE a (x)")
        connection.execute("INSERT INTO a VALUES ('only in the log')")
        connection.commit()
        code, _, shown = refusal(path, "sqlite")
    assert (code, shown["file"]) == ("ZS4152", "export.sqlite-wal")
    assert tables(path, "sqlite") == {"a": [{"x": "only in the log"}]}


def test_text_in_another_encoding(tmp_path: Path) -> None:
    path = database(tmp_path, "CREATE TABLE a (x TEXT)", "INSERT INTO a VALUES ('好')")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO a VALUES (CAST(? AS TEXT))", ("满意".encode("gb18030"),))
        connection.commit()
    code, _, shown = refusal(path, "sqlite")
    assert (code, shown["table"]) == ("ZS4154", "a")


def test_nothing_is_written_beside_the_file(tmp_path: Path) -> None:
    path = database(tmp_path, "CREATE TABLE a (x)")
    path.chmod(0o444)
    before = {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()}
    tables(path, "sqlite")
    assert {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()} == before


def test_a_folder_with_letters_that_urls_and_patterns_use(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c%20[d]*"
    folder.mkdir()
    path = database(folder, "CREATE TABLE a (x)", "INSERT INTO a VALUES (1)")
    assert tables(path, "sqlite") == {"a": [{"x": "1"}]}
    assert [each.name for each in folder.iterdir()] == ["export.sqlite"]


def test_more_rows_than_one_batch(tmp_path: Path) -> None:
    path = database(
        tmp_path,
        "CREATE TABLE a (x)",
        f"INSERT INTO a {numbers(45_000)} SELECT i FROM n",
    )
    assert [int(row["x"]) for row in tables(path, "sqlite")["a"]] == list(range(1, 45001))
