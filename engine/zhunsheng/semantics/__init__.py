"""From a tree to its meaning: vocabulary, names, types and static checks (language.md sections 4, 11
and 13)."""

from zhunsheng.semantics.checker import Checked, check
from zhunsheng.semantics.clauses import Clause
from zhunsheng.semantics.digest import parameters_of, rule_digest
from zhunsheng.semantics.linting import lint
from zhunsheng.semantics.renaming import renames
from zhunsheng.semantics.symbols import Symbol
from zhunsheng.semantics.vocabulary_files import load_vocabulary

__all__ = [
    "Checked",
    "Clause",
    "Symbol",
    "check",
    "lint",
    "load_vocabulary",
    "parameters_of",
    "renames",
    "rule_digest",
]
