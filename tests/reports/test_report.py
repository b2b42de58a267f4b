"""The report on a hand-made evaluation that holds every verdict: pinned texts, the JSON against its
schema."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from reports.made import EVALUATION, PROGRAM, QUALITY, judged, run
from zhunsheng.logs.quality import BadValue
from zhunsheng.reports.build import build
from zhunsheng.reports.json_format import document, render_json
from zhunsheng.reports.layout import display_width
from zhunsheng.reports.masking import Masking
from zhunsheng.reports.quality_parts import quality_part
from zhunsheng.reports.text import render_text
from zhunsheng.verdicts.model import Counts, Reason, RuleOutcome, Verdict

EXPECTED = Path(__file__).parent / "expected"
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text("utf-8"))


def report(language="en", **changes):
    return build([judged()], replace(run(language), **changes), language)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_text_is_as_pinned(language, width):
    """To accept a change: write the new text into the file, and read it as an assessor would."""
    expected = (EXPECTED / f"report.{language}.{width}.txt").read_text("utf-8")
    assert render_text(report(language), width=width) == expected


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_stay_within_eighty_columns(language):
    lines = render_text(report(language), width=80).splitlines()
    # The table of figures may be wider than a narrow page, and a line of YAML is there to be pasted;
    # everything else wraps.
    wide = [line for line in lines if display_width(line) > 80 and not line.startswith("      - {from:")]
    assert len(wide) <= 1 + len(PROGRAM.rules)
    assert all(display_width(line) <= 90 for line in wide)


def test_colors_change_nothing_but_colors():
    import re

    plain, colored = render_text(report("zh")), render_text(report("zh"), color=True)
    assert colored != plain
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize("language", ["zh", "en"])
def test_json_fits_its_schema(language):
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document(report(language)))


def test_the_schema_leaves_no_member_undescribed():
    """A member that is new in the report must be new in the schema too."""

    def closed(node):
        if isinstance(node, dict):
            if "properties" in node:
                assert node["additionalProperties"] is False
                assert sorted(node["required"]) == sorted(node["properties"])
            for value in node.values():
                closed(value)
        elif isinstance(node, list):
            for value in node:
                closed(value)

    closed(SCHEMA)


def test_json_is_the_same_byte_for_byte_twice():
    assert render_json(report("zh")) == render_json(report("zh"))


def test_counts_add_up():
    for rule in document(report())["rules"]:
        counts = rule["counts"]
        verdicts = ("pass", "fail", "pending", "unknown", "waived", "error")
        assert counts["applicable"] == sum(counts[name] for name in verdicts)
        assert counts["subjects"] == counts["applicable"] + counts["notapplicable"]


def test_personal_keys_are_masked_everywhere_unless_revealed():
    hidden = run("en"), run("en", reveal=True)
    shown = [build([judged()], each, "en") for each in hidden]
    texts = [render_json(each) + render_text(each) for each in shown]
    assert "13900001111" not in texts[0]
    assert "139abc" not in texts[0]
    assert "13900001111" in texts[1]
    assert "139abc" in texts[1]


def test_a_value_keeps_its_sign_and_a_key_makes_it_the_same_everywhere():
    """Joins stay possible; without a key equal inputs give equal bytes."""
    vocabulary = PROGRAM.vocabulary
    plain = [Masking().mask("王小明") for _ in range(2)]
    assert plain == ["***1", "***1"]
    keyed = [Masking(key=b"k" * 32) for _ in range(2)]
    keyed[1].mask("李四")
    assert keyed[0].mask("王小明") == keyed[1].mask("王小明") != Masking(key=b"o" * 32).mask("王小明")
    assert "王" not in keyed[0].mask("王小明")
    assert Masking().of_field(vocabulary, "rating", "phone", "13900001111") == "***1"
    assert Masking().of_field(vocabulary, "rating", "id", "回电 13900001111") == "回电 ***1"
    assert Masking(reveal=True).of_field(vocabulary, "rating", "phone", "13900001111") == "13900001111"


def test_a_phone_number_that_slipped_into_another_column_is_masked_too():
    told = {"codelist": "level"}
    slipped = BadValue("rating", "rating.csv", 5, "level", "level", "13900001111", "ZS4210", told)
    quality = replace(QUALITY, bad_values=(slipped,))
    for reveal in (False, True):
        part = quality_part(quality, [PROGRAM], "zh", samples=5, masking=Masking(reveal=reveal))
        assert ("13900001111" in str(part)) == reveal


def test_the_sum_holds_and_is_printed():
    quality = document(report())["quality"]
    for part in (*quality["sums"], {**quality, "quarantined": quality["bad_records"]}):
        kept = part["accepted"] + part["quarantined"] + part["duplicates"] + part["left_out"]
        assert part["rows_read"] == kept
    shown = render_text(report(), width=100)
    assert "220 rows read = 212 accepted + 2 kept out + 1 repeated + 5 left out" in shown


def test_proposed_gaps_can_be_pasted_into_a_manifest():
    gaps = document(report())["quality"]["proposed_gaps"]
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "log.schema.json").read_text("utf-8"))
    pasted = yaml.safe_load("gaps:\n" + "\n".join("  " + line for line in gaps))
    assert [gap["records"] for gap in pasted["gaps"]] == [["rating"], ["reply"]]
    Draft202012Validator(schema["properties"]["gaps"] | {"$defs": schema.get("$defs", {})}).validate(
        pasted["gaps"]
    )


def test_only_parameter_values_that_can_have_been_in_force_are_shown():
    """The log begins in 2024: the value of 2021 is still in force then, and the one of July 2024 follows
    it."""
    values = document(report())["rules"][0]["parameters"][0]["values"]
    assert [value["from"] for value in values] == ["2021-01-01", "2024-07-01"]
    early = replace(run("en").evidence, as_of=EVALUATION.as_of.replace(month=3))
    values = document(report(evidence=early))["rules"][0]["parameters"][0]["values"]
    assert [value["from"] for value in values] == ["2021-01-01"]


def _with(counts, modality="must", **limits):
    """A report on the first rule alone, with these counts."""
    rule = replace(PROGRAM.rules[0], modality=modality)
    program = replace(PROGRAM, rules=(rule,), measures=(), indices=())
    evaluation = replace(EVALUATION, rules={"R1": RuleOutcome("R1", counts)}, measures={}, indices={})
    pack = replace(judged(), program=program, evaluation=evaluation)
    return build([pack], replace(run("en"), **limits), "en")


@pytest.mark.parametrize(
    ("counts", "modality", "limits", "conforms", "causes"),
    [
        (Counts(2, passed=2), "must", {}, True, ()),
        (Counts(2, passed=1, fail=1), "must", {}, False, ("fail",)),
        (Counts(2, passed=1, fail=1), "should", {}, True, ()),
        (Counts(2, passed=1, waived=1), "must", {}, True, ()),
        (Counts(2, passed=1, unknown=1), "must", {}, None, ("unknown",)),
        (Counts(2, passed=1, unknown=1), "must", {"max_unknown": 1}, True, ()),
        (Counts(2, passed=1, error=1), "must", {}, None, ("unknown",)),
        (Counts(2, passed=1, error=1), "may", {}, None, ("unknown",)),
        (Counts(2, passed=1, unknown=1), "may", {}, True, ()),
        (Counts(2, fail=1, unknown=1), "must", {}, False, ("fail", "unknown")),
        (Counts(2, passed=1, pending=1), "must", {}, True, ()),
        (Counts(2, passed=1, pending=1), "must", {"max_pending": 0}, None, ("pending",)),
        (Counts(2, notapplicable=2), "must", {}, None, ("nothing_exercised",)),
        (Counts(), "must", {}, None, ("nothing_exercised",)),
    ],
)
def test_conforms(counts, modality, limits, conforms, causes):
    found = _with(counts, modality, **limits)
    assert found.conforms is conforms
    assert found.conclusion.causes == causes


def test_a_recommendation_not_followed_is_an_advisory_and_its_clause_does_not_fail():
    found = _with(Counts(2, passed=1, fail=1), "should")
    assert found.rules[0].verdict is Verdict.FAIL
    assert found.rules[0].advisory
    clause = next(clause for clause in found.clauses if clause.number == "9.3")
    assert clause.verdict is Verdict.PASS
    assert clause.advisory


def test_clauses_that_no_rule_judges_stand_in_the_total():
    standard = report().standards[0]
    assert standard.clauses == sum(standard.coverage.values())
    assert standard.coverage["manual"] == 1
    assert standard.coverage["uncheckable"] == 1


def test_with_rules_picked_out_the_clause_list_does_not_pretend_to_be_whole():
    picked = report(only=frozenset({"R1"}))
    assert not any(clause.coverage in ("manual", "uncheckable") for clause in picked.clauses)


def test_every_reason_makes_a_sentence_in_both_languages():
    """Also without deadline, observed time or fields, which evaluators give at best effort."""
    from zhunsheng.reports.reasons import reason_text
    from zhunsheng.reports.wording import wording

    finding = EVALUATION.rules["R1"].samples[0]
    for reason in Reason:
        for full in (True, False):
            at = finding.deadline if full else None
            changed = replace(
                finding, reason=reason, deadline=at, observed=at, fields=("level",) if full else ()
            )
            for language in ("zh", "en"):
                text = reason_text(
                    changed, PROGRAM.rules[0], PROGRAM.vocabulary, "Asia/Shanghai", wording(language)
                )
                assert text
                assert "{" not in text
