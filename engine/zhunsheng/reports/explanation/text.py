"""The reasoning for one subject as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhunsheng.reference.explanation import Condition, InForce, Looked
from zhunsheng.reports.explanation.phrases import Phrases
from zhunsheng.reports.layout import display_width, hanging, pad, printable
from zhunsheng.reports.reads import in_language
from zhunsheng.reports.reasons import field_label, record_label
from zhunsheng.reports.rule_parts import clause_names
from zhunsheng.reports.values import constant, instant
from zhunsheng.verdicts.model import Reason
from zhunsheng.verdicts.truth import Truth

WIDTH = 100


def lines(page: Phrases) -> Iterator[str]:
    it, say = page.it, page.texts.text
    yield say("heading", label=in_language(page.rule.label, page.language) or page.rule.id, rule=page.rule.id)
    clauses = clause_names(page.rule.clauses, page.program, page.language)
    modality = page.reports.text(f"modality.{page.rule.modality}")
    if clauses:
        yield say("clauses", clauses=page.reports.text("list").join(clauses), modality=modality)
    yield ""
    head = {"subject": page.row(it.record, it.key, it.row), "verdict": page.verdict()}
    head["as_of"] = say("moment", moment=instant(it.as_of, it.zone), zone=it.zone)
    yield from _columns([(say(name), text) for name, text in head.items()], indent="")
    yield from _section(
        page,
        "facts",
        _columns(
            list(
                _facts(
                    page,
                )
            )
        ),
    )
    yield from _section(
        page, "parameters", [line for each in it.parameters for line in _parameter(page, each)]
    )
    yield from _section(
        page, "conditions", [line for each in it.conditions for line in _condition(page, each)]
    )
    yield from _section(page, "looked", [line for each in it.looked for line in _looked(page, each)])
    yield from _section(
        page,
        "timeline",
        _columns(
            list(
                _timeline(
                    page,
                )
            )
        ),
    )


def _section(page: Phrases, name: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield page.texts.text(name)
        yield from found


def _columns(rows: Sequence[tuple[str, str]], indent: str = "  ") -> Iterator[str]:
    """Two columns, the second wrapped."""
    width = min(max((display_width(first) for first, _ in rows), default=0), 44)
    for first, second in rows:
        start = indent + pad(first, width) + "  "
        yield from hanging(start, " " * display_width(start), second, WIDTH)


def _wrapped(text: str, indent: str) -> list[str]:
    return hanging(indent, indent + "  ", text, WIDTH)


def _facts(page: Phrases) -> Iterator[tuple[str, str]]:
    for fact in page.it.facts:
        name = field_label(f"{fact.record}.{fact.field}", fact.record, page.program.vocabulary, page.language)
        if fact.record != page.it.record:
            record = record_label(fact.record, page.program.vocabulary, page.language)
            name = page.texts.text("field", record=record, field=name)
        value = page.shown.value(fact.record, fact.field, fact.value)
        if value is None and fact.reason not in (None, Reason.FIELD_MISSING):
            value = page.reason(fact.reason)
        yield name, value if value is not None else page.texts.text("missing")


def _parameter(page: Phrases, each: InForce) -> Iterator[str]:
    declared = page.program.parameters[each.parameter]
    label = in_language(declared.label, page.language) or each.parameter
    if each.value is None:
        assert each.reason is not None
        yield from _wrapped(
            page.texts.text("parameter_unknown", label=label, reason=page.reason(each.reason)), "  "
        )
        return
    since = page.texts.text("since", day=each.since.isoformat()) if each.since else ""
    value = constant(each.value, page.reports, page.program.vocabulary)
    basis = page.reports.text(f"basis.{declared.basis}")
    yield from _wrapped(
        page.texts.text("parameter", label=label, value=value, since=since, basis=basis), "  "
    )
    source = in_language(declared.source, page.language)
    if source:
        yield from _wrapped(page.texts.text("source", source=source), "    ")


def _condition(page: Phrases, each: Condition) -> list[str]:
    values = {
        "part": page.texts.text(f"part.{each.part}"),
        "text": printable(each.text or ""),
        "truth": page.texts.text(f"truth.{each.truth}"),
    }
    plain = each.reason is None or each.truth is Truth.FALSE
    if plain:
        return _wrapped(page.texts.text("judged", **values), "  ")
    assert each.reason is not None
    return _wrapped(
        page.texts.text("judged_because", **values, reason=page.reason(each.reason, each.fields)), "  "
    )


def _looked(page: Phrases, each: Looked) -> Iterator[str]:
    yield from _wrapped(f"{page.asked(each)}{page.reports.text('colon')}{page.found(each)}", "  ")
    if each.limit:
        yield from _wrapped(page.limit(each.limit), "    ")
        yield from (line for text in page.days(each.limit) for line in _wrapped(text, "    "))
    if each.omitted:
        yield "    " + page.texts.text("omitted", n=each.omitted)


def _timeline(page: Phrases) -> Iterator[tuple[str, str]]:
    for event in page.it.timeline:
        when = page.texts.text("no_time") if event.time is None else instant(event.time, page.it.zone)
        yield when, page.event(event)
