"""Parameter values in `pack.yaml`, written as in a rule file and read by the same parser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any

from zhunsheng.diagnostics import Diagnostic, Source, Span
from zhunsheng.packs.yaml_text import Document, Path
from zhunsheng.syntax import parse, tree


def texts(value: Any) -> dict[str, str]:
    """A text or texts by language, as YAML gives them; "" is a text without language mark."""
    if isinstance(value, str):
        return {"": value.strip()}
    return {str(key): str(text).strip() for key, text in value.items()} if isinstance(value, dict) else {}


def day(document: Document, path: Path, value: Any, report: list[Diagnostic]) -> date | None:
    """A date; one that does not exist is reported."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        report.append(Diagnostic("ZS5123", document.value_place(path), {"value": value[:40]}))
        return None


def overrides(document: Document, report: list[Diagnostic]) -> dict[str, tree.Parameter]:
    """The parameters that `pack.yaml` gives other values."""
    found: dict[str, tree.Parameter] = {}
    for name, body in document.value.get("parameters", {}).items():
        one = _override(document, name, body, report)
        if one is not None:
            found[name] = one
    return found


def _override(
    document: Document, name: str, body: Mapping[str, Any], report: list[Diagnostic]
) -> tree.Parameter | None:
    path: Path = ("parameters", name)
    place = document.place(path)
    if ("value" in body) == ("periods" in body):
        report.append(Diagnostic("ZS5126", place, {"name": name}))
        return None
    entries: list[tuple[Path, Mapping[str, Any]]] = (
        [((*path, "value"), body)]
        if "value" in body
        else [((*path, "periods", n, "value"), entry) for n, entry in enumerate(body["periods"])]
    )
    periods: list[tree.Period] = []
    for at, entry in entries:
        value = _value(document, at, str(entry["value"]), report)
        start = day(document, (*at[:-1], "from"), entry.get("from"), report) if "value" not in body else None
        if value is not None:
            periods.append(tree.Period(value, start, document.value_place(at)))
    if len(periods) != len(entries):
        return None
    note = tree.Text(tuple(texts(body["note"]).items()), place) if "note" in body else None
    return tree.Parameter(
        name=tree.Name(name, place),
        label=None,
        periods=tuple(periods),
        rolling=False,
        source=tree.Text(tuple(texts(body["source"]).items()), place),
        basis=tree.Name(body["basis"], document.value_place((*path, "basis"))),
        note=note,
        span=place,
    )


def _value(document: Document, path: Path, text: str, report: list[Diagnostic]) -> tree.Expr | None:
    """One value, by parsing a parameter that holds nothing else."""
    place = document.value_place(path)
    if "\n" not in text and "#" not in text and len(text) < 200:
        file, wrong = parse(Source("pack.yaml", f'parameter x "x"\n    {text}\n    basis assumption\n'))
        if not wrong and len(file.declarations) == 1:
            parameter = file.declarations[0]
            if isinstance(parameter, tree.Parameter) and len(parameter.periods) == 1:
                period = parameter.periods[0]
                if period.start is None and parameter.source is None and not parameter.rolling:
                    moved: tree.Expr = _moved(period.value, place)
                    return moved
    report.append(Diagnostic("ZS5118", place, {"value": text[:60]}))
    return None


def _moved(node: Any, place: Span) -> Any:
    """The expression with its places in `pack.yaml`, where the user wrote it."""
    changed: dict[str, Any] = {"span": place}
    for one in fields(node):
        value = getattr(node, one.name)
        if one.name != "span" and is_dataclass(value) and not isinstance(value, type):
            changed[one.name] = _moved(value, place)
    return replace(node, **changed)
