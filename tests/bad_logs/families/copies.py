# ruff: noqa: E501  (tables of cases are read across)
"""Canonical copies that are not as the import wrote them, or are asked for what they cannot give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bad_logs.model import HEAD, Case, Family, Read, Refused, good
from cli.commandline import command

PACK = Path(__file__).parents[1] / "pack"
PART = "rating/part-0001.parquet"


def copy(change: Callable[[Path], object] = lambda _: None) -> Callable[[Path], None]:
    """A copy of good ratings, changed."""

    def made(path: Path) -> None:
        log = path.parent / "rating.csv"
        log.write_text(HEAD + good(), encoding="utf-8")
        assert command("import", log, "-o", path, "--pack", PACK, "--reveal").code == 0
        log.unlink()
        change(path)

    return made


def shortened(name: str) -> Callable[[Path], object]:
    def change(path: Path) -> object:
        return (path / name).write_bytes((path / name).read_bytes()[:-40])

    return change


def rewritten(old: str, new: str) -> Callable[[Path], object]:
    """The manifest with a text replaced."""

    def change(path: Path) -> object:
        manifest = path / "log.yaml"
        text = manifest.read_text(encoding="utf-8")
        assert old in text
        return manifest.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def changed(path: Path) -> object:
    """One byte turned over."""
    part = path / PART
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    return part.write_bytes(content)


def case(
    name: str,
    zh: str,
    en: str,
    answer: Refused | Read,
    change: Callable[[Path], object] = lambda _: None,
    *options: str,
) -> Case:
    return Case(name, zh, en, {"copy": copy(change)}, answer, log="copy", options=options)


COPIES = Family(
    "copies",
    "规范副本",
    "Canonical copies",
    (
        case("good", "对照：没有问题的副本", "for comparison: nothing is wrong", Read(200, 200)),
        case("part-cut", "一个文件缺了末尾", "a file without its end", Refused("ZS4504", f"copy/{PART}"), shortened(PART)),
        case("part-changed", "一个文件改了一个字节", "a byte of a file is changed", Refused("ZS4504", f"copy/{PART}"), changed),
        case("part-gone", "一个文件不在了", "a file is gone", Refused("ZS4015", "copy/log.yaml:9:7", (PART,)), lambda path: (path / PART).unlink()),
        case("zone-edited", "时区被改过", "the zone was edited", Refused("ZS4510", "copy/log.yaml", ("Asia/Tokyo",)), rewritten("zone: Asia/Shanghai", "zone: Asia/Tokyo")),
        case("files-edited", "清单里加了一个文件", "a file was added to the manifest", Refused("ZS4506", "copy/log.yaml"), rewritten("    - rating/part-0001.parquet\n", "    - rating/part-0001.parquet\n    - rating/part-0001.parquet\n")),
        case("newer-version", "由更新的版本写成", "written by a newer version", Refused("ZS4507", "copy/log.yaml"), rewritten("format: 1", "format: 99")),
        case("mended", "要求送回修改过的记录", "mended records are handed in", Refused("ZS4520", "copy/log.yaml", ("--mended",)), lambda _: None, "--mended", "@copy/log.yaml"),
        case("profile", "要求再作映射", "a profile is asked for", Refused("ZS4520", "copy/log.yaml", ("--profile",)), lambda path: path.with_name("own.yaml").write_text("profile: own\ntitle: x\ntables: {t: {names: [t], records: {unit: {fields: {unit_id: a}}}}}\n"), "--profile", "@own.yaml"),
    ),
)  # fmt: skip
