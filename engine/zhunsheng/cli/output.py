"""Where results go: stdout, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from zhunsheng.cli.exits import stop


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
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.", suffix=".part")
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
        raise stop("ZS5012", {"path": str(path), "cause": error.strerror or str(error)}) from error


def check_writable(path: str | None) -> None:
    """Find out before a long evaluation that the output cannot be written. Raises Stop (ZS5012)."""
    if path is None or path == "-":
        return
    target = Path(os.path.realpath(path))
    folder = target.parent
    if target.is_dir():
        cause = os.strerror(21)
    elif not folder.is_dir():
        cause = os.strerror(2)
    elif not os.access(folder, os.W_OK):
        cause = os.strerror(13)
    else:
        return
    raise stop("ZS5012", {"path": path, "cause": cause})


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _to_stdout(text: str, utf8: bool) -> None:
    if utf8 and hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    else:
        sys.stdout.write(text)
    sys.stdout.flush()
