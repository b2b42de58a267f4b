# ruff: noqa: E501  (tables of cases are read across)
"""Delimited texts whose lines, quotes, headers or separators are wrong."""

from __future__ import annotations

from pathlib import Path

from bad_logs.model import HEAD, Case, Family, Read, Refused, around, good, line

AT = "2024-03-01 09:00:00"


def endless(size: int) -> object:
    """A file of one line, written piece by piece."""

    def made(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(0)
            for _ in range(size // 1_000_000):
                file.write(b"x" * 1_000_000)

    return made


def after_header(size: int) -> object:
    """Good rows, then one line of this size, then good rows."""

    def made(path: Path) -> None:
        with path.open("wb") as file:
            file.write((HEAD + good()).encode())
            file.write(f"R0,good,{AT},".encode())
            for _ in range(size // 1_000_000):
                file.write(b"x" * 1_000_000)
            file.write(b"\n" + good(start=1001).encode())

    return made


def rows(bad: str, *codes: tuple[int, str], read: int | None = None) -> Read:
    """The answer to `around(bad)`: these lines are kept out."""
    total = 200 + (read if read is not None else bad.count("\n"))
    lines = len({number for number, _ in codes})
    return Read(total, total - lines, tuple((f"rating.csv:{number}", code) for number, code in codes))


def csv(name: str, zh: str, en: str, text: str | bytes, answer: Refused | Read) -> Case:
    return Case(name, zh, en, {"rating.csv": text}, answer)


RAGGED, LONG, STRAY = f"R0,good,{AT}\n", f"R0,good,{AT},a,b\n", f'R0,good,{AT},"x"y\n'

DELIMITED = Family(
    "delimited",
    "CSV 的行、引号、标题和分隔符",
    "Lines, quotes, headers and separators of CSV",
    (
        csv("nul", "单元格里有空字符", "a NUL byte in a cell", around(f"R0,good,{AT},a\0b\n"), Refused("ZS4011", "rating.csv:2", (str(len(HEAD) + 29),))),
        csv("nul-far-down", "很后面的单元格里有空字符", "a NUL byte far down", HEAD + good() * 20 + f"R0,good,{AT},\0\n", Refused("ZS4011", "rating.csv:4002")),
        csv("nul-only", "全是空字符（复制中断的文件）", "nothing but NUL bytes, as an interrupted copy leaves", bytes(5000), Refused("ZS4011", "rating.csv:1")),
        csv("nul-tail", "末尾被空字符填满", "NUL bytes at the end", (HEAD + good()).encode() + bytes(4096), Refused("ZS4011", "rating.csv:202")),
        csv("ragged-short", "少一列的行", "a row with a column too few", around(RAGGED), rows(RAGGED, (2, "ZS4254"))),
        csv("ragged-long", "多一列的行", "a row with a column too many", around(LONG), rows(LONG, (2, "ZS4255"))),
        csv("comma-unquoted", "值里的逗号没有加引号", "a comma in a value without quotes", around(f"R0,good,{AT},很好,但是慢\n"), rows("\n", (2, "ZS4255"))),
        csv("all-ragged", "所有行都少一列", "every row has a column too few", HEAD + "".join(f"R{n},good,{AT}\n" for n in range(99)), Refused("ZS4061", "rating.csv:2", ("99",))),
        csv("stray-quote", "引号之后还有字", "text after a closing quote", around(STRAY), rows(STRAY, (2, "ZS4256"))),
        csv("quote-in-text", "值的中间有引号：是文字", "a quote in the middle of a value: it is text", around(f'R0,good,{AT},5"屏\n'), Read(201, 201)),
        csv("unclosed-quote-last", "最后一行的引号没有结束", "the last row's quote is never closed", HEAD + good() + f'R0,good,{AT},"很好', Read(201, 200, (("rating.csv:202", "ZS4256"),))),
        csv("unclosed-quote-middle", "中间一行的引号没有结束，吞掉其后各行", "a quote in the middle is never closed and swallows what follows", HEAD + good(100) + f'R0,good,{AT},"很好\n' + good(100, start=101), Read(201, 200, (("rating.csv:102", "ZS4256"),))),
        csv("unclosed-quote-before-another", "没有结束的引号之后，另有一行用了引号", "an unclosed quote, and a quoted value some rows later", HEAD + good(100) + f'R0,good,{AT},"很好\n' + good(50, start=101) + f'R900,good,{AT},"a, b"\n' + good(50, start=151), Read(202, 201, (("rating.csv:102", "ZS4256"),))),
        csv("two-unclosed-quotes", "两处引号没有结束", "two quotes that are never closed", HEAD + good(100) + f'R0,good,{AT},"很好\n' + good(50, start=101) + f'R00,"good,{AT},"快"慢\n' + good(50, start=151), Read(202, 200, (("rating.csv:102", "ZS4256"), ("rating.csv:153", "ZS4256")))),
        csv("unclosed-quote-in-many", "数万行之前的引号没有结束", "an unclosed quote before tens of thousands of rows", HEAD + good(100) + f'R0,good,{AT},"很好\n' + good(100, start=101) * 300, Read(30_101, 200, (("rating.csv:102", "ZS4256"),), duplicates=29_900)),
        csv("unclosed-header-quote", "标题行的引号没有结束", "the header's quote is never closed", 'rating_id,"level,rated_at\n' + good() * 20, Refused("ZS4033", "rating.csv:1")),
        csv("curly-quotes", "用中文引号当作引号", "Chinese quotation marks used as quotes", around(f"R0,good,{AT},“很好,但是慢”\n"), rows("\n", (2, "ZS4255"))),
        csv("single-quotes", "用单引号当作引号", "single quotes used as quotes", around(f"R0,good,{AT},'a,b'\n"), rows("\n", (2, "ZS4255"))),
        csv("no-header", "没有标题行", "no header", good(), Refused("ZS4031", "rating.csv:1", ("R1",))),
        csv("two-headers", "标题行重复出现在中间（两份拼接）", "the header again in the middle: two files joined", HEAD + good(100) + HEAD + good(100, start=101), Read(201, 200, (("rating.csv:102", "ZS4208"), ("rating.csv:102", "ZS4210")))),
        csv("bilingual-header", "中文标题下还有一行英文标题", "an English header under the Chinese one", "评价编号,等级,评价时间,内容\n" + HEAD + good(), Read(201, 200, (("rating.csv:2", "ZS4208"), ("rating.csv:2", "ZS4210")))),
        csv("double-header", "同名的列出现两次", "a column twice", "rating_id,level,rated_at,level\n" + good(), Refused("ZS4032", "rating.csv:1", ("level",))),
        csv("double-header-bilingual", "同一字段的中英文两列", "one field in two columns, Chinese and English", "rating_id,level,rated_at,等级\n" + good(), Refused("ZS4032", "rating.csv:1", ("等级",))),
        csv("key-column-missing", "缺少主键列", "the key's column is missing", "level,rated_at\n" + f"good,{AT}\n" * 9, Refused("ZS4031", "rating.csv:1", ("rating_id",))),
        csv("required-column-missing", "缺少必填的时间列", "the required time's column is missing", "rating_id,level\nR1,good\n", Refused("ZS4031", "rating.csv:1", ("rated_at",))),
        csv("header-misspelt", "列名写错", "a header is misspelt", HEAD.replace("rating_id", "rateing_id") + good(), Refused("ZS4031", "rating.csv:1", ("rateing_id",))),
        csv("header-with-spaces", "列名前后有空格", "spaces around headers", HEAD.replace(",", " , ") + good(), Read(200, 200)),
        csv("header-with-zero-width", "列名里有零宽字符", "a zero-width character in a header", HEAD.replace("level", "level\u200b") + good(), Read(200, 200)),
        csv("empty-header-cell", "有一列没有列名", "a column without header", HEAD.replace("words", "") + good(), Read(200, 200)),
        csv("titles-only", "只有标题文字，没有数据", "nothing but a title", "2024年3月评价数据\n制表：某局\n", Refused("ZS4031", "rating.csv:1", ("2024年3月评价数据",))),
        csv("title-rows", "标题行以上还有两行说明", "two lines above the header", "2024年3月评价数据,,,\n单位：某局,,,\n" + HEAD + good(), Read(200, 200, notes=("2024年3月评价数据",))),
        csv("total-row", "末尾有合计行", "a row of totals at the end", HEAD + good() + "合计,200,,\n", Read(201, 200, (("rating.csv:202", "ZS4201"), ("rating.csv:202", "ZS4210")))),
        csv("empty", "0 字节的文件", "a file of no bytes", b"", Refused("ZS4009", "rating.csv")),
        csv("blank-lines-only", "只有空行", "nothing but blank lines", "\n\n\n", Refused("ZS4009", "rating.csv")),
        Case("header-only", "只有标题行：提供了，没有记录", "only the header: handed in, no records", {"rating.csv": HEAD, "log.yaml": "coverage: {from: 2024-03-01, until: 2024-03-31}\nsources: {rating: {file: rating.csv}}\n"}, Read(0, 0, exit=3)),
        csv("header-only-undated", "只有标题行，又没有清单", "only the header, and no manifest", HEAD, Refused("ZS4064", "", ("--as-of",))),
        csv("blank-lines", "行间有空行", "blank lines between rows", HEAD + "\n" + good(100) + "\n\n" + good(100, start=101) + "\n", Read(200, 200)),
        csv("empty-rows", "只有分隔符的行", "rows of nothing but separators", around(",,,\n"), Read(201, 200, (("rating.csv:2", "ZS4201"), ("rating.csv:2", "ZS4201")))),
        csv("mixed-line-ends", "混用三种换行符", "three kinds of line ends", HEAD + good(70).replace("\n", "\r\n") + good(70, start=71).replace("\n", "\r") + good(60, start=141), Read(200, 200)),
        csv("old-mac-line-ends", "只用回车换行", "carriage returns alone", (HEAD + good()).replace("\n", "\r"), Read(200, 200)),
        csv("mixed-line-ends-bad", "混用换行符，且有一行不合格", "mixed line ends and a bad row", HEAD + good(70).replace("\n", "\r\n") + line(0, "none").replace("\n", "\r") + good(60, start=141), Read(131, 130, (("rating.csv:72", "ZS4210"),))),
        csv("wrong-separator", "分隔符是空格", "separated by spaces", HEAD.replace(",", " ") + "R1 good 2024-03-01T09:00:00 x\n", Refused("ZS4031", "rating.csv:1")),
        csv("fullwidth-separator", "用全角逗号分隔", "separated by full-width commas", (HEAD + good()).replace(",", "，"), Refused("ZS4031", "rating.csv:1")),
        Case("declared-separator-wrong", "清单里的分隔符与文件不符", "the manifest's separator is not the file's", {"log.yaml": "sources: {rating: {file: rating.csv, delimiter: ';'}}\n", "rating.csv": HEAD + good()}, Refused("ZS4031", "rating.csv:1")),
        Case("declared-header-row-wrong", "清单里的标题行号超出文件", "the manifest's header row is not there", {"log.yaml": "sources: {rating: {file: rating.csv, header_row: 4000}}\n", "rating.csv": HEAD + good()}, Refused("ZS4034", "rating.csv", ("4000",))),
        csv("separator-changes", "中途换了分隔符", "the separator changes halfway", HEAD + good(199) + f"R0;good;{AT};\n", Read(200, 199, (("rating.csv:201", "ZS4254"),))),
        csv("key-with-quotes", "主键里有引号", "a key with quotes", around(f'"R""0",good,{AT},\n'), Read(201, 201)),
        csv("key-with-break", "主键里有换行", "a key with a line break", around(f'"R\n0",good,{AT},\n"R\n1",none,{AT},\n', ), Read(202, 201, (("rating.csv:4", "ZS4210"),))),
        csv("key-with-comma", "主键里有逗号", "a key with a comma", around(f'"R,0",good,{AT},\n'), Read(201, 201)),
        csv("key-like-sql", "主键像 SQL", "a key like SQL", around(f"R'); DROP TABLE rating;--,good,{AT},\n"), Read(201, 201)),
        csv("key-like-markup", "主键像 HTML 和终端控制符", "a key like HTML and terminal codes", around(f"<script>[bold]R0[/],none,{AT},\n"), Read(201, 200, (("rating.csv:2", "ZS4210"),))),
        csv("formulas", "单元格像公式（=cmd|…、+、-、@）", "cells like formulas (=cmd|…, +, -, @)", around("".join(f"R00{n},good,{AT},{cell}\n" for n, cell in enumerate(("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)")))), Read(204, 204)),
        csv("formula-as-code", "代码列里是公式", "a formula where a code should be", around(f"R0,=1+1,{AT},\n"), rows("\n", (2, "ZS4210"))),
        csv("control-characters", "值里有控制字符和终端转义", "control characters and terminal escapes in a value", around(f"R0,\x1b[31mgood\x07,{AT},\n"), rows("\n", (2, "ZS4210"))),
        csv("too-many-columns", "三万列", "30,000 columns", ",".join(["rating_id", "level", "rated_at", *(f"x{n}" for n in range(30_000))]) + "\n", Refused("ZS4035", "rating.csv:1")),
        Case("one-line", "一整个文件是一行（5 MB）", "the file is one line of 5 MB", {"rating.csv": endless(5_000_000)}, Refused("ZS4012", "rating.csv:1", ("5000000",))),
        Case("long-line", "中间一行长 5 MB", "a line of 5 MB in the middle", {"rating.csv": after_header(5_000_000)}, Read(401, 400, (("rating.csv:202", "ZS4257"),))),
        Case("one-line-of-a-gigabyte", "一整个文件是一行（1 GB）", "the file is one line of 1 GB", {"rating.csv": endless(1_000_000_000)}, Refused("ZS4012", "rating.csv:1"), speed="slow"),
        Case("long-line-of-a-gigabyte", "中间一行长 1 GB", "a line of 1 GB in the middle", {"rating.csv": after_header(1_000_000_000)}, Read(401, 400, (("rating.csv:202", "ZS4257"),)), speed="slow"),
        csv("html", "其实是网页", "it is a web page", "<!DOCTYPE html>\n<html><body><table><tr><td>评价</td></tr></table></body></html>\n", Refused("ZS4031", "rating.csv:1")),
        csv("json", "其实是 JSON", "it is JSON", '[{"rating_id": "R1"}]\n', Refused("ZS4031", "rating.csv:1")),
    ),
)  # fmt: skip
