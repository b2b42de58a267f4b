"""Where shipped packs and schemas lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def _data(name: str) -> Path:
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent.parent / name


def rules() -> Path:
    """The folder of shipped packs."""
    return _data("rules")


def schemas() -> Path:
    """The folder of shipped schemas."""
    return _data("schemas")


def records() -> Path:
    """The folder of the shipped vocabulary."""
    return schemas() / "records"


def shipped() -> tuple[str, ...]:
    """The ids of shipped packs: their folders under `rules`, as `gbt39734` or `local/beijing`."""
    root = rules()
    found = [path.parent.relative_to(root).as_posix() for path in root.glob("*/pack.yaml")]
    found += [path.parent.relative_to(root).as_posix() for path in root.glob("*/*/pack.yaml")]
    return tuple(sorted(found))


def find(name: str) -> Path | None:
    """The folder of a pack named on the command line: a path, or the id of a shipped pack."""
    try:
        path = Path(name)
        if path.name == "pack.yaml" and path.is_file():
            return path.parent
        if path.is_dir():
            return path
    except (OSError, ValueError):
        return None
    return rules() / name if name in shipped() else None
