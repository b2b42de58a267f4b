"""Regular expressions: RE2 only, so that matching takes linear time whatever a rule says."""

from __future__ import annotations

from functools import lru_cache

_LONGEST = 1000


@lru_cache(maxsize=4096)
def problem(pattern: str) -> str | None:
    """What RE2 says is wrong with a pattern, None when it can be used."""
    if len(pattern) > _LONGEST:
        return f"> {_LONGEST}"
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return None
