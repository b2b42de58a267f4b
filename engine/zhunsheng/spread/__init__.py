"""Every rate under every setting of its switches, beside the published figure.

Where a standard's method is not known, one number hides a choice. A switch is a parameter that decides such a
choice; the spread shows what each choice makes of the same log.
"""

from zhunsheng.spread.model import Figure, Row, Spread, Value
from zhunsheng.spread.spreading import spread
from zhunsheng.spread.text import render_spread

__all__ = ["Figure", "Row", "Spread", "Value", "render_spread", "spread"]
