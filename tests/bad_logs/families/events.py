# ruff: noqa: E501, PLR0917  (tables of cases are read across)
"""Event logs: XES and OCEL."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path

from bad_logs.model import Case, Content, Family, Read, Refused, time

PROFILE = """\
profile: own
title: 自有
tables:
  events:
    names: [{table}]
    records:
      rating:
        fields:
          rating_id: '{key}'
          level: level
          rated_at: {{value: '{at}', formats: [canonical]}}
"""


def event(number: int, level: str = "good") -> str:
    at = time(number).replace(" ", "T") + "+08:00"
    return f'<event><string key="rid" value="R{number}"/><string key="level" value="{level}"/><date key="stamp" value="{at}"/></event>\n'


def xes(inside: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n', root: str = "log") -> str:
    return f'{head}<{root} xes.version="1.0">\n{inside}</{root}>\n'


GOOD = '<trace><string key="concept:name" value="C"/>\n' + "".join(map(event, range(1, 201))) + "</trace>\n"
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
OPTIONS = ("--profile", "@own.yaml")


def events(
    name: str, zh: str, en: str, content: Content, answer: Refused | Read, file: str = "export.xes"
) -> Case:
    files = {"own.yaml": PROFILE.format(table="events", key="rid", at="stamp"), file: content}
    return Case(name, zh, en, files, answer, log=file, options=OPTIONS)


def ocel(
    name: str, zh: str, en: str, content: Content, answer: Refused | Read, file: str = "export.jsonocel"
) -> Case:
    files = {
        "own.yaml": PROFILE.format(table='"event:rate"', key="`ocel:id`", at="`ocel:time`"),
        file: content,
    }
    return Case(name, zh, en, files, answer, log=file, options=OPTIONS)


def document(count: int = 200, **changes: object) -> dict[str, object]:
    """An OCEL 2.0 document of one type of event and one of object."""
    made: dict[str, object] = {
        "objectTypes": [{"name": "case", "attributes": []}],
        "eventTypes": [{"name": "rate", "attributes": [{"name": "level", "type": "string"}]}],
        "objects": [{"id": "C1", "type": "case"}],
        "events": [
            {
                "id": f"R{number}", "type": "rate", "time": time(number).replace(" ", "T") + "+08:00",
                "attributes": [{"name": "level", "value": "good"}],
                "relationships": [{"objectId": "C1", "qualifier": "of"}],
            }
            for number in range(1, count + 1)
        ],
    }  # fmt: skip
    return {**made, **changes}


def text(**changes: object) -> str:
    return json.dumps(document(**changes), indent=0)  # type: ignore[arg-type]


def changed_event(**changes: object) -> str:
    made = document()
    made["events"][0].update(changes)  # type: ignore[index]
    return json.dumps(made, indent=0)


def ocel_sqlite(path: Path) -> None:
    """OCEL's tables, without the one of the events' type."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE event (ocel_id TEXT, ocel_type TEXT)")
        connection.execute("CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT)")
        connection.execute("INSERT INTO event_map_type VALUES ('rate', 'Rate')")
        connection.execute("CREATE TABLE object (ocel_id TEXT, ocel_type TEXT)")
        connection.execute("CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT)")
        for first, second in (("event", "object"), ("object", "object")):
            columns = f"ocel_{first}_id TEXT, ocel_{second}_id TEXT, ocel_qualifier TEXT"
            connection.execute(
                f"CREATE TABLE {first}_{second} ({columns.replace('ocel_object_id TEXT, ocel_object_id', 'ocel_source_id TEXT, ocel_target_id')})"
            )


def long_value(path: Path) -> None:
    path.write_text(xes('<trace><event><string key="a" value="' + "x" * 20_000_000 + '"/></event></trace>\n'))


CUT = xes(GOOD)[:5000]
DEEP = '<string key="a" value="">' * 300 + "</string>" * 300

EVENTS = Family(
    "events",
    "事件日志（XES、OCEL）",
    "Event logs (XES, OCEL)",
    (
        events("xes-good", "对照：没有问题的 XES", "for comparison: nothing is wrong", xes(GOOD), Read(200, 200)),
        events("entity-bomb", "XML 实体炸弹", "an XML entity bomb", xes(GOOD, head=f'<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a0 "ha">{BOMB}]>\n'), Refused("ZS4103", "export.xes:2")),
        events("external-entity", "XML 外部实体（读取本机文件）", "an external entity that reads a file", xes(GOOD, head='<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'), Refused("ZS4103", "export.xes:2")),
        events("external-dtd", "XML 外部 DTD（访问网络）", "an external DTD, from the network", xes(GOOD, head='<?xml version="1.0"?>\n<!DOCTYPE log SYSTEM "http://127.0.0.1:9/log.dtd">\n'), Refused("ZS4103", "export.xes:2")),
        events("parameter-entity", "XML 参数实体", "an XML parameter entity", xes(GOOD, head='<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>\n'), Refused("ZS4103", "export.xes:2")),
        events("undefined-entity", "未定义的实体", "an entity that is not defined", xes('<trace>&nbsp;</trace>\n'), Refused("ZS4101", "export.xes:3")),
        events("xml-cut", "XML 没有结束", "XML that is not closed", CUT, Refused("ZS4102", f"export.xes:{CUT.count(chr(10)) + 1}")),
        events("xml-cut-in-tag", "XML 断在标签中间", "XML cut inside a tag", xes(GOOD)[: xes(GOOD).find("R50")], Refused("ZS4102", "export.xes:53")),
        events("xml-wrong-end", "结束标签不配", "an end tag that does not match", xes(GOOD).replace("</event>", "</evnt>", 1), Refused("ZS4101", "export.xes:4")),
        events("xml-two-roots", "最外层元素有两个", "two outermost elements", xes(GOOD) + xes(GOOD, head=""), Refused("ZS4101", "export.xes:206")),
        events("xml-control", "XML 里有控制字符", "a control character in XML", xes(GOOD).replace("good", "go\x01od", 1), Refused("ZS4101", "export.xes:4")),
        events("xml-nul", "XML 里有空字符", "a NUL byte in XML", xes(GOOD).replace("good", "go\0od", 1), Refused("ZS4101", "export.xes:4")),
        events("xml-wrong-encoding", "声明 UTF-8，其实是 GB18030", "declared UTF-8, but GB18030", xes(GOOD.replace('"C"', '"评价"')).encode("gb18030"), Refused("ZS4101", "export.xes:3")),
        events("xml-unknown-encoding", "声明的编码不存在", "the declared encoding does not exist", xes(GOOD, head='<?xml version="1.0" encoding="utf-9"?>\n'), Refused("ZS4101", "export.xes:1")),
        events("wrong-root", "最外层元素不是 log", "the outermost element is not log", xes(GOOD, root="logs"), Refused("ZS4105", "export.xes:2", ("logs",))),
        events("not-xml", "其实不是 XML", "it is no XML", "rating_id,level\nR1,good\n", Refused("ZS4101", "export.xes:1")),
        events("xes-empty", "0 字节的 XES", "a XES of no bytes", b"", Refused("ZS4009", "export.xes")),
        events("xes-without-events", "没有事件的 XES", "a XES without events", xes(""), Refused("ZS4332", "export.xes [events]", ("rid",))),
        events("xes-without-key", "属性没有 key", "an attribute without a key", xes(GOOD.replace('key="rid" ', "", 1)), Refused("ZS4106", "export.xes:4")),
        events("xes-bad-value", "一个事件的代码不在表里", "one event's code is not in the list", xes(GOOD.replace("</trace>", event(0, "x") + "</trace>")), Read(201, 200, (("export.xes [events]:204", "ZS4210"),))),
        events("xes-deep", "属性嵌套三百层", "attributes nested 300 deep", xes(f"<trace><event>{DEEP}</event></trace>\n"), Refused("ZS4107", "export.xes:3", ("100",))),
        events("xes-many-names", "属性名超过 2 000 个", "more than 2,000 names of attributes", xes("<trace><event>" + "".join(f'<string key="k{n}" value="1"/>' for n in range(2100)) + "</event></trace>\n"), Refused("ZS4108", "export.xes:3")),
        events("xes-long-value", "一个值有 20 MB", "a value of 20 MB", long_value, Refused("ZS4109", "export.xes:3")),
        events("xes-gzip-cut", "xes.gz 缺了末尾", "an xes.gz without its end", gzip.compress(xes(GOOD).encode())[:-40], Refused("ZS4023", "export.xes.gz"), "export.xes.gz"),
        events("xes-gzip-bomb", "xes.gz 炸弹", "an xes.gz bomb", lambda path: path.write_bytes(gzip.compress(xes(" " * 70_000_000).encode(), 9)), Refused("ZS4024", "export.xes.gz"), "export.xes.gz"),
        ocel("ocel-good", "对照：没有问题的 OCEL", "for comparison: nothing is wrong", text(), Read(200, 200)),
        ocel("ocel-cut", "OCEL 的 JSON 没有结束", "OCEL's JSON is cut short", text()[:5000], Refused("ZS4125", f"export.jsonocel:{text()[:5000].count(chr(10)) + 1}")),
        ocel("ocel-broken", "OCEL 的 JSON 中间有错", "OCEL's JSON is broken in the middle", text().replace('"R3",', '"R3";', 1), Refused("ZS4121", f"export.jsonocel:{text()[: text().find(chr(34) + 'R3' + chr(34))].count(chr(10)) + 1}")),
        ocel("ocel-version-1", "OCEL 1.0 的文件", "a file of OCEL 1.0", json.dumps({"ocel:global-log": {"ocel:version": "1.0"}, "ocel:events": {"e1": {"ocel:activity": "rate"}}}), Refused("ZS4122", "export.jsonocel", ("objectTypes",))),
        ocel("ocel-event-without-id", "事件没有编号", "an event without id", changed_event(id=None), Refused("ZS4122", "export.jsonocel")),
        ocel("ocel-dangling", "关系指向不存在的对象", "a relation to an object that is not there", changed_event(relationships=[{"objectId": "C9", "qualifier": "of"}]), Read(200, 200)),
        ocel("ocel-bad-time", "事件的时间不存在", "an event's time does not exist", changed_event(time="2024-02-30T09:00:00Z"), Read(200, 199, (("export.jsonocel [event:rate]:1", "ZS4208"),))),
        ocel("ocel-xml-doctype", "OCEL 的 XML 声明了文档类型", "OCEL's XML declares a document type", '<?xml version="1.0"?>\n<!DOCTYPE log [<!ENTITY a "b">]>\n<log><events></events></log>\n', Refused("ZS4103", "export.xmlocel:2"), "export.xmlocel"),
        ocel("ocel-sqlite-incomplete", "OCEL 的 SQLite 缺表", "OCEL's SQLite lacks a table", ocel_sqlite, Refused("ZS4124", "export.sqlite", ("event_Rate",)), "export.sqlite"),
    ),
)  # fmt: skip
