"""The spread as text: switches, one line per setting, and which of them the published figures agree with."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Literal

from zhunsheng.reports.layout import display_width, printable, shorten, table
from zhunsheng.reports.model import Report
from zhunsheng.reports.text.head import facts
from zhunsheng.reports.text.measures import interval_text, measures
from zhunsheng.reports.text.page import Page
from zhunsheng.reports.values import exact, percent, rounded
from zhunsheng.reports.wording import Wording, wording
from zhunsheng.spread.model import Figure, Row, Spread, Value
from zhunsheng.spread.parts import TEXTS
from zhunsheng.verdicts.model import Verdict

_WIDEST = 22
"""Columns of a setting's name."""
_COLUMNS = 3
"""Published figures with a column of their own; the lines below the table name all of them."""


def render_text(report: Report, spreads: Sequence[Spread] | None, page: Page) -> str:
    """The measures of a report, or in their place the spread of those that have switches."""
    texts = wording(page.words.language, TEXTS)
    head = [texts.text("title", version=report.zhunsheng), *facts(report, page)]
    body = measures(report, page) if spreads is None else render_spread(spreads, page)
    return "\n\n".join("\n".join(lines) for lines in (head, body)) + "\n"


def render_spread(spreads: Sequence[Spread], page: Page) -> list[str]:
    """Lines for all spreads, a blank line between them."""
    texts = wording(page.words.language, TEXTS)
    if not spreads:
        return [texts.text("none")]
    lines = [page.paint(texts.text("heading"), "heading")]
    for spread in spreads:
        lines += [*_one(spread, page, texts), ""]
    return lines[:-1]


def _one(spread: Spread, page: Page, texts: Wording) -> list[str]:
    words = page.words
    lines = page.item(f"{spread.id} {spread.label}", 0, "·  ")
    if spread.clauses:
        lines += page.paragraph(
            words.text("report.clause_of", clauses=words.text("list").join(spread.clauses)), 4
        )
    for letter, switch in zip(_letters(len(spread.switches)), spread.switches, strict=True):
        told = texts.text("switch", letter=letter, label=switch.label, basis=page.basis(switch.basis))
        lines += page.paragraph(told, 4)
    idle = _idle(spread)
    shown = [row for row in spread.rows if all(_is_own(spread, row, name) for name in idle)]
    if idle and len(spread.rows) > 1:
        letters = dict(zip((each.parameter for each in spread.switches), _letters(99), strict=False))
        told = words.text("list").join(letters[name] for name in idle)
        lines += page.paragraph(texts.text("idle", letters=told), 4)
    lines += _table(spread, shown, idle, page, texts)
    lines += page.paragraph(_width(spread, texts, page), 4)
    if not spread.complete:
        lines += page.paragraph(
            texts.text("partial", combinations=spread.combinations, most=len(spread.rows)), 4
        )
    listed = {row.number for row in shown}
    for figure in spread.figures:
        lines += _figure(spread, figure, listed, page, texts)
    return lines


def _idle(spread: Spread) -> list[str]:
    """Switches that change nothing in this log: only the pack's own setting of them is listed."""
    if not spread.complete:
        return []
    found = []
    for switch in spread.switches:
        seen: dict[tuple[str, ...], object] = {}
        outcomes = [
            (
                tuple(value for name, value in row.settings.items() if name != switch.parameter),
                (row.numerator, row.denominator, row.undecided, row.interval, row.published),
            )
            for row in spread.rows
        ]
        if all(seen.setdefault(others, outcome) == outcome for others, outcome in outcomes):
            found.append(switch.parameter)
    return found


def _is_own(spread: Spread, row: Row, parameter: str) -> bool:
    return row.settings[parameter] == spread.rows[0].settings[parameter]


def _table(
    spread: Spread, shown: Sequence[Row], idle: Sequence[str], page: Page, texts: Wording
) -> list[str]:
    """With as many published figures beside the settings as the page is wide, one at least."""
    most = min(_COLUMNS, len(spread.figures))
    for columns in range(most, 0, -1):
        lines = _lines(spread, shown, idle, spread.figures[:columns], page=page, texts=texts)
        if max(display_width(line) for line in lines) <= page.width:
            break
    else:
        lines = _lines(spread, shown, idle, spread.figures[:1], page=page, texts=texts)
    return [page.paint(lines[0], "faint"), *lines[1:]]


def _lines(
    spread: Spread,
    shown: Sequence[Row],
    idle: Sequence[str],
    figures: Sequence[Figure],
    *,
    page: Page,
    texts: Wording,
) -> list[str]:
    share, letters = spread.kind == "share", _letters(len(spread.switches))
    named = {
        switch.parameter: letter
        for letter, switch in zip(letters, spread.switches, strict=True)
        if switch.parameter not in idle
    }
    labels = {(each.parameter, one.value): one.label for each in spread.switches for one in each.settings}
    counted = any(row.denominator is not None for row in shown)
    numbers = ("ratio", "value", "undecided") if counted else ("value",)
    header = [texts.text("number"), *named.values(), *(texts.text(name) for name in numbers)]
    for figure in figures:
        key = printable(figure.publication or "—")
        header.append(texts.text("column", publication=key, value=_number(figure.published, share)))
    rows = []
    for row in shown:
        cells = [str(row.number)]
        cells += [shorten(printable(labels[name, row.settings[name]]), _WIDEST) for name in named]
        value = _value(row, page, share)
        cells += [_ratio(spread, row), value, str(row.undecided)] if counted else [value]
        cells += [_cell(each, page, texts, share) for each in row.published[: len(figures)]]
        rows.append([*cells, _mark(spread, row, texts, page)])
    aligns: list[Literal["left", "right"]] = ["right"]
    aligns += ["left" for _ in named]
    aligns += ["right" for _ in header[len(aligns) :]]
    aligns.append("left")
    return ["    " + line for line in table([*header, ""], rows, aligns)]


def _letters(number: int) -> list[str]:
    return [string.ascii_uppercase[place % 26] * (place // 26 + 1) for place in range(number)]


def _ratio(spread: Spread, row: Row) -> str:
    if row.denominator is None or row.numerator is None:
        return ""
    if spread.kind in ("share", "average"):
        return f"{exact(row.numerator)}/{row.denominator}"
    return str(row.denominator)


def _value(row: Row, page: Page, share: bool) -> str:
    if row.interval.low is None and not row.undecided:
        return page.words.text("value.nothing")
    return interval_text(row.interval, page, share=share)


def _mark(spread: Spread, row: Row, texts: Wording, page: Page) -> str:
    marks = [texts.text("own")] if row.own else []
    if spread.low != spread.high:
        marks += [texts.text("lowest")] if row.number == spread.lowest else []
        marks += [texts.text("highest")] if row.number == spread.highest else []
    return page.words.text("list").join(marks)


def _cell(value: Value, page: Page, texts: Wording, share: bool) -> str:
    """What this choice gives for the figure's period and group, and how far the figure lies from it."""
    if value.distance is None:
        return texts.text("none_value")
    mark, _ = page.verdict(value.verdict)
    apart = abs(value.distance) * (100 if share else 1)
    told = rounded(apart, 2) if value.verdict is Verdict.PASS else _digits(apart)
    sign = "±" if Fraction(told) == 0 else "+" if value.distance > 0 else "-"
    recomputed = interval_text(value.interval, page, share=share)
    return f"{mark[0]} " + texts.text("cell", value=recomputed, distance=sign + told)


def _width(spread: Spread, texts: Wording, page: Page) -> str:
    share = spread.kind == "share"
    if spread.low is None or spread.high is None or spread.width is None:
        return texts.text("no_width")
    if spread.width == 0:
        return texts.text("one_value", value=_number(spread.low, share))
    return texts.text(
        "width",
        low=_number(spread.low, share),
        high=_number(spread.high, share),
        lowest=spread.lowest,
        highest=spread.highest,
        width=_apart(spread.width, texts, share),
    )


def _figure(spread: Spread, figure: Figure, listed: Collection[int], page: Page, texts: Wording) -> list[str]:
    words, share = page.words, spread.kind == "share"
    reproduced = [str(number) for number in figure.reproduced_by if number in listed]
    possible = [str(number) for number in figure.possible if number in listed]
    told = []
    within = _apart(figure.tolerance, texts, share)
    within = texts.text("declared" if figure.declared else "assumed", tolerance=within)
    joined = words.text("list").join
    if reproduced:
        told.append(texts.text("reproduced", numbers=joined(reproduced), tolerance=within))
    if possible:
        told.append(texts.text("possible", numbers=joined(possible)))
    if not told:
        told.append(_nearest(spread, figure, texts, share))
    start, until = figure.period
    period = texts.text("period", start=start or "—", until=until or "—")
    head = texts.text(
        "figure",
        publication=printable(figure.publication or "—"),
        group=printable(joined(figure.labels.values())) or words.text("report.whole"),
        period=period if start or until else texts.text("open_period"),
        published=_number(figure.published, share),
    )
    gap = "" if words.language == "zh" else " "
    return page.item(head + gap + words.text("clause").join(told), 4)


def _nearest(spread: Spread, figure: Figure, texts: Wording, share: bool) -> str:
    if figure.nearest is None:
        return texts.text("nothing")
    row = spread.rows[figure.nearest - 1]
    value = next(each for each in row.published if each.publication == figure.publication)
    assert value.distance is not None
    return texts.text(
        "not_reproduced",
        nearest=figure.nearest,
        direction=texts.text("above" if value.distance > 0 else "below"),
        distance=_apart(abs(value.distance), texts, share),
    )


def _number(value: Fraction | None, share: bool) -> str:
    if value is None:
        return "—"
    return percent(value) if share else exact(value)


def _apart(distance: Fraction, texts: Wording, share: bool) -> str:
    return texts.text("points" if share else "plain", n=_digits(distance * (100 if share else 1)))


def _digits(value: Fraction) -> str:
    """Two digits, more where they would make a distance look like none."""
    return rounded(value, 2, (Fraction(0),))
