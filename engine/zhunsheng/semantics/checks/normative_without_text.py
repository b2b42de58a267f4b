"""A value that is called normative without the words of the standard beside it.

`normative` means: read in the standard's own text. Whoever read it can quote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics.checks.subject import Linted, warning, words
from zhunsheng.syntax import tree

_QUOTED = re.compile('“[^”]{4,}”|「[^」]{4,}」|‘[^’]{4,}’|"[^"]{4,}"')


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each normative parameter whose source quotes nothing."""
    for parameter in linted.written(tree.Parameter):
        if parameter.basis is None or parameter.basis.text != "normative":
            continue
        if _QUOTED.search(words(parameter.source)) is None:
            yield warning("ZS3012", parameter.basis.span, {"name": parameter.name.text})
