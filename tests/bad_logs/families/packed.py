# ruff: noqa: E501  (tables of cases are read across)
"""Archives: cut, damaged, locked, made to hurt, or holding nothing."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from bad_logs.model import HEAD, Case, Family, Read, Refused, around, good

CSV = (HEAD + good()).encode()
MEGABYTE = 1 << 20


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def linked(name: str, to: str) -> bytes:
    """A zip that holds a symbolic link beside good rows."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("unit.csv", b"unit_id,name\nU1,x\n")
        member = zipfile.ZipInfo(name)
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, to)
    return target.getvalue()


def locked(archive: bytes) -> bytes:
    """A zip whose members say that they are encrypted."""
    changed = bytearray(archive)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := archive.find(mark, at + 1)) >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + place)
            struct.pack_into("<H", changed, at + place, flags | 1)
    return bytes(changed)


def method(archive: bytes, number: int) -> bytes:
    """A zip that claims another way of packing."""
    changed = bytearray(archive)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = -1
        while (at := archive.find(mark, at + 1)) >= 0:
            struct.pack_into("<H", changed, at + place, number)
    return bytes(changed)


def damaged(packed: bytes, place: float = 0.5) -> bytes:
    """Bytes with some of them turned over."""
    at = int(len(packed) * place)
    return packed[:at] + bytes(each ^ 0x55 for each in packed[at : at + 8]) + packed[at + 8 :]


def wrong_checksum(packed: bytes) -> bytes:
    return packed[:-8] + bytes(each ^ 0xFF for each in packed[-8:-4]) + packed[-4:]


def gzip_bomb(megabytes: int) -> Callable[[Path], None]:
    """A gzip of nothing but one letter."""

    def made(path: Path) -> None:
        packer = zlib.compressobj(9, wbits=31)
        with path.open("wb") as file:
            file.write(packer.compress(HEAD.encode()))
            for _ in range(megabytes):
                file.write(packer.compress(b"0" * MEGABYTE))
            file.write(packer.flush())

    return made


def zip_bomb(megabytes: int) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
            archive.open("rating.csv", "w") as member,
        ):
            member.write(HEAD.encode())
            for _ in range(megabytes):
                member.write(b"0" * MEGABYTE)

    return made


def nested(depth: int) -> bytes:
    found = zipped({"rating.csv": CSV})
    for _ in range(depth):
        found = zipped({"rating.zip": found})
    return found


def many(count: int) -> Callable[[Path], None]:
    def made(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(count):
                archive.writestr(f"{number}.txt", b"")

    return made


def tarred(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def overlapping() -> bytes:
    """A zip whose directory names the same packed bytes a thousand times."""
    single = zipped({"rating.csv": CSV})
    start = single.find(b"PK\x01\x02")
    end = single.find(b"PK\x05\x06")
    entry = single[start:end]
    entries = entry * 11_000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 11_000, 11_000, len(entries), start, 0)
    return single[:start] + entries + tail


PACKED = Family(
    "packed",
    "压缩文件",
    "Archives",
    (
        Case("gzip-cut", "gzip 缺了末尾", "a gzip without its end", {"rating.csv.gz": gzip.compress(CSV)[:-20]}, Refused("ZS4023", "rating.csv.gz")),
        Case("gzip-header-only", "gzip 只有头部", "only the head of a gzip", {"rating.csv.gz": gzip.compress(CSV)[:10]}, Refused("ZS4023", "rating.csv.gz")),
        Case("gzip-damaged", "gzip 中间损坏", "a gzip damaged in the middle", {"rating.csv.gz": damaged(gzip.compress(CSV))}, Refused("ZS4023", "rating.csv.gz")),
        Case("gzip-checksum", "gzip 校验和不对", "a gzip whose checksum is wrong", {"rating.csv.gz": wrong_checksum(gzip.compress(CSV))}, Refused("ZS4023", "rating.csv.gz")),
        Case("gzip-trailing", "gzip 末尾多出无关字节", "bytes after the end of a gzip", {"rating.csv.gz": gzip.compress(CSV) + b"trailing"}, Refused("ZS4023", "rating.csv.gz")),
        Case("gzip-is-text", "名为 .gz，其实没有压缩", "called .gz, but not packed", {"rating.csv.gz": CSV}, Read(200, 200)),
        Case("gzip-empty-inside", "gzip 里是空文件", "a gzip of an empty file", {"rating.csv.gz": gzip.compress(b"")}, Refused("ZS4009", "rating.csv.gz")),
        Case("gzip-of-zero-bytes", "0 字节的 .gz", "a .gz of no bytes", {"rating.csv.gz": b""}, Refused("ZS4009", "rating.csv.gz")),
        Case("gzip-bomb", "gzip 炸弹：解开后是原来的一千倍", "a gzip bomb: a thousand times its size", {"rating.csv.gz": gzip_bomb(70)}, Refused("ZS4024", "rating.csv.gz", ("200",))),
        Case("gzip-nested", "gzip 里套 gzip，套了五层", "a gzip in a gzip, five times over", {"rating.csv.gz": gzip.compress(gzip.compress(gzip.compress(gzip.compress(gzip.compress(CSV)))))}, Refused("ZS4024", "rating.csv.gz")),
        Case("gzip-bad-row", "gzip 里有一行不合格", "a bad row inside a gzip", {"rating.csv.gz": gzip.compress(around("R0,none,2024-03-01 09:00:00,\n").encode())}, Read(201, 200, (("rating.csv.gz:2", "ZS4210"),))),
        Case("zip-cut", "zip 缺了末尾", "a zip without its end", {"rating.zip": zipped({"rating.csv": CSV})[:-30]}, Refused("ZS4023", "rating.zip")),
        Case("zip-damaged", "zip 成员的数据损坏", "damaged data of a zip's member", {"export.zip": damaged(zipped({"rating.csv": CSV}), 0.3)}, Refused("ZS4023", "export.zip/rating.csv")),
        Case("zip-is-text", "名为 .zip，其实是文本", "called .zip, but a text", {"rating.zip": b"not a zip at all"}, Refused("ZS4023", "rating.zip")),
        Case("zip-locked", "加密的 zip", "an encrypted zip", {"rating.zip": locked(zipped({"rating.csv": CSV}))}, Refused("ZS4027", "rating.zip", ("rating.csv",))),
        Case("zip-method", "zip 用了不支持的压缩方法", "a zip packed in an unknown way", {"rating.zip": method(zipped({"rating.csv": CSV}), 97)}, Refused("ZS4029", "rating.zip/rating.csv")),
        Case("zip-bomb", "zip 炸弹：解开后是原来的一千倍", "a zip bomb: a thousand times its size", {"rating.zip": zip_bomb(70)}, Refused("ZS4024", "rating.zip/rating.csv", ("200",))),
        Case("zip-nested", "zip 里套 zip，套了五层", "a zip in a zip, five times over", {"rating.zip": nested(5)}, Refused("ZS4024", "rating.zip/rating.zip/rating.zip/rating.zip")),
        Case("zip-many", "zip 里有一万多个文件", "a zip of more than 10,000 files", {"rating.zip": many(10_001)}, Refused("ZS4024", "rating.zip")),
        Case("zip-overlapping", "zip 目录把同一份数据列了一万多次", "a zip whose directory lists the same bytes 11,000 times", {"rating.zip": overlapping()}, Refused("ZS4024", "rating.zip")),
        Case("zip-traversal", "zip 里有 ../ 开头的文件名", "a zip with a name that begins with ../", {"rating.zip": zipped({"../rating.csv": CSV})}, Refused("ZS4025", "rating.zip", ("../rating.csv",))),
        Case("zip-traversal-inside", "zip 里的文件名中间有 ..", "a zip with .. inside a name", {"rating.zip": zipped({"a/../../rating.csv": CSV})}, Refused("ZS4025", "rating.zip", ("a/../../rating.csv",))),
        Case("zip-absolute", "zip 里有绝对路径", "a zip with an absolute path", {"rating.zip": zipped({"/data/rating.csv": CSV})}, Refused("ZS4025", "rating.zip", ("/data/rating.csv",))),
        Case("zip-backslashes", "zip 里有反斜杠写的外部路径", "a zip with a path outside, in backslashes", {"rating.zip": zipped({"..\\..\\rating.csv": CSV})}, Refused("ZS4025", "rating.zip", ("..\\..\\rating.csv",))),
        Case("zip-drive", "zip 里有带盘符的路径", "a zip with a drive letter", {"rating.zip": zipped({"C:\\data\\rating.csv": CSV})}, Refused("ZS4025", "rating.zip", ("C:\\data\\rating.csv",))),
        Case("zip-link", "zip 里有符号链接", "a zip with a symbolic link", {"rating.zip": linked("rating.csv", "/etc/passwd")}, Refused("ZS4026", "rating.zip", ("rating.csv",))),
        Case("zip-without-data", "zip 里没有数据文件", "a zip without data", {"rating.zip": zipped({"readme.txt": b"x"})}, Refused("ZS4028", "rating.zip")),
        Case("zip-empty", "空的 zip", "an empty zip", {"rating.zip": zipped({})}, Refused("ZS4028", "rating.zip")),
        Case("zip-member-missing", "清单指定的成员不在 zip 里", "a manifest names a member that is not there", {"log.yaml": "sources: {rating: {file: rating.zip, member: other.csv}}\n", "rating.zip": zipped({"rating.csv": CSV})}, Refused("ZS4028", "rating.zip")),
        Case("zip-bad-row", "zip 里有一行不合格", "a bad row inside a zip", {"export.zip": zipped({"rating.csv": around("R0,none,2024-03-01 09:00:00,\n").encode()})}, Read(201, 200, (("export.zip/rating.csv:2", "ZS4210"),))),
        Case("zip-one-bad-member", "两个成员中有一个是空的", "one of two members is empty", {"export.zip": zipped({"unit.csv": b"", "rating.csv": CSV})}, Refused("ZS4009", "export.zip/unit.csv")),
        Case("zip-unread-members", "zip 里有不能读取的文件，可能是数据", "a zip with files that are not read and may be data", {"export.zip": zipped({"rating.csv": CSV, "回复.txt": b"x", "unit.7z": b"7z"})}, Read(200, 200, notes=("export.zip/回复.txt", "export.zip/unit.7z"))),
        Case("zip-same-name-twice", "zip 里同名文件出现两次", "a zip with one name twice", {"export.zip": zipped({"rating.csv": CSV, "评价.csv": CSV})}, Read(400, 200, duplicates=200)),
        Case("seven-zip", "7z 压缩文件", "a 7z archive", {"rating.7z": b"7z\xbc\xaf\x27\x1c" + bytes(30)}, Refused("ZS4006", "rating.7z")),
        Case("tar-gzip", "tar.gz 压缩文件", "a tar.gz archive", {"rating.tar.gz": gzip.compress(tarred("rating.csv", CSV))}, Refused("ZS4006", "rating.tar.gz")),
    ),
)  # fmt: skip
