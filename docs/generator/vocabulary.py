"""`vocabulary.md`: every record type and code list of `schemas/records`, as the program itself reads them."""

from __future__ import annotations

from zhunsheng.packs import locations
from zhunsheng.semantics import load_vocabulary
from zhunsheng.semantics.types import CodesType, CodeType, DecimalType
from zhunsheng.semantics.vocabulary import CodeList, Field, Record, Vocabulary

_TYPES = {
    "TextType": "文本 · text",
    "IntegerType": "整数 · integer",
    "BooleanType": "是非 · boolean",
    "DateType": "日期 · date",
    "InstantType": "时刻 · instant",
}
_UNITS = {
    "minute": "分钟 minutes",
    "hour": "小时 hours",
    "day": "日 days",
    "working_day": "工作日 working days",
    "month": "月 months",
}

HEAD = """# 词汇表 · Vocabulary

本页由 `schemas/records` 生成：规则能说到的每种记录、字段、链接和代码。
记录模式怎样写，见该文件夹的 README。
列名、记录名、代码在日志和规则里都可用规范名（英文）或中文名。
**必填**用粗体；🔒 是个人信息，输出时缺省遮蔽；`→` 是指向上级的链接。

Generated from `schemas/records`: every record type, field, link and code that rules can speak of. Logs and
rules take the canonical (English) or the Chinese name. **Required** fields are bold; 🔒 is personal data,
masked by default; `→` is a link to a parent.
Sources stand with each field: interface fields, GB/T 39046-2020, local implementations, or our own choice.
"""


def page() -> str:
    """The page. Raises ValueError when the shipped vocabulary is not right."""
    vocabulary, wrong = load_vocabulary(locations.records())
    if wrong:
        raise ValueError(f"schemas/records: {wrong[0].code}")
    parts = [HEAD, "## 记录 · Records\n", _overview(vocabulary)]
    parts += [_record(record, vocabulary) for record in vocabulary.records.values()]
    parts.append("## 代码表 · Code lists\n")
    parts += [_codelist(one) for one in vocabulary.codelists.values()]
    return "\n".join(parts)


def _overview(vocabulary: Vocabulary) -> str:
    lines = ["| | 记录 · Record | 上级 · Parents | 时间 · Time |", "|---|---|---|---|"]
    for record in vocabulary.records.values():
        parents = ", ".join(f"`{one.role}`" for one in record.parents) or "—"
        time = f"`{record.time}`" if record.time else "—"
        lines.append(
            f"| [`{record.name}`](#{_anchor('record', record.name)}) "
            f"| {record.labels['zh']} · {record.labels['en']} | {parents} | {time} |"
        )
    return "\n".join(lines) + "\n"


def _record(record: Record, vocabulary: Vocabulary) -> str:
    links = {parent.field: parent for parent in record.parents}
    lines = [f"### {record.labels['zh']} · {record.labels['en']} {{#{_anchor('record', record.name)}}}", ""]
    lines += [f"`{record.names['zh']}` · `{record.name}`"]
    lines += [
        "",
        *(
            _told(record.description[language])
            for language in ("zh", "en")
            if record.description.get(language)
        ),
        "",
    ]
    lines += ["| 字段 · Field | 类型 · Type | 含义和出处 · Meaning and source |", "|---|---|---|"]
    for one in record.fields.values():
        name = f"`{one.names['zh']}` `{one.name}`"
        name = (f"**{name}**" if one.required else name) + (" 🔒" if one.personal else "")
        name += " 主键 · key" if one.name == record.key else ""
        name += " 时间 · time" if one.name == record.time else ""
        link = links.get(one.name)
        type_ = _type(one, vocabulary) if link is None else _link(link.record, link.role, link.names["zh"])
        lines.append(f"| {name} | {type_} | {_meaning(one)} |")
    return "\n".join(lines) + "\n"


def _link(record: str, role: str, name: str) -> str:
    shown = f"→ [`{record}`](#{_anchor('record', record)})"
    return shown if role == record else f"{shown} `{name}` `{role}`"


def _type(field: Field, vocabulary: Vocabulary) -> str:
    type_ = field.type
    if isinstance(type_, (CodeType, CodesType)):
        many = "代码列表 · codes" if isinstance(type_, CodesType) else "代码 · code"
        return f"{many} [`{type_.codelist}`](#{_anchor('codes', type_.codelist)})"
    if field.unit:
        zh, en = _UNITS[field.unit].split(" ", 1)
        return f"时长（{zh}）· duration in {en}"
    if isinstance(type_, DecimalType):
        return f"小数 · decimal ({type_.scale})"
    return _TYPES[type(type_).__name__]


def _meaning(field: Field) -> str:
    label = f"{field.labels['zh']} · {field.labels['en']}"
    return "<br>".join(
        [
            label,
            *(
                _told(field.description[language])
                for language in ("zh", "en")
                if field.description.get(language)
            ),
        ]
    )


def _codelist(codes: CodeList) -> str:
    labels = codes.labels or codes.names
    title = f"### {labels['zh']} · {labels['en']} {{#{_anchor('codes', codes.id)}}}"
    lines = [
        title,
        "",
        f"`{codes.names['zh']}` · `{codes.id}`"
        + ("，有序，由低到高 · ordered, lowest first" if codes.ordered else ""),
    ]
    if codes.subset_of:
        chosen = ", ".join(f"`{one.names['zh']}`" for one in codes.codes)
        return "\n".join(
            [
                *lines,
                "",
                f"[`{codes.subset_of}`](#{_anchor('codes', codes.subset_of)}) 的子集 · subset: {chosen}",
                "",
            ]
        )
    lines += ["", "| 中文 · Chinese | 规范名 · Canonical | 含义 · Meaning |", "|---|---|---|"]
    for one in codes.codes:
        retired = " （已停用 · retired）" if one.retired else ""
        lines.append(
            f"| `{one.names['zh']}` | `{one.name}` "
            f"| {_told(one.labels['zh'])} · {_told(one.labels['en'])}{retired} |"
        )
    return "\n".join(lines) + "\n"


def _anchor(kind: str, name: str) -> str:
    return f"{kind}-{name}"


def _told(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
