"""One subject plan in one connection: statements in, rows out, nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from zhunsheng.calendars.model import Calendar
from zhunsheng.engines.errors import EngineFault
from zhunsheng.engines.session import prepared
from zhunsheng.logs.model import Evidence
from zhunsheng.plan.build import owners, plan_of
from zhunsheng.plan.model import SubjectPlan
from zhunsheng.semantics.typed import Measure, Program, Rule
from zhunsheng.sql import dialect
from zhunsheng.sql.context import Compiler
from zhunsheng.sql.expressions import E, table
from zhunsheng.sql.frame import Relation

if TYPE_CHECKING:
    import duckdb


@dataclass(slots=True)
class Shared:
    """What the subject plans of one evaluation need only once."""

    tables: set[str] = field(default_factory=set)
    """Tables of days made so far; the evaluation drops them when it ends."""
    least: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Least value of a column, by record and field."""


class Run:
    """One subject plan in one connection."""

    def __init__(
        self,
        program: Program,
        connection: duckdb.DuckDBPyConnection,
        evidence: Evidence,
        calendar: Calendar,
        subject: SubjectPlan,
        *,
        shared: Shared,
    ) -> None:
        self.program, self.connection, self.evidence = program, connection, evidence
        self.calendar, self.subject = calendar, subject
        self.shared = shared
        self.steady = False
        """See `sql.context.Compiler.steady`."""

    def compiler(
        self,
        subjects: Relation | None = None,
        *,
        rules: Sequence[Rule] = (),
        measures: Sequence[Measure] = (),
    ) -> Compiler:
        """A compiler for some of the subject's rules or measures: what others need is not computed."""
        planned = plan_of(self.program, self.subject.record, rules, measures)
        return Compiler(self.program, self.evidence, self.calendar, planned, subjects, steady=self.steady)

    def execute(self, query: E) -> list[tuple[Any, ...]]:
        """The rows of a statement. Raises EngineFault, never an error of the database."""
        return self.run(dialect.to_sql(query))

    def run(self, text: str) -> list[tuple[Any, ...]]:
        import duckdb

        try:
            return self.connection.execute(text).fetchall()
        except duckdb.Error as error:
            ids = [each.id for each in owners(self.subject.rules, self.subject.measures)]
            raise EngineFault(", ".join(ids), str(error), text) from error

    @contextmanager
    def prepared(self, query: E | str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query (or its text) that may need tables or functions of its own."""
        text = query if isinstance(query, str) else dialect.to_sql(query)
        with prepared(self.connection, text, self.evidence, self.calendar, self.shared.tables):
            yield self.run(text)

    @contextmanager
    def stored(self, name: str, query: exp.Query | str) -> Iterator[None]:
        """The rows of a query (or of the text of `storing`) in a temporary table, as long as they are
        needed."""
        text = query if isinstance(query, str) else storing(name, query)
        with prepared(self.connection, text, self.evidence, self.calendar, self.shared.tables):
            self.run(text)
        try:
            yield
        finally:
            self.execute(exp.Drop(tables=[table(name)], kind="TABLE", exists=True))


def storing(name: str, query: exp.Query) -> str:
    """The statement that keeps the rows of a query in a temporary table."""
    create = exp.Create(
        this=table(name),
        kind="TABLE",
        replace=True,
        expression=query,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
    return dialect.to_sql(create)
