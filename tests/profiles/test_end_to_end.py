"""From a vendor's files through a ready profile to verdicts, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from profiles.dialects import EXPORTS
from profiles.test_map import called, write
from zhunsheng.logs.profiles import shipped


@pytest.mark.parametrize("name", shipped())
def test_an_export_is_judged(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    encoding = "gb18030" if name in ("shandong", "gbt39046") else "utf-8"
    folder = write(tmp_path / "log", EXPORTS[name](), encoding)
    code, out, error = called(
        capsys, "check", "gbt39734", "--log", str(folder), "--profile", name, "--format", "json"
    )
    assert code in (1, 3), error
    report = json.loads(out)
    assert report["quality"]["bad_records"] == 0
    rules = {rule["id"]: rule for rule in report["rules"]}
    assert rules["level_given"]["counts"]["fail"] == 0 < rules["level_given"]["counts"]["pass"]
    assert rules["options_agree_with_level"]["counts"]["fail"] == 0
    level = next(one for one in report["quality"]["origins"] if one["field"] == "level")
    assert level["rests_on"] and "→ level_" in level["transformation"]
    inputs = [one["name"] for one in report["inputs"]]
    assert f"{name}.yaml" in inputs and "interface.yaml" in inputs


def test_a_manifest_can_name_the_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "log", EXPORTS["zhejiang"]())
    (folder / "own.yaml").write_text(
        "profile: own\ntitle: 自有\nextends: zhejiang\ndecide: {user_prop: shandong}\n", encoding="utf-8"
    )
    (folder / "log.yaml").write_text("profile: own.yaml\nfiles: ['*.csv']\n", encoding="utf-8")
    code, out, error = called(capsys, "check", "gbt39734", "--log", str(folder), "--format", "json")
    assert code in (1, 3), error
    assert "own.yaml" in [one["name"] for one in json.loads(out)["inputs"]]


def test_an_inverted_file_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = EXPORTS["shandong"]()
    for row in exports["好差评评价"]:
        row["satisfaction"] = str(6 - int(str(row["satisfaction"])))
    folder = write(tmp_path / "log", exports, "gb18030")
    given = ["check", "gbt39734", "--log", str(folder), "--profile", "shandong"]
    code, out, error = called(capsys, *given)
    assert (code, out) == (4, "")
    assert "ZS4352" in error and "好差评评价.csv:2" in error
    code, out, _ = called(capsys, *given, "--decide", "satisfaction=gbt39046")
    assert code in (1, 3)
    assert out


def test_a_code_outside_the_list_keeps_its_record_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exports = EXPORTS["zhejiang"]()
    ratings = exports["evaluation_202603"]
    more = [{**row, "projectNo": f"38{n:05d}{m}"} for n in range(10) for m, row in enumerate(ratings[:24])]
    exports["evaluation_202603"] = [*ratings, *more, {**ratings[0], "projectNo": "39", "pf": "8"}]
    folder = write(tmp_path / "log", exports)
    code, out, _ = called(
        capsys, "check", "gbt39734", "--log", str(folder), "--profile", "zhejiang", "--format", "json"
    )
    assert code in (1, 3)
    (bad,) = json.loads(out)["quality"]["bad_samples"]
    assert (bad["value"], bad["field"]) == ("8", "channel")
    assert "channel_zhejiang" in bad["text"]


def test_explain_takes_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "log", EXPORTS["zhejiang"]())
    code, out, error = called(
        capsys, "explain", "gbt39734", "--log", str(folder), "--profile", "zhejiang",
        "--rule", "level_given", "--subject", "37000000-1",
    )  # fmt: skip
    assert code == 0, error
    assert "37000000-1" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--profile", "zhejang"], 2, "ZS4301"),
        (["--profile", "zhejiang", "--decide", "pf"], 2, "ZS5038"),
        (["--decide", "pf=fujian"], 2, "ZS5003"),
        (["--profile", "guangdong"], 4, "ZS433"),
    ],
)
def test_usage(
    arguments: list[str], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "log", EXPORTS["zhejiang"]())
    got, _, error = called(capsys, "check", "gbt39734", "--log", str(folder), *arguments)
    assert (got, said in error) == (code, True), error
