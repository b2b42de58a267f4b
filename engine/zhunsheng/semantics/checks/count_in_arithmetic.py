"""`count of P + 1 >= 3`, where `count of P >= 2` says the same and is decided more often.

Directly beside a comparison a count is compared as a range: two sure rows and one that may match are "at
least 2" whatever comes out. Inside arithmetic a range of more than one number is unknown (docs/meaning.md
M6). Only sums and differences that can be moved to the other side are reported: a quotient of counts cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from zhunsheng.diagnostics import Diagnostic
from zhunsheng.semantics import typed
from zhunsheng.semantics.checks.subject import Linted, warning
from zhunsheng.semantics.rewrite import walk


def check(linted: Linted) -> Iterator[Diagnostic]:
    """One warning for each comparison with such a sum."""
    for rule in linted.judged():
        for node in walk(rule):
            if isinstance(node, typed.Compare):
                for side, other in ((node.left, node.right), (node.right, node.left)):
                    if _movable(side, other):
                        yield warning("ZS3021", getattr(side, "span", None) or node.span, {"rule": rule.id})


def _movable(side: typed.Expr, other: typed.Expr) -> bool:
    """Whether taking one term of the sum to the other side leaves each side a count or free of counts."""
    if not isinstance(side, typed.Arithmetic) or side.op not in ("+", "-"):
        return False
    counts = [isinstance(each, typed.CountOf) for each in (side.left, side.right)]
    rest = [each for each, is_count in zip((side.left, side.right), counts, strict=True) if not is_count]
    if all(counts):
        return side.op == "-" and isinstance(other, typed.Const) and other.value == 0
    return any(counts) and not _reads_count(rest[0]) and not _reads_count(other)


def _reads_count(expression: typed.Expr) -> bool:
    return any(isinstance(node, typed.CountOf) for node in walk(expression))
