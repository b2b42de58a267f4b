"""Which language to speak: `--lang`, else the locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LANGUAGES = ("zh", "en")


def from_environment(environment: Mapping[str, str]) -> str:
    """`zh` for a Chinese locale, else `en`. The first of LC_ALL, LC_MESSAGES and LANG that is set decides,
    as POSIX says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of help and messages, known before the arguments are parsed: even a usage error is said
    in it.

    The last `--lang` counts, as for every option; a value that is no language leaves the locale's choice
    (and is reported by the parser afterwards). After `fmt` it is not ours: there it names the language to
    rewrite into, and the user may well read the other one."""
    asked = command = None
    previous = ""
    for word in arguments:
        value = word.removeprefix("--lang=") if word.startswith("--lang=") else None
        if previous == "--lang":
            value = word
        elif command is None and not word.startswith("-"):
            command = word
        if command == "fmt":
            break
        if value in LANGUAGES:
            asked = value
        previous = word
    return asked or from_environment(environment)
