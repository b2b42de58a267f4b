"""Reads the YAML files of a pack's `tests/` folder into cases, with every mistake at its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zhunsheng.diagnostics import Diagnostic, Span
from zhunsheng.drafting.cells import instant
from zhunsheng.drafting.expectations import Expectations
from zhunsheng.drafting.model import Case, CaseFile
from zhunsheng.drafting.tables import Rows, Tables
from zhunsheng.logs.model import Coverage, Gap
from zhunsheng.logs.moments import moment
from zhunsheng.logs.paths import DEFAULT_ZONE, record_names
from zhunsheng.packs import LoadedPack, settings
from zhunsheng.packs.overrides import texts
from zhunsheng.packs.reading import inside, read_source
from zhunsheng.packs.schema_check import problems
from zhunsheng.packs.yaml_text import Document, read
from zhunsheng.semantics.typed import Program
from zhunsheng.semantics.wording import suggestion

_INHERITED = ("as_of", "zone", "coverage", "gaps", "not_supplied", "parameters")


def case_files(pack: LoadedPack) -> list[Path]:
    """The pack's test files, sorted by name; none that a link leads out of the folder."""
    folder = pack.path / "tests"
    found = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    return [path for path in found if path.is_file() and inside(pack.path, path)]


def read_tests(pack: LoadedPack) -> tuple[tuple[CaseFile, ...], tuple[Diagnostic, ...]]:
    """All tests of a pack and all that is wrong with them (ZS51xx, ZS52xx). Never raises for bad text."""
    report: list[Diagnostic] = []
    files = []
    for path in case_files(pack):
        source, wrong = read_source(path)
        if source is None:
            report += [wrong] if wrong else []
            continue
        document = read(source)
        faults = document.diagnostics or problems(document, "rule-test")
        if faults:
            report += faults
            continue
        files.append(CaseFile(source.name, _Reader(document, pack.program, report).cases()))
    if not files and not report:
        place = str(pack.path / "tests")
        report.append(Diagnostic("ZS5201", None, {"pack": pack.id, "folder": place}, place=place))
    return tuple(files), tuple(report)


class _Reader:
    """One file on its way in. `raw` and `rows` keep what later cases may extend, by case id."""

    def __init__(self, document: Document, program: Program, report: list[Diagnostic]) -> None:
        self.document, self.program, self.report = document, program, report
        self.said: Mapping[str, Any] = document.value
        self.tables = Tables(document, program.vocabulary, report)
        self.expectations = Expectations(document, program, report)
        self.raw: dict[str, Mapping[str, Any]] = {}
        self.places: dict[str, dict[str, int]] = {}
        self.rows: dict[str, Rows] = {}

    def cases(self) -> tuple[Case, ...]:
        self.tables.read_defaults(self.said.get("defaults") or {})
        found = [self._case(number, body) for number, body in enumerate(self.said["cases"])]
        return tuple(case for case in found if case is not None)

    def _add(self, code: str, path: tuple[str | int, ...], **values: str) -> None:
        self.report.append(Diagnostic(code, self.document.value_place(path), values))

    def _case(self, number: int, body: Mapping[str, Any]) -> Case | None:
        at = ("cases", number)
        before = len(self.report)
        base, rows, places = self._extended(at, body)
        own = {key: body[key] for key in _INHERITED if key in body}
        said = {**{key: self.said[key] for key in ("as_of", "zone") if key in self.said}, **base, **own}
        places = {**places, **dict.fromkeys(own, number)}
        zone = self._zone(at, str(said.get("zone", DEFAULT_ZONE)))
        rows = self.tables.rows(body.get("log") or {}, (*at, "log"), rows)
        name = body.get("id")
        if name is not None:
            if name in self.raw:
                self._add("ZS5209", (*at, "id"), id=name)
            self.raw[name], self.rows[name], self.places[name] = said, rows, places
        if "as_of" not in said:
            self._add("ZS5210", at)
            return None
        as_of_at = ("cases", places["as_of"], "as_of") if "as_of" in places else ("as_of",)
        as_of = self._moment(said["as_of"], zone, as_of_at, "until")
        coverage = said.get("coverage") or {}
        covered = ("cases", places.get("coverage", number), "coverage")
        start = self._moment(coverage.get("from"), zone, (*covered, "from"), "from")
        until = self._moment(coverage.get("until"), zone, (*covered, "until"), "until")
        self._in_order(start, until, (*covered, "until"), coverage)
        gaps = self._gaps(said.get("gaps") or [], zone, ("cases", places.get("gaps", number), "gaps"))
        missing_at = ("cases", places.get("not_supplied", number), "not_supplied")
        not_supplied = frozenset(self._records(said.get("not_supplied") or [], missing_at))
        parameters_at = ("cases", places.get("parameters", number), "parameters")
        parameters = settings.values(
            self.document, parameters_at, said.get("parameters") or {}, self.program, self.report
        )
        values = self.tables.converted(rows, zone)
        rules = self.expectations.rules(body.get("expect") or {}, (*at, "expect"))
        measures = self.expectations.measures(body.get("measures") or {}, (*at, "measures"), zone)
        if not body.get("expect") and not body.get("measures") and name is None:
            self._add("ZS5214", at)
        if as_of is None or len(self.report) > before:
            return None
        return Case(
            title=texts(body["title"]),
            span=self._span(at),
            zone=zone,
            as_of=as_of,
            coverage=Coverage(start, until),
            gaps=gaps,
            not_supplied=not_supplied,
            rows=values,
            rules=rules,
            measures=measures,
            id=name,
            parameters=parameters,
        )

    def _span(self, at: tuple[str | int, ...]) -> Span:
        return self.document.place((*at, "title"))

    def _extended(
        self, at: tuple[str | int, ...], body: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], Rows, Mapping[str, int]]:
        name = body.get("extends")
        if name is None:
            return {}, {}, {}
        if name not in self.raw:
            self._add("ZS5208", (*at, "extends"), id=name, **suggestion(name, self.raw))
            return {}, {}, {}
        return self.raw[name], self.rows[name], self.places[name]

    def _zone(self, at: tuple[str | int, ...], name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            self._add("ZS5211", (*at, "zone"), value=name[:60])
            return DEFAULT_ZONE
        return name

    def _moment(self, text: str | None, zone: str, at: tuple[str | int, ...], end: Any) -> Any:
        if text is None:
            return None
        try:
            return moment(text, zone, end)
        except (ValueError, OverflowError):
            pass
        try:
            return instant(text, zone)
        except (ValueError, OverflowError):
            self._add("ZS5211", at, value=text[:60])
            return None

    def _in_order(
        self,
        start: datetime | None,
        until: datetime | None,
        at: tuple[str | int, ...],
        said: Mapping[str, str],
    ) -> None:
        if start is not None and until is not None and start > until:
            self._add("ZS5124", at, start=said["from"][:40], until=said["until"][:40])

    def _gaps(self, gaps: list[Any], zone: str, at: tuple[str | int, ...]) -> tuple[Gap, ...]:
        found = []
        for number, gap in enumerate(gaps):
            start = self._moment(gap["from"], zone, (*at, number, "from"), "from")
            until = self._moment(gap["until"], zone, (*at, number, "until"), "until")
            records = self._records(gap.get("records") or [], (*at, number, "records"))
            self._in_order(start, until, (*at, number, "until"), gap)
            if start is not None and until is not None:
                found.append(Gap(start, until, frozenset(records)))
        return tuple(found)

    def _records(self, names: list[str], at: tuple[str | int, ...]) -> list[str]:
        known = record_names(self.program.vocabulary)
        for number, name in enumerate(names):
            if name not in known:
                self._add("ZS5202", (*at, number), name=name, **suggestion(name, known))
        return [known[name] for name in names if name in known]
