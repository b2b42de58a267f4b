"""Other values of a parameter: the settings of a switch in `pack.yaml`, the parameters of a rule test.

A boolean parameter is a switch by itself. Any other one becomes a switch when `pack.yaml` lists its settings;
then no pack can give it a value that is none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Source
from zhunsheng.packs.overrides import texts
from zhunsheng.packs.yaml_text import Document, Path
from zhunsheng.semantics import check
from zhunsheng.semantics.kinds import same
from zhunsheng.semantics.typed import Const, Parameter, Program
from zhunsheng.semantics.types import DecimalType, DurationType, IntegerType, TextType
from zhunsheng.semantics.vocabulary import Vocabulary
from zhunsheng.semantics.wording import suggestion
from zhunsheng.syntax import parse

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a switch can take, and what it is called (texts by language; empty: as written)."""

    value: Const
    label: Mapping[str, str]


def value_of(parameter: Parameter, said: Any) -> Const | None:
    """A value as YAML gives it, in the parameter's type: written as in a rule file, but a text without
    quotes. None when it is no value of this parameter."""
    if said is None or len(str(said)) > _LONGEST:
        return None
    if isinstance(parameter.type, TextType):
        return Const(str(said), parameter.type)
    text = {True: "true", False: "false"}.get(said, str(said)) if isinstance(said, bool) else str(said)
    if "\n" in text or "#" in text:
        return None
    file, wrong = parse(Source("pack.yaml", f'parameter x "x"\n    {text}\n    basis assumption\n'))
    found = None if wrong else check((file,), Vocabulary({}, {})).program.parameters.get("x")
    if found is None or len(found.periods) != 1 or found.periods[0][0] is not None:
        return None
    return _typed(parameter, found.periods[0][1])


def _typed(parameter: Parameter, found: Const) -> Const | None:
    if not same(parameter.type, found.type):
        return None
    if isinstance(found.type, DurationType) and found.type.rolling and found.type != parameter.type:
        return None
    number = found.value
    if isinstance(parameter.type, IntegerType) and not isinstance(number, int):
        return None
    if isinstance(parameter.type, DecimalType) and isinstance(number, (int, Fraction)):
        number = Fraction(number)
    return Const(number, parameter.type)


def values(
    document: Document, at: Path, said: Mapping[str, Any], program: Program, report: list[Diagnostic]
) -> dict[str, Const]:
    """Parameter -> value, as a rule test sets them; what is wrong goes to `report`."""
    found: dict[str, Const] = {}
    for name, given in said.items():
        parameter = _known(document, (*at, name), name, program, report)
        value = _value(document, (*at, name), parameter, given, report) if parameter else None
        if value is not None:
            found[name] = value
    return found


def switches(
    document: Document, program: Program, report: list[Diagnostic]
) -> dict[str, tuple[Setting, ...]]:
    """The settings that `pack.yaml` lists; each value in force must be among them."""
    found: dict[str, tuple[Setting, ...]] = {}
    for name, entries in document.value.get("switches", {}).items():
        at: Path = ("switches", name)
        parameter = _known(document, at, name, program, report)
        if parameter is None:
            continue
        settings = [
            Setting(value, texts(entry.get("label")))
            for number, entry in enumerate(entries)
            if (value := _value(document, (*at, number, "value"), parameter, entry["value"], report))
        ]
        if len(settings) == len(entries):
            found[name] = tuple({one.value: one for one in settings}.values())
    return found


def outside(
    program: Program, declared: Mapping[str, tuple[Setting, ...]], document: Document
) -> list[Diagnostic]:
    """Parameters with a value that is none of their settings: a slip that would silently count nothing."""
    found: list[Diagnostic] = []
    for name, settings in declared.items():
        parameter = program.parameters.get(name)
        allowed = [str(one.value.value) for one in settings]
        for _, value in parameter.periods if parameter else ():
            if value not in [one.value for one in settings]:
                span = value.span or document.place(("switches", name))
                words = {"name": name, "value": str(value.value)[:60], "allowed": ", ".join(allowed)}
                found.append(Diagnostic("ZS5130", span, words))
    return found


def set_to(program: Program, chosen: Mapping[str, Const]) -> Program:
    """The program with these parameters at these values, from the beginning."""
    if not chosen:
        return program
    changed = {
        name: replace(program.parameters[name], periods=((None, value),)) for name, value in chosen.items()
    }
    return replace(program, parameters={**program.parameters, **changed})


def _known(
    document: Document, at: Path, name: str, program: Program, report: list[Diagnostic]
) -> Parameter | None:
    parameter = program.parameters.get(name)
    if parameter is None:
        words = {"name": name[:60], **suggestion(name, program.parameters)}
        report.append(Diagnostic("ZS5128", document.place(at), words))
    return parameter


def _value(
    document: Document, at: Path, parameter: Parameter, said: Any, report: list[Diagnostic]
) -> Const | None:
    value = value_of(parameter, said)
    if value is None:
        now = parameter.periods[-1][1]
        like = now.span.text if now.span else _example(now)
        words = {"name": parameter.id, "value": str(said)[:60], "like": like[:60]}
        report.append(Diagnostic("ZS5129", document.value_place(at), words))
    return value


def _example(value: Const) -> str:
    return str(value.value) if not isinstance(value.type, DurationType) else "15 working days"
