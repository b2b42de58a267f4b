"""The folder of a canonical copy: opened by one import at a time, changed in one step."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.importing.manifest import accounts_text, manifest_text, read_copy
from zhunsheng.logs.importing.model import Copy
from zhunsheng.logs.manifest import read_manifest
from zhunsheng.logs.paths import MANIFEST
from zhunsheng.semantics.vocabulary import Vocabulary

_PART = re.compile(r"part-(\d+)\.parquet")
_ACCOUNTS = re.compile(r"accounts-[0-9a-f]{12}\.json")
_CHUNK = 1 << 20
WORK = ".import-"
"""How the folder begins in which an import works."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that no other import writes to meanwhile."""

    path: Path
    copy: Copy | None
    """What it holds so far."""

    def next_part(self, record: str) -> int:
        """A number that no file of the record type has ever had here."""
        held = [int(found[1]) for name in self._files(record) if (found := _PART.fullmatch(name))]
        return max(held, default=0) + 1

    def keep(self, copy: Copy, moves: Mapping[Path, str]) -> None:
        """Move new parts to their places and make `copy` the manifest; what it does not name is removed.

        Raises LogError (ZS4512).
        """
        try:
            for written, place in moves.items():
                target = self.path / place
                target.parent.mkdir(exist_ok=True)
                written.replace(target)
            accounts = accounts_text(copy)
            sha256 = hashlib.sha256(accounts.encode()).hexdigest()
            name = f"accounts-{sha256[:12]}.json"
            _write(self.path / name, accounts)
            _write(self.path / MANIFEST, manifest_text(copy, name, sha256))
        except OSError as error:
            raise not_written(self.path, error) from None
        self._clear(copy, name)

    def _clear(self, copy: Copy, accounts: str) -> None:
        """Remove what an interrupted import or a replaced file has left."""
        parts = {part.path for held in copy.records.values() for part in held.parts}
        with suppress(OSError):
            for record in {Path(part).parts[0] for part in parts}:
                for name in self._files(record):
                    if _PART.fullmatch(name) and f"{record}/{name}" not in parts:
                        (self.path / record / name).unlink()
            for path in self.path.iterdir():
                if _ACCOUNTS.fullmatch(path.name) and path.name != accounts:
                    path.unlink()

    def _files(self, record: str) -> list[str]:
        folder = self.path / record
        return [path.name for path in folder.iterdir()] if folder.is_dir() else []


@contextmanager
def opened(path: Path, vocabulary: Vocabulary) -> Iterator[Folder]:
    """The folder of a copy, made when it is not there and removed again when nothing came of it.

    Raises LogError: ZS4501 (it holds something else), ZS4512 (it cannot be written), ZS4513 (another import
    is writing to it), and what reading its manifest raises.
    """
    made = not path.exists()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_written(path, error) from None
    try:
        with _alone(path):
            for left in path.glob(f"{WORK}*"):  # by an import that was killed: no other runs now
                shutil.rmtree(left, ignore_errors=True)
            yield Folder(path, _held(path, vocabulary))
    finally:
        if made:
            with suppress(OSError):
                path.rmdir()


def not_written(path: Path, error: OSError) -> Exception:
    """ZS4512 with the system's reason."""
    return log_error("ZS4512", str(path), reason=error.strerror or str(error))


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal. Raises OSError."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def _held(path: Path, vocabulary: Vocabulary) -> Copy | None:
    manifest = path / MANIFEST
    if not manifest.exists():
        if any(not each.name.startswith(".") for each in path.iterdir()):
            raise log_error("ZS4501", str(path))
        return None
    files = read_manifest(manifest, str(manifest), vocabulary)
    if files.canonical is None:
        raise log_error("ZS4501", str(path))
    return read_copy(files)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the process ends."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise log_error("ZS4513", str(path)) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
