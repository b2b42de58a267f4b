"""The surface: from text to tree and back to text.

`parse` never raises for bad text; it returns the tree of what could be read and the diagnostics for the rest.
`parse_expression` reads a lone expression.
`format_file` writes a tree in canonical layout, in either surface language.
"""

from zhunsheng.syntax.layout import format_file
from zhunsheng.syntax.parser import has_errors, parse, parse_expression
from zhunsheng.syntax.reading import read_source

__all__ = ["format_file", "has_errors", "parse", "parse_expression", "read_source"]
