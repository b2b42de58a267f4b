"""Whether what the product said is what a case expects."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from bad_logs.model import Read, Refused
from bad_logs.running import Seen, quality
from zhunsheng.diagnostics.catalogue import entry

MACHINERY = re.compile(r"duckdb|traceback|zhunsheng_|ZS5099|\bNone\b|read_csv|[A-Z][a-z]+Error")
"""What no message may speak of: the program's inside."""


def refused(answer: Refused, seen: Seen, language: str) -> list[str]:
    """What is wrong with a refusal, in one language."""
    wrong = []
    if seen.ended.code != answer.exit:
        wrong.append(f"exit code {seen.ended.code}")
    if seen.output is not None or seen.ended.out:
        wrong.append("something was written although the log is refused")
    first = seen.ended.err.split("\n")[0]
    found = re.match(r"(?P<place>.*?): \S+ (?P<code>ZS\d{4})\b", first) or re.match(
        r"(?P<place>.*?)：?:? ?\S+ (?P<code>ZS\d{4})\b", first
    )
    place, code = (found["place"], found["code"]) if found else ("", "")
    if code != answer.code:
        wrong.append(f"code {code}")
    if not (place == answer.place or place.endswith("/" + answer.place)):
        wrong.append(f"place {place}")
    wrong += [f"does not say {each!r}" for each in answer.said if each not in seen.ended.err]
    text = seen.ended.err.split(code, 1)[-1] if code else seen.ended.err
    if (inside := MACHINERY.search(text)) is not None:
        wrong.append(f"speaks of {inside[0]}")
    return [f"{language}: {each}" for each in wrong]


def read(answer: Read, seen: Seen, language: str) -> list[str]:
    """What is wrong with a JSON report."""
    if seen.output is None:
        return [f"{language}: no report, exit code {seen.ended.code}"]
    found = quality(seen)
    got = {
        "exit": seen.ended.code,
        "read": found["rows_read"],
        "accepted": found["accepted"],
        "quarantined": found["bad_records"],
        "duplicates": found["duplicates"],
        "left_out": found["left_out"],
        "double_keys": _total(found["duplicate_keys"]),
        "dangling": _total(found["dangling_links"]),
        "late": _total(found["after_as_of"]),
    }
    wrong = [
        f"{name} {value} instead of {getattr(answer, name)}"
        for name, value in got.items()
        if value != getattr(answer, name)
    ]
    for each in (found, *found["sums"]):
        kept = each["left_out"] + each["accepted"] + each["duplicates"]
        out = each["bad_records"] if "bad_records" in each else each["quarantined"]
        if each["rows_read"] != kept + out:
            wrong.append(f"the sum does not hold: {each}")
    wrong += _values(answer, found["bad_samples"], language)
    if language == "en":
        notes = "\n".join(found["notes"])
        wrong += [f"no note says {each!r}" for each in answer.notes if each not in notes]
    text = json.dumps(found, ensure_ascii=False)
    if (inside := MACHINERY.search(text)) is not None:
        wrong.append(f"speaks of {inside[0]}")
    return [f"{language}: {each}" for each in wrong]


def _total(parts: list[dict[str, Any]]) -> int:
    return sum(each["count"] for each in parts)


def _values(answer: Read, samples: list[dict[str, Any]], language: str) -> list[str]:
    """Every bad value at its place, with a message of its code."""
    expected, got = Counter(answer.bad), Counter[tuple[str, str]]()
    codes = {code for _, code in answer.bad}
    for each in samples:
        code = next((code for code in sorted(codes) if says(each["text"], code, language)), each["text"])
        got[each["place"], code] += 1
    return [f"missing {each}" for each in expected - got] + [f"unexpected {each}" for each in got - expected]


def says(text: str, code: str, language: str) -> bool:
    """Whether a message is that of a code."""
    known = entry(code)
    if known is None:
        return False
    template = known.messages[language]
    parts = re.split(r"\{\w+\}", template)
    return re.fullmatch(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None
