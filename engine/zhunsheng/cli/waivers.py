"""The waiver file: who waived which rule for which subject, why, and until when.

waivers:
  - rule: R0301
    subject: P-0102        # or all: true
    owner: 市政务服务管理办公室
    reason: 系统迁移期间无法回复
    expires: 2025-06-30
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from zhunsheng.cli.exits import stop
from zhunsheng.verdicts.waivers import Waiver

LARGEST = 10_000_000
"""Bytes."""
_TEXTS = ("rule", "owner", "reason")
_KNOWN = {*_TEXTS, "subject", "all", "expires", "note"}


def read_waivers(path: Path) -> list[Waiver]:
    """The waivers of a file. Raises Stop (ZS5013, ZS5014, ZS5019) with what is wrong and where."""
    import yaml

    try:
        if path.stat().st_size > LARGEST:
            raise stop("ZS5019", {"path": str(path), "cause": f"> {LARGEST} bytes"})
        content = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise stop("ZS5013", {"path": str(path), "folder": str(Path.cwd())}) from error
    except OSError as error:
        raise stop("ZS5014", {"path": str(path), "cause": error.strerror or str(error)}) from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise stop("ZS5019", {"path": str(path), "cause": " ".join(str(error).split())[:200]}) from error
    entries = content.get("waivers") if isinstance(content, Mapping) else None
    if not isinstance(entries, list):
        raise stop("ZS5019", {"path": str(path), "cause": "waivers: […]"})
    return [_waiver(entry, place, path) for place, entry in enumerate(entries, 1)]


def _waiver(entry: Any, place: int, path: Path) -> Waiver:
    def wrong(cause: str) -> Exception:
        return stop("ZS5019", {"path": str(path), "cause": f"waivers[{place}]: {cause}"})

    if not isinstance(entry, Mapping):
        raise wrong("{rule, subject, owner, reason, expires}")
    if unknown := sorted(str(name) for name in entry if name not in _KNOWN):
        raise wrong(f"{unknown[0]}?")
    for name in _TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise wrong(name)
    every = entry.get("all") is True
    subject = entry.get("subject")
    if every == (subject is not None):
        raise wrong("subject | all: true")
    expires = entry.get("expires")
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError as error:
            raise wrong(f"expires: {expires}") from error
    if type(expires) is not date:
        raise wrong("expires")
    return Waiver(entry["rule"], None if every else str(subject), entry["owner"], entry["reason"], expires)
