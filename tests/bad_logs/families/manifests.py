# ruff: noqa: E501  (tables of cases are read across)
"""Manifests, profiles and folders that say what cannot be."""

from __future__ import annotations

from pathlib import Path

from bad_logs.model import HEAD, Case, Content, Family, Read, Refused, good

CSV = HEAD + good()
SOURCES = "sources: {rating: {file: rating.csv}}\n"


def manifest(
    name: str, zh: str, en: str, text: str | bytes, answer: Refused | Read, **files: Content
) -> Case:
    return Case(name, zh, en, {"log.yaml": text, "rating.csv": CSV, **files}, answer)


def at(code: str, place: str = "1:1", *said: str) -> Refused:
    return Refused(code, f"log.yaml:{place}", said)


BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]\n" for n in range(9))


def linked(target: str) -> Content:
    return lambda path: path.symlink_to(target)


def circle(path: Path) -> None:
    """A folder that holds itself."""
    path.mkdir()
    (path / "again").symlink_to(path.parent, target_is_directory=True)


PROFILE = "profile: own\ntitle: 自有\ntables:\n  ratings:\n    names: [明细]\n    records:\n      rating:\n        fields:\n{fields}"
FIELDS = "          rating_id: {key}\n          level: {level}\n          rated_at: {{value: 时间, formats: [{form}]}}\n"
TABLE = "编号,等级,时间\n" + "".join(f"{row.rsplit(',', 1)[0]}\n" for row in good().splitlines())


def profile(
    name: str,
    zh: str,
    en: str,
    answer: Refused | Read,
    *,
    key: str = "编号",
    level: str = "等级",
    form: str = '"yyyy-MM-dd HH:mm:ss"',
    more: str = "",
    table: str = TABLE,
) -> Case:
    text = PROFILE.format(fields=FIELDS.format(key=key, level=level, form=form)) + more
    return Case(
        name,
        zh,
        en,
        {"own.yaml": text, "明细.csv": table},
        answer,
        log="明细.csv",
        options=("--profile", "@own.yaml"),
    )


def wrong(code: str, place: str, *said: str) -> Refused:
    return Refused(code, f"own.yaml:{place}" if place else "", said, exit=2)


MANIFESTS = Family(
    "manifests",
    "清单",
    "Manifests",
    (
        manifest("yaml-broken", "不是 YAML", "no YAML", "zone: [\n", at("ZS4041", "2:1")),
        manifest("yaml-tabs", "用制表符缩进", "indented with tabs", "zone:\n\t- x\n", at("ZS4041", "2:1")),
        manifest("yaml-bomb", "YAML 引用炸弹", "a bomb of YAML aliases", BOMB + SOURCES, at("ZS4048", "2:10")),
        manifest("yaml-alias", "用了 YAML 引用", "a YAML alias", "zone: &z Asia/Shanghai\n" + SOURCES + "coverage: *z\n", at("ZS4048", "3:11")),
        manifest("yaml-tag", "要求执行代码的 YAML 标签", "a YAML tag that asks for code to be run", "zone: !!python/object/apply:os.system ['true']\n" + SOURCES, at("ZS4042", "1:7")),
        manifest("yaml-two-documents", "两份 YAML", "two YAML documents", SOURCES + "---\n" + SOURCES, at("ZS4041", "2:1")),
        manifest("yaml-deep", "嵌套五百层", "nested 500 deep", "zone: " + "[" * 500 + "]" * 500, at("ZS4041", "1:1")),
        manifest("not-a-mapping", "最外层是列表", "a list", "- a\n", at("ZS4042")),
        manifest("empty", "空的清单", "an empty manifest", "", at("ZS4042")),
        manifest("too-large", "超过一百万字节", "more than a million bytes", "# " + "x" * 1_000_001, Refused("ZS4049", "log.yaml")),
        manifest("not-utf8", "不是 UTF-8", "no UTF-8", "# 清单\n".encode() + "zone: 上海\n".encode("gb18030"), at("ZS4010", "2")),
        manifest("unknown-key", "不认识的项", "an unknown key", "zoen: Asia/Shanghai\n" + SOURCES, at("ZS4043", "1:1", "zoen")),
        manifest("key-twice", "同一项写了两次", "a key twice", SOURCES + SOURCES, at("ZS4047", "2:1", "sources")),
        manifest("wrong-kind", "该写映射处写了文字", "a text where a mapping should be", "sources:\n  rating: rating.csv\n", at("ZS4042", "2:11")),
        manifest("unknown-record", "没有这种记录", "an unknown record type", "sources:\n  zzzzzz: {file: rating.csv}\n", at("ZS4053", "2:3", "zzzzzz")),
        manifest("misspelt-record", "记录类型写错一个字母", "a misspelt record type", "sources:\n  rateing: {file: rating.csv}\n", at("ZS4052", "2:3", "rating")),
        manifest("record-twice", "同一种记录用两个名字", "one record type under two names", "sources:\n  rating: {file: rating.csv}\n  评价: {file: rating.csv}\n", at("ZS4008", "3:3")),
        manifest("unknown-zone", "时区写错", "a misspelt time zone", "zone: Asia/Shanghia\n" + SOURCES, at("ZS4050", "1:7", "Asia/Shanghai")),
        manifest("zone-is-a-path", "时区写成路径", "a path as the time zone", "zone: ../../etc/passwd\n" + SOURCES, at("ZS4050", "1:7")),
        manifest("coverage-impossible", "覆盖期里的日期不存在", "a coverage of a day that does not exist", "coverage: {from: 2024-02-30}\n" + SOURCES, at("ZS4045", "1:18", "2024-02-30")),
        manifest("coverage-backwards", "覆盖期首尾颠倒", "a coverage that ends before it begins", "coverage: {from: 2024-03-02, until: 2024-03-01}\n" + SOURCES, at("ZS4046", "1:37")),
        manifest("gap-backwards", "缺口首尾颠倒", "a gap that ends before it begins", SOURCES + "gaps:\n  - {from: 2024-03-02, until: 2024-03-01, reason: x}\n", at("ZS4046", "3:31")),
        manifest("gap-outside", "缺口在覆盖期以外", "a gap outside the coverage", "coverage: {from: 2024-03-01, until: 2024-03-31}\n" + SOURCES + "gaps:\n  - {from: 2023-01-01, until: 2023-01-02, reason: x}\n", Read(200, 200)),
        manifest("gap-without-reason", "缺口没有写原因", "a gap without a reason", SOURCES + "gaps:\n  - {from: 2024-03-02, until: 2024-03-03}\n", at("ZS4044", "3:5", "reason")),
        manifest("file-missing", "文件不存在", "a file that is not there", "sources: {rating: {file: rate.csv}}\n", at("ZS4015", "1:26", "rate.csv")),
        manifest("file-is-folder", "文件写成文件夹", "a folder as a file", "sources: {rating: {file: .}}\n", at("ZS4017", "1:26")),
        manifest("file-outside", "文件在日志文件夹之外", "a file outside the log's folder", "sources: {rating: {file: ../rating.csv}}\n", at("ZS4016", "1:26", "../rating.csv")),
        manifest("file-absolute", "文件是绝对路径", "an absolute path", "sources: {rating: {file: /etc/passwd, format: csv}}\n", at("ZS4016", "1:26", "/etc/passwd")),
        manifest("pattern-outside", "通配符指向外面", "a pattern that leads outside", "files: ['../*.csv']\n", at("ZS4016", "1:9", "../*.csv")),
        manifest("pattern-without-files", "通配符没有文件符合", "a pattern that no file fits", "files: ['2024-*.csv']\n", at("ZS4056", "1:9", "2024-*.csv")),
        manifest("no-source-place", "来源没有写文件", "a source without a file", "sources: {rating: {format: csv}}\n", at("ZS4055", "1:19")),
        manifest("two-source-places", "来源写了文件又写数据库", "a source with a file and a database", "sources: {rating: {file: rating.csv, url: 'postgresql://h/d'}}\n", at("ZS4055", "1:19")),
        manifest("unknown-database", "不认识的数据库地址", "an unknown kind of database", "sources: {rating: {url: 'oracle://h/d'}}\n", at("ZS4057", "1:25", "oracle")),
        manifest("password-in-url", "数据库地址里写了口令", "a password in a database's URL", "sources: {rating: {url: 'postgresql://u:secret@127.0.0.1:9/d'}}\n", Refused("ZS4143", "postgresql://127.0.0.1/d")),
        manifest("database-away", "数据库连不上", "a database that does not answer", "sources: {rating: {url: 'postgresql://u@127.0.0.1:9/d'}}\n", Refused("ZS4144", "postgresql://127.0.0.1/d", ("127.0.0.1",))),
        manifest("unknown-format", "不认识的格式", "an unknown format", "sources: {rating: {file: rating.csv, format: docx}}\n", at("ZS4051", "1:46", "docx")),
    ),
)  # fmt: skip

FOLDERS = Family(
    "folders",
    "文件夹和路径",
    "Folders and paths",
    (
        Case("not-there", "路径不存在", "a path that does not exist", {}, Refused("ZS4001", "nowhere"), log="nowhere"),
        Case("empty", "空文件夹", "an empty folder", {}, Refused("ZS4004", "log")),
        Case("unknown-names", "文件名不是记录类型", "no file is named like a record type", {"rateing.csv": CSV}, Refused("ZS4005", "log", ("rateing.csv", "rating"))),
        Case("not-a-log", "不是日志的文件", "a file that is no log", {"notes.txt": "x"}, Refused("ZS4002", "notes.txt"), log="notes.txt"),
        Case("two-files", "一种记录有两个文件", "two files for one record type", {"rating.csv": CSV, "评价.jsonl": "{}\n"}, Refused("ZS4008", "log", ("rating.csv", "评价.jsonl"))),
        Case("link-outside", "符号链接指向外面", "a symbolic link that leads outside", {"rating.csv": linked("/etc/passwd")}, Refused("ZS4016", "log", ("rating.csv",))),
        Case("link-outside-in-manifest", "清单里的文件是指向外面的符号链接", "the manifest's file is a link that leads outside", {"log.yaml": SOURCES, "rating.csv": linked("/etc/passwd")}, at("ZS4016", "1:26")),
        Case("folder-link-outside", "文件夹是指向外面的符号链接", "a folder that is a link that leads outside", {"rating.csv": CSV, "unit": linked("/etc")}, Refused("ZS4016", "log", ("unit",))),
        Case("link-broken", "符号链接指向的文件不在了", "a symbolic link to nothing", {"rating.csv": linked("gone.csv")}, Refused("ZS4015", "log", ("rating.csv",))),
        Case("link-circle", "符号链接绕成一圈", "a symbolic link in a circle", {"rating.csv": CSV, "more": circle}, Read(200, 200)),
        Case("link-to-itself", "符号链接指向自己", "a symbolic link to itself", {"rating.csv": linked("rating.csv")}, Refused("ZS4016", "log", ("rating.csv",))),
        Case("device", "符号链接指向设备", "a link to a device", {"rating.csv": linked("/dev/zero")}, Refused("ZS4016", "log", ("rating.csv",))),
        Case("pattern-in-name", "文件名像通配符", "a file name like a pattern", {"log.yaml": "sources: {rating: {file: 'rating[1]*.csv'}}\n", "rating[1]*.csv": CSV, "rating1.csv": "x\n"}, Read(200, 200)),
        Case("strange-name", "文件名里有引号和换行", "a file name with quotes and a line break", {"log.yaml": "sources: {rating: {file: \"ra'ti\\\"ng\\n.csv\"}}\n", "ra'ti\"ng\n.csv": CSV}, Read(200, 200)),
        Case("one-part-bad", "分成几个文件，其中一个损坏", "one of several parts is damaged", {"rating-1.csv": CSV, "rating-2.csv.gz": b"\x1f\x8b\x08\x00damaged"}, Refused("ZS4023", "rating-2.csv.gz")),
        Case("one-part-without-column", "分成几个文件，其中一个缺列", "one of several parts lacks a column", {"rating-1.csv": CSV, "rating-2.csv": "rating_id,level\nR900,good\n"}, Refused("ZS4031", "rating-2.csv:1", ("rated_at",))),
        Case("overlapping-parts", "两个文件的内容重叠", "two parts that overlap", {"rating-1.csv": CSV, "rating-2.csv": HEAD + good(100, start=151)}, Read(300, 250, duplicates=50)),
    ),
)  # fmt: skip

PROFILES = Family(
    "profiles",
    "映射配置",
    "Profiles",
    (
        profile("good", "对照：没有问题的映射配置", "for comparison: nothing is wrong", Read(200, 200)),
        Case("unknown-name", "没有这个名字的映射配置", "a profile that does not exist", {"rating.csv": CSV}, Refused("ZS4301", "", ("shandng", "shandong"), exit=2), options=("--profile", "shandng")),
        profile("unknown-column", "引用了不存在的列：该字段视为未提供", "a column that is not there: its field was not supplied", Read(200, 200, exit=1), level="级别"),
        profile("unknown-key-column", "主键引用了不存在的列", "a key from a column that is not there", Refused("ZS4332", "明细.csv", ("号码",)), key="号码"),
        profile("wrong-expression", "表达式写错", "a mistake in an expression", wrong("ZS1001", "10:22"), level="'if 等级 is'"),
        profile("sql", "表达式里写了 SQL", "SQL in an expression", wrong("ZS1041", "9:33"), key="\"编号) FROM x; DROP TABLE rating; --\""),
        profile("unknown-function", "不存在的函数", "a function that does not exist", wrong("ZS4309", "10:19", "eval"), level="'eval(等级)'"),
        profile("wrong-format", "时间写法看不懂", "a way of writing times that is none", wrong("ZS4318", "11:11", "%Y-%m-%d"), form='"%Y-%m-%d"'),
        profile("wrong-times", "时间写法与数据不符", "times that are written otherwise", Refused("ZS4061", "明细.csv:2", ("200",)), form='"yyyy/MM/dd HH:mm"', table=TABLE.replace("2024-03-", "01.03.")),
        profile("unknown-codes", "没有这个代码对照表", "a code map that does not exist", wrong("ZS4307", "10:11", "levels"), level="{value: 等级, codes: levels}"),
        profile("code-outside-map", "代码不在对照表里", "a code outside the map", Read(201, 200, (("明细.csv:2", "ZS4341"),)), level="{value: 等级, codes: own}", more="codes:\n  own: {map: {good: good, bad: bad}}\n", table=TABLE.replace("\n", "\nR0,6,2024-03-01 09:00:00\n", 1)),
        profile("other-table", "数据不是这份映射配置的表", "tables that are not the profile's", Refused("ZS4332", "明细.csv"), table="a,b\n1,2\n"),
        profile("yaml", "不是 YAML", "no YAML", wrong("ZS5106", "13:1"), more="codes: [\n"),
        profile("alias", "用了 YAML 引用", "a YAML alias", wrong("ZS5108", "12:8"), more="about: &a x\nzone: *a\n"),
        profile("unknown-key", "不认识的项", "an unknown key", wrong("ZS5111", "12:1", "cods"), more="cods: {}\n"),
        profile("extends-itself", "扩展自己", "a profile that extends itself", Refused("ZS4302", "own.yaml", (), exit=2), more="extends: own.yaml\n"),
        profile("regex", "正则表达式有误", "a broken regular expression", wrong("ZS4314", "9:32"), key="'find(编号, \"(\")'"),
        profile("regex-endless", "会无限回溯的正则表达式", "a regular expression that would backtrack for ever", Read(200, 200), key="'find(编号, \"^(([A-Z]+)+[0-9]+)+$\")'"),
    ),
)  # fmt: skip
