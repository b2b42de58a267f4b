"""Files of a pack folder, read with care: nothing outside the folder, nothing huge, text only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from zhunsheng.diagnostics import Diagnostic, Source

LARGEST = 4_000_000
"""Bytes of one file; the largest rule pack known has a hundredth of it."""
MOST_FILES = 2000
_NOT_RULES = {"tests", "test"}


def read_source(path: Path) -> tuple[Source | None, Diagnostic | None]:
    """A text file by the name that the user wrote, or what is wrong with it."""
    name = str(path)
    try:
        if not path.is_file():
            cause = os.strerror(2) if not path.exists() else "not a regular file"
            return None, Diagnostic("ZS5103", None, {"path": name, "cause": cause}, place=name)
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        return None, Diagnostic("ZS5103", None, {"path": name, "cause": cause}, place=name)
    if len(content) > LARGEST:
        return None, Diagnostic("ZS5105", None, {"path": name, "limit": f"{LARGEST:,}"}, place=name)
    try:
        return Source(name, content.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        return None, Diagnostic("ZS5104", None, {"path": name, "offset": str(error.start)}, place=name)


def inside(folder: Path, path: Path) -> bool:
    """Whether a path, with every link followed, lies in the folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def rule_files(folder: Path) -> Iterator[Path | Diagnostic]:
    """The `.rule` files of a pack in sorted order, its `tests/` and packs within it left out."""
    found: list[Path] = []
    for root, folders, files in os.walk(folder):
        here = Path(root)
        folders[:] = sorted(
            name
            for name in folders
            if name not in _NOT_RULES
            and not name.startswith(".")
            and not (here / name / "pack.yaml").exists()
        )
        found += [here / name for name in files if name.endswith(".rule") and not name.startswith(".")]
        if len(found) > MOST_FILES:
            yield Diagnostic("ZS5125", None, {"limit": str(MOST_FILES)}, place=str(folder))
            return
    for path in sorted(found, key=lambda one: one.relative_to(folder).as_posix()):
        if inside(folder, path):
            yield path
        else:
            yield Diagnostic("ZS5114", None, {"path": str(path)}, place=str(path))
