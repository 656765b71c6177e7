"""``explain()``: which step runs on which engine, and why one does not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from etlframe import html
from etlframe.engines.registry import engine_name
from etlframe.frozen import frozen
from etlframe.plan.moving import Mover
from etlframe.plan.staging import for_engines
from etlframe.sources.base import first_of, scan_of
from etlframe.storage.spill import spilling

if TYPE_CHECKING:
    from etlframe.plan.plan import Plan
    from etlframe.sources.base import DataSource
    from etlframe.steps.base import Step

_WIDTH = 88
_SAMPLE = 1_000  # rows of a database
AUTO = (
    "DuckDB reads files and runs steps until the first one that only pandas can run; frames in "
    "memory, and everything after such a step, run in pandas."
)
"""What ``engine="auto"`` does, in one sentence; the documentation has the same one."""


@frozen
class Placed:
    """Where one step runs.

    Attributes:
        name: The step's name.
        engine: The engine it runs on.
        reason: Why it runs in pandas, where it does not by choice.
    """

    name: str
    engine: str
    reason: str = ""


@frozen
class Explanation:
    """Where every step of a plan runs; shown as a table in a notebook, as text elsewhere.

    Attributes:
        plan: The plan's name.
        asked: The engine that was asked for.
        steps: Extract, each step, and load.
    """

    plan: str
    asked: str
    steps: tuple[Placed, ...]

    def __str__(self) -> str:
        width = max(len(placed.name) for placed in self.steps)
        lines = [f"{self.plan}: engine {self.asked}"]
        for placed in self.steps:
            why = f"  ({placed.reason})" if placed.reason else ""
            lines.append(f"  {placed.name.ljust(width)}  {placed.engine}{why}")
        if self.asked == "auto":
            lines += textwrap.wrap(
                f"auto: {AUTO}", _WIDTH, initial_indent="  ", subsequent_indent="  "
            )
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [[placed.name, placed.engine, placed.reason] for placed in self.steps]
        about = f"{self.plan}: engine {self.asked}"
        auto = f". {AUTO}" if self.asked == "auto" else ""
        return html.table(["step", "engine", "why"], rows, caption=about + auto)


def explained(plan: Plan, engine: str | None = None) -> Explanation:
    """Return where every step of a plan would run, reading no more than the file's beginning.

    Raises:
        ColumnNotFoundError: A step names a column that is not there.
        SourceError: The source cannot be opened.
    """
    asked = engine_name(engine)
    with spilling():
        source = plan.source if asked == "pandas" else _sampled(plan.source)
        if asked == "pandas" or not _starts_on_engine(source, asked):
            placed = _placed_in_pandas(plan, asked)
        else:
            placed = _placed_on_engine(plan, source, asked)
    if plan.destination is not None:
        placed.append(Placed(f"load to {plan.destination.describe()}", placed[-1].engine))
    return Explanation(plan.name, asked, tuple(placed))


def _sampled(source: DataSource) -> DataSource:
    """Return what an engine can read; of a database the first rows, which tell its columns."""
    return for_engines(first_of(source, _SAMPLE))


def _starts_on_engine(source: DataSource, asked: str) -> bool:
    """Whether steps can be placed without reading rows: a file, or a frame in memory."""
    in_memory = asked != "auto" and source.columns() is not None
    return in_memory or scan_of(source) is not None


def _placed_on_engine(plan: Plan, source: DataSource, asked: str) -> list[Placed]:
    with _Dry(source, asked) as mover:
        mover.extract()
        for step in plan.steps:
            mover.advance(step)
        first, *rest = mover.records
        return [
            Placed(f"extract {plan.source.describe()}", first.engine, first.reason),
            *(Placed(record.name, record.engine, record.reason) for record in rest),
        ]


class _Dry(Mover):
    """A mover that crosses to pandas without computing: it knows columns, and no rows."""

    _columns: list[str] | None = None
    _crossed = False

    def _advance_in_pandas(self, step: Step, reason: str) -> None:
        if self._columns is not None:
            self._columns = _after(step, self._columns)
        if not reason and self._crossed and self._asked != "auto":
            self._record(step.name, self._asked, reason="if its columns, known then, allow")
        else:
            self._record(step.name, "pandas", reason=reason)

    def _as_read(self, source: DataSource) -> DataSource:
        return first_of(source, _SAMPLE)

    def _cross(self) -> None:
        if self.frame is not None:
            self._columns = self.frame.columns
        self.frame, self._crossed = None, True


def _placed_in_pandas(plan: Plan, asked: str) -> list[Placed]:
    why = "" if asked == "pandas" else "rows in memory, or known only once they are read"
    columns = plan.source.columns()
    placed = [Placed(f"extract {plan.source.describe()}", "pandas", why)]
    for step in plan.steps:
        if columns is not None:
            columns = _after(step, columns)
        placed.append(Placed(step.name, "pandas"))
    return placed


def _after(step: Step, columns: list[str]) -> list[str] | None:
    from etlframe.plan.blame import blamed

    with blamed(step.name, None):
        return step.foresee(columns)
