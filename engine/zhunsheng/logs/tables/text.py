"""A file that should be text, made ready for the database: refused when it is none, copied into UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.diagnostics.model import Diagnostic, Severity
from zhunsheng.logs.errors import log_error
from zhunsheng.logs.paths import SourceFile
from zhunsheng.logs.probe import LONGEST_LINE, first_bad_byte, guess_encoding, line_of
from zhunsheng.logs.session import Session
from zhunsheng.logs.tables.encodings import NAMES, detect, is_utf8, score, transcode

HEAD = 65_536
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class Text:
    """A text in UTF-8."""

    path: Path
    """The file itself, or its copy."""
    encoding: str
    head: str
    """How it begins: whole lines unless the first is longer than the head."""
    complete: bool
    """Whether the head is all there is."""
    notes: tuple[Diagnostic, ...] = ()


def open_text(source: SourceFile, session: Session, *, endless: bool = False) -> Text:
    """The file in UTF-8. `endless`: its first line may be of any length.

    Raises LogError (ZS4009 to ZS4012, ZS4021, ZS4022) for a file that is no text, OSError when unreadable.
    """
    with source.path.open("rb") as file:
        head = file.read(HEAD)
    if not head or head in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise log_error("ZS4009", source.name)
    if head[:4] == _PARQUET:
        raise log_error("ZS4021", source.name)
    encoding = detect(source.path, head, source.options.encoding)
    if not encoding.startswith("utf-16") and (nul := head.find(b"\0")) >= 0:
        line = head.count(b"\n", 0, nul) + 1
        raise log_error("ZS4011", f"{source.name}:{line}", offset=nul)
    if source.options.encoding is None and not is_utf8(head):
        refuse_mixed(source.path, source.name)
    if encoding == "utf-8":
        begins, complete = _head(source.path, source, endless)
        if "\ufffd" in begins.partition("\n")[0] and (offset := first_bad_byte(source.path)) is not None:
            guess = guess_encoding(head)
            raise log_error("ZS4010", f"{source.name}:1", offset=offset, guess=guess)
        return Text(source.path, encoding, begins, complete)
    copy = session.copy(source.stem, source.format)
    transcode(source.path, encoding, copy)
    note = encoding_note(source.name, encoding)
    return Text(copy, encoding, *_head(copy, source, endless), (note,))


def encoding_note(name: str, encoding: str) -> Diagnostic:
    """ZS4075: the file was read in another encoding than UTF-8."""
    values = {"file": name, "encoding": NAMES.get(encoding, encoding)}
    return Diagnostic("ZS4075", None, values, severity=Severity.WARNING, place=name)


def refuse_mixed(path: Path, name: str) -> None:
    """Raise LogError (ZS4022) when parts of the file are UTF-8 and parts are GB18030: to read all of it as
    one of them would turn names and words into others.
    """
    offset = first_bad_byte(path)
    if offset is None:
        return
    found = score(path) + score(path, offset)
    if found.mixed:
        raise log_error("ZS4022", f"{name}:{line_of(path, offset)}", offset=offset)


def _head(path: Path, source: SourceFile, endless: bool) -> tuple[str, bool]:
    """The first lines. Raises LogError for a zero byte and for an endless first line."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        if b"\n" not in head and b"\r" not in head and not endless:
            head += file.read(max(0, LONGEST_LINE + 1 - len(head)))
            if len(head) > LONGEST_LINE and b"\n" not in head and b"\r" not in head:
                size = path.stat().st_size
                raise log_error("ZS4012", f"{source.name}:1", limit=LONGEST_LINE, size=size)
        complete = not file.read(1)
    if (nul := head.find(b"\0")) >= 0:
        line = head.count(b"\n", 0, nul) + 1
        raise log_error("ZS4011", f"{source.name}:{line}", offset=nul)
    if not complete:
        head = head[: head.rfind(b"\n") + 1] or head
    return head.decode("utf-8-sig", "replace"), complete
