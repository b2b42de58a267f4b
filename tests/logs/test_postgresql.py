"""PostgreSQL, a real one: values as the server writes them, one moment for all tables, ends that are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zhunsheng.diagnostics import render
from zhunsheng.logs import LogError
from zhunsheng.logs.tables.opening import open_tables

from .log_files import loaded, rows_of
from .raw_tables import Rows, headers, refusal, session, source, tables
from .servers import PASSWORD, Server, postgresql

NOWHERE = Path("evaluate")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as found:
        found.run(
            """
            CREATE TYPE mood AS ENUM ('满意', '不满意');
            CREATE TABLE evaluate (id bigint, "level" mood, at timestamptz, local timestamp, day date,
              ok boolean, amount numeric(20, 4), share float8, tags text[], note text, doc jsonb, raw bytea,
              wait interval, "编 号" text, who uuid);
            INSERT INTO evaluate VALUES
              (1, '满意', '2024-03-01 09:00:00+08', '2024-03-01 09:00:00', '2024-03-01', true,
               12345678901234.5678, 0.1, '{a,b}', 'x', '{"k": [1]}', '\\x00ff', '90 minutes', '007',
               '11111111-1111-1111-1111-111111111111');
            INSERT INTO evaluate (id, local, ok, share, tags, note) VALUES
              (2, '2024-03-01 09:00:00.25', false, 'NaN', '{}', ''),
              (3, NULL, NULL, NULL, '{a,NULL}', NULL);
            CREATE VIEW good AS SELECT id FROM evaluate WHERE ok;
            CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM evaluate;
            CREATE SCHEMA "other one";
            CREATE TABLE "other one"."a""b;--" ("select" int);
            INSERT INTO "other one"."a""b;--" VALUES (7);
            CREATE TABLE secret (x int);
            CREATE TABLE big AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 120000) AS n(i);
            CREATE VIEW stuck AS
              SELECT i, filler, CASE WHEN i = 100000 THEN pg_sleep(60)::text END AS s FROM big;
            CREATE VIEW broken AS SELECT i, filler, 1 / (i - 100000) AS s FROM big;
            GRANT USAGE ON SCHEMA "other one" TO reader;
            GRANT SELECT ON evaluate, good, counted, big, stuck, broken, "other one"."a""b;--" TO reader;
            """
        )
        yield found


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


def read(server: Server, table: str) -> Rows:
    [rows] = tables(NOWHERE, "postgresql", url=server.url, table=table).values()
    return rows


def test_values_are_as_the_server_writes_them(server: Server) -> None:
    first, second, third = read(server, "evaluate")
    assert first == {
        "id": "1",
        "level": "满意",
        "at": "2024-03-01 01:00:00+00",
        "local": "2024-03-01 09:00:00",
        "day": "2024-03-01",
        "ok": "true",
        "amount": "12345678901234.5678",
        "share": "0.1",
        "tags": "a|b",
        "note": "x",
        "doc": '{"k": [1]}',
        "raw": "\\x00ff",
        "wait": "PT1H30M",
        "编 号": "007",
        "who": "11111111-1111-1111-1111-111111111111",
    }
    assert {key: value for key, value in second.items() if value is not None} == {
        "id": "2",
        "local": "2024-03-01 09:00:00.25",
        "ok": "false",
        "share": "NaN",
        "tags": "[]",
    }
    assert third["tags"] == "[null]"


def test_views_and_any_name(server: Server) -> None:
    assert read(server, "good") == [{"id": "1"}]
    assert read(server, "counted") == [{"n": "3"}]
    assert read(server, "public.good") == [{"id": "1"}]
    assert read(server, 'other one.a"b;--') == [{"select": "7"}]


def test_without_a_table_every_readable_one_of_public(server: Server) -> None:
    server.run("REVOKE SELECT ON big, stuck, broken FROM reader")
    try:
        found = headers(NOWHERE, "postgresql", url=server.url)
    finally:
        server.run("GRANT SELECT ON big, stuck, broken TO reader")
    assert sorted(found) == ["counted", "evaluate", "good"]


@pytest.mark.parametrize("table", ["evaluat", "secret", "pg_catalog.pg_authid", "good; DROP TABLE evaluate"])
def test_a_table_that_is_not_there_or_not_for_this_user(server: Server, table: str) -> None:
    code, place, shown = refusal(NOWHERE, "postgresql", url=server.url, table=table)
    assert (code, place) == ("ZS4145", "evaluate")
    assert "evaluate" in shown["tables"] and "secret" not in shown["tables"]


def test_the_transaction_is_read_only_and_sees_one_moment(server: Server) -> None:
    """What is deleted between two tables is still in the second."""
    server.run("CREATE TABLE late AS SELECT 1 AS x; CREATE VIEW a_first AS SELECT pg_sleep(2)::text AS s")
    server.run("REVOKE SELECT ON big, stuck, broken FROM reader; GRANT SELECT ON late, a_first TO reader")

    def delete() -> None:
        time.sleep(1)
        server.run("DELETE FROM late")

    other = threading.Thread(target=delete)
    other.start()
    try:
        found = tables(NOWHERE, "postgresql", url=server.url)
    finally:
        other.join()
        server.run("GRANT SELECT ON big, stuck, broken TO reader; DROP TABLE late; DROP VIEW a_first")
    assert found["late"] == [{"x": "1"}]


def test_a_view_cannot_write(server: Server) -> None:
    server.run(
        "CREATE FUNCTION leave() RETURNS int LANGUAGE sql AS "
        "'INSERT INTO evaluate (id) VALUES (9); SELECT 1';"
        "CREATE VIEW writing AS SELECT leave() AS x; GRANT SELECT ON writing TO reader;"
        "GRANT INSERT ON evaluate TO reader"
    )
    code, _, shown = refusal(NOWHERE, "postgresql", url=server.url, table="writing")
    server.run("DROP VIEW writing; REVOKE INSERT ON evaluate FROM reader")
    assert code == "ZS4146" and "read-only" in shown["reason"]
    assert server.run("SELECT count(*) FROM evaluate").strip() == "3"


def test_many_rows_come_in_batches_and_in_order(server: Server) -> None:
    assert [int(row["i"]) for row in read(server, "big")] == list(range(1, 120_001))


def test_an_error_in_the_middle_tells_how_many_rows_were_read(server: Server) -> None:
    code, place, shown = refusal(NOWHERE, "postgresql", url=server.url, table="broken")
    assert (code, place, shown["table"]) == ("ZS4146", "evaluate", "broken")
    assert 50_000 < int(shown["rows"]) < 100_000
    assert "division by zero" in shown["reason"]


def test_a_connection_that_is_cut_in_the_middle(server: Server) -> None:
    cut = threading.Thread(target=_cut, args=(server,))
    cut.start()
    try:
        code, _, shown = refusal(NOWHERE, "postgresql", url=server.url, table="stuck")
    finally:
        cut.join()
    assert code == "ZS4146"
    assert 50_000 < int(shown["rows"]) < 100_000


def _cut(server: Server) -> None:
    """End the session once it sleeps in the view."""
    query = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE application_name = 'zhunsheng' AND wait_event = 'PgSleep'"
    )
    for _ in range(100):
        if server.run(query).strip() != "0":
            return
        time.sleep(0.1)


def test_a_log_whose_manifest_names_a_database(server: Server, tmp_path: Path) -> None:
    """From the server to canonical rows, a bad value told by its row, files and database side by side."""
    server.run(
        """
        CREATE TABLE 评价表 (rating_id text, level text, rated_at timestamptz, score int, amount numeric);
        INSERT INTO 评价表 SELECT 'R' || i, '满意', '2024-03-01 09:00+08', i % 100, 1.5
          FROM generate_series(1, 300) AS n(i);
        UPDATE 评价表 SET score = 101 WHERE rating_id = 'R7';
        GRANT SELECT ON 评价表 TO reader
        """
    )
    (tmp_path / "unit.csv").write_text("unit_id,name\n007,a\n", encoding="utf-8")
    (tmp_path / "log.yaml").write_text(
        f'sources:\n  rating: {{url: "{server.url}", table: 评价表}}\n  unit: {{file: unit.csv}}\n',
        encoding="utf-8",
    )
    with loaded(tmp_path / "log.yaml") as log:
        first = rows_of(log, "rating")[0]
        assert (first["rating_id"], first["level"], first["rated_at"]) == (
            "R1",
            "satisfied",
            datetime(2024, 3, 1, 1, tzinfo=UTC),
        )
        assert log.evidence.tables["rating"].rows == 299
        [bad] = log.quality.bad_values
        assert bad.diagnostic.code == "ZS4222"
        assert PASSWORD not in str(log.quality)


# The URL and the password


def test_a_wrong_password_is_told_and_never_shown(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "not-the-password")
    with session() as at, pytest.raises(LogError) as raised:
        open_tables(source(NOWHERE, "postgresql", url=server.url), at)
    assert raised.value.diagnostic.code == "ZS4144"
    for language in ("zh", "en"):
        assert "not-the-password" not in render(raised.value.diagnostic, language)


def test_the_password_may_come_from_a_file(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(
        f"127.0.0.1:{server.port}:shop:reader:{PASSWORD.replace(':', chr(92) + ':')}\n", encoding="utf-8"
    )
    file.chmod(0o600)
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert read(server, "good") == [{"id": "1"}]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://reader:hunter2@127.0.0.1/shop", "ZS4143"),
        ("postgresql://127.0.0.1/shop?password=hunter2", "ZS4143"),
        ("postgresql://127.0.0.1/shop?passfile=/etc/hunter2", "ZS4143"),
        ("postgresql://127.0.0.1/shop?options=-c%20x", "ZS4148"),
        ("postgresql://127.0.0.1/", "ZS4142"),
        ("postgresql://127.0.0.1:port/shop", "ZS4142"),
        ("postgresql://127.0.0.1:1/shop", "ZS4144"),
        ("postgresql://reader@nowhere.invalid/shop", "ZS4144"),
    ],
)
def test_urls_that_cannot_be_used(url: str, code: str) -> None:
    found, _, shown = refusal(NOWHERE, "postgresql", url=url)
    assert found == code
    assert "hunter2" not in str(shown)


def test_a_server_that_wants_the_password_in_the_clear_does_not_get_it() -> None:
    """Twenty lines of a server that asks for it: nothing but the start of a session arrives."""
    import socket

    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            # libpq first asks for encryption (8 bytes), which is declined, on one connection or two.
            listening.settimeout(20)
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(5)
                while data := connection.recv(4096):
                    got.append(data)
                    asks = data[4:8] in {b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"}
                    connection.sendall(b"N" if asks else b"R\x00\x00\x00\x08\x00\x00\x00\x03")

        thread = threading.Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        code, _, _ = refusal(NOWHERE, "postgresql", url=f"postgresql://reader@127.0.0.1:{port}/shop")
        thread.join()
    assert code == "ZS4144"
    assert got and PASSWORD.encode() not in b"".join(got)


def test_a_server_that_goes_away(server: Server) -> None:
    """The last test of this file: afterwards there is no server."""

    def stop() -> None:
        for _ in range(100):
            if (
                server.run("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'").strip()
                != "0"
            ):
                break
            time.sleep(0.1)
        server.stop()

    stopping = threading.Thread(target=stop)
    stopping.start()
    code, place, shown = refusal(NOWHERE, "postgresql", url=server.url, table="stuck")
    stopping.join()
    assert (code, place) == ("ZS4146", "evaluate")
    assert 50_000 < int(shown["rows"]) < 100_000
