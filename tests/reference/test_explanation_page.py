"""The page a clerk reads, pinned word for word in both languages; masking; JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from reference.builders import (
    Log,
    P,
    S,
    at,
    compare,
    has,
    log,
    number,
    of,
    parameter,
    program,
    rating,
    ref,
    replies,
    reply,
    rule,
    within,
)
from zhunsheng.diagnostics import Source, Span
from zhunsheng.reference import explain
from zhunsheng.reports.explanation import render_json, render_text
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.wording import REPORT_TEXTS
from zhunsheng.semantics.typed import ClauseRef, Program, Rule, Standard
from zhunsheng.semantics.types import DurationType
from zhunsheng.verdicts.model import Reason

SOURCE = Source("a.rule", "r.voided must have final reply p.final")
LIMIT = replace(
    parameter(DurationType("working_day"), (date(2021, 1, 1), 15), (date(2024, 1, 1), 3)),
    label={"zh": "差评回复时限", "en": "reply limit"},
    source={"zh": "测试用", "en": "for this test"},
)
FINAL = replace(of(P, "final"), span=Span(SOURCE, 31, 38))
NORM = replace(has(replies(FINAL, within(ref(DurationType("working_day"))))), span=Span(SOURCE, 14, 30))
ANSWERED = rule(
    NORM,
    unless=replace(of(S, "voided"), span=Span(SOURCE, 0, 8)),
    clauses=(ClauseRef("S", "9.3"),),
    label={"zh": "差评按期回复", "en": "bad ratings are answered in time"},
)
LATE = log(
    rating(rated_at=at("2024-02-08 10:00"), voided=False),
    replies=[
        reply("2024-02-09 09:30", reply_id="P1", final=False),
        reply("2024-02-20 00:00", reply_id="P2", final=True),
    ],
)


def page(
    language: str, asked: Rule = ANSWERED, there: Log = LATE, *, reveal: bool = False, as_json: bool = False
) -> str:
    whole: Program = replace(
        program(rules=[asked], parameters=[LIMIT]), standards=(Standard("S", {"": "GB/T 39734-2020"}),)
    )
    found = explain(whole, "r", "R1", there.store(), there.evidence(), there.calendar)
    return (render_json if as_json else render_text)(found, whole, language, Masking(reveal=reveal))


CHINESE = """\
差评按期回复（r）
条款 GB/T 39734-2020 9.3 · 应

对象      评价 R1（第 1 行）
结论      不符合：回复超过期限（期限 2024-02-19 24:00，实际 2024-02-20 00:00）
观测时间  2024-06-30 24:00（Asia/Shanghai）

规则用到的字段
  已作废    否
  评价时间  2024-02-08 10:00

适用的参数
  差评回复时限 = 3 个工作日（2024-01-01 起）〔假定〕
    来源：测试用

逐项判断
  除外情形  r.voided  不成立
  要求  have final reply  不成立

查找的记录
  至少 1 条回复：符合 0 条
    期限：自 2024-02-08 10:00 起 3 个工作日，到 2024-02-19 24:00 止
    不计：2024-02-10 至 02-11（周末）、2024-02-12 至 02-16（节假日）、2024-02-17（周末）
    计入（调休上班）：2024-02-18

时间线
  2024-02-08 10:00  评价 R1（第 1 行） ← 本对象
  2024-02-09 09:30  回复 P1（第 1 行）：不计，条件不成立：p.final
  2024-02-19 24:00  期限届满
  2024-02-20 00:00  回复 P2（第 2 行）：不计，晚于期限
  2024-06-30 24:00  观测时间
"""

ENGLISH = """\
bad ratings are answered in time (r)
clause GB/T 39734-2020 9.3 · must

subject      rating R1 (row 1)
verdict      fail: reply late (deadline 2024-02-19 24:00, found 2024-02-20 00:00)
observed at  2024-06-30 24:00 (Asia/Shanghai)

fields that the rule reads
  voided    no
  rated at  2024-02-08 10:00

parameters in force
  reply limit = 3 working days (from 2024-01-01) [assumption]
    source: for this test

judged one by one
  unless  r.voided  does not hold
  required  have final reply  does not hold

records looked for
  at least 1 reply: 0 found
    limit: 3 working days from 2024-02-08 10:00, until 2024-02-19 24:00
    not counted: 2024-02-10 to 02-11 (weekend), 2024-02-12 to 02-16 (public holiday), 2024-02-17
      (weekend)
    counted, weekend days that were worked: 2024-02-18

timeline
  2024-02-08 10:00  rating R1 (row 1) ← the subject
  2024-02-09 09:30  reply P1 (row 1): does not count, this does not hold: p.final
  2024-02-19 24:00  the limit ends
  2024-02-20 00:00  reply P2 (row 2): does not count, after the limit
  2024-06-30 24:00  observation time
"""


def test_the_page_in_chinese() -> None:
    assert page("zh") == CHINESE


def test_the_page_in_english() -> None:
    assert page("en") == ENGLISH


def test_personal_fields_are_masked_unless_revealed() -> None:
    asked = rule(compare(of(S, "device"), "=", of(S, "device")))
    there = log(rating(device="13800138000"))
    for as_json in (False, True):
        assert "13800138000" not in page("zh", asked, there, as_json=as_json)
        assert "***1" in page("zh", asked, there, as_json=as_json)
        assert "13800138000" in page("zh", asked, there, reveal=True, as_json=as_json)


def test_control_characters_of_a_log_do_not_reach_the_terminal() -> None:
    asked = rule(compare(of(S, "service_id"), "=", of(S, "service_id")))
    assert "\x1b" not in page("en", asked, log(rating(service_id="\x1b[2Jx")))


def test_a_subject_outside_the_rule_says_so() -> None:
    outside = replace(ANSWERED, effective=(date(2025, 1, 1), None))
    assert "结论      不适用：该对象发生的日子不在规则的施行期内" in page("zh", outside)
    excepted = page("en", ANSWERED, log(rating(voided=True)))
    assert "not applicable: this rule does not apply to this subject" in excepted


def test_rows_that_share_the_key_are_all_explained() -> None:
    twice = log(rating(score=1), rating(score=2))
    text = page("zh", rule(compare(of(S, "score"), "=", number(1))), twice)
    assert text.startswith("主键 R1 在日志中出现 2 次，逐条说明。")
    assert "（第 1 行）" in text and "（第 2 行）" in text


def test_json_holds_the_same_reasoning() -> None:
    (it,) = json.loads(page("en", as_json=True))["explanations"]
    assert (it["rule"], it["verdict"], it["reason"]) == ("r", "fail", "late")
    assert it["deadline"] == "2024-02-19T23:59:59.999999+08:00"
    assert it["observed"] == "2024-02-20T00:00:00+08:00"
    assert [(row["key"], row["ruling"]) for row in it["looked"][0]["rows"]] == [
        ("P1", "condition"),
        ("P2", "too_late"),
    ]
    assert it["looked"][0]["limit"]["amount"] == 3
    assert {"day": "2024-02-18", "kind": "worked_weekend"} in it["looked"][0]["limit"]["days"]
    assert it["parameters"][0]["basis"] == "assumption"


def _placeholders(tree: Any, name: str = "") -> dict[str, set[str]]:
    if isinstance(tree, dict):
        return {
            key: found for each in tree for key, found in _placeholders(tree[each], f"{name}.{each}").items()
        }
    return {name: set(re.findall(r"\{(\w+)\}", tree))}


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    folder = REPORT_TEXTS / "explanation"
    chinese, english = (yaml.safe_load((folder / f"{each}.yaml").read_text("utf-8")) for each in ("zh", "en"))
    assert _placeholders(chinese) == _placeholders(english)


def test_every_reason_can_be_said_in_both_languages() -> None:
    """A limit or parameter may be unsettled for any reason; none may end in a missing text."""
    from zhunsheng.reports.explanation.phrases import Phrases

    there = LATE
    whole = program(rules=[ANSWERED], parameters=[LIMIT])
    (it,) = explain(whole, "r", "R1", there.store(), there.evidence(), there.calendar)
    for language in ("zh", "en"):
        phrases = Phrases(it, whole, language, Masking())
        assert all(phrases.reason(each) for each in Reason)
