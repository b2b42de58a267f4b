"""`zhunsheng fmt`: uniform layout, and rewriting between the surface languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunsheng.cli.commands import Choice, LocalCommand, help_of, option
from zhunsheng.cli.exits import Exit, Stop, stop
from zhunsheng.cli.language import LANGUAGES
from zhunsheng.cli.words import words
from zhunsheng.diagnostics import Severity

if TYPE_CHECKING:
    from zhunsheng.packs import LoadedPack


def command(language: str) -> click.Command:
    """The command with help in `language`."""
    texts = words(language)

    def run(files: tuple[str, ...], check: bool, lang: str | None, pack: str | None) -> int:
        return fmt(files, check=check, target=lang, pack=pack, language=language)

    params: list[click.Parameter] = [
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        option(texts, "fmt", "--check", is_flag=True),
        Choice(["--lang"], LANGUAGES, help=help_of(texts, "fmt", ["--lang"])),
        option(texts, "fmt", "--pack", metavar="PACK"),
    ]
    return LocalCommand("fmt", texts, params, run)


def fmt(files: Sequence[str], *, check: bool, target: str | None, pack: str | None, language: str) -> int:
    """Format the files, or with `check` only show what would change. Files with errors stay as they are."""
    from zhunsheng.cli.entry import complain
    from zhunsheng.cli.output import write_file

    texts = words(language)
    changed = same = 0
    broken = False
    formatter = _Formatter(target, pack)
    for path in rule_files(files):
        try:
            before, after = formatter.format(path)
        except Stop as reason:
            complain(reason.diagnostics, language)
            broken = True
            continue
        if before == after:
            same += 1
            continue
        changed += 1
        if check:
            click.echo(_difference(path, before, after), nl=False)
        else:
            write_file(path, after)
        click.echo(
            texts.text("fmt_result.would_change" if check else "fmt_result.changed", path=path), err=True
        )
    summary = "fmt_result.summary_check" if check else "fmt_result.summary_written"
    click.echo(texts.text(summary, changed=changed, same=same), err=True)
    if broken:
        return Exit.USAGE
    return Exit.FAILS if check and changed else Exit.CONFORMS


def rule_files(names: Sequence[str]) -> Iterator[Path]:
    """The files named, and all `.rule` files of the folders named. Raises Stop for a name that leads
    nowhere, before anything is written."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*.rule") if file.is_file())
            if not inside:
                raise stop("ZS5022", {"path": name})
            found |= dict.fromkeys(inside)
        elif path.exists():
            found[path] = None
        else:
            raise stop("ZS5013", {"path": name, "folder": str(Path.cwd())})
    return iter(found)


class _Formatter:
    """Formats files; loads each pack once, and only when names have to be rewritten."""

    def __init__(self, target: str | None, pack: str | None) -> None:
        self.target = target
        self.pack = pack
        self.loaded: dict[Path, LoadedPack] = {}
        self.told: set[Path] = set()
        """Packs whose errors were shown: once is enough for all their files."""

    def format(self, path: Path) -> tuple[str, str]:
        """The text before and after. Raises Stop when the file cannot be read or has errors."""
        from zhunsheng.packs.reading import read_source
        from zhunsheng.syntax import format_file, has_errors, parse

        source, unreadable = read_source(path)
        if source is None:
            raise Stop((unreadable,) if unreadable else (), Exit.USAGE)
        file, found = parse(source)
        if has_errors(found):
            raise Stop(found, Exit.USAGE)
        renames = self._renames(path) if self.target else None
        return _as_read(path), format_file(file, self.target, renames)

    def _renames(self, path: Path) -> dict[int, str]:
        from zhunsheng.semantics import renames

        assert self.target is not None
        pack = self._pack(path)
        for file in pack.files:
            if Path(file.source.name).resolve() == path.resolve():
                return renames(pack.checked, file, self.target)
        raise stop("ZS5023", {"path": str(path)})

    def _pack(self, path: Path) -> LoadedPack:
        from zhunsheng.packs import load_pack

        folder = Path(self.pack) if self.pack else _pack_folder(path)
        if folder is None:
            raise stop("ZS5023", {"path": str(path)})
        if folder not in self.loaded:
            self.loaded[folder] = load_pack(folder)
        pack = self.loaded[folder]
        if pack.has_errors:
            # A name that is not understood would stay in the old language: half a rewrite is worse than none.
            wrong = [found for found in pack.diagnostics if found.severity is Severity.ERROR]
            fresh = folder not in self.told
            self.told.add(folder)
            raise Stop(wrong if fresh else (), Exit.USAGE)
        return pack


def _pack_folder(path: Path) -> Path | None:
    """The nearest folder above a file that holds a pack.yaml."""
    return next((folder for folder in path.resolve().parents if (folder / "pack.yaml").is_file()), None)


def _as_read(path: Path) -> str:
    """The file's text as it stands, line ends included, so that a change of these counts as one."""
    return path.read_bytes().decode("utf-8", "replace")


def _difference(path: Path, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        str(path),
        f"{path} (zhunsheng fmt)",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
