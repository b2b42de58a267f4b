"""What a database's driver says of a failure, short enough for one line and without anything secret."""

from __future__ import annotations

import re

_LONGEST = 200
_NOISE = re.compile(r"^(?:[A-Z_]+: )?(?:\[[a-z]+\] ?)?(?:\[libpq\] ?)?")


def reason(error: BaseException) -> str:
    """The first line of an error, as the server or the driver writes it."""
    text = " ".join(str(error).split())
    text = _NOISE.sub("", text).removeprefix("Failed to connect: ")
    text = text.partition(" Is the server running")[0]
    # Drivers may repeat what they were called with.
    text = re.sub(r"(\w+://)[^\s@/]*@", r"\1", text)
    text = re.sub(r"(?i)(passw(?:or)?d\s*=\s*)\S+", r"\1…", text)
    return text[:_LONGEST].rstrip(". ") or type(error).__name__
