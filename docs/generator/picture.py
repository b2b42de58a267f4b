"""`images/check.svg`: the first lines of a real check of the pilot site, as a terminal.

Rich gives each run of text a length in pixels that counts characters, not columns, and uses a web font. Here
every stretch of Chinese and of Latin text gets a place and a length of its own, in columns, so that the table
stands straight in whatever fonts the reader has.
"""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from generator.outputs import printed

LINE = "check gbt39734 --log fixtures/pilot-site --lang zh"
LINES = 36
FONTS = (
    "Menlo, Consolas, 'DejaVu Sans Mono', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans Mono CJK SC', "
    "'Noto Sans CJK SC', monospace"
)
COLUMN = 12.2
"""Pixels, as rich draws them."""
_RUN = re.compile(
    r'<text class="(?P<class>[^"]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="[\d.]+" '
    r'(?P<clip>clip-path="[^"]+")>(?P<text>.*?)</text>'
)
_STRETCH = re.compile(r"[\u2e80-\uffef“”]+|[^\s\u2e80-\uffef“”]+")
_COLOURS = {"✓": "green", "✗": "red", "?": "yellow"}


def draw(path: Path) -> None:
    """Run the check and write the picture."""
    lines = printed(LINE).split("\n")
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, legacy_windows=False)
    console.print(Text.assemble(("$ ", "dim"), (f"zhunsheng {LINE}", "bold")))
    for line in [*lines[:LINES], "…"]:
        console.print(_coloured(line), no_wrap=True, crop=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title="准绳 zhunsheng", unique_id="check")
    path.write_text(_local_fonts(_RUN.sub(_stretches, svg)), encoding="utf-8")


def _stretches(run: re.Match[str]) -> str:
    text = html.unescape(run["text"]).replace("\xa0", " ")
    made = []
    for part in _STRETCH.finditer(text):
        x = float(run["x"]) + COLUMN * cell_len(text[: part.start()])
        long = COLUMN * cell_len(part[0])
        made.append(
            f'<text class="{run["class"]}" x="{x:g}" y="{run["y"]}" textLength="{long:g}" {run["clip"]}>'
            f"{html.escape(part[0])}</text>"
        )
    return "".join(made)


def _coloured(line: str) -> Text:
    text = Text(line)
    colour = _COLOURS.get(line[:1])
    if colour:
        mark = re.match(r"\S+ +\S+", line)
        text.stylize(colour, 0, mark.end() if mark else 1)
    if line.startswith("结论"):
        text.stylize("bold red" if "不符合；" in line[:9] else "bold")
    return text


def _local_fonts(svg: str) -> str:
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "\n", svg, flags=re.DOTALL)
    svg = svg.replace("font-variant-east-asian: full-width;", "")
    svg = re.sub(r"font-family: Fira Code, monospace;", f"font-family: {FONTS};", svg)
    return re.sub(r"font-family: arial;", f"font-family: {FONTS};", svg)
