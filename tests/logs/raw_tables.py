"""Opens a file or database as its raw tables, and reads them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlglot import exp

from zhunsheng.logs import LogError
from zhunsheng.logs.expressions import column, named, select, to_sql
from zhunsheng.logs.paths import Options, SourceFile
from zhunsheng.logs.session import Session, open_session
from zhunsheng.logs.tables.model import LINE, RawTable
from zhunsheng.logs.tables.opening import open_tables

Rows = list[dict[str, Any]]


@contextmanager
def session() -> Iterator[Session]:
    found = open_session("1GB")
    try:
        yield found
    finally:
        found.close()


def source(path: Path, format_: str, *, table: str | None = None, url: str | None = None) -> SourceFile:
    return SourceFile(path, path.name, format_, options=Options(table=table), url=url)


def tables(path: Path, format_: str, **given: Any) -> dict[str, Rows]:
    """Table -> its rows, header -> text; `_line` too where the table knows lines."""
    with session() as at:
        return {found.name: rows(found, at) for found in open_tables(source(path, format_, **given), at)}


def rows(table: RawTable, at: Session) -> Rows:
    columns: list[exp.Expression] = [
        named(column(f"c{place}"), header) for place, header in enumerate(table.columns)
    ]
    if table.lines == "column":
        columns.append(column(LINE))
    query = to_sql(select(columns, table.relation.copy()))
    result = at.connection.execute(query, list(table.parameters))
    headers = [each[0] for each in result.description]
    return [dict(zip(headers, row, strict=True)) for row in result.fetchall()]


def headers(path: Path, format_: str, **given: Any) -> dict[str, tuple[str, ...]]:
    with session() as at:
        return {found.name: found.columns for found in open_tables(source(path, format_, **given), at)}


def refusal(path: Path, format_: str, **given: Any) -> tuple[str, str | None, dict[str, str]]:
    """Code, place and values of the refusal; nothing is left behind in the session's folder."""
    with session() as at:
        try:
            open_tables(source(path, format_, **given), at)
        except LogError as error:
            found = error.diagnostic
            left = [each for each in at.spill.rglob("*") if each.is_file()]
            assert not left, left
            return found.code, found.place, dict(found.values)
    raise AssertionError("it was read")
