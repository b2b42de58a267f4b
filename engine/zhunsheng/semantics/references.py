"""What names stand for: variables, lets, parameters and codes; fields and parents; definitions."""

from __future__ import annotations

from collections.abc import Iterable

from zhunsheng.diagnostics import Related
from zhunsheng.semantics import typed
from zhunsheng.semantics.context import Context
from zhunsheng.semantics.definitions import definition
from zhunsheng.semantics.infer import record
from zhunsheng.semantics.kinds import Value, type_of
from zhunsheng.semantics.rewrite import substitute, walk
from zhunsheng.semantics.suggestions import codelists_like, codes_like, members_like
from zhunsheng.semantics.types import CodesType, CodeType, Type
from zhunsheng.semantics.vocabulary import Field, Parent
from zhunsheng.semantics.wording import both, suggestion
from zhunsheng.syntax import tree


def ref(ctx: Context, expr: tree.Ref, expected: Type | None) -> Value | None:
    """A bare name. Beside a code it is a code of that list; else a variable, let or parameter."""
    name = expr.name
    if isinstance(expected, (CodeType, CodesType)):
        code = ctx.code(expected.codelist, name)
        if code is not None:
            _report_capture(ctx, name, code.names.values())
            return typed.Const(code.name, CodeType(expected.codelist), span=expr.span)
    if ctx.bare and ctx.subject is not None:
        member = ctx.index.members(ctx.subject.record).get(name.text)
        if member is not None:
            _report_capture(ctx, name, member.names.values())
            return _member(ctx, ctx.subject, name, expr)
    entry = ctx.scope.find(name.text)
    if entry is not None:
        if entry.value is not None and not isinstance(entry.value, typed.Var):
            # A let is written out wherever it is read.
            ctx.take_in(entry.value)
        return entry.value
    parameter = ctx.pack.parameters.get(name.text)
    if parameter is not None:
        return typed.ParamRef(parameter.id, parameter.type, span=expr.span)
    if name.text in ctx.pack.wrong_parameters or name.text in ctx.pack.unread:
        return None
    _report_unknown(ctx, name, expected)
    return None


def _report_capture(ctx: Context, name: tree.Name, names: Iterable[str]) -> None:
    """A code whose name, in any language, is also a variable or parameter: the text could be read
    twice, and the language switch could change which of the two is meant."""
    for one in set(names):
        entry = ctx.scope.find(one)
        parameter = ctx.pack.parameters.get(one)
        span = entry.span if entry else parameter.span if parameter else None
        if span is not None:
            ctx.error("ZS2006", name.span, (Related(span, "first"),), name=one)


def _report_unknown(ctx: Context, name: tree.Name, expected: Type | None) -> None:
    known = {entry.name for entry in ctx.scope} | set(ctx.pack.parameters)
    if isinstance(expected, (CodeType, CodesType)):
        others = ctx.index.lists_of_code.get(name.text, ())
        if others:
            values = {"name": name.text, "list": expected.codelist, "other": ", ".join(others)}
            ctx.error("ZS2013", name.span, (), **values, **_known_codes(ctx, expected.codelist))
            return
        values = {"name": name.text, "list": expected.codelist}
        ctx.error("ZS2012", name.span, (), **values, **codes_like(name.text, ctx.index, expected.codelist))
        return
    if name.text in ctx.index.lists_of_code:
        lists = ", ".join(ctx.index.lists_of_code[name.text])
        ctx.error("ZS2014", name.span, (), name=name.text, list=lists)
        return
    holders = [
        entry.name
        for entry in ctx.scope
        if isinstance(entry.value, (typed.Var, typed.ParentOf))
        and name.text in ctx.index.members(entry.value.record)
    ]
    if holders:
        ctx.error("ZS2015", name.span, (), name=name.text, holder=holders[0])
        return
    if name.text in ctx.index.records:
        ctx.error("ZS2016", name.span, (), name=name.text)
        return
    ctx.error("ZS2001", name.span, (), name=name.text, **suggestion(name.text, known))


def _known_codes(ctx: Context, codelist: str) -> dict[str, str]:
    codes = [code.names["zh"] for code in ctx.index.vocabulary.codelists[codelist].codes]
    english = [code.name for code in ctx.index.vocabulary.codelists[codelist].codes]
    more = "…" if len(codes) > 8 else ""
    return both("codes", ("、".join(codes[:8]) + more, ", ".join(english[:8]) + more))


def dot(ctx: Context, expr: tree.Dot, expected: Type | None) -> Value | None:
    """`base.name`: a field of a record, or the parent that a role names."""
    base = record(ctx, expr.base)
    return None if base is None else _member(ctx, base, expr.name, expr)


def _member(ctx: Context, base: typed.RecordExpr, name: tree.Name, expr: tree.Dot | tree.Ref) -> Value | None:
    found = ctx.member(base.record, name)
    if isinstance(found, Field):
        return typed.FieldOf(base, found.name, found.type, span=expr.span)
    if found is not None:
        return typed.ParentOf(base, found.field, found.record)
    target = ctx.index.records.get(name.text)
    if target is not None:
        parents = [
            one for one in ctx.index.vocabulary.records[base.record].parents if one.record == target.name
        ]
        if len(parents) > 1:
            roles = both(
                "roles",
                ("、".join(one.names["zh"] for one in parents), ", ".join(one.role for one in parents)),
            )
            ctx.error("ZS2018", name.span, (), record=base.record, name=name.text, **roles)
            return None
        paths = ctx.index.paths(base.record, target.name)
        if paths:
            steps = _steps(ctx, paths[0])
            way = both(
                "way", (".".join(one.names["zh"] for one in steps), ".".join(one.role for one in steps))
            )
            ctx.error("ZS2019", name.span, (), record=base.record, name=name.text, **way)
            return None
    ctx.error(
        "ZS2002",
        name.span,
        (),
        record=base.record,
        name=name.text,
        **members_like(name.text, ctx.index, base.record),
    )
    return None


def _steps(ctx: Context, path: tuple[tuple[str, str], ...]) -> list[Parent]:
    return [
        next(one for one in ctx.index.vocabulary.records[record].parents if one.field == field)
        for record, field in path
    ]


def call(ctx: Context, expr: tree.Call, expected: Type | None) -> Value | None:
    """A definition, with the record in its argument's place."""
    found = definition(ctx, expr.name)
    if len(expr.arguments) != 1:
        ctx.error("ZS2025", expr.span, name=expr.name.text, count=str(len(expr.arguments)))
        return None
    argument = record(ctx, expr.arguments[0])
    if found is None or argument is None or found.body is None:
        return None
    if argument.record != found.record:
        ctx.error(
            "ZS2026",
            expr.arguments[0].span,
            (Related(found.span, "definition"),),
            name=found.name,
            wanted=found.record,
            found=argument.record,
        )
        return None
    ctx.take_in(found.body)
    for node in walk(found.body):
        if not isinstance(node, typed.Pattern) or not node.other or ctx.subject is None:
            continue
        if node.var.record != ctx.subject.record:
            ctx.error("ZS2043", expr.span, record=node.var.record, subject=ctx.subject.record)
            return None
    return substitute(found.body, {found.argument.name: argument})


def in_codelist(ctx: Context, expr: tree.InCodelist, container: Type) -> tuple[str, ...] | None:
    """The codes of the list after `in codelist(…)`, which is the operand's own list or a subset of it."""
    found = ctx.codelist(expr.codelist)
    if found is None:
        ctx.error(
            "ZS2004",
            expr.codelist.span,
            (),
            name=expr.codelist.text,
            **codelists_like(expr.codelist.text, ctx.index),
        )
        return None
    if not isinstance(container, (CodeType, CodesType)):
        ctx.error("ZS2017", expr.operand.span, (), found=container)
        return None
    if container.codelist not in (found.id, found.subset_of):
        ctx.error("ZS2020", expr.codelist.span, (), list=container.codelist, other=found.id)
        return None
    return tuple(sorted(code.name for code in found.codes))


def types_of(value: Value | None) -> Type | None:
    """The type, for passing on what a neighbour expects."""
    return None if value is None or isinstance(value, (typed.Var, typed.ParentOf)) else type_of(value)
