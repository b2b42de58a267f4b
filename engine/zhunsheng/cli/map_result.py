"""What `map check` prints: text for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from zhunsheng.cli.terminal import width
from zhunsheng.diagnostics import Diagnostic, message
from zhunsheng.reports.layout import hanging, table

if TYPE_CHECKING:
    from zhunsheng.logs.profiles.conflicts import Judgement
    from zhunsheng.logs.profiles.examining import BadGroup, Examined
    from zhunsheng.reports.wording import Wording


def as_text(seen: Examined, texts: Wording) -> str:
    """The whole look, in the language of `texts`."""
    columns = width(sys.stdout)
    lines: list[str] = []
    for line in _lines(seen, texts):
        indent = len(line) - len(line.lstrip(" "))
        # Tables are made to fit; sentences are broken.
        if "  " in line.strip():
            lines.append(line)
        else:
            lines += hanging(" " * indent, " " * (indent + 2), line.strip(), columns) if line else [""]
    return "\n".join(lines) + "\n"


def _lines(seen: Examined, texts: Wording) -> Iterator[str]:
    language, say = texts.language, texts.text
    title = seen.profile.title.get(language, "")
    yield say("map_result.title", name=seen.profile.name, title=title)
    yield ""
    yield say("map_result.tables")
    for each in seen.tables:
        if each.kind is None:
            yield "  " + say("map_result.strange", source=each.source, columns=each.columns)
            continue
        used = each.columns - len(each.unused)
        values = {"source": each.source, "kind": each.kind, "columns": each.columns, "used": used}
        yield "  " + say("map_result.table", **values)
        if each.unused:
            yield "    " + say("map_result.unused", columns=", ".join(each.unused))
    yield ""
    yield say("map_result.records")
    yield from _records(seen, texts)
    if seen.judgements:
        yield ""
        yield say("map_result.conflicts")
    for judgement in seen.judgements:
        yield from _conflict(judgement, texts)
    counted = {record: months for record, months in seen.months.items() if months}
    if counted:
        yield ""
        yield say("map_result.months")
    for record, months in counted.items():
        yield "  " + record + ": " + ", ".join(f"{month} {rows}" for month, rows in months.items())
    if seen.profile.not_mapped:
        yield ""
        yield say("map_result.not_mapped")
        for one in seen.profile.not_mapped:
            yield f"  {one.field}: {one.why.get(language, '')}"
    yield ""
    yield from _problems(seen, texts)


def _records(seen: Examined, texts: Wording) -> Iterator[str]:
    header = [texts.text(f"map_result.{name}") for name in ("record", "source", "read", "left_out", "bad")]
    rows = [
        [each.record, each.source, str(each.read), str(each.left_out), str(each.bad)] for each in seen.records
    ]
    for line in table(header, rows, ("left", "left", "right", "right", "right")):
        yield "  " + line
    for left in seen.applied.left_out:
        values = {"record": left.record, "columns": ", ".join(left.columns) or "—", "source": left.table}
        yield "  " + texts.text("map_result.skipped", **values)


def _conflict(judgement: Judgement, texts: Wording) -> Iterator[str]:
    conflict = judgement.conflict
    reading = ""
    if judgement.reading is not None and judgement.settled:
        title = conflict.readings[judgement.reading].title.get(texts.language, "")
        reading = texts.text("map_result.reading", reading=judgement.reading, title=title)
    state = texts.text(f"map_result.state.{judgement.state}")
    yield "  " + texts.text("map_result.conflict", name=conflict.name, state=state, reading=reading)
    if any(voice.rows for voice in judgement.voices.values()):
        voices = ", ".join(f"{name} {voice.rows}" for name, voice in judgement.voices.items())
        yield "    " + texts.text("map_result.voices", voices=voices)


def _problems(seen: Examined, texts: Wording) -> Iterator[str]:
    if seen.clean and not any(one.against for one in seen.judgements):
        yield texts.text("map_result.clean")
        return
    yield texts.text("map_result.problems")
    found = 0
    for judgement in seen.judgements:
        if judgement.diagnostic is not None:
            found += 1
            yield "  " + _told(judgement.diagnostic, texts.language)
    for group in seen.bad:
        found += 1
        yield from _group(group, texts)
    for keys in seen.keys:
        found += 1
        values = {"record": keys.record, "keys": keys.keys, "rows": keys.rows}
        yield "  " + texts.text("map_result.keys", samples=", ".join(keys.samples), **values)
    for lost in seen.orphans:
        found += 1
        values = {"record": lost.record, "field": lost.field, "rows": lost.rows, "linked": lost.linked}
        samples = ", ".join(lost.samples)
        yield "  " + texts.text("map_result.orphans", parent=lost.parent, samples=samples, **values)
    yield ""
    yield texts.text("map_result.found", count=found)


def _group(group: BadGroup, texts: Wording) -> Iterator[str]:
    said, _ = message(group.diagnostic, texts.language)
    values = {"record": group.record, "rows": group.rows, "code": group.code, "message": said}
    if group.field is None:
        yield "  " + texts.text("map_result.line_group", **values)
        return
    yield "  " + texts.text("map_result.group", field=group.field, **values) + f" ({group.first.place})"
    shown = ", ".join(f"{value or '—'} ×{rows}" for value, rows in group.values)
    yield "    " + texts.text("map_result.values", values=shown)


def _told(found: Diagnostic, language: str) -> str:
    said, hint = message(found, language)
    return f"{found.code} {said} " + (f"[{hint}]" if hint else "")


def as_json(seen: Examined) -> str:
    """The whole look as data; messages in both languages."""
    return json.dumps(_data(seen), ensure_ascii=False, indent=2) + "\n"


def _data(seen: Examined) -> dict[str, Any]:
    return {
        "profile": seen.profile.name,
        "extends": list(seen.profile.chain),
        "clean": seen.clean,
        "tables": [
            {"source": each.source, "kind": each.kind, "columns": each.columns, "unused": list(each.unused)}
            for each in seen.tables
        ],
        "records": [
            {
                "record": each.record,
                "source": each.source,
                "read": each.read,
                "left_out": each.left_out,
                "bad": each.bad,
            }
            for each in seen.records
        ],
        "skipped": [
            {"record": each.record, "source": each.table, "field": each.field, "columns": list(each.columns)}
            for each in seen.applied.left_out
        ],
        "fields": [
            {
                "record": each.record,
                "source": each.table.source,
                "field": field,
                "columns": list(origin.columns),
                "transformation": origin.transformation,
                "rests_on": origin.source,
            }
            for each in seen.applied.mapped
            for field, origin in each.origins.items()
        ],
        "conflicts": [_judgement(each) for each in seen.judgements],
        "bad_values": [
            {
                "record": each.record,
                "field": each.field,
                "column": each.column,
                "code": each.code,
                "rows": each.rows,
                "first": each.first.place,
                "values": [{"value": value, "rows": rows} for value, rows in each.values],
                "message": _both(each.diagnostic),
            }
            for each in seen.bad
        ],
        "keys": [
            {"record": each.record, "keys": each.keys, "rows": each.rows, "samples": list(each.samples)}
            for each in seen.keys
        ],
        "without_parent": [
            {
                "record": each.record,
                "field": each.field,
                "parent": each.parent,
                "rows": each.rows,
                "linked": each.linked,
                "samples": list(each.samples),
            }
            for each in seen.orphans
        ],
        "months": {record: dict(months) for record, months in seen.months.items()},
        "not_mapped": [{"field": one.field, "why": dict(one.why)} for one in seen.profile.not_mapped],
    }


def _judgement(each: Judgement) -> dict[str, Any]:
    return {
        "name": each.conflict.name,
        "state": each.state,
        "reading": each.reading,
        "concerned": each.concerned,
        "readings": [
            {
                "name": name,
                "title": dict(each.conflict.readings[name].title),
                "rows": voice.rows,
                "examples": [{"place": one.place, "cells": dict(one.cells)} for one in voice.witnesses],
            }
            for name, voice in each.voices.items()
        ],
        "message": None if each.diagnostic is None else _both(each.diagnostic),
    }


def _both(found: Diagnostic) -> dict[str, str]:
    return {language: message(found, language)[0] for language in ("zh", "en")}
