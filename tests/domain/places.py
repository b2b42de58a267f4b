"""Where the domain's files lie, and the pack and log that these tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zhunsheng import calendars, logs
from zhunsheng.calendars.model import Calendar
from zhunsheng.packs import LoadedPack, load_pack

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "schemas" / "records"
PACK = ROOT / "rules" / "gbt39734"
FIXTURE = ROOT / "fixtures" / "pilot-site"
GENERATOR = FIXTURE / "generate"


@cache
def pack() -> LoadedPack:
    return load_pack(PACK)


@cache
def calendar() -> Calendar:
    return calendars.load()


def load_log(folder: Path) -> logs.LoadedLog:
    return logs.load(folder / "log.yaml", pack().program.vocabulary)


def truth(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    return loaded
