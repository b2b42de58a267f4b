"""Which files of a log an import has to read: new ones, and those that take the place of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.importing.folder import file_digest
from zhunsheng.logs.importing.model import Copy, Input
from zhunsheng.logs.paths import LogFiles, SourceFile
from zhunsheng.semantics.nearest import nearest


@dataclass(frozen=True, slots=True)
class Choice:
    """The files to read, and the others."""

    sources: tuple[SourceFile, ...]
    skipped: tuple[str, ...] = ()
    """Held already, with the same content."""
    replaced: tuple[str, ...] = ()
    """Names of files whose parts go."""


def choose(files: LogFiles, copy: Copy | None, replacing: Sequence[str]) -> Choice:
    """Compare the files of a log with those of the copy. Raises LogError: ZS4502 (a file of the same name is
    another), ZS4511 (there is nothing of this name to replace).
    """
    held = copy.inputs if copy is not None else {}
    for name in replacing:
        if name not in held:
            near = nearest(name, held) or ", ".join(list(held)[:5])
            raise log_error("ZS4511", name=name, meant=near)
    contents = {given.sha256: given.file for given in held.values() if given.sha256 is not None}
    sizes = {given.size for given in held.values()}
    wanted: list[SourceFile] = []
    skipped: list[str] = []
    for source in files.sources:
        if source.name in replacing:
            wanted.append(source)
        elif _is_held(source, contents, sizes):
            skipped.append(source.name)
        elif source.name in held:
            raise log_error("ZS4502", source.name, file=source.name)
        else:
            wanted.append(source)
    there = {source.name for source in files.sources}
    for name in replacing:
        if name not in there:
            raise log_error("ZS4519", name=name)
    return Choice(tuple(wanted), tuple(skipped), tuple(replacing))


def input_of(source: SourceFile, digests: dict[str, str]) -> Input:
    """A file that was read, as the accounts name it."""
    size = 0 if source.url is not None else source.path.stat().st_size
    return Input(source.name, digests.get(source.name), size)


def _is_held(source: SourceFile, contents: dict[str, str], sizes: set[int]) -> bool:
    """Whether a file of this content was imported, under whatever name: only where the size fits is it read
    to find out.
    """
    if source.url is not None or not contents:
        return False
    path: Path = source.path
    try:
        return path.stat().st_size in sizes and file_digest(path) in contents
    except OSError as error:
        raise log_error("ZS4003", source.name, reason=error.strerror or "") from None
