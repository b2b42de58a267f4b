"""XML read as a stream by expat: flat memory, no document type, no entity but the five of XML itself, and a
line for everything that is wrong.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol, cast
from xml.parsers import expat

from zhunsheng.logs.errors import LogError, log_error

LONGEST = 16_000_000
"""Bytes of one tag, one text or one comment: an attribute's value is held in memory as a whole."""
DEEPEST = 100
LARGEST_SMALL = 1 << 30
RATIO = 250
"""A compressed file may become this many times larger, or `LARGEST_SMALL` bytes: real event logs shrink to a
fortieth or so, a bomb to a thousandth."""
_CHUNK = 1 << 18
_NATIVE = {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "ascii"}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_REASONS = {
    "XML_ERROR_TAG_MISMATCH": "xml_tags",
    "XML_ERROR_DUPLICATE_ATTRIBUTE": "xml_twice",
    "XML_ERROR_INVALID_TOKEN": "xml_token",
    "XML_ERROR_UNDEFINED_ENTITY": "xml_entity",
    "XML_ERROR_JUNK_AFTER_DOC_ELEMENT": "xml_junk",
    "XML_ERROR_UNKNOWN_ENCODING": "xml_encoding",
    "XML_ERROR_INCORRECT_ENCODING": "xml_encoding",
    "XML_ERROR_BAD_CHAR_REF": "xml_character",
}
_CUT = {"XML_ERROR_NO_ELEMENTS", "XML_ERROR_UNCLOSED_TOKEN", "XML_ERROR_PARTIAL_CHAR"}


class Target(Protocol):
    """What a document is read into."""

    parser: expat.XMLParserType

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def inside(self) -> str:
        """The element that is open, for a document that ends too early."""
        ...


def local(tag: str) -> str:
    """A tag without its namespace's prefix."""
    return tag.rpartition(":")[2]


def read(path: Path, name: str, target: Target, *, texts: bool = False) -> None:
    """Walk a document, plain or gzip-compressed. `texts`: the target also takes `text(data)`.

    Raises LogError (ZS4003, ZS41xx) with the line for what is no XML, declares a document type, ends early,
    nests too deep or holds a value too long.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw
            head = _head(stream, name, raw)
            parser, decoder = _parser(head, name)
            target.parser = parser
            _attach(parser, target, name, texts=texts)
            most = max(LARGEST_SMALL, RATIO * path.stat().st_size) if packed else None
            with _told(parser, target, name, raw):
                _feed(parser, _chunks(head, stream), decoder, name, most)
    except OSError as error:
        raise log_error("ZS4003", name, reason=error.strerror or "") from None


def _head(stream: IO[bytes], name: str, raw: IO[bytes]) -> bytes:
    try:
        head = stream.read(_CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _packed(error, name, raw) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise log_error("ZS4009", name)
    return head


def _parser(head: bytes, name: str) -> tuple[expat.XMLParserType, codecs.IncrementalDecoder | None]:
    """A parser, and what decodes for it where the declared encoding is none that expat reads (GB18030)."""
    declared = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    if declared is None:
        return expat.ParserCreate(), None
    try:
        codec = codecs.lookup(declared[1].decode("ascii"))
    except LookupError:
        raise log_error("ZS4101", f"{name}:1", reason="⟨xml_encoding⟩") from None
    if codec.name in _NATIVE:
        return expat.ParserCreate(), None
    # What GB2312 and GBK hold is also GB18030, which has what vendors really write.
    wider = codecs.lookup("gb18030") if codec.name in {"gbk", "gb2312"} else codec
    return expat.ParserCreate("utf-8"), wider.incrementaldecoder("strict")


def _attach(parser: expat.XMLParserType, target: Target, name: str, *, texts: bool) -> None:
    def refuse(*_: object) -> None:
        raise log_error("ZS4103", f"{name}:{parser.CurrentLineNumber}")

    parser.buffer_text = texts
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    if texts:
        parser.CharacterDataHandler = target.text  # type: ignore[attr-defined]
    # Every entity needs a declaration, and every declaration a document type.
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse


def _chunks(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    yield head
    while data := stream.read(_CHUNK):
        yield data


def _feed(
    parser: expat.XMLParserType,
    chunks: Iterator[bytes],
    decoder: codecs.IncrementalDecoder | None,
    name: str,
    most: int | None,
) -> None:
    fed = 0
    for data in chunks:
        if decoder is not None:
            data = decoder.decode(data).encode()
        fed += len(data)
        if most is not None and fed > most:
            raise log_error("ZS4110", f"{name}:{parser.CurrentLineNumber}", limit=f"{most:,}")
        parser.Parse(data, False)
        if fed - parser.CurrentByteIndex > LONGEST + _CHUNK:
            raise log_error("ZS4109", f"{name}:{parser.CurrentLineNumber}", limit=f"{LONGEST:,}")
    if decoder is not None:
        parser.Parse(decoder.decode(b"", True).encode(), False)
    parser.Parse(b"", True)


@contextmanager
def _told(parser: expat.XMLParserType, target: Target, name: str, raw: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except expat.ExpatError as error:
        place = f"{name}:{error.lineno}"
        message = expat.ErrorString(error.code)
        known = next((key for key in _codes() if getattr(expat.errors, key) == message), "")
        if known in _CUT:
            raise log_error("ZS4102", place, element=target.inside()) from None
        raise log_error("ZS4101", place, reason=f"⟨{_REASONS.get(known, 'xml_other')}⟩") from None
    except UnicodeDecodeError as error:
        place = f"{name}:{parser.CurrentLineNumber}"
        raise log_error("ZS4111", place, encoding=error.encoding) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _packed(error, f"{name}:{parser.CurrentLineNumber}", raw) from None


def _codes() -> list[str]:
    return [key for key in dir(expat.errors) if key.startswith("XML_ERROR_")]


def _packed(error: Exception, place: str, raw: IO[bytes]) -> LogError:
    cut = isinstance(error, EOFError)
    return log_error("ZS4104", place, offset=raw.tell(), reason="⟨gzip_cut⟩" if cut else "⟨gzip_damaged⟩")
