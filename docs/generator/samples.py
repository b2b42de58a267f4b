"""The bad sample that shows a code (tests/bad), with its pinned messages, and how it is put right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from generator.shown import Shown, only, shortened
from zhunsheng.diagnostics import Source
from zhunsheng.diagnostics.catalogue import Entry
from zhunsheng.semantics import check, load_vocabulary
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.syntax import parse

TESTS = Path(__file__).parents[2] / "tests"


def shown(entry: Entry) -> Shown | None:
    """Sample and messages, or None when no sample shows the code."""
    sample = _sample(entry)
    if sample is None:
        return None
    said = tuple(_pinned(sample, entry.code, language) for language in ("zh", "en"))
    return Shown(_files(sample), said)


def corrected(entry: Entry, fix: Mapping[str, str] | None) -> tuple[tuple[str | None, str], ...]:
    """The sample without the mistake. Raises ValueError when a fix replaces nothing or leaves a mistake."""
    sample = _sample(entry)
    if sample is None:
        return ()
    quiet = sample.with_name(_stem(sample) + ".quiet" + (".rule" if sample.is_file() else ""))
    if quiet.exists():
        before = dict(_files(sample))
        return tuple(one for one in _files(quiet) if before.get(one[0]) != one[1])
    if fix is None:
        return ()
    text = sample.read_text(encoding="utf-8")
    for old, new in fix.items():
        if old not in text:
            raise ValueError(f"{entry.code}: the sample does not hold {old!r}")
        text = text.replace(old, new)
    left = _codes(text) if entry.code.startswith("ZS2") else _syntax_codes(text)
    if left:
        raise ValueError(f"{entry.code}: the corrected sample still has {left}\n{text}")
    return ((None, shortened(text)),)


def _sample(entry: Entry) -> Path | None:
    """The plainest sample: named for the code, with few other codes, short; English rather than Chinese."""
    ranked = []
    for pinned in _all_pinned():
        codes = re.findall(r"(?:error|warning) (ZS\d{4})", pinned.read_text(encoding="utf-8"))
        if entry.code in codes:
            stem = pinned.name.removesuffix(".en.txt")
            rule = pinned.with_name(f"{stem}.rule")
            sample = rule if rule.exists() else pinned.with_name(stem)
            size = rule.stat().st_size if rule.exists() else 0
            ranked.append((not stem.startswith(entry.name), len(set(codes)), len(codes), size, sample))
    return min(ranked)[-1] if ranked else None


@cache
def _all_pinned() -> tuple[Path, ...]:
    return tuple(sorted((TESTS / "bad").rglob("*.en.txt")))


def _stem(sample: Path) -> str:
    return sample.name.removesuffix(".rule") if sample.is_file() else sample.name


def _pinned(sample: Path, code: str, language: str) -> str:
    text = sample.with_name(f"{_stem(sample)}.{language}.txt").read_text(encoding="utf-8")
    return only(text.replace(f"bad/{sample.parent.name}/{sample.name}/", ""), code)


def _files(sample: Path) -> tuple[tuple[str | None, str], ...]:
    if sample.is_file():
        return ((None, _text(sample)),)
    files = sorted(path for path in sample.iterdir() if path.suffix in {".rule", ".yaml"})
    return tuple((path.name, _text(path)) for path in files)


def _text(path: Path) -> str:
    data = path.read_bytes()
    text = data.decode("utf-8", "replace").replace("\0", "␀")
    return shortened(re.sub("[\u200b-\u200f\u202a-\u202e\ufffd]", "�", text))


def _syntax_codes(text: str) -> list[str]:
    return [one.code for one in parse(Source("sample.rule", text))[1]]


def _codes(text: str) -> list[str]:
    file, wrong = parse(Source("sample.rule", text))
    return [one.code for one in (*wrong, *check([file], _vocabulary()).diagnostics)]


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary(TESTS / "vocabulary")[0]
