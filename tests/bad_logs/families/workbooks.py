# ruff: noqa: E501, PLR0917  (tables of cases are read across)
"""Workbooks that are none, are locked, or hold what no record can."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bad_logs.model import Case, Content, Family, Read, Refused, time
from logs.workbooks import TIME, Cell, write_workbook

HEAD = ["rating_id", "level", "rated_at", "words"]
Value = str | int | float | Cell | None
ROWS: list[list[Value]] = [[f"R{n}", "good", time(n), None] for n in range(1, 201)]


def sheets(
    *rows: list[Value], head: list[str] | None = None, name: str = "rating"
) -> Mapping[str, list[list[Value]]]:
    return {name: [list(head or HEAD), *rows, *ROWS]}


def book(
    name: str, zh: str, en: str, content: Mapping[str, list[list[Value]]], answer: Refused | Read
) -> Case:
    return Case(name, zh, en, {"export.xlsx": lambda path: write_workbook(path, content)}, answer)


def raw(
    name: str, zh: str, en: str, content: Content, answer: Refused | Read, file: str = "export.xlsx"
) -> Case:
    return Case(name, zh, en, {file: content}, answer)


def part(
    changes: Mapping[str, tuple[str, str]], rows: Mapping[str, list[list[Value]]] | None = None
) -> Content:
    """A workbook with texts replaced in some of its parts."""

    def made(path: Path) -> None:
        write_workbook(path, rows or sheets())
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        for name, (old, new) in changes.items():
            assert old in parts[name], name
            parts[name] = parts[name].replace(old, new, 1)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return made


def bomb(path: Path) -> None:
    """A sheet that unpacks to far more than it holds."""
    write_workbook(path, sheets())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(
        b"<sheetData>", b"<sheetData>" + b" " * 80_000_000
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def cut(path: Path) -> None:
    write_workbook(path, sheets())
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def locked() -> bytes:
    """The frame of a workbook with a password: a compound file that holds an encrypted package."""
    name = "EncryptedPackage".encode("utf-16-le")
    entry = struct.Struct("<64sHBBIII16sIQQIQ")
    root = "Root Entry".encode("utf-16-le")
    none, free, last = 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        1,
        1,
        0,
        4096,
        last,
        0,
        last,
        0,
        0,
    )
    header += struct.pack("<108I", *[free] * 108)
    table = struct.pack(
        "<128I", 0xFFFFFFFD, last, *[number + 1 for number in range(2, 9)], last, *[free] * 118
    )
    folder = entry.pack(root, len(root) + 2, 5, 1, none, none, 1, b"", 0, 0, 0, last, 0)
    folder += entry.pack(name, len(name) + 2, 2, 1, none, none, none, b"", 0, 0, 0, 2, 4096)
    folder += bytes(256)
    return header + table + folder + bytes(range(256)) * 16


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHEET = "xl/worksheets/sheet1.xml"
PLACE = "export.xlsx [rating]"

WORKBOOKS = Family(
    "workbooks",
    "工作簿",
    "Workbooks",
    (
        raw("not-a-zip", "名为 .xlsx，其实是 CSV", "called .xlsx, but CSV", "rating_id,level,rated_at\n" + "".join(f"R{n},good,{time(n)}\n" for n in range(1, 201)), Read(200, 200), "rating.xlsx"),
        raw("web-page", "名为 .xls，其实是网页", "called .xls, but a web page", "<html><body><table><tr><td>评价</td></tr></table></body></html>", Refused("ZS4037", "export.xls"), "export.xls"),
        raw("random", "名为 .xlsx，其实是随机字节", "called .xlsx, but random bytes", bytes((n * 167 + n // 7 * 31 + 128) % 255 + 1 for n in range(4000)), Refused("ZS4010", "export.xlsx:1")),
        raw("empty", "0 字节的工作簿", "a workbook of no bytes", b"", Refused("ZS4009", "export.xlsx")),
        raw("cut", "工作簿缺了后半", "half a workbook", cut, Refused("ZS4023", "export.xlsx")),
        raw("encrypted", "加了密码的工作簿", "a workbook with a password", locked(), Refused("ZS4027", "export.xlsx")),
        raw("ole-damaged", "名为 .xlsx 的旧格式文件，已损坏", "a damaged file of the old format called .xlsx", OLE, Refused("ZS4037", "export.xlsx")),
        raw("sheet-broken", "工作表的 XML 有错", "a sheet's XML is broken", part({SHEET: ("</sheetData>", "</sheetDat>")}), Refused("ZS4037", "export.xlsx")),
        raw("sheet-missing", "工作簿列出的工作表不在里面", "a sheet that is listed is not there", part({"xl/_rels/workbook.xml.rels": ("worksheets/sheet1.xml", "worksheets/sheet9.xml")}), Refused("ZS4037", "export.xlsx")),
        raw("entity-bomb", "工作表里有 XML 实体炸弹", "an XML entity bomb in a sheet", part({SHEET: ("<worksheet", '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet')}), Read(200, 200)),
        raw("entity-used", "单元格用了自定义的 XML 实体", "a cell that uses an XML entity of its own", part({SHEET: ("<worksheet", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet'), "xl/workbook.xml": ("<sheets>", "<sheets>")}, sheets(["R0", "&a;", "2024-03-01 09:00:00", None])), Read(201, 200, ((f"{PLACE}:2", "ZS4210"),))),
        raw("bomb", "工作表解开后是原来的许多倍", "a sheet that unpacks to many times its size", bomb, Refused("ZS4024", "export.xlsx")),
        raw("huge-dimension", "声明的范围极大，其实只有几行", "a declared range of everything, a few rows in fact", part({SHEET: ("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')}), Read(200, 200)),
        raw("cell-far-away", "极远处有一个单元格", "a cell far away from the rest", part({SHEET: ("</sheetData>", '<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>')}), Refused("ZS4037", "export.xlsx")),
        raw("chart-only", "只有图表，没有工作表", "a chart and no sheet", part({"xl/workbook.xml": ('<sheet name="rating" sheetId="1" r:id="s1"/>', "")}), Refused("ZS4009", "export.xlsx")),
        book("sheets-empty", "工作表都是空的", "the sheets are empty", {"rating": [], "单位": []}, Refused("ZS4009", "export.xlsx")),
        book("sheet-unknown", "工作表名不是记录类型", "a sheet's name is no record type", sheets(name="Sheet1"), Refused("ZS4074", "export.xlsx", ("Sheet1",))),
        Case("declared-sheet-missing", "清单指定的工作表不存在", "the manifest's sheet is not there", {"log.yaml": "sources: {rating: {file: export.xlsx, sheet: 三月}}\n", "export.xlsx": lambda path: write_workbook(path, sheets())}, Refused("ZS4038", "export.xlsx", ("三月", "rating"))),
        book("key-column-missing", "没有主键列", "no column of the key", sheets(head=["编号", "level", "rated_at", "words"]), Refused("ZS4031", f"{PLACE}:1", ("编号",))),
        book("bad-code", "代码不在表里", "a code outside its list", sheets(["R0", "x", "2024-03-01 09:00:00", None]), Read(201, 200, ((f"{PLACE}:2", "ZS4210"),))),
        book("error-cells", "单元格是错误值（#REF!）", "cells with errors (#REF!)", sheets(["R0", Cell("#REF!", kind="e"), "2024-03-01 09:00:00", None]), Read(201, 201, notes=("the first in B2",), exit=1)),
        book("formula-without-result", "公式没有保存结果", "a formula without its result", sheets(["R0", Cell("", formula="A1", kind="str"), "2024-03-01 09:00:00", None]), Read(201, 201, notes=("the first in B2",), exit=1)),
        book("date-serial-unformatted", "日期没有日期格式，是序号", "a date without its format: a serial number", sheets(["R0", "good", 45352.375, None]), Read(201, 200, ((f"{PLACE}:2", "ZS4208"),))),
        book("date-serial-out-of-range", "日期序号超出范围", "a date's number out of range", sheets(["R0", "good", Cell("99999999", style=TIME), None]), Read(201, 200, ((f"{PLACE}:2", "ZS4208"),))),
        book("date-serial-negative", "日期序号是负数", "a date's number is negative", sheets(["R0", "good", Cell("-1", style=TIME), None]), Read(201, 200, ((f"{PLACE}:2", "ZS4208"),))),
        book("long-number", "编号存成数，末几位已丢失", "a number saved as a number has lost its last digits", sheets([370100202403010001, "good", "2024-03-01 09:00:00", None]), Read(201, 200, ((f"{PLACE}:2", "ZS4202"),))),
        raw("merged-cells", "合并的单元格：只有第一行有值", "merged cells: only the first row has the value", part({SHEET: ("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>')}, sheets(["R0", "good", "2024-03-01 09:00:00", None], ["R00", "good", None, None])), Read(202, 201, ((f"{PLACE}:3", "ZS4201"),))),
        book("title-row", "标题行以上有一行说明", "a title above the header", {"rating": [["2024年3月评价"], list(HEAD), *ROWS]}, Read(200, 200, notes=("2024年3月评价",))),
        raw("old-excel-cut", "旧的 .xls 缺了后半", "half an old .xls", OLE, Refused("ZS4037", "export.xls"), "export.xls"),
    ),
)  # fmt: skip
