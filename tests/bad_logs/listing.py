"""docs/bad-logs.md: every bad log of the corpus, and what the product answers."""

from __future__ import annotations

from pathlib import Path

from bad_logs.families import FAMILIES
from bad_logs.model import Case, Family, Read, Refused

PAGE = Path(__file__).parents[2] / "docs" / "bad-logs.md"
_HEAD = """\
# 坏日志 · Bad logs

<!-- 由 python docs/generate.py 生成，勿手改 · written by python docs/generate.py -->

测试生成 {cases} 份坏日志，逐份交给 `zhunsheng check`，中英文各一遍，核对退出码、诊断码、位置和条数。
拒绝时什么也不写；读入的，不合格的记录连同位置列出，`读入 = 不取 + 接受 + 隔离 + 重复` 每次都核对。
The tests make {cases} bad logs and hand each to `zhunsheng check`, in Chinese and in English: exit code,
diagnostic, place and counts are those listed here. A log that is refused leaves no output behind; in one that
is read, records that do not fit are listed with their places, and the sum of rows holds.

`拒绝 · refused`：退出码 4 或括号里的，什么也不判定 · exit code 4 or the one shown, nothing is judged.
`读入 · read`：判定照常进行 · the log is judged.
"""


def page() -> str:
    """The whole page."""
    count = sum(len(family.cases) for family in FAMILIES)
    return "\n".join([_HEAD.format(cases=count), *(_section(family) for family in FAMILIES)])


def _section(family: Family) -> str:
    rows = "".join(f"| {_cell(case.zh)}<br>{_cell(case.en)} | {_answer(case)} |\n" for case in family.cases)
    return f"## {family.zh} · {family.en}\n\n| 怎么坏 · What is wrong | 回答 · Answer |\n|---|---|\n{rows}"


def _answer(case: Case) -> str:
    answer = case.answer
    if isinstance(answer, Refused):
        place = f" `{_cell(answer.place)}`" if answer.place else ""
        ended = "" if answer.exit == 4 else f"（{answer.exit}）"
        return f"拒绝 · refused{ended} {_code(answer.code)}{place}"
    return "读入 · read " + _read(answer)


def _read(answer: Read) -> str:
    parts = {
        "不取 left out": answer.left_out,
        "接受 accepted": answer.accepted,
        "隔离 quarantined": answer.quarantined,
        "重复 duplicates": answer.duplicates,
    }
    shown = " + ".join(f"{name} {count}" for name, count in parts.items() if count or "accepted" in name)
    told = f"{answer.read} = {shown}"
    more = {
        "主键重复 double keys": answer.double_keys,
        "找不到上级 without parent": answer.dangling,
        "晚于观测时间 after the observation time": answer.late,
    }
    told += "".join(f"；{name} {count}" for name, count in more.items() if count)
    places: dict[str, list[str]] = {}
    for place, code in answer.bad:
        codes = places.setdefault(place, [])
        if code not in codes:
            codes.append(code)
    listed = [
        f"`{_cell(place)}` {' '.join(_code(code) for code in codes)}" for place, codes in places.items()
    ]
    shown_places = listed if len(listed) <= 4 else [*listed[:3], "…"]
    return "<br>".join([told, *shown_places])


def _code(code: str) -> str:
    return f"[{code}](diagnostics/{code}.md)"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
