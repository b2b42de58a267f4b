"""A page per diagnostic code, one per group and the index: from the catalogue, the samples and `texts/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from generator import examples, samples
from generator.shown import Shown
from zhunsheng.diagnostics.catalogue import Entry, entries

TEXTS = Path(__file__).parent / "texts"
GROUPS = ("ZS1", "ZS2", "ZS3", "ZS4", "ZS5")
HEADINGS = ("发现什么 · What it finds", "为什么 · Why", "例子 · Example", "改写 · Use instead")
_SEVERITY = {"error": "错误 · error", "warning": "警告 · warning"}


@dataclass(frozen=True, slots=True)
class Group:
    """The codes of one thousand, with their sections: first code -> title in both languages."""

    id: str
    title: tuple[str, str]
    intro: tuple[str, str]
    sections: Mapping[str, tuple[str, str]]
    texts: Mapping[str, Mapping[str, Any]]

    def section(self, code: str) -> tuple[str, str]:
        return self.sections[max(first for first in self.sections if first <= code)]


def pages() -> dict[str, str]:
    """Path below docs/ -> text. Raises ValueError when a code lacks a text, an example or a way out."""
    catalogue = entries()
    made = {"diagnostics/index.md": _index(catalogue)}
    for id_ in GROUPS:
        group = _group(id_)
        codes = sorted(code for code in catalogue if code.startswith(id_))
        if set(codes) != set(group.texts):
            raise ValueError(f"texts/{id_.lower()}.yaml: {sorted(set(codes) ^ set(group.texts))}")
        made[f"diagnostics/{id_.lower()}.md"] = _group_page(group, [catalogue[code] for code in codes])
        for code in codes:
            made[f"diagnostics/{code}.md"] = _page(group, catalogue[code])
    return made


@cache
def _group(id_: str) -> Group:
    # BaseLoader: a fix may replace a date that does not exist.
    data = yaml.load((TEXTS / f"{id_.lower()}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    sections = {one["from"]: tuple(one["title"]) for one in data["sections"]}
    return Group(id_, tuple(data["title"]), tuple(data["intro"]), sections, data["codes"])


def _index(catalogue: Mapping[str, Entry]) -> str:
    lines = [
        "# 诊断 · Diagnostics",
        "",
        "每条诊断有一个不变的编号、一处位置、一条提示，中英文各一份。每个编号一页，标题固定："
        + "、".join(f"“{one.split(' · ')[0]}”" for one in HEADINGS)
        + "。例子里的消息由程序写出；能在此运行的例子，每次生成都真的运行。",
        "",
        "Every diagnostic has a stable code, a place and a hint, in both languages. Each code has a page "
        "with the same headings. Messages "
        "are written by the program; every example that can be run here is run.",
        "",
        "| | |",
        "|---|---|",
    ]
    for id_ in GROUPS:
        group = _group(id_)
        count = sum(code.startswith(id_) for code in catalogue)
        lines.append(f"| [{id_}xxx {group.title[0]} · {group.title[1]}]({id_.lower()}.md) | {count} |")
    return "\n".join(lines) + "\n"


def _group_page(group: Group, members: list[Entry]) -> str:
    lines = [
        f"# {group.id}xxx {group.title[0]} · {group.title[1]}",
        "",
        group.intro[0],
        "",
        group.intro[1],
        "",
    ]
    titles = list(dict.fromkeys(group.section(entry.code) for entry in members))
    for title in titles:
        lines += [f"## {title[0]} · {title[1]}", "", "| | | |", "|---|---|---|"]
        for entry in members:
            if group.section(entry.code) == title:
                told = "<br>".join(_cell(_finds(entry, language)) for language in ("zh", "en"))
                lines.append(f"| [{entry.code}]({entry.code}.md) | `{entry.name}` | {told} |")
        lines.append("")
    return "\n".join(lines)


def _page(group: Group, entry: Entry) -> str:
    texts = group.texts[entry.code]
    shown = _example(entry)
    title = f"{group.id}xxx {group.title[0]} · {group.title[1]}"
    back = f"[诊断 · Diagnostics](index.md) › [{title}]({group.id.lower()}.md)"
    parts = [
        f"# {entry.code} {entry.name}",
        f"{back} › {_SEVERITY[entry.severity]}",
        f"## {HEADINGS[0]}",
        *(_escaped(_finds(entry, language)) for language in ("zh", "en")),
        f"## {HEADINGS[1]}",
        *texts["why"],
        f"## {HEADINGS[2]}",
        *(_fenced(*file) for file in shown.files),
        *(_fenced(None, said) for said in shown.said),
        f"## {HEADINGS[3]}",
        *_instead(entry, texts),
        *(_fenced(*file) for file in samples.corrected(entry, texts.get("fix"))),
    ]
    return "\n\n".join(parts) + "\n"


def _example(entry: Entry) -> Shown:
    shown = samples.shown(entry) or examples.shown(entry.code)
    if shown is None:
        raise ValueError(f"{entry.code}: no sample in tests/bad and none in texts/examples.yaml")
    return shown


def _instead(entry: Entry, texts: Mapping[str, Any]) -> tuple[str, ...]:
    if "instead" in texts:
        return tuple(texts["instead"])
    hints = tuple(entry.hints.get(language, "") for language in ("zh", "en"))
    if not all(hints) or any(re.search(r"(?<!\{)\{[a-z_]+\}", hint) for hint in hints):
        if "fix" in texts:
            return ()
        raise ValueError(f"{entry.code}: the hint speaks of one case only, texts need `instead`")
    return tuple(_escaped(_plain(hint)) + _stop(hint) for hint in hints)


def _finds(entry: Entry, language: str) -> str:
    """The message with an ellipsis for everything that differs from case to case."""
    text = _plain(entry.messages[language])
    return text[0].upper() + text[1:] + _stop(text) if language == "en" else text + _stop(text)


def _plain(template: str) -> str:
    text = re.sub(r"(?<!\{)\{[a-z_]+\}", "…", template)
    return text.replace("{{", "{").replace("}}", "}")


def _stop(text: str) -> str:
    if text[-1] in "。.？?！!":
        return ""
    return "。" if re.search("[\u4e00-\u9fff]", text) else "."


def _escaped(text: str) -> str:
    return re.sub(r"([*_`<>\[\]|#])", r"\\\1", text)


def _cell(text: str) -> str:
    return _escaped(text)


def _fenced(title: str | None, text: str) -> str:
    fence = "````" if "```" in text else "```"
    return f"{fence}text" + (f' title="{title}"' if title else "") + f"\n{text.rstrip()}\n{fence}"
