"""Writes the generated pages of the documentation: `python docs/generate.py`; `--check` only compares.

Generated are `diagnostics/` (a page per code), `clauses/` (a page per pack), `vocabulary.md`, and the blocks
of program output in pages that hold a `<!-- output: … -->` mark. `python docs/generate.py --picture` draws
`images/check.svg` anew.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS), str(DOCS.parent / "engine")]

from generator import bad_logs, clauses, diagnostics, outputs, picture, profiles, vocabulary  # noqa: E402


def main(arguments: list[str]) -> int:
    """0 when the pages are (now) up to date, 1 when `--check` found one that is not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, name the pages that would change"
    )
    parser.add_argument("--picture", action="store_true", help="draw images/check.svg")
    parser.add_argument("--no-outputs", action="store_true", help="leave out blocks of program output")
    chosen = parser.parse_args(arguments)
    if chosen.picture:
        picture.draw(DOCS / "images" / "check.svg")
        return 0
    pages = {**diagnostics.pages(), **clauses.pages(), **profiles.pages()}
    pages["vocabulary.md"] = vocabulary.page()
    pages["bad-logs.md"] = bad_logs.page()
    if not chosen.no_outputs:
        pages |= outputs.pages(DOCS)
    stale = [name for name, text in pages.items() if _text(DOCS / name) != text]
    stray = sorted(
        path
        for folder in ("diagnostics", "clauses", "profiles")
        for path in (DOCS / folder).glob("*.md")
        if f"{folder}/{path.name}" not in pages
    )
    if chosen.check:
        for name in [*stale, *(path.relative_to(DOCS).as_posix() for path in stray)]:
            print(f"docs/{name} is not up to date: python docs/generate.py")
        return 1 if stale or stray else 0
    for name in stale:
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(pages[name], encoding="utf-8")
    for path in stray:
        path.unlink()
    print(f"{len(pages)} pages, {len(stale)} written, {len(stray)} removed")
    return 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
