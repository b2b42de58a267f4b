"""OCEL 2.0 in its three forms: which one a file is, by what it begins with."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.sqlite import MAGIC

if TYPE_CHECKING:
    from zhunsheng.logs.session import Session

_HEAD = 4096


def open_ocel(source: SourceFile, session: Session) -> tuple[RawTable, ...]:
    """The tables of an object-centric log (`logs.tables.ocel_tables`).

    Raises LogError (ZS4003, ZS4009, ZS41xx).
    """
    head = _head(source.path, source.name)
    if head.startswith(MAGIC):
        from zhunsheng.logs.tables.ocel_sqlite import read_sqlite

        return read_sqlite(source, session)
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begins:
        raise log_error("ZS4009", source.name)
    if begins.startswith(b"{"):
        from zhunsheng.logs.tables.ocel_json import read_json

        return read_json(source, session)
    from zhunsheng.logs.tables.ocel_xml import read_xml

    return read_xml(source, session)


def _head(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path) as packed:
                head = packed.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise log_error("ZS4104", name, offset=0, reason="⟨gzip_damaged⟩") from None
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None
    return head
