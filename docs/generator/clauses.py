"""`clauses/`: the clause table of every shipped pack, as `zhunsheng clauses PACK --format markdown`
prints it.

Chinese first, then English: a page for both readers, as the other generated pages are.
"""

from __future__ import annotations

from pathlib import Path

from zhunsheng.cli.words import words
from zhunsheng.drafting.clause_table import as_markdown, clause_rows
from zhunsheng.packs import LoadedPack, load_pack, locations
from zhunsheng.reports.reads import in_language

LANGUAGES = ("zh", "en")
HEAD = """# 条款清单 · Clauses

每个标准的每一条款：规则核对到什么程度，由哪些规则和指标核对，为什么可能误报或漏报，哪些要人工核对、哪些从日志核对不了。
由规则包的 `clauses.yaml` 生成，与 `zhunsheng clauses 规则包 --format markdown` 相同。

Every clause of every standard: how far rules cover it, which rules and measures stand on it, why they may
report too much or too little, what is to be checked by hand and what cannot be checked from logs. Generated
from the packs' `clauses.yaml`, as `zhunsheng clauses PACK --format markdown` prints it.

| 规则包 · Pack | | 条款 · Clauses | 编码 · Encoded | 部分 · Partly | 人工 · Manual | 无法核对 · Uncheckable |
|---|---|---|---|---|---|---|
"""


def pages() -> dict[str, str]:
    """Path below docs/ -> text. Packs without a clause list of their own have no page."""
    listed = [pack for name in locations.shipped() if (pack := load_pack(Path(name))) and _own_list(pack)]
    made = {f"clauses/{page_name(pack.id)}.md": _page(pack) for pack in listed}
    made["clauses/index.md"] = HEAD + "\n".join(_line(pack) for pack in listed) + "\n"
    return made


def page_name(pack: str) -> str:
    """`local/zhejiang` lies in one folder with the others."""
    return pack.replace("/", "-")


def _own_list(pack: LoadedPack) -> bool:
    return bool(pack.clauses) and (pack.path / "clauses.yaml").is_file()


def _line(pack: LoadedPack) -> str:
    rows = clause_rows(pack, "zh")
    counts = [
        sum(row.status == status for row in rows) for status in ("encoded", "partly", "manual", "uncheckable")
    ]
    title = " · ".join(in_language(pack.title, language) or "" for language in LANGUAGES)
    cells = [f"[`{pack.id}`]({page_name(pack.id)}.md)", title, len(rows), *counts]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _page(pack: LoadedPack) -> str:
    """The table in both languages under one title."""
    parts = [f"# {in_language(pack.title, 'zh')} · {in_language(pack.title, 'en')}\n"]
    for language in LANGUAGES:
        table = as_markdown(pack, clause_rows(pack, language), words(language))
        parts.append("#" + table)
    return "\n".join(parts)
