# ruff: noqa: E501  (tables of cases are read across)
"""JSON and JSON lines."""

from __future__ import annotations

import json

from bad_logs.model import Case, Family, Read, Refused, time

AT = "2024-03-01 09:00:00"
ROWS = [{"rating_id": f"R{n}", "level": "good", "rated_at": time(n)} for n in range(1, 201)]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS)
ARRAY = "[\n" + ",\n".join(json.dumps(row) for row in ROWS) + "\n]\n"


def row(**values: object) -> str:
    return json.dumps({"rating_id": "R0", "level": "good", "rated_at": AT, **values}, ensure_ascii=False)


def lines(name: str, zh: str, en: str, first: str, answer: Refused | Read) -> Case:
    """A bad first line before the good ones."""
    return Case(name, zh, en, {"rating.jsonl": first + "\n" + LINES}, answer)


def array(name: str, zh: str, en: str, text: str | bytes, answer: Refused | Read) -> Case:
    return Case(name, zh, en, {"rating.json": text}, answer)


def one(code: str, place: str = "rating.jsonl:1") -> Read:
    return Read(201, 200, ((place, code),))


def first(text: str) -> str:
    """The array with one more row before the others."""
    return "[\n" + text + ",\n" + ARRAY[2:]


DEEP = '{"a":' * 5000 + "1" + "}" * 5000

JSON = Family(
    "json",
    "JSON",
    "JSON",
    (
        lines("line-cut", "一行断在中间", "a line that is cut", row()[:-9], one("ZS4252")),
        lines("line-not-object", "一行是数组", "a line that is an array", "[1, 2]", one("ZS4253")),
        lines("line-scalar", "一行是数", "a line that is a number", "17", one("ZS4253")),
        lines("line-two-objects", "一行有两个对象", "two objects on one line", row() + row(), one("ZS4252")),
        lines("line-trailing-comma", "行末有逗号", "a comma at the end of a line", row() + ",", one("ZS4252")),
        lines("line-nan", "NaN", "NaN", row()[:-1] + ', "score": NaN}', one("ZS4203")),
        lines("line-infinity", "Infinity", "Infinity", row()[:-1] + ', "score": Infinity}', one("ZS4203")),
        lines("line-single-quotes", "用单引号的 JSON", "JSON in single quotes", "{'rating_id': 'R0'}", one("ZS4252")),
        lines("line-key-number", "编号写成数", "a number where a text should be", row(rating_id=7), one("ZS4202")),
        lines("line-huge-number", "四百位的数", "a number of 400 digits", row()[:-1] + ', "score": ' + "9" * 400 + "}", one("ZS4203")),
        lines("line-huge-exponent", "指数极大的数", "a number with a huge exponent", row()[:-1] + ', "amount": 1e99999}', one("ZS4205")),
        lines("line-double-name", "同一名称出现两次", "a name twice in one object", row()[:-1] + ', "level": "bad"}', one("ZS4260")),
        lines("line-surrogate", "落单的代理字符", "a lone surrogate", row()[:-1] + ', "words": "\\ud800"}', one("ZS4252")),
        lines("line-nul-escape", "转义的空字符", "an escaped NUL", row()[:-1] + ', "words": "a\\u0000b"}', Read(201, 201)),
        lines("line-object-as-value", "值是对象", "a value that is an object", row(level={"code": "good"}), one("ZS4210")),
        lines("line-array-as-value", "单值字段是数组", "a value that is an array", row(level=["good", "bad"]), one("ZS4210")),
        lines("line-null-in-codes", "代码列表里有空值", "a null among codes", row(channels=["web", None]), one("ZS4211")),
        lines("line-boolean-word", "布尔值写成文字", "a boolean in words", row(named="maybe"), one("ZS4206")),
        lines("line-deep", "嵌套五千层", "nested 5,000 deep", DEEP, Read(201, 200, (("rating.jsonl:1", "ZS4201"),) * 2)),
        lines("line-long", "一行 5 MB", "a line of 5 MB", row(words="x" * 5_000_000), Refused("ZS4012", "rating.jsonl:1")),
        Case("line-mark", "首行有字节序标记", "a byte order mark on the first line", {"rating.jsonl": "\ufeff" + LINES}, Read(200, 200)),
        Case("lines-nul", "有空字符", "a NUL byte", {"rating.jsonl": LINES + '{"rating_id": "R\0"}\n'}, Refused("ZS4011", "rating.jsonl:201")),
        Case("lines-all-bad", "没有一行是 JSON", "no line is JSON", {"rating.jsonl": "rating_id,level\nR1,good\n"}, Refused("ZS4061", "rating.jsonl:1")),
        Case("lines-many-names", "名称超过 2 000 个", "more than 2,000 names", {"rating.jsonl": json.dumps({f"k{n}": 1 for n in range(2100)}) + "\n"}, Refused("ZS4035", "rating.jsonl")),
        array("array-cut", "数组没有结束", "an array that is cut", ARRAY[:5000], Refused("ZS4036", f"rating.json:{ARRAY[:5000].count(chr(10)) + 1}")),
        array("array-broken", "中间缺逗号", "a comma is missing in the middle", ARRAY.replace("},\n", "}\n", 1), Refused("ZS4036", "rating.json:3")),
        array("array-trailing-comma", "末尾多一个逗号", "a comma too many at the end", ARRAY.replace("}\n]", "},\n]"), Refused("ZS4036", "rating.json:202")),
        array("array-comment", "里面有注释", "a comment inside", ARRAY.replace("[\n", "[\n// 评价\n", 1), Refused("ZS4036", "rating.json:2")),
        array("array-nan", "NaN", "NaN", first(row()[:-1] + ', "score": NaN}'), one("ZS4203", "rating.json:2")),
        array("array-of-scalars", "数组里是数", "an array of numbers", "[1, 2, 3]\n", Refused("ZS4061", "rating.json:1", ("3",))),
        array("array-of-arrays", "数组里是数组", "an array of arrays", '[["rating_id", "level"], ["R1", "good"]]\n', Refused("ZS4061", "rating.json:1", ("2",))),
        array("array-mixed", "数组里有一项不是对象", "one item of an array is no object", first("17"), one("ZS4253", "rating.json:2")),
        array("array-empty", "空数组", "an empty array", "[]\n", Refused("ZS4064", "")),
        array("scalar", "整个文件是一个数", "the file is a number", "17\n", Refused("ZS4039", "rating.json")),
        array("empty", "0 字节的 JSON", "JSON of no bytes", b"", Refused("ZS4009", "rating.json")),
        array("spaces", "只有空白", "nothing but spaces", "  \n\n", Refused("ZS4009", "rating.json")),
        array("array-mark", "有字节序标记", "a byte order mark", "\ufeff" + ARRAY, Read(200, 200)),
        array("gb18030", "GB18030 的 JSON", "JSON in GB18030", first(row(words="服务态度很好")).encode("gb18030"), Read(201, 201, notes=("GB18030",))),
        array("concatenated", "两个数组接在一起", "two arrays one after the other", ARRAY + ARRAY, Refused("ZS4036", "rating.json:203")),
        array("array-deep", "嵌套五千层", "nested 5,000 deep", "[" * 5000 + "]" * 5000, Refused("ZS4036", "rating.json:1")),
        array("wrapped", "数组在对象里，还有别的数组", "the array lies in an object, beside another one", '{"code": 0, "data": {"rating": ' + ARRAY + ', "log": [{"a": 1}]}}', Read(200, 200)),
        array("huge-number", "四百位的数", "a number of 400 digits", first(row()[:-1] + ', "score": ' + "9" * 400 + "}"), one("ZS4203", "rating.json:2")),
        array("surrogate", "落单的代理字符", "a lone surrogate", first(row()[:-1] + ', "words": "\\ud800"}'), one("ZS4252", "rating.json:2")),
        array("double-name", "同一名称出现两次", "a name twice in one object", first(row()[:-1] + ', "level": "bad"}'), one("ZS4260", "rating.json:2")),
        array("html", "其实是网页（会话过期）", "a web page: the session had ended", "<!DOCTYPE html><html><body>登录</body></html>", Refused("ZS4036", "rating.json:1")),
    ),
)  # fmt: skip
