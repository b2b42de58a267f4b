"""Delimited text as vendors write it: encodings, separators, title rows, ragged rows; each line keeps its number."""

# ruff: noqa: E501  (tables of cases are read across)
from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhunsheng.diagnostics import message
from zhunsheng.logs.tables.encodings import score, transcode

from .log_files import loaded, refusal, rows_of, write_text

AT = datetime(2022, 1, 1, tzinfo=UTC)
HEAD = "评价编号,评价等级,内容\n"
LINES = ["R1,满意,服务态度很好\n", 'R2,不满意,"排队, 太久"\n', 'R3,满意,"两\n行"\n', "R4,非常满意,𠮷é😀\n"]
TEXT = HEAD + "".join(LINES)
WORDS = ["服务态度很好", "排队, 太久", "两\n行", "𠮷é😀"]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_an_encoding_is_found_and_reported(encoding: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "rating.csv").write_bytes(TEXT.encode(encoding))
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["words"] for row in rows_of(log, "rating")] == WORDS
        (source,) = log.quality.sources
        assert source.encoding == found
        codes = [note.code for note in log.quality.notes]
        assert codes == ([] if found == "utf-8" else ["ZS4075"])


def test_a_lone_letter_of_another_alphabet_is_no_rare_chinese_character(tmp_path: Path) -> None:
    """`Ā` in UTF-8 is `膧` in GB18030, which nobody writes; `满` is a character of every day."""
    for word, encoding in (("Ā", "utf-8"), ("满", "gb18030")):
        (tmp_path / "rating.csv").write_bytes(f"rating_id,level,words\nR1,neutral,{word}\n".encode(encoding))
        with loaded(tmp_path, as_of=AT) as log:
            assert [row["words"] for row in rows_of(log, "rating")] == [word]


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    manifest = "sources: {rating: {file: rating.csv, encoding: big5}}\n"
    text = "rating_id,level,words\nR1,neutral,滿意度調查\n"
    write_text(tmp_path, {"log.yaml": manifest, "rating.csv": text.encode("big5")})
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "rating")[0]["words"] == "滿意度調查"


def test_a_single_chinese_cell_far_down_is_read_in_its_encoding(tmp_path: Path) -> None:
    """The head is ASCII: the database finds the bytes, and the file is read again."""
    text = "rating_id,level,words\n" + "R1,neutral,\n" * 20_000 + "R2,neutral,联通\nR3,neutral,满意\n"
    (tmp_path / "rating.csv").write_bytes(text.encode("gb18030"))
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["words"] for row in rows_of(log, "rating")[-2:]] == ["联通", "满意"]
        assert (log.quality.bad_records, log.quality.sources[0].encoding) == (0, "gb18030")


def test_wrong_bytes_in_gb18030_cost_their_line_only(tmp_path: Path) -> None:
    lines = [f"R{i},neutral,很好\n".encode("gb18030") for i in range(1, 300)]
    lines[150] = b"R151,neutral,\x81\xff\n"
    (tmp_path / "rating.csv").write_bytes(b"rating_id,level,words\n" + b"".join(lines))
    with loaded(tmp_path, as_of=AT) as log:
        (bad,) = log.quality.bad_values
        assert (bad.line, bad.code) == (152, "ZS4258")
        assert log.quality.accepted == 298
        assert all(row["words"] == "很好" for row in rows_of(log, "rating"))


def test_too_many_wrong_bytes_stop_the_load(tmp_path: Path) -> None:
    manifest = "sources: {rating: {file: rating.csv, encoding: gb18030}}\n"
    text = b"rating_id,level\n" + b"R1,neutral\n" * 50 + b"R1,\x81\xff\n" * 2
    write_text(tmp_path, {"log.yaml": manifest, "rating.csv": text})
    error = refusal(tmp_path, as_of=AT).diagnostic
    assert (error.code, error.place) == ("ZS4059", "rating.csv:52")
    assert "GB18030" in message(error, "zh")[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12),
        min_size=3,
    )
)
def test_chinese_text_is_never_taken_for_the_other_encoding(
    words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("score") / "a.csv"
    text = "".join(f"R{i},{word}\n" for i, word in enumerate(words))
    for encoding in ("utf-8", "gb18030"):
        path.write_bytes(text.encode(encoding))
        assert score(path).best == encoding
        assert not score(path).mixed


def test_transcoding_keeps_characters_that_two_chunks_share(tmp_path: Path) -> None:
    text = "x" + "很好的服务" * 300_000
    (tmp_path / "a").write_bytes(text.encode("gb18030"))
    transcode(tmp_path / "a", "gb18030", tmp_path / "b")
    assert (tmp_path / "b").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(delimiter: str, tmp_path: Path) -> None:
    rows = [
        ["rating_id", "level", "words"],
        ["R1", "neutral", '"a, b; c"'],
        ["R2", "neutral", ""],
        ["R3", "neutral", "d"],
    ]
    text = "".join(delimiter.join(row) + "\n" for row in rows)
    write_text(tmp_path, {"rating.csv": text})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["words"] for row in rows_of(log, "rating")] == ["a, b; c", None, "d"]
        assert log.quality.bad_records == 0


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_lines_keep_their_numbers_with_any_separator(delimiter: str, tmp_path: Path) -> None:
    """A quote opens a cell after a separator, not after a comma."""
    rows = [
        ["rating_id", "level", "words"],
        ["R1", "neutral", '"a\nb"'],
        ["R2", "neutral", 'x,"y'],
        ["R3", "bad", ""],
    ]
    text = "".join(delimiter.join(row) + "\n" for row in rows)
    good = delimiter.join(["R5", "neutral", ""]) + "\n"
    (tmp_path / "rating.csv").write_text(text + good * 200, encoding="utf-8", newline="")
    with loaded(tmp_path, as_of=AT) as log:
        assert [(bad.line, bad.field) for bad in log.quality.bad_values] == [(5, "level")]


@pytest.mark.parametrize(
    "above",
    [
        "2021年评价数据\n",
        "\n\n",
        "2021年评价数据,,\n导出时间：2021-05-01,,\n",
        '"标题, 带逗号\n第二行"\n\n',
        "﻿单位：某局\n",
    ],
)
def test_rows_above_the_header_are_titles(above: str, tmp_path: Path) -> None:
    text = above + "rating_id,level,words\nR1,neutral,x\nR2,bad,y\n" + "R3,neutral,\n" * 200
    (tmp_path / "rating.csv").write_text(text, encoding="utf-8", newline="")
    with loaded(tmp_path, as_of=AT) as log:
        assert rows_of(log, "rating")[0]["rating_id"] == "R1"
        (bad,) = log.quality.bad_values
        assert bad.line == above.count("\n") + 3
        notes = [note for note in log.quality.notes if note.code == "ZS4076"]
        assert len(notes) == (1 if above.strip() else 0)
        if notes:
            assert notes[0].values["lines"] == str(above.count("\n"))


def test_a_header_broken_over_two_lines_loses_no_record(tmp_path: Path) -> None:
    write_text(tmp_path, {"rating.csv": 'rating_id,"level","no\nte"\nR1,neutral,x\nR2,neutral,y\n'})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["rating_id"] for row in rows_of(log, "rating")] == ["R1", "R2"]


def test_a_declared_header_row_and_separator_win(tmp_path: Path) -> None:
    manifest = 'sources: {rating: {file: rating.csv, header_row: 3, delimiter: "|"}}\n'
    text = "a,b,c\nd,e,f\nrating_id|level\nR1|neutral\n"
    write_text(tmp_path, {"log.yaml": manifest, "rating.csv": text})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["rating_id"] for row in rows_of(log, "rating")] == ["R1"]
    write_text(tmp_path, {"log.yaml": manifest.replace("3", "30")})
    assert refusal(tmp_path).diagnostic.code == "ZS4034"


def test_keys_with_quotes_and_line_breaks_come_through(tmp_path: Path) -> None:
    keys = ['K"1', "K'2", "K\n3", "K,4", "K;DROP TABLE rating;--", "K\\5", "K\u20286"]
    cells = ['"' + key.replace('"', '""') + '"' for key in keys]
    units = "unit_id,name\n" + "".join(f"{cell},x\n" for cell in cells)
    write_text(tmp_path, {"unit.csv": units})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["unit_id"] for row in rows_of(log, "unit")] == keys


def test_formulas_in_csv_cells_are_text(tmp_path: Path) -> None:
    write_text(tmp_path, {"unit.csv": "unit_id,name\nU1,=1+1\nU2,@SUM(A1)\nU3,+cmd|' /C calc'!A0\n"})
    with loaded(tmp_path, as_of=AT) as log:
        assert [row["name"] for row in rows_of(log, "unit")] == ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0"]
