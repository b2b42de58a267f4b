"""A text on which the database gave up: said why, or helped by a copy that it can read."""

from __future__ import annotations

from dataclasses import replace

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.probe import Digest, encoding_error, first_bad_byte, nul_error, unify_line_ends
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.encodings import score, transcode
from zhunsheng.logs.tables.model import RawTable
from zhunsheng.logs.tables.scanning import escaped
from zhunsheng.logs.tables.text import encoding_note, refuse_mixed


def mend(table: RawTable, digested: Digest, session: Session) -> RawTable:
    """The same table over a copy that can be read. Raises LogError when nothing helps."""
    if table.path is None:
        raise log_error("ZS4014" if table.format == "parquet" else "ZS4018", table.source)
    if digested.nul is not None:
        raise nul_error(table, digested.nul)
    if (offset := first_bad_byte(table.path)) is not None:
        if (other := in_gb18030(table, session)) is not None:
            return other
        raise encoding_error(table, offset, share=0)
    copy = session.copy(table.name, table.format)
    if not unify_line_ends(table.path, copy):
        raise log_error("ZS4018", table.source)
    note = Diagnostic("ZS4073", None, {}, severity=Severity.WARNING, place=table.source)
    return replace(table, path=copy, parameters=(escaped(copy),), notes=(*table.notes, note))


def in_gb18030(table: RawTable, session: Session) -> RawTable | None:
    """The same table over a copy in UTF-8 when its bytes, ASCII at the beginning, are GB18030 further down.
    Raises LogError (ZS4022) when only a part is.
    """
    if table.path is None or table.encoding != "utf-8":
        return None
    offset = first_bad_byte(table.path)
    if offset is None:
        return None
    refuse_mixed(table.path, table.source)
    if (score(table.path) + score(table.path, offset)).best != "gb18030":
        return None
    copy = session.copy(table.name, table.format)
    transcode(table.path, "gb18030", copy)
    note = encoding_note(table.source, "gb18030")
    return replace(
        table, path=copy, parameters=(escaped(copy),), encoding="gb18030", notes=(*table.notes, note)
    )
