"""Where profiles lie, and `load`: a name or a path becomes a checked profile, what it extends included."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from zhunsheng.diagnostics import Diagnostic, Severity, Span
from zhunsheng.logs.errors import LogError
from zhunsheng.logs.profiles.checking import problems
from zhunsheng.logs.profiles.merging import extended
from zhunsheng.logs.profiles.model import Profile
from zhunsheng.logs.profiles.reading import ProfileReader
from zhunsheng.packs import locations
from zhunsheng.packs.reading import inside, read_source
from zhunsheng.packs.schema_check import problems as schema_problems
from zhunsheng.packs.yaml_text import read
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.semantics.wording import suggestion

_LONGEST_CHAIN = 8
_SUFFIXES = (".yaml", ".yml")


def folder() -> Path:
    """The folder of shipped profiles."""
    return locations.schemas() / "profiles"


def shipped(*, abstract: bool = False) -> tuple[str, ...]:
    """Ids of the shipped profiles; those that are only there to be extended only if asked for."""
    names = sorted(path.stem for path in folder().glob("*.yaml"))
    return tuple(name for name in names if abstract or not _is_abstract(name))


@lru_cache(maxsize=32)
def _is_abstract(name: str) -> bool:
    return "\nabstract: true" in (folder() / f"{name}.yaml").read_text(encoding="utf-8")


def load(name: str | Path, vocabulary: Vocabulary, beside: Path | None = None) -> Profile:
    """The profile of a name (`zhejiang`) or in a file. A path is taken from the folder `beside`, if given.

    Raises LogError with everything that is wrong with it (ZS43xx; ZS51xx for the YAML itself).
    """
    return _load(name, vocabulary, beside, ())


def _load(name: str | Path, vocabulary: Vocabulary, beside: Path | None, chain: tuple[Path, ...]) -> Profile:
    path = _find(str(name), beside)
    if path.resolve() in chain or len(chain) >= _LONGEST_CHAIN:
        raise _error([Diagnostic("ZS4302", None, {"name": str(name)}, place=str(path))])
    source, wrong = read_source(path)
    if source is None:
        raise _error([wrong] if wrong else [])
    document = read(source)
    found = document.diagnostics or schema_problems(document, "profile")
    if found:
        raise _error(found)
    reader = ProfileReader(document)
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    profile = replace(reader.profile(), digests={path.name: digest})
    base = document.value.get("extends")
    if base is not None:
        profile = extended(
            _load(base, vocabulary, path.parent, (*chain, path.resolve())),
            profile,
        )
    found = reader.diagnostics + problems(profile, vocabulary, Span(source, 0, 0))
    if any(one.severity is Severity.ERROR for one in found):
        raise _error(found)
    return profile


def _find(name: str, beside: Path | None) -> Path:
    if name in shipped(abstract=True):
        return folder() / f"{name}.yaml"
    if name.endswith(_SUFFIXES):
        path = Path(name) if beside is None else beside / name
        # A profile that was handed in may only name files beside it.
        if path.is_file() and (beside is None or inside(beside, path)):
            return path
    values = {"name": name, "known": ", ".join(shipped()), **suggestion(name, shipped())}
    raise _error([Diagnostic("ZS4301", None, values)])


def _error(found: list[Diagnostic]) -> LogError:
    return LogError(found[0], first=tuple(found[1:]))
