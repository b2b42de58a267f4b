"""`measures`: what it lists, with and without `--spread`, in both languages and as JSON."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from cli.commandline import ROOT, SMALL, command, process
from spread.rates import write_log, write_pack

EXPECTED = Path(__file__).parent / "expected"
SCHEMAS = [
    json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))
    for name in ("measures", "report")
]
VALIDATOR = Draft202012Validator(
    SCHEMAS[0],
    registry=Registry().with_resources([(each["$id"], Resource.from_contents(each)) for each in SCHEMAS]),
)


@pytest.fixture
def rates(tmp_path: Path) -> tuple[object, ...]:
    return ("measures", write_pack(tmp_path / "rates"), "--log", write_log(tmp_path / "log"))


def listed(*arguments: object) -> dict:
    ended = command(*arguments, "--format", "json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    VALIDATOR.validate(found)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("options", [(), ("--spread",)], ids=["measures", "spread"])
def test_the_text_is_as_pinned(rates, language, options):
    ended = command(*rates, *options, language=language)
    assert (ended.code, ended.err) == (0, "")
    name = "spread" if options else "measures"
    assert ended.out == (EXPECTED / f"{name}.{language}.txt").read_text("utf-8")


def test_json_without_spread_holds_the_measures_and_their_groups(rates):
    found = listed(*rates)
    assert found["spread"] is None
    assert [each["id"] for each in found["measures"]] == ["good_rate", "bad_rate", "ratings"]
    good = found["measures"][0]
    assert good["groups"][0]["numerator"] == {"exact": "3", "value": 3.0}
    assert [group["group"] for group in good["groups"]] == [
        {},
        {"department": "east"},
        {"department": "west"},
    ]
    assert [each["verdict"] for each in good["agreement"]] == ["pass", "fail"]


def test_json_with_spread_holds_every_setting(rates):
    found = listed(*rates, "--spread")
    good = found["spread"][0]
    assert [row["settings"] for row in good["rows"]] == [
        {"with_defaults": defaults, "taken": taken}
        for defaults in ("true", "false")
        for taken in ("all", "first")
    ]
    assert good["figures"][0]["reproduced_by"] == [1, 2]
    assert good["rows"][0]["published"][0]["verdict"] == "pass"


def test_settings_in_json_do_not_depend_on_the_language(rates):
    texts = [command(*rates, "--spread", "--format", "json", language=one).out for one in ("zh", "en")]
    spreads = [json.loads(text)["spread"] for text in texts]
    settings = [[row["settings"] for each in found for row in each["rows"]] for found in spreads]
    assert settings[0] == settings[1]


def test_one_measure_or_index_alone(rates):
    found = listed(*rates, "--spread", "--measure", "bad_rate")
    assert (
        [each["id"] for each in found["measures"]] == [each["id"] for each in found["spread"]] == ["bad_rate"]
    )
    found = listed(*rates, "--spread", "--measure", "quality")
    assert [each["id"] for each in found["spread"]] == ["quality"]


def test_two_runs_give_the_same_bytes(rates, tmp_path):
    for name in ("one", "two"):
        process(*rates, "--spread", "--format", "json", "--output", tmp_path / name, language="zh")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_pack_without_switches_says_so(log):
    ended = command("measures", SMALL, "--log", log, "--spread")
    assert ended.code == 0
    assert "no measure of these packs reads a switch" in ended.out


def test_a_rule_is_no_measure(rates, log):
    ended = command("measures", SMALL, "--log", log, "--measure", "bad_rating_is_answered")
    assert (ended.code, "ZS5025" in ended.err) == (2, True)
    ended = command(*rates, "--measure", "good_rat")
    assert (ended.code, "ZS5016" in ended.err, "good_rate" in ended.err) == (2, True, True)


def test_a_pack_without_measures_is_refused(tmp_path, log):
    rules = "rule named\n    for each rating r\n    must r.named\n"
    pack = write_pack(tmp_path / "none", rules, 'id: none\nversion: "1"\ntitle: x\n')
    ended = command("measures", pack, "--log", log)
    assert (ended.code, "ZS5026" in ended.err) == (2, True)


def test_a_log_that_cannot_be_read_gives_4(rates, tmp_path):
    ended = command(*rates[:2], "--log", tmp_path / "nowhere", "--spread")
    assert ended.code == 4
