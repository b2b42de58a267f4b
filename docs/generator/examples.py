"""Examples that are no rule text: logs, manifests, packs, vocabularies, calendars, command lines. Each is
run, and the page shows what the program said (texts/examples.yaml says how).
"""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from generator.shown import Shown, only, rendered, shortened
from zhunsheng.diagnostics import Diagnostic

ROOT = Path(__file__).parents[2]
TEXTS = Path(__file__).parent / "texts"


def shown(code: str) -> Shown | None:
    """The example of a code, run now. Raises ValueError when it does not end in this code."""
    example = _examples().get(code)
    if example is None:
        return None
    run = example["run"]
    files = example.get("files") or example.get("shown") or {}
    titles = tuple((name, shortened(text)) for name, text in files.items())
    if run == "values":
        values = {key: str(value) for key, value in (example.get("values") or {}).items()}
        found = [Diagnostic(code, None, values, place=example.get("place"))]
        return Shown(titles, tuple(rendered(found, language) for language in ("zh", "en")))
    with _folder(example) as folder:
        if run == "command":
            line = "zhunsheng " + " ".join(example["line"])
            said = tuple(_commanded(example["line"], language, folder) for language in ("zh", "en"))
            said = tuple(only(one, code) for one in said)
            titles = (*titles, (None, f"$ {line}"))
        else:
            found = [one for one in _RUNS[run](folder, example) if one.code == code]
            said = tuple(rendered(found, language, str(folder)) for language in ("zh", "en"))
    if not all(said):
        raise ValueError(f"{code}: the example in texts/examples.yaml does not end in it")
    return Shown(titles, said)


@cache
def _examples() -> Mapping[str, Any]:
    data = yaml.safe_load((TEXTS / "examples.yaml").read_text(encoding="utf-8"))
    return {
        code: {**example, "run": example.get("run", group["run"])}
        for group in data
        for code, example in group["codes"].items()
    }


@contextmanager
def _folder(example: Mapping[str, Any]) -> Iterator[Path]:
    """A folder with the example's files; `bytes` are hexadecimal digits, `repeat` makes a file long."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        encoding = example.get("encoding", "utf-8")
        files = {
            name: text.encode(encoding)
            for name, text in {**(example.get("hidden") or {}), **(example.get("files") or {})}.items()
        }
        files |= {name: bytes.fromhex(text) for name, text in (example.get("bytes") or {}).items()}
        for name, (text, times, *head) in (example.get("repeat") or {}).items():
            files[name] = "".join(head).encode() + text.encode() * times
        for name, source in (example.get("copies") or {}).items():
            shutil.copytree(ROOT / source, folder / name)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        yield folder


def _log(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.logs import LogError, load
    from zhunsheng.packs import locations
    from zhunsheng.semantics import load_vocabulary

    options = {key: example[key] for key in ("on_bad_record",) if key in example}
    try:
        log = load(folder / example.get("log", "."), load_vocabulary(locations.records())[0], **options)
    except LogError as error:
        return list(error.diagnostics)
    found = [*log.quality.notes, *(bad.diagnostic for bad in log.quality.bad_values)]
    log.close()
    return found


def _opened(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    """One file or database as its raw tables, before anything is known of records."""
    from zhunsheng.logs import LogError
    from zhunsheng.logs.paths import FORMATS, SourceFile
    from zhunsheng.logs.session import open_session
    from zhunsheng.logs.tables.opening import open_tables

    name = example["open"]
    format_ = example.get("format") or FORMATS[Path(name).suffix]
    session = open_session()
    try:
        open_tables(SourceFile(folder / name, name, format_, url=example.get("url")), session)
    except LogError as error:
        return [error.diagnostic]
    finally:
        session.close()
    return []


def _vocabulary(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.semantics import load_vocabulary

    return list(load_vocabulary(folder / example.get("folder", "."))[1])


def _pack(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.packs import lint_pack, load_pack

    pack = load_pack(folder / example.get("pack", "."))
    return list(lint_pack(pack))


def _tests(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.drafting.reading import read_tests
    from zhunsheng.packs import load_pack

    # The small pack of tests/cli, with the example's test file.
    shutil.copytree(ROOT / "tests" / "cli" / "small", folder, dirs_exist_ok=True)
    return list(read_tests(load_pack(folder))[1])


def _calendar(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.calendars import CalendarFileError, load

    try:
        load([folder / "calendar.yaml"])
    except CalendarFileError as error:
        return [error.diagnostic]
    return []


def _rules(folder: Path, example: Mapping[str, Any]) -> list[Diagnostic]:
    from zhunsheng.syntax import parse, read_source

    source = read_source(folder / "a.rule", "a.rule")
    return [source] if isinstance(source, Diagnostic) else list(parse(source)[1])


_RUNS: Mapping[str, Callable[[Path, Mapping[str, Any]], list[Diagnostic]]] = {
    "log": _log,
    "opened": _opened,
    "vocabulary": _vocabulary,
    "pack": _pack,
    "calendar": _calendar,
    "tests": _tests,
    "rules": _rules,
}


def _commanded(line: list[str], language: str, folder: Path) -> str:
    """What a command line writes to stderr, with the small pack and log of tests/cli beside it."""
    from zhunsheng.cli.entry import run

    error = io.StringIO()
    words = [re.sub(r"^tests/", f"{ROOT}/tests/", word) for word in line]
    with chdir(folder), redirect_stderr(error), redirect_stdout(io.StringIO()):
        os.environ.setdefault("LC_ALL", "C.UTF-8")
        run(["--lang", language, *words])
    return error.getvalue().replace(f"{ROOT}/", "").replace(str(folder) + "/", "").replace(str(folder), ".")
