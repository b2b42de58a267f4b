"""The URL of a database: what of it is used, and what is never shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from zhunsheng.logs.errors import log_error


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. It holds no password."""

    host: str | None
    port: int | None
    user: str | None
    database: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""
    """As messages show it: no user, no parameters."""


def address(url: str, name: str, allowed: Collection[str]) -> Address:
    """Take a URL apart; `name` is the source as messages show it, `allowed` are the parameters it may have.

    Raises LogError: ZS4142 (no such URL), ZS4143 (a password in it).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise log_error("ZS4142", name, reason="⟨url_port⟩") from None
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.password is not None or any("pass" in key.lower() for key in parameters):
        raise log_error("ZS4143", name)
    unknown = [key for key in parameters if key not in allowed]
    if unknown:
        raise log_error("ZS4148", name, parameter=unknown[0], allowed=", ".join(sorted(allowed)))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise log_error("ZS4142", name, reason="⟨url_database⟩")
    host = parts.hostname
    shown = f"{parts.scheme}://{host or ''}{f':{port}' if port else ''}/{database}"
    user = unquote(parts.username) if parts.username else None
    return Address(host, port, user, database, parameters, shown)
