# ruff: noqa: E501  (tables of cases are read across)
"""Values that do not fit their fields: times, numbers, codes, keys, links."""

from __future__ import annotations

from bad_logs.model import Case, Family, Read, Refused, good

FIELDS = (
    "rating_id",
    "level",
    "rated_at",
    "words",
    "score",
    "amount",
    "named",
    "due_on",
    "channels",
    "unit_id",
)
HEAD = ",".join(FIELDS) + "\n"
AT = "2024-03-01 09:00:00"
GOOD = "".join(line.replace("\n", ",,,,,,\n") for line in good().splitlines(keepends=True))


def row(**cells: str) -> str:
    values = {"rating_id": "R0", "level": "good", "rated_at": AT, **cells}
    return ",".join(values.get(name, "") for name in FIELDS) + "\n"


def value(name: str, zh: str, en: str, code: str | None, **cells: str) -> Case:
    """A row with one bad value on line 2, or with one that is taken as it stands."""
    answer = Read(201, 201) if code is None else Read(201, 200, (("rating.csv:2", code),))
    return Case(name, zh, en, {"rating.csv": HEAD + row(**cells) + GOOD}, answer)


def times() -> list[Case]:
    wrong = {
        "day-impossible": ("2 月 30 日", "30 February", "2024-02-30 09:00:00"),
        "leap-day-missing": ("平年的 2 月 29 日", "29 February of a common year", "2023-02-29 09:00:00"),
        "month-13": ("13 月", "month 13", "2024-13-01 09:00:00"),
        "hour-24": ("24:00 的写法", "24:00", "2024-03-01 24:00:00"),
        "hour-25": ("25 点", "hour 25", "2024-03-01 25:00:00"),
        "leap-second": ("闰秒 23:59:60", "a leap second, 23:59:60", "2016-12-31 23:59:60"),
        "year-0": ("公元 0 年", "the year 0", "0000-01-01 00:00:00"),
        "year-0001": ("公元 1 年（空值的写法）", "the year 1, as some write nothing", "0001-01-01 00:00:00"),
        "year-9999": ("9999 年（永久的写法）", "the year 9999, as some write forever", "9999-12-31 23:59:59"),
        "ambiguous-order": ("日月次序不明 03/04/2024", "day and month in unknown order, 03/04/2024", "03/04/2024 09:00:00"),
        "two-digit-year": ("两位数的年份", "a year of two digits", "24-03-01 09:00:00"),
        "chinese-time": ("中文写的时间", "a time in Chinese words", "2024年3月1日 9时"),
        "epoch-seconds": ("时间戳（秒）", "seconds since 1970", "1709255400"),
        "excel-serial": ("Excel 的日期序号", "a serial number of Excel", "45352.375"),
        "offset-impossible": ("时差 +25:00", "an offset of +25:00", "2024-03-01T09:00:00+25:00"),
        "fullwidth-time": ("全角数字的时间", "a time in full-width digits", "２０２４-０３-０１ ０９:００:００"),
        "time-words": ("“昨天”", "yesterday", "昨天"),
        "infinity": ("infinity（数据库的写法）", "infinity, as databases write it", "infinity"),
    }  # fmt: skip
    return [value(name, zh, en, "ZS4208", rated_at=at) for name, (zh, en, at) in wrong.items()]


def several(name: str, zh: str, en: str, text: str, answer: Read | Refused, **files: str) -> Case:
    return Case(
        name, zh, en, {"rating.csv": HEAD + text + GOOD, **{f"{k}.csv": v for k, v in files.items()}}, answer
    )


VALUES = Family(
    "values",
    "值、主键和引用",
    "Values, keys and links",
    (
        *times(),
        value("date-without-time", "只有日期没有时刻", "a date without a time", "ZS4209", rated_at="2024-03-01"),
        value("midnight-everywhere-not", "零点是合法的时刻", "midnight is a time", None, rated_at="2024-03-01 00:00:00"),
        value("offset-given", "带时差的时间", "a time with an offset", None, rated_at="2024-03-01T01:00:00Z"),
        value("time-missing", "必填的时间是空的", "the required time is empty", "ZS4201", rated_at=""),
        value("time-null-word", "空值写成 NULL", "NULL written out", "ZS4208", rated_at="NULL"),
        value("date-impossible", "日期列里的 2 月 30 日", "30 February in a date", "ZS4207", due_on="2024-02-30"),
        value("date-with-time", "日期列里带时刻", "a date with a time", "ZS4207", due_on="2024-03-01 09:00:00"),
        value("date-slashes", "日期用斜线", "a date with slashes", "ZS4207", due_on="2024/3/1"),
        value("number-too-long", "数太长（二十位）", "a number of twenty digits", "ZS4203", score="12345678901234567890"),
        value("number-exponent", "科学计数法", "a number with an exponent", "ZS4203", score="1E+15"),
        value("number-grouped", "千分位的逗号", "a number with thousands' commas", "ZS4203", score='"1,000"'),
        value("number-unit", "数后带单位", "a number with its unit", "ZS4203", score="5分"),
        value("number-fullwidth", "全角数字", "full-width digits", "ZS4203", score="５"),
        value("number-chinese", "中文数字", "a number in Chinese words", "ZS4203", score="五"),
        value("number-decimal", "整数列里的小数", "a fraction where an integer should be", "ZS4203", score="4.5"),
        value("number-too-large", "超过最大值", "more than the maximum", "ZS4222", score="101"),
        value("number-negative", "负数", "a negative number", "ZS4221", score="-1"),
        value("decimal-too-fine", "小数位过多", "more decimals than the field holds", "ZS4205", amount="1.005"),
        value("decimal-percent", "带百分号", "a percent sign", "ZS4205", amount="99%"),
        value("decimal-nan", "NaN", "NaN", "ZS4205", amount="NaN"),
        value("decimal-infinity", "无穷大", "infinity", "ZS4205", amount="Infinity"),
        value("decimal-currency", "带货币符号", "a currency sign", "ZS4205", amount="￥5"),
        value("boolean-word", "布尔值写成“对”", "a boolean as another word", "ZS4206", named="对"),
        value("boolean-letter", "布尔值写成 Y", "a boolean as Y", "ZS4206", named="Y"),
        value("boolean-2", "布尔值写成 2", "a boolean as 2", "ZS4206", named="2"),
        value("code-unknown", "代码表以外的代码", "a code outside its list", "ZS4210", level="very_good"),
        value("code-of-other-list", "别的代码表的代码", "a code of another list", "ZS4210", level="web"),
        value("code-number", "代码写成数字", "a code as a number", "ZS4210", level="5"),
        value("code-case", "代码的大小写不同", "a code in capitals", "ZS4210", level="GOOD"),
        value("code-zero-width", "代码里有零宽字符", "a zero-width character in a code", "ZS4210", level="good\u200b"),
        value("code-traditional", "代码写成繁体", "a code in traditional characters", "ZS4210", level="滿意"),
        value("codes-one-unknown", "多个代码中有一个不在表里", "one of several codes is not in the list", "ZS4211", channels="web|fax"),
        value("codes-wrong-separator", "多个代码用顿号分隔", "codes separated by another sign", "ZS4211", channels="web、hall"),
        value("text-too-long", "文字超过长度", "a text that is too long", "ZS4228", words="长" * 41),
        value("text-emoji", "表情和生僻字（四字节）", "emoji and rare characters of four bytes", None, words="𠮷😀👨‍👩‍👧"),
        value("text-right-to-left", "改变书写方向的控制符", "a character that turns the direction of writing", None, words="abc\u202etxt.exe"),
        value("key-missing", "主键是空的", "the key is empty", "ZS4201", rating_id=""),
        value("key-blank", "主键只有空格：是文字", "the key is a space: it is a text", None, rating_id='" "'),
        several("key-twice-same", "两行完全相同：只留一行", "two rows equal in every field: one is kept", row() + row(), Read(202, 201, duplicates=1)),
        several("key-twice-different", "同一主键，内容不同：都留下并报告", "one key, different contents: both stay and are reported", row() + row(level="bad"), Read(202, 202, double_keys=1)),
        several("key-differs-in-case", "主键只有大小写不同：不是同一条", "keys that differ in case: not the same", row(rating_id="a1") + row(rating_id="A1"), Read(202, 202)),
        several("key-scientific", "主键被改成科学计数法：不同的记录成了同一主键", "keys turned into 3.7E+17: different records with one key", row(rating_id="3.70000E+17") + row(rating_id="3.70000E+17", level="bad"), Read(202, 202, double_keys=1)),
        several("link-dangling", "引用的单位不存在", "a link to a unit that is not there", row(unit_id="U9"), Read(202, 202, dangling=1), unit="unit_id,name\nU1,x\n"),
        several("link-parent-quarantined", "引用的单位被隔离", "a link to a unit that was kept out", row(unit_id="U1"), Read(402, 401, (("unit.csv:2", "ZS4254"),), dangling=1), unit="unit_id,name\nU1\n" + "".join(f"V{n},x\n" for n in range(200))),
        Case("after-observation-time", "晚于观测时间的记录", "a record after the observation time", {"log.yaml": "coverage: {from: 2024-03-01, until: 2024-03-31}\nsources: {rating: {file: rating.csv}}\n", "rating.csv": HEAD + row(rated_at="2024-04-02 09:00:00") + GOOD}, Read(201, 201, late=1)),
        Case("one-percent", "不合格的正好 1 %：判定照常", "exactly 1 % is bad: the log is judged", {"rating.csv": HEAD + row(level="x") + row(rating_id="R00", level="y") + GOOD.replace(GOOD.splitlines(keepends=True)[0], "").replace(GOOD.splitlines(keepends=True)[1], "")}, Read(200, 198, (("rating.csv:2", "ZS4210"), ("rating.csv:3", "ZS4210")))),
        Case("over-one-percent", "不合格的超过 1 %：不判定", "more than 1 % is bad: nothing is judged", {"rating.csv": HEAD + row(level="x") * 3 + GOOD}, Refused("ZS4061", "rating.csv:2", ("203", "3"))),
        Case("fail-at-once", "--on-bad-record fail：一条不合格就中止", "--on-bad-record fail: one bad record stops it", {"rating.csv": HEAD + row(level="x") + GOOD}, Refused("ZS4062", "rating.csv:2", ("201", "1")), options=("--on-bad-record", "fail")),
        Case("whole-type-bad", "一种记录全部不合格", "all records of a type are bad", {"rating.csv": HEAD + GOOD, "unit.csv": "unit_id,name\n,x\n"}, Refused("ZS4063", "unit.csv:2", ("unit",))),
        value("many-in-one-row", "一行里有五个不合格的值", "five bad values in one row", "ZS4210", level="x"),
    ),
)  # fmt: skip
