"""Zhunsheng (准绳): rules as code for government-service rating, checked against system logs.

The way of the data, each arrow one way: text -> syntax -> semantics -> plan -> sql -> engines -> reports,
with ``reference`` as the meaning in plain Python beside the engines.
"""

__version__ = "0.1.0"
