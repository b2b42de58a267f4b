"""The manifest of a canonical copy: an ordinary `log.yaml`, whose section `canonical` names the accounts.

Without that section it is the manifest of a log of Parquet files. The accounts (inputs, sums and digests of
every part) are JSON: a copy of hundreds of months has thousands of lines of them, and YAML is slow to read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from zhunsheng.logs.errors import log_error
from zhunsheng.logs.importing.model import FORMAT, Copy, Held, Input, Part
from zhunsheng.logs.model import Gap
from zhunsheng.logs.paths import LogFiles, inside
from zhunsheng.logs.quality import SourceQuality
from zhunsheng.logs.tables.model import Origin

_HEAD = """\
# 规范副本：由 zhunsheng import 从原始日志写成，zhunsheng check --log 可直接读取本文件夹。
# 覆盖期（coverage）和缺口（gaps）可以修改；canonical 一节和数据文件不要改动。
# A canonical copy, written by zhunsheng import; zhunsheng check --log reads this folder as it is.
# Coverage and gaps may be edited; leave the section canonical and the data files alone.
"""


def accounts_text(copy: Copy) -> str:
    """The accounts as JSON."""
    told = {"records": {name: _held(held) for name, held in copy.records.items()}}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def manifest_text(copy: Copy, accounts: str, sha256: str) -> str:
    """The manifest as YAML; `accounts` is the file of the accounts, beside it."""
    data: dict[str, Any] = {"zone": copy.zone}
    ends = {"from": copy.coverage.start, "until": copy.coverage.until}
    declared = {name: _moment(end, copy.zone) for name, end in ends.items() if end is not None}
    if declared:
        data["coverage"] = declared
    data["sources"] = {
        name: {"files": [part.path for part in held.parts]} for name, held in copy.records.items()
    }
    if copy.gaps:
        data["gaps"] = [_gap(gap, copy.zone) for gap in copy.gaps]
    data["canonical"] = {
        "format": FORMAT,
        "zone": copy.zone,
        "personal": copy.personal,
        **({"key": copy.key} if copy.key is not None else {}),
        "accounts": accounts,
        "sha256": sha256,
    }
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)
    return _HEAD + text


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    # Offsets of long ago have seconds, which a manifest cannot say.
    whole = offset is not None and not offset.seconds % 60
    return (local if whole else at.astimezone(UTC)).isoformat()


def _gap(gap: Gap, zone: str) -> dict[str, Any]:
    told: dict[str, Any] = {"from": _moment(gap.start, zone), "until": _moment(gap.until, zone)}
    if gap.records:
        told["records"] = sorted(gap.records)
    return {**told, "reason": gap.reason}


def _held(held: Held) -> dict[str, Any]:
    return {
        "vocabulary": held.vocabulary,
        "unique_key": held.unique_key,
        "missing_keys": held.missing_keys,
        "parts": [_part(part) for part in held.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    seen, given = part.quality, part.input
    told: dict[str, Any] = {
        "part": part.path,
        "sha256": part.sha256,
        "input": {"file": given.file, "sha256": given.sha256, "size": given.size},
        "source": {
            "name": seen.file,
            "format": seen.format,
            **({"encoding": seen.encoding} if seen.encoding else {}),
        },
        "rows": {
            "read": seen.rows_read,
            "left_out": seen.left_out,
            "accepted": seen.accepted,
            "quarantined": seen.bad,
            "duplicates": seen.duplicates,
        },
    }
    if part.first is not None and part.last is not None:
        told["time"] = {"from": part.first.isoformat(), "until": part.last.isoformat()}
    columns = {name: _origin(each) for name, each in seen.origins.items() if each != Origin((name,))}
    if columns:
        told["columns"] = columns
    if seen.unknown_columns:
        told["not_read"] = list(seen.unknown_columns)
    if seen.missing_columns:
        told["without_column"] = list(seen.missing_columns)
    return told


def _origin(origin: Origin) -> dict[str, Any]:
    told: dict[str, Any] = {"columns": list(origin.columns)}
    if origin.transformation:
        told["transformation"] = origin.transformation
    if origin.source:
        told["source"] = origin.source
    return told


# reading


def read_copy(files: LogFiles) -> Copy:
    """The copy that a manifest describes. Raises LogError: ZS4506 (the section is damaged), ZS4507 (of a
    newer version), ZS4510 (the zone was edited).
    """
    place = str(files.manifest)
    section = files.canonical
    assert section is not None and files.manifest is not None
    try:
        version = int(section["format"])
    except (KeyError, TypeError, ValueError):
        raise log_error("ZS4506", place, part="format") from None
    if version > FORMAT:
        raise log_error("ZS4507", place, version=version, known=FORMAT)
    if section.get("zone") != files.zone:
        raise log_error("ZS4510", place, zone=section.get("zone", ""), other=files.zone)
    held = _accounts(files.manifest.parent, section, place)
    try:
        records = {name: _read_held(name, each) for name, each in held["records"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise log_error("ZS4506", place, part=str(error)[:60]) from None
    copy = Copy(files.zone, files.coverage, files.gaps, section["personal"], section.get("key"), records)
    _same_parts(copy, files, place)
    return copy


def _accounts(folder: Path, section: Mapping[str, Any], place: str) -> Any:
    name = str(section.get("accounts", ""))
    path = folder / name
    if section.get("personal") not in ("masked", "revealed"):
        raise log_error("ZS4506", place, part="personal")
    if not name or Path(name).name != name or not inside(folder, path):
        raise log_error("ZS4506", place, part="accounts")
    try:
        raw = path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != section.get("sha256"):
            raise log_error("ZS4504", str(path))
        return json.loads(raw)
    except OSError as error:
        raise log_error("ZS4003", str(path), reason=error.strerror or "") from None
    except ValueError:
        raise log_error("ZS4504", str(path)) from None


def _same_parts(copy: Copy, files: LogFiles, place: str) -> None:
    """Raise LogError where `sources` names other files than the section does."""
    told = sorted(part.path for held in copy.records.values() for part in held.parts)
    listed = sorted(source.name for source in files.sources)
    if told != listed:
        other = next(iter(set(told) ^ set(listed)), told[0] if told else "")
        raise log_error("ZS4506", place, part=other)


def _read_held(name: str, held: Mapping[str, Any]) -> Held:
    return Held(
        held["vocabulary"],
        tuple(_read_part(name, part) for part in held["parts"]),
        bool(held["unique_key"]),
        int(held["missing_keys"]),
    )


def _read_part(record: str, part: Mapping[str, Any]) -> Part:
    given, source, rows = part["input"], part["source"], part["rows"]
    origins = {name: _read_origin(origin) for name, origin in (part.get("columns") or {}).items()}
    quality = SourceQuality(
        record,
        source["name"],
        source["format"],
        rows_read=int(rows["read"]),
        left_out=int(rows["left_out"]),
        accepted=int(rows["accepted"]),
        bad=int(rows["quarantined"]),
        duplicates=int(rows["duplicates"]),
        unknown_columns=tuple(part.get("not_read", ())),
        missing_columns=tuple(part.get("without_column", ())),
        encoding=source.get("encoding"),
        origins=origins,
    )
    times = part.get("time")
    ends = [datetime.fromisoformat(times[end]) for end in ("from", "until")] if times else [None, None]
    read_from = Input(given["file"], given["sha256"], int(given["size"]))
    return Part(part["part"], part["sha256"], read_from, quality, *ends)


def _read_origin(origin: Mapping[str, Any]) -> Origin:
    columns = origin.get("columns") or ()
    return Origin(tuple(columns), origin.get("transformation") or "", origin.get("source") or "")
