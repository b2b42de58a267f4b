"""`zhunsheng map init` and `map check`, as a user runs them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import yaml

from profiles.dialects import EXPORTS
from profiles.exports import VOCABULARY, Rows
from zhunsheng.cli.entry import run
from zhunsheng.logs.profiles import load, shipped


def write(folder: Path, exports: dict[str, Rows], encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in exports.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["--lang", "en", *arguments])
    out, error = capsys.readouterr()
    return code, out, error


def test_check_finds_nothing_in_a_good_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "log", EXPORTS["shandong"](), "gb18030")
    code, out, error = called(capsys, "map", "check", "shandong", str(folder))
    assert (code, error) == (0, "")
    assert "satisfaction: by the documents; the data agree" in out
    assert "columns not used: userPageType" in out
    assert "rating: 2026-03 25" in out
    assert "张三" not in out and "13800000000" not in out


def test_check_names_everything_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = EXPORTS["zhejiang"]()
    ratings, services = exports["evaluation_202603"], exports["service_202603"]
    ratings[3]["pf"] = "8"
    ratings[4]["assessTime"] = "3 March"
    ratings[5]["projectNo"] = "gone"
    ratings.append({**ratings[0], "satisfaction": "4", "evalDetail": "406"})
    services.append({**services[0], "proStatus": "2"})
    folder = write(tmp_path / "log", exports)
    code, out, _ = called(capsys, "map", "check", "zhejiang", str(folder), "--format", "json")
    assert code == 1
    seen = json.loads(out)
    assert not seen["clean"]
    assert {(one["field"], one["code"]) for one in seen["bad_values"]} == {
        ("channel", "ZS4341"), ("rated_at", "ZS4342"),
    }  # fmt: skip
    assert seen["bad_values"][0]["first"] == "evaluation_202603.csv:5"
    assert {one["record"]: one["keys"] for one in seen["keys"]} == {"rating": 1, "service": 1}
    (lost,) = seen["without_parent"]
    assert (lost["field"], lost["rows"], lost["samples"]) == ("service_id", 1, ["gone-1"])
    assert seen["months"]["rating"] == {"2026-03": 25}
    origin = next(one for one in seen["fields"] if one["field"] == "level")
    assert (origin["columns"], origin["transformation"]) == (["satisfaction"], "satisfaction → level_up")
    code, out, _ = called(capsys, "map", "check", "zhejiang", str(folder))
    assert code == 1
    assert "rating.channel: 1 values ZS4341" in out


def test_check_asks_until_a_decision_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exports = EXPORTS["zhejiang"]()
    for row in exports["evaluation_202603"]:
        row["satisfaction"] = str(6 - int(str(row["satisfaction"])))
    folder = write(tmp_path / "log", exports)
    code, out, _ = called(capsys, "map", "check", "zhejiang", str(folder))
    assert code == 1
    said = " ".join(out.split())
    assert "ZS4352" in said and "evaluation_202603.csv:2 [evalDetail=510,513, satisfaction=1]" in said
    assert "--decide satisfaction=gbt39046" in said
    code, out, _ = called(
        capsys, "map", "check", "zhejiang", str(folder), "--decide", "satisfaction=gbt39046"
    )
    assert code == 0, out


@pytest.mark.parametrize("name", shipped())
def test_init_finds_the_dialect_and_writes_a_profile_that_loads(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "log", EXPORTS[name]())
    output = tmp_path / "own.yaml"
    code, _, error = called(capsys, "map", "init", str(folder), "-o", str(output))
    assert (code, error) == (0, "")
    text = output.read_text(encoding="utf-8")
    assert "张三" not in text and "13800000000" not in text
    loaded = load(output, VOCABULARY)
    assert loaded.name == "own"
    # Where one dialect is part of another, an export without what tells them apart fits both.
    assert loaded.chain[0] == name or f"{name}" in text
    if loaded.chain[0] == name:
        assert called(capsys, "map", "check", str(output), str(folder))[0] == 0


def test_init_guesses_an_unknown_export_and_asks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {
            "评价ID": str(n),
            "办件号": f"A{n}",
            "评价等级": "好" if n % 2 else "差",
            "评价时间": f"2026/3/{n + 1} 9:05",
            "渠道": "短信",
            "回访人": "李四",
        }
        for n in range(12)
    ]
    folder = write(tmp_path / "log", {"明细": rows})
    output = tmp_path / "own.yaml"
    assert called(capsys, "map", "init", str(folder), "-o", str(output))[0] == 0
    text = output.read_text(encoding="utf-8")
    fields = yaml.safe_load(text)["tables"]["明细"]["records"]["rating"]["fields"]
    assert fields["rating_id"] == {"value": "评价ID"}
    assert fields["rated_at"] == {"value": "评价时间", "formats": ["yyyy/M/d H:mm"]}
    assert "what do the codes of satisfaction mean?" in text and "好 ×6" in text
    assert "codes of rating_channel" not in text, "its values are codes of the list already"
    assert "李四" not in text, "names of people are not shown"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["map", "check", "zhejang", "x.csv"], 2, "ZS4301"),
        (["map", "check", "zhejiang", "nowhere.csv"], 4, "ZS4001"),
        (["map", "check", "zhejiang", "nowhere.csv", "--decide", "satisfaction"], 2, "ZS5038"),
        (["map", "check", "zhejiang", "nowhere.csv", "--decide", "a=b"], 2, "ZS4305"),
        (["map", "init", "nowhere.csv"], 4, "ZS4001"),
        (["map", "chekc"], 2, "ZS5002"),
    ],
)
def test_usage(arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    got, _, error = called(capsys, *arguments)
    assert (got, said in error) == (code, True), error
