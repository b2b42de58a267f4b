"""Where the domain's files lie, and the packs, the log and its truth that these tests share."""

from __future__ import annotations

import csv
import subprocess
import sys
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
SETTINGS = ROOT / "fixtures" / "pilot-site" / "settings"
NATIONAL = ("gbt39734", "gbt39735", "guobanfa51", "integrity")
FIXTURE = ROOT / "fixtures" / "pilot-site"
GENERATOR = FIXTURE / "generate"


@cache
def pack(name: str = "gbt39734") -> LoadedPack:
    """A shipped pack, or the pack of a setting of the pilot site."""
    return load_pack(SETTINGS / name if (SETTINGS / name).exists() else ROOT / "rules" / name)


@cache
def calendar() -> Calendar:
    return calendars.load()


def load_log(folder: Path) -> logs.LoadedLog:
    return logs.load(folder / "log.yaml", pack().program.vocabulary)


def generate(folder: Path, services: int) -> Path:
    subprocess.run([sys.executable, GENERATOR, "--services", str(services), folder], check=True)
    return folder


def truth(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))
    return loaded


def true_findings(folder: Path, setting: str = "") -> dict[str, set[tuple[str, str]]]:
    """Rule to (verdict, subject), as the generator wrote them down; some hold in one setting only."""
    findings: dict[str, set[tuple[str, str]]] = {}
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["setting"] not in {"", setting}:
                continue
            findings.setdefault(row["rule"], set()).add((row["verdict"], row["subject"]))
    return findings
