"""Where results go: stdout, or a file that appears whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from zhunsheng.cli.exits import Stop, stop

_CAUSES = {
    errno.ENOENT: "⟨file_missing⟩",
    errno.EACCES: "⟨no_permission⟩",
    errno.EPERM: "⟨no_permission⟩",
    errno.EISDIR: "⟨is_folder⟩",
    errno.ENOTDIR: "⟨not_a_folder⟩",
    errno.ENOSPC: "⟨disk_full⟩",
    errno.EDQUOT: "⟨disk_full⟩",
    errno.EROFS: "⟨read_only⟩",
    errno.ENAMETOOLONG: "⟨name_too_long⟩",
}
"""Terms of the catalogue: the reader's language is not known here."""


def write_result(text: str, path: str | None, *, utf8: bool = False) -> None:
    """Write `text` to `path`, or to stdout without one, there in the terminal's encoding unless `utf8`.
    Raises Stop (ZS5012) when the file cannot be written."""
    if path is None or path == "-":
        _to_stdout(text, utf8)
    else:
        write_file(Path(path), text)


def write_file(path: Path, text: str) -> None:
    """Replace `path` by `text` (UTF-8) in one step: a temporary file beside it, then a rename. An existing
    file keeps its mode. Raises Stop (ZS5012)."""
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            # A device, a pipe or a folder cannot be renamed over.
            target.write_bytes(text.encode("utf-8", "replace"))
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".zhunsheng.", suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "replace"))
            part.chmod(_mode(target))
            part.replace(target)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise not_written(str(path), error) from error


def check_writable(path: str | None) -> None:
    """Find out before a long evaluation that the output cannot be written. Raises Stop (ZS5012)."""
    if path is None or path == "-":
        return
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        if not target.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "")
        if not os.access(target.parent, os.W_OK):
            raise PermissionError(errno.EACCES, "")
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: str, error: OSError) -> Stop:
    """What to say when the system refuses to write: the cause in the reader's language where we have words
    for it."""
    cause = _CAUSES.get(error.errno or 0) or error.strerror or str(error)
    return stop("ZS5012", {"path": path, "cause": cause})


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _to_stdout(text: str, utf8: bool) -> None:
    try:
        if utf8 and hasattr(sys.stdout, "buffer"):
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise not_written("stdout", error) from error
