"""Real database servers for tests, each in a folder of its own, gone when the tests end.

Debian's packages `postgresql`, `mariadb-server-core` and `mariadb-client-core` are looked for; `.ci/run`
installs them. Servers refuse to run as root, so as root they run as `nobody`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "p@ss:wörd/1"
_WAIT = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with a user `reader`, a database `shop`, and the password above."""

    scheme: str
    port: int
    run: Callable[[str], str]
    """Runs statements as the administrator; gives what they print."""
    stop: Callable[[], None]
    """Ends the server at once, as a crash would."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://reader@127.0.0.1:{self.port}/shop"


def binary(name: str, *folders: str) -> str | None:
    """A program of the path or of Debian's folders."""
    found = shutil.which(name)
    places = [each for folder in folders for each in sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))]
    return found or (str(places[-1]) if places else None)


def _as_nobody() -> dict[str, Any]:
    return {"user": "nobody", "group": "nogroup", "extra_groups": ()} if os.getuid() == 0 else {}


def _command(*words: str, **given: Any) -> str:
    ran = subprocess.run(
        words, capture_output=True, text=True, timeout=_WAIT, check=False, cwd="/", **_as_nobody(), **given
    )
    if ran.returncode:
        raise RuntimeError(f"{words[0]}: {ran.stderr[-2000:]}")
    return ran.stdout


@contextmanager
def _folder() -> Iterator[Path]:
    # Not pytest's: nobody may not walk into it.
    with tempfile.TemporaryDirectory(prefix="zs-db-", ignore_cleanup_errors=True) as name:
        if os.getuid() == 0:
            shutil.chown(name, "nobody", "nogroup")
        yield Path(name)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _process(*words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        server = subprocess.Popen(words, stdout=out, stderr=out, cwd="/", **_as_nobody())
    try:
        yield server
    finally:
        server.kill()
        server.wait(_WAIT)


def _answers(ask: Callable[[], object], server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _WAIT
    while True:
        try:
            ask()
            return
        except RuntimeError:
            if time.monotonic() > end or server.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from None
            time.sleep(0.2)


def _killing(server: subprocess.Popen[bytes]) -> Callable[[], None]:
    def stop() -> None:
        server.kill()
        server.wait(_WAIT)

    return stop


@contextmanager
def postgresql() -> Iterator[Server]:
    """PostgreSQL with password authentication. Skips when it is not installed."""
    programs = {
        name: binary(name, "/usr/lib/postgresql/*/bin", "/usr/local/bin")
        for name in ("initdb", "postgres", "psql")
    }
    if not all(programs.values()):
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    initdb, postgres, psql = (str(each) for each in programs.values())
    with _folder() as folder:
        data, log, port = folder / "data", folder / "log", _free_port()
        words = ("-A", "scram-sha-256", "--auth-local", "trust", "-E", "UTF8", "--locale", "C.UTF-8", "-N")
        secret = folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        _command(initdb, "-D", str(data), "-U", "admin", f"--pwfile={secret}", *words)
        options = (
            "-c",
            "fsync=off",
            "-c",
            f"unix_socket_directories={folder}",
            "-c",
            "listen_addresses=127.0.0.1",
        )
        with _process(postgres, "-D", str(data), "-p", str(port), *options, log=log) as server:

            def run(statements: str, database: str = "shop") -> str:
                at = ("-h", str(folder), "-p", str(port), "-U", "admin", "-d", database)
                return _command(psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *at, "-c", statements)

            _answers(lambda: run("SELECT 1", "postgres"), server, log)
            run("CREATE DATABASE shop", "postgres")
            run(f"CREATE USER reader PASSWORD '{PASSWORD}'")
            yield Server("postgresql", port, run, _killing(server))


@contextmanager
def mariadb() -> Iterator[Server]:
    """MariaDB with a password. Skips when it is not installed."""
    import pymysql

    daemon = binary("mariadbd", "/usr/sbin") or binary("mysqld", "/usr/sbin")
    install = binary("mariadb-install-db") or binary("mysql_install_db")
    if daemon is None or install is None:
        pytest.skip(
            "MariaDB is not installed (Debian: apt-get install mariadb-server-core mariadb-client-core)"
        )
    with _folder() as folder:
        data, log, port, at = folder / "data", folder / "log", _free_port(), folder / "socket"
        _command(install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal")
        words = (f"--datadir={data}", f"--port={port}", f"--socket={at}", "--bind-address=127.0.0.1")
        with _process(daemon, "--no-defaults", *words, f"--pid-file={folder}/pid", log=log) as server:

            def run(statements: str, database: str = "shop") -> str:
                try:
                    connection = pymysql.connect(
                        unix_socket=str(at),
                        user="root",
                        database=database,
                        charset="utf8mb4",
                        autocommit=True,
                    )
                except pymysql.Error as error:
                    raise RuntimeError(str(error)) from None
                with connection, connection.cursor() as cursor:
                    for statement in statements.split(";\n"):
                        cursor.execute(statement)
                    return "\n".join("|".join(map(str, row)) for row in cursor.fetchall())

            _answers(lambda: run("SELECT 1", "mysql"), server, log)
            run("CREATE DATABASE shop CHARACTER SET utf8mb4", "mysql")
            run(f"CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
            run("GRANT SELECT, SHOW VIEW ON shop.* TO reader@'127.0.0.1'")
            yield Server("mysql", port, run, _killing(server))
