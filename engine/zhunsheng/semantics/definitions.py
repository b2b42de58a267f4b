"""`define`: typed once over its argument, put in the argument's place wherever it is called."""

from __future__ import annotations

from zhunsheng.diagnostics import Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context, Definition, TooLarge
from zhunsheng.semantics.infer import value
from zhunsheng.semantics.scope import Entry, Scope
from zhunsheng.semantics.suggestions import records_like
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import tree

_LONGEST_CHAIN = 40


def definition(ctx: Context, name: tree.Name) -> Definition | None:
    """The definition that a call names, typed on first use; None after reporting that it is unknown or
    circular."""
    pack = ctx.pack
    found = pack.definitions.get(name.text)
    if found is not None:
        return found
    written = pack.written_definitions.get(name.text)
    if written is None and name.text in pack.unread:
        return None
    if written is None:
        values = suggestion(name.text, pack.written_definitions)
        ctx.error("ZS2003", name.span, (), name=name.text, **values)
        return None
    if name.text in pack.open_definitions:
        circle = [*pack.open_definitions[pack.open_definitions.index(name.text) :], name.text]
        related = tuple(Related(pack.written_definitions[one].name.span, "definition") for one in circle[:-2])
        ctx.error("ZS2027", name.span, related, circle=" → ".join(circle))
        return None
    if len(pack.open_definitions) >= _LONGEST_CHAIN:
        ctx.error("ZS2031", name.span, limit=str(_LONGEST_CHAIN))
        return None
    return define(ctx, written)


def define(ctx: Context, written: tree.Define) -> Definition | None:
    """Type one definition and keep it, also when it is wrong."""
    pack = ctx.pack
    known = pack.definitions.get(written.name.text)
    if known is not None:
        return known
    inner = Context(pack, ctx.handlers, Scope(), written.name.span)
    record = inner.record(written.record)
    if record is None:
        values = records_like(written.record.text, pack.index)
        inner.error("ZS2007", written.record.span, (), name=written.record.text, **values)
        found = None
    else:
        argument = typed.Var(f"d:{written.name.text}", record.name)
        inner.check_free(written.argument)
        inner.declare(Entry(written.argument.text, "argument", argument, written.argument.span))
        pack.open_definitions.append(written.name.text)
        try:
            body = value(inner, written.body)
        except TooLarge:
            body = None
        finally:
            pack.open_definitions.pop()
        found = Definition(written.name.text, record.name, argument, body, written.name.span)
        pack.definitions[found.name] = found
    if found is None:
        # Calls of a definition over an unknown record are not worth a second message.
        pack.definitions[written.name.text] = Definition(
            written.name.text, "", typed.Var("", ""), None, written.name.span
        )
    return pack.definitions[written.name.text]
