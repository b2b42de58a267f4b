"""What stops a load: one diagnostic (ZS4xxx), in both languages by its catalogue."""

from __future__ import annotations

from zhunsheng.diagnostics.model import Diagnostic, Span
from zhunsheng.logs.quality import Quality


class LogError(Exception):
    """The log cannot be read (exit code 4).

    When rows were read and too many were bad, `quality` holds the counts and `first` the first bad values.
    """

    def __init__(
        self, diagnostic: Diagnostic, quality: Quality | None = None, first: tuple[Diagnostic, ...] = ()
    ) -> None:
        super().__init__(diagnostic.code)
        self.diagnostic = diagnostic
        self.quality = quality
        self.first = first

    def __str__(self) -> str:
        """For a program's traceback, in English; `zhunsheng.diagnostics.render` has both languages."""
        from zhunsheng.diagnostics import render

        return render(self.diagnostic, "en")

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All there is to say, the refusal first."""
        return (self.diagnostic, *self.first)


def log_error(code: str, place: str | None = None, *, span: Span | None = None, **values: object) -> LogError:
    """A `LogError` of this code at a place; `values` fill the message and are shown as they are."""
    texts = {key: str(value) for key, value in values.items()}
    return LogError(Diagnostic(code=code, span=span, values=texts, place=None if span else place))
