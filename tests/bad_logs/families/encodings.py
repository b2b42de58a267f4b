# ruff: noqa: E501, PLR0917  (tables of cases are read across)
"""Texts in the wrong encoding, or in several."""

from __future__ import annotations

from bad_logs.model import HEAD, Case, Family, Read, Refused, good

GB = "gb18030"
AT = "2024-03-01 09:00:00"


def chinese(count: int, start: int = 1) -> str:
    """Good rows with Chinese words."""
    return "".join(
        f"R{number},good,2024-03-{number % 28 + 1:02d} 09:{number % 60:02d}:00,服务态度很好\n"
        for number in range(start, start + count)
    )


def csv(name: str, zh: str, en: str, content: bytes, answer: Refused | Read) -> Case:
    return Case(name, zh, en, {"rating.csv": content}, answer)


def declared(name: str, zh: str, en: str, encoding: str, content: bytes, answer: Refused | Read) -> Case:
    manifest = f"sources: {{rating: {{file: rating.csv, encoding: {encoding}}}}}\n"
    return Case(name, zh, en, {"log.yaml": manifest, "rating.csv": content}, answer)


UTF8_HALF, GB_HALF = (HEAD + chinese(100)).encode(), chinese(100, 101).encode(GB)
WIDE = (HEAD + chinese(200)).encode("utf-16-le")
ONE_BAD = f"R0,good,{AT},".encode() + b"\x81\xff\n"

ENCODINGS = Family(
    "encodings",
    "编码",
    "Encodings",
    (
        csv("gb18030-in-utf8", "UTF-8 文件的后半是 GB18030", "the second half of a UTF-8 file is GB18030", UTF8_HALF + GB_HALF, Refused("ZS4022", "rating.csv:102", (str(len(UTF8_HALF) + 30),))),
        csv("utf8-in-gb18030", "GB18030 文件的后半是 UTF-8", "the second half of a GB18030 file is UTF-8", (HEAD + chinese(100)).encode(GB) + chinese(100, 101).encode(), Refused("ZS4022", "rating.csv:2")),
        csv("gb18030-far-down", "两万行之后出现 GB18030", "GB18030 after twenty thousand lines", (HEAD + good() * 100).encode() + chinese(100, 1001).encode(GB), Read(20_100, 300, duplicates=19_800, notes=("GB18030",))),
        csv("one-gb18030-line", "UTF-8 文件里有一行是 GB18030", "one line of a UTF-8 file is GB18030", (HEAD + chinese(200)).encode() + chinese(1, 0).encode(GB), Read(201, 200, (("rating.csv:202", "ZS4258"),))),
        csv("one-bad-line", "有一行的字节不是任何文字", "one line holds bytes of no encoding", (HEAD + chinese(200)).encode() + ONE_BAD, Read(201, 200, (("rating.csv:202", "ZS4258"),))),
        csv("one-bad-line-gb18030", "GB18030 文件里有一行的字节不是任何文字", "one line of a GB18030 file holds bytes of no encoding", (HEAD + chinese(200)).encode(GB) + ONE_BAD, Read(201, 200, (("rating.csv:202", "ZS4258"),), notes=("GB18030",))),
        csv("cut-character", "末尾的汉字只有一半", "the last character is cut in half", (HEAD + chinese(200)).encode()[:-2], Read(200, 199, (("rating.csv:201", "ZS4258"),))),
        csv("cut-character-gb18030", "GB18030 文件末尾的汉字只有一半", "the last character of a GB18030 file is cut in half", (HEAD + chinese(200)).encode(GB)[:-2], Read(200, 199, (("rating.csv:201", "ZS4258"),), notes=("GB18030",))),
        csv("utf16-odd", "UTF-16 文件的字节数是奇数", "UTF-16 with an odd number of bytes", b"\xff\xfe" + WIDE[:-3], Read(200, 199, (("rating.csv:201", "ZS4258"),), notes=("UTF-16 LE",))),
        csv("utf16-without-mark", "没有字节序标记的 UTF-16", "UTF-16 without a byte order mark", WIDE, Read(200, 200, notes=("UTF-16 LE",))),
        csv("utf16-wrong-mark", "字节序标记与内容相反", "a byte order mark of the other order", b"\xfe\xff" + WIDE, Refused("ZS4031", "rating.csv:1")),
        csv("utf8-mark-on-gb18030", "GB18030 文件带 UTF-8 标记", "a UTF-8 mark before GB18030", b"\xef\xbb\xbf" + (HEAD + chinese(200)).encode(GB), Read(200, 200, notes=("GB18030",))),
        csv("two-marks", "两个 UTF-8 标记", "two UTF-8 marks", b"\xef\xbb\xbf\xef\xbb\xbf" + (HEAD + chinese(200)).encode(), Read(200, 200)),
        csv("mark-in-middle", "拼接处有字节序标记", "a byte order mark in the middle, where files were joined", (HEAD + chinese(100)).encode() + b"\xef\xbb\xbf" + chinese(100, 101).encode(), Read(200, 200)),
        csv("mark-only", "只有字节序标记", "nothing but a byte order mark", b"\xef\xbb\xbf", Refused("ZS4009", "rating.csv")),
        csv("random", "随机字节", "random bytes", bytes((each * 167 + each // 7 * 31 + 128) % 255 + 1 for each in range(4000)), Refused("ZS4010", "rating.csv:1")),
        csv("picture", "其实是图片", "it is a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)) * 9, Refused("ZS4010", "rating.csv:1")),
        csv("western", "西欧编码（Latin-1）", "a western encoding (Latin-1)", (HEAD + chinese(100)).encode() + f"R0,good,{AT},café\n".encode("latin-1"), Read(101, 100, (("rating.csv:102", "ZS4258"),))),
        declared("declared-utf8", "清单说 UTF-8，其实是 GB18030", "declared UTF-8, but GB18030", "utf-8", (HEAD + chinese(200)).encode(GB), Read(200, 200, notes=("GB18030",))),
        declared("declared-gb18030", "清单说 GB18030，其实不是", "declared GB18030, but it is not", "gb18030", HEAD.encode() + ONE_BAD * 50, Refused("ZS4059", "rating.csv:2", ("GB18030",))),
        declared("declared-utf16", "清单说 UTF-16，其实是 UTF-8", "declared UTF-16, but UTF-8", "utf-16", (HEAD + chinese(200)).encode(), Refused("ZS4031", "rating.csv:1")),
        declared("declared-unknown", "清单里的编码名不存在", "the manifest's encoding does not exist", "utf-9", (HEAD + chinese(200)).encode(), Refused("ZS4051", "log.yaml:1:48", ("utf-9",))),
        Case("file-name-not-utf8", "文件名不是 UTF-8", "a file name that is no UTF-8", {"rating.csv": HEAD + good(), "bad-\udcff\udcfe.csv": HEAD}, Read(200, 200)),
    ),
)  # fmt: skip
