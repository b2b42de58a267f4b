"""MySQL's protocol against a real MariaDB: values as text, instants with offset, ends that are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .raw_tables import Rows, headers, refusal, tables
from .servers import PASSWORD, Server, mariadb

NOWHERE = Path("evaluate")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with mariadb() as found:
        found.run(
            """
            CREATE TABLE evaluate (id bigint unsigned, level enum('满意', '不满意'), at timestamp NULL,
              local datetime(3), day date, ok bit(1), flag tinyint(1), amount decimal(20, 4), share double,
              note text, raw varbinary(10), doc json, wait time, `编 号` varchar(9) CHARACTER SET gbk);
            SET time_zone = '+08:00';
            INSERT INTO evaluate VALUES (18446744073709551615, '满意', '2024-03-01 09:00:00',
              '2024-03-01 09:00:00.250', '2024-03-01', b'1', 1, 12345678901234.5678, 0.1, 'x', x'00ff',
              '{"k": 1}', '27:30:00', '零07');
            INSERT INTO evaluate (id, note) VALUES (2, '');
            SET sql_mode = '';
            INSERT INTO evaluate (id, local) VALUES (3, '0000-00-00 00:00:00');
            CREATE VIEW good AS SELECT id FROM evaluate WHERE flag;
            CREATE DATABASE `other one`;
            CREATE TABLE `other one`.`a``b;--` (`select` int);
            INSERT INTO `other one`.`a``b;--` VALUES (7);
            GRANT SELECT ON `other one`.* TO reader@'127.0.0.1';
            CREATE TABLE big AS SELECT seq AS i, repeat('x', 200) AS filler FROM seq_1_to_60000;
            CREATE VIEW stuck AS SELECT i, filler, CASE WHEN i = 50000 THEN sleep(60) END AS s FROM big
            """.replace(";\n            ", ";\n")
        )
        yield found


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSQL_PWD", PASSWORD)


def read(server: Server, table: str) -> Rows:
    [rows] = tables(NOWHERE, "mysql", url=server.url, table=table).values()
    return rows


def test_values_are_as_the_server_writes_them(server: Server) -> None:
    first, second, third = read(server, "evaluate")
    assert first == {
        "id": "18446744073709551615",
        "level": "满意",
        "at": "2024-03-01 01:00:00+00:00",
        "local": "2024-03-01 09:00:00.250",
        "day": "2024-03-01",
        "ok": "0x1",
        "flag": "1",
        "amount": "12345678901234.5678",
        "share": "0.1",
        "note": "x",
        "raw": "0x00FF",
        "doc": '{"k": 1}',
        "wait": "27:30:00",
        "编 号": "零07",
    }
    assert {key for key, value in second.items() if value is not None} == {"id"}
    assert third["local"] == "0000-00-00 00:00:00.000"


def test_views_and_any_name(server: Server) -> None:
    assert read(server, "good") == [{"id": "18446744073709551615"}]
    assert read(server, "shop.good") == [{"id": "18446744073709551615"}]
    assert read(server, "other one.a`b;--") == [{"select": "7"}]
    listed = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY 1"
    assert server.run(listed).split() == ["big", "evaluate", "good", "stuck"]


@pytest.mark.parametrize("table", ["evaluat", "mysql.user", "good; DROP TABLE evaluate"])
def test_a_table_that_is_not_there_or_not_for_this_user(server: Server, table: str) -> None:
    code, place, shown = refusal(NOWHERE, "mysql", url=server.url, table=table)
    assert (code, place) == ("ZS4145", "evaluate")
    assert "evaluate" in shown["tables"]


def test_without_a_table_every_one_of_the_database(server: Server) -> None:
    server.run("CREATE DATABASE small;\nCREATE TABLE small.a (x int);\nCREATE VIEW small.b AS SELECT 1 AS y")
    server.run("GRANT SELECT ON small.* TO reader@'127.0.0.1'")
    url = server.url.replace("/shop", "/small")
    assert headers(NOWHERE, "mysql", url=url) == {"a": ("x",), "b": ("y",)}


def test_many_rows_come_in_order(server: Server) -> None:
    assert [int(row["i"]) for row in read(server, "big")] == list(range(1, 60_001))


def test_the_transaction_is_read_only_and_sees_one_moment(server: Server) -> None:
    """What is deleted between two tables is still in the second."""
    server.run("CREATE DATABASE two;\nCREATE TABLE two.late AS SELECT 1 AS x")
    server.run("CREATE VIEW two.a_first AS SELECT sleep(2) AS s")
    server.run("GRANT SELECT, DELETE ON two.* TO reader@'127.0.0.1'")

    def delete() -> None:
        time.sleep(1)
        server.run("DELETE FROM two.late")

    other = threading.Thread(target=delete)
    other.start()
    found = tables(NOWHERE, "mysql", url=server.url.replace("/shop", "/two"))
    other.join()
    assert found["late"] == [{"x": "1"}]


def test_a_connection_that_is_cut_in_the_middle(server: Server) -> None:
    cut = threading.Thread(target=_when_asleep, args=(server, lambda id_: server.run(f"KILL {id_}")))
    cut.start()
    code, place, shown = refusal(NOWHERE, "mysql", url=server.url, table="stuck")
    cut.join()
    assert (code, place, shown["table"]) == ("ZS4146", "evaluate", "stuck")
    assert 40_000 < int(shown["rows"]) < 50_000


def _when_asleep(server: Server, act: object) -> None:
    query = "SELECT id FROM information_schema.processlist WHERE user = 'reader' AND state = 'User sleep'"
    for _ in range(100):
        if id_ := server.run(query):
            act(id_)  # type: ignore[operator]
            return
        time.sleep(0.1)


def test_a_wrong_password_is_told_and_never_shown(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYSQL_PWD", "not-the-password")
    code, _, shown = refusal(NOWHERE, "mysql", url=server.url)
    assert code == "ZS4144" and "not-the-password" not in str(shown)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://reader:hunter2@127.0.0.1/shop", "ZS4143"),
        ("mysql://127.0.0.1/shop?passwd=hunter2", "ZS4143"),
        ("mysql://127.0.0.1/shop?local_infile=1", "ZS4148"),
        ("mysql://127.0.0.1/shop?read_timeout=never", "ZS4142"),
        ("mysql://127.0.0.1", "ZS4142"),
        ("mysql://127.0.0.1:1/shop", "ZS4144"),
    ],
)
def test_urls_that_cannot_be_used(url: str, code: str) -> None:
    found, _, shown = refusal(NOWHERE, "mysql", url=url)
    assert found == code
    assert "hunter2" not in str(shown)


def test_a_server_that_goes_away(server: Server) -> None:
    """The last test of this file: afterwards there is no server."""
    stopping = threading.Thread(target=_when_asleep, args=(server, lambda _: server.stop()))
    stopping.start()
    code, place, shown = refusal(NOWHERE, "mysql", url=server.url, table="stuck")
    stopping.join()
    assert (code, place) == ("ZS4146", "evaluate")
    assert 40_000 < int(shown["rows"]) < 50_000
