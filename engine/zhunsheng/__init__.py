"""Zhunsheng (准绳): rules as code for government-service rating, checked against system logs.

The way of the data, each arrow one way: text -> syntax -> semantics -> plan -> sql -> engines -> reports,
with ``reference`` as the meaning in plain Python beside the engines.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # `zhunsheng.check` without its imports for everybody who asks for the version only.
    if name in {"check", "Checked"}:
        from zhunsheng import checking

        return getattr(checking, name)
    raise AttributeError(name)
