"""`profiles/<id>.md`: a page per ready profile, and the page that lists them, from `schemas/profiles`."""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.logs.profiles import load, shipped
from zhunsheng.logs.profiles.deciding import settled
from zhunsheng.logs.profiles.model import CodeMap, Conflict, FieldMapping, Profile, Reading
from zhunsheng.packs import locations
from zhunsheng.semantics import load_vocabulary
from zhunsheng.semantics.vocabulary import Vocabulary

_HEAD = """# 现成的映射配置 · Ready profiles

本页和各配置的页面由 `schemas/profiles` 生成。每个字段写明出处；没有出处的不映射，也写明。
怎样选用、检查、改写，见[映射](../mapping.md)。

These pages are generated from `schemas/profiles`. Every field has its source; what has none is not mapped,
and that is said.
How to choose, check and change one: [Mapping](../mapping.md).
"""


def pages() -> dict[str, str]:
    """Every page. Raises ValueError when the shipped vocabulary is not right."""
    vocabulary, wrong = load_vocabulary(locations.records())
    if wrong:
        raise ValueError(f"schemas/records: {wrong[0].code}")
    profiles = [load(name, vocabulary) for name in shipped()]
    made = {f"profiles/{each.name}.md": _page(each, vocabulary) for each in profiles}
    return {"profiles/index.md": _index(profiles), **made}


def _index(profiles: list[Profile]) -> str:
    lines = [_HEAD, "| | 名称 · Name | 未定的冲突 · Open conflicts |", "|---|---|---|"]
    for each in profiles:
        open_ = [name for name in each.conflicts if name not in each.readings]
        shown = ", ".join(f"`{name}`" for name in open_) or "—"
        lines.append(
            f"| [`{each.name}`]({each.name}.md) | {each.title['zh']} · {each.title['en']} | {shown} |"
        )
    return "\n".join(lines) + "\n"


def _page(profile: Profile, vocabulary: Vocabulary) -> str:
    return "\n".join(_lines(profile, vocabulary)) + "\n"


def _lines(profile: Profile, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"# {profile.title['zh']} · {profile.title['en']}"
    yield ""
    yield f"`--profile {profile.name}`"
    for language in ("zh", "en"):
        if profile.about.get(language):
            yield ""
            yield _told(profile.about[language])
    yield ""
    yield "时间写法 · Times: " + ", ".join(f"`{one}`" for one in profile.formats)
    yield ""
    yield "## 含义有冲突的代码 · Codes of two meanings"
    yield ""
    yield "有文件的按文件读，数据相反时停下来问；没有文件的由数据说明，或用 `--decide` 写明。"
    yield ""
    yield "Where a document tells, it holds unless the data contradict it; else the data or `--decide` tell."
    for conflict in profile.conflicts.values():
        yield from _conflict(conflict, profile)
    whole = settled(profile)
    for name, table in whole.tables.items():
        if not any(table.records.values()):
            continue
        yield ""
        yield f"## 表 `{name}` · Table `{name}`"
        yield ""
        yield "表名 · Names: " + ", ".join(f"`{one}`" for one in table.names)
        yield ""
        yield "须有的列 · Columns it must have: " + ", ".join(f"`{one}`" for one in table.columns)
        for record, mapping in table.records.items():
            if mapping is None:
                continue
            labels = vocabulary.records[record].labels
            yield ""
            yield f"### {labels['zh']} · {labels['en']} (`{record}`)"
            yield ""
            if mapping.where is not None:
                yield f"只取 · Only rows where `{mapping.where.text}`"
                yield ""
            yield "| 字段 · Field | 取自 · From | 代码 · Codes | 出处 · Source |"
            yield "|---|---|---|---|"
            for field, one in mapping.fields.items():
                if one is not None:
                    yield _field(field, one, whole, vocabulary.records[record].fields[field].labels)
    yield from _codes(whole)
    yield from _not_mapped(profile)
    yield ""
    yield "## 出处 · Sources"
    yield ""
    for name, cited in profile.sources.items():
        # The anchor is an attribute of a heading: lists have none.
        yield f"#### {_told(cited.title['zh'])} · {_told(cited.title['en'])} {{#source-{name}}}"
        yield ""
        yield _told(cited.cite)
        yield ""


def _conflict(conflict: Conflict, profile: Profile) -> Iterator[str]:
    yield ""
    yield f"### `{conflict.name}` {conflict.title['zh']} · {conflict.title['en']}"
    yield ""
    if conflict.concerns is not None:
        yield f"涉及 · Concerns rows where `{_cell(conflict.concerns.text)}`"
        yield ""
    yield "| 读法 · Reading | 说这种读法的行 · Rows that speak for it | 出处 · Source |"
    yield "|---|---|---|"
    for reading in conflict.readings.values():
        held = " **✓**" if profile.readings.get(conflict.name) == reading.name else ""
        title = _told(f"{reading.title['zh']} · {reading.title['en']}")
        yield f"| `{reading.name}`{held} {title} | {_speaks(reading)} | {_source(reading.source, profile)} |"


def _speaks(reading: Reading) -> str:
    said = []
    if reading.speaks is not None:
        said.append(f"`{_cell(reading.speaks.text)}`")
    for partner, words in (
        (reading.matched, "对应的行在 · its partner is in"),
        (reading.unmatched, "对应的行不在 · its partner is not in"),
    ):
        if partner is not None:
            pairs = ", ".join(f"{own} = {there}" for own, there in partner.columns.items())
            said.append(f"{words} `{partner.table}` ({pairs})")
    return "<br>".join(said) or "—"


def _field(name: str, mapping: FieldMapping, profile: Profile, labels: object) -> str:
    assert isinstance(labels, dict)
    taken = f'"{mapping.constant}"' if mapping.value is None else mapping.value.text
    codes = mapping.codes.name or "…" if isinstance(mapping.codes, CodeMap) else mapping.codes
    shown = (
        f"[`{codes}`](#codes-{codes})" if isinstance(mapping.codes, str) else "—" if codes is None else "`…`"
    )
    source = _source(mapping.source or "", profile)
    if mapping.basis == "assumption":
        source += "〔假定 · assumption〕"
    if mapping.note:
        source += f"<br>{_told(mapping.note['zh'])} · {_told(mapping.note['en'])}"
    return f"| `{name}` {labels['zh']} · {labels['en']} | `{_cell(taken)}` | {shown} | {source} |"


def _codes(profile: Profile) -> Iterator[str]:
    used = {
        one.codes
        for table in profile.tables.values()
        for record in table.records.values()
        if record is not None
        for one in record.fields.values()
        if one is not None and isinstance(one.codes, str)
    }
    if not used:
        return
    yield ""
    yield "## 代码对照 · Code maps"
    for name, codes in profile.codes.items():
        if name not in used:
            continue
        yield ""
        yield f"### `{name}` {{#codes-{name}}}"
        yield ""
        note = f"{_told(codes.note['zh'])} · {_told(codes.note['en'])}；" if codes.note else ""
        yield f"{note}{_source(codes.source, profile)}"
        yield ""
        yield ", ".join(f"`{code}` → `{target or '—'}`" for code, target in codes.codes.items())


def _not_mapped(profile: Profile) -> Iterator[str]:
    if not profile.not_mapped:
        return
    yield ""
    yield "## 没有映射的 · Not mapped"
    yield ""
    for one in profile.not_mapped:
        yield f"- `{one.field}`：{_told(one.why['zh'])} · {_told(one.why['en'])}"


def _source(name: str, profile: Profile) -> str:
    found = profile.sources.get(name)
    if found is None:
        return "—"
    return f"[{_told(found.title['zh'])} · {_told(found.title['en'])}](#source-{name})"


def _cell(text: str) -> str:
    """An expression inside a table: one line, bars kept out of the table's way."""
    return " ".join(text.split()).replace("|", "\\|").replace("`", "")


def _told(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
