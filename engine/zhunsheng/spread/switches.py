"""Which parameters of a measure are switches, and the settings to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from math import prod

from zhunsheng.packs import LoadedPack
from zhunsheng.packs.settings import Setting
from zhunsheng.reports.reads import parameters_of
from zhunsheng.semantics.typed import Const, Labels, Measure, Parameter, Program
from zhunsheng.semantics.types import BooleanType

MOST = 64
"""Combinations computed per measure. Beyond them one switch at a time is changed."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a switch. `value` is None where a parameter changes over time and is left so."""

    value: Const | None
    label: Labels


@dataclass(frozen=True, slots=True)
class Switch:
    """The pack's own setting is the first option."""

    parameter: str
    options: tuple[Option, ...]


Choice = tuple[int, ...]
"""The place of the option taken, per switch."""


def switches_of(measure: Measure, pack: LoadedPack, day: date) -> tuple[Switch, ...]:
    """In the order in which the measure reads them, through definitions too (which are expanded in it).

    A boolean parameter is a switch, and so is one whose settings `pack.yaml` lists; others, such as
    thresholds, are none. `day` is the day of the observation time: what is in force then is the pack's own
    setting.
    """
    program = pack.program
    found = []
    for name in parameters_of(measure):
        parameter = program.parameters[name]
        settings = pack.switches.get(name) or _true_and_false(parameter)
        if settings:
            found.append(Switch(name, _own_first(parameter, settings, day)))
    return tuple(found)


def choices(switches: Sequence[Switch], most: int = MOST) -> tuple[tuple[Choice, ...], int]:
    """The choices to compute, the pack's own first, and how many there are in all. Above `most`, only those
    that differ from the pack's own in one switch."""
    total = prod(len(switch.options) for switch in switches)
    if total <= most:
        return tuple(product(*(range(len(switch.options)) for switch in switches))), total
    return tuple(islice(_one_at_a_time(switches), most)), total


def in_force(parameter: Parameter, day: date) -> Const | None:
    """The value on a day; None before the first one."""
    values = [value for start, value in parameter.periods if start is None or start <= day]
    return values[-1] if values else None


def setting_of(program: Program, switch: Switch, option: int) -> Mapping[str, Const]:
    """What to set for this option: nothing where the parameter is left as it is."""
    value = switch.options[option].value
    return {} if value is None else {switch.parameter: value}


def _true_and_false(parameter: Parameter) -> tuple[Setting, ...]:
    if not isinstance(parameter.type, BooleanType):
        return ()
    return tuple(Setting(Const(value, parameter.type), {}) for value in (True, False))


def _own_first(parameter: Parameter, settings: Sequence[Setting], day: date) -> tuple[Option, ...]:
    options = [Option(each.value, each.label) for each in settings]
    if len({value.value for _, value in parameter.periods}) > 1 or parameter.periods[0][0] is not None:
        return (Option(None, {}), *options)
    own = in_force(parameter, day)
    return tuple(sorted(options, key=lambda one: one.value != own))


def _one_at_a_time(switches: Sequence[Switch]) -> Iterator[Choice]:
    own = (0,) * len(switches)
    yield own
    for place, switch in enumerate(switches):
        for option in range(1, len(switch.options)):
            yield (*own[:place], option, *own[place + 1 :])
