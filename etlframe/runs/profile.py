"""Where a run's time went: phases, and what an engine's operators did in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from etlframe.frozen import frozen
from etlframe.runs.profile_display import REST, profile_card, profile_text
from etlframe.timing import Part, Phase

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.steps.base import Step

COLUMNS = {
    "phase": "str",
    "level": "int64",
    "step": "str",
    "engine": "str",
    "rows": "float64",
    "started": "float64",
    "seconds": "float64",
    "share": "float64",
    "cpu_seconds": "float64",
}

# What an operator does -> the classes of steps that may have asked for it.
_ASKED_BY = {
    "filter": {
        "Query", "Dropna", "DropDuplicates", "Merge", "Aggregation", "Validate", "Extremes",
        "HeadOfGroups",
    },
    "aggregate": {"Aggregation", "DropDuplicates", "Extremes", "HeadOfGroups"},
    "join": {"Merge"},
    "sort": {"SortValues", "Aggregation", "DropDuplicates", "Extremes"},
}  # fmt: skip


@frozen
class Line:
    """One line of a profile: a phase, or what operators of an engine did within the one before.

    Attributes:
        name: What was done.
        level: 0, or how many lines it is part of.
        engine: Where.
        step: The plan's step that it was, where that can be told; else empty.
        rows: Rows after it, or None.
        at: Seconds since the run began, at which its bar begins.
        seconds: Wall time; of operators, which work at the same time, their part of it by the CPU
            time that each took.
        cpu: Seconds of all threads together, of operators alone.
    """

    name: str
    level: int
    engine: str
    step: str
    rows: int | None
    at: float
    seconds: float
    cpu: float | None = None


@frozen(repr=False)
class Profile:
    """Where the time of one run went; a table with bars in a notebook, text elsewhere.

    Attributes:
        name: The pipeline's name.
        engine: What ran it.
        seconds: How long it took, all in all.
        lines: Phases and operators, in the order of their beginnings.
        rows_extracted: Rows read, or None where not known.
        rows_loaded: Rows that would have been loaded.
        destination: Where they would have been loaded, or None.
        memory: Bytes that DuckDB held at most in one computation, 0 where it held none.
        spilled: Bytes that did not fit into memory, at most at one time.
    """

    name: str
    engine: str
    seconds: float
    lines: tuple[Line, ...]
    rows_extracted: int | None = None
    rows_loaded: int = 0
    destination: str | None = None
    memory: int = 0
    spilled: int = 0

    def frame(self) -> pd.DataFrame:
        """Return a row for each phase and, below it, for the engine's operators in it.

        Returns:
            A DataFrame with ``phase``, ``level`` (phases of level 0 make up the whole time),
            ``step`` and ``engine`` (str), ``rows`` (float64, missing where not known), ``started``
            (seconds since the run began; missing for operators, which work at the same time),
            ``seconds``, ``share`` of the whole time, and ``cpu_seconds`` of operators.
        """
        import pandas as pd

        frame = pd.DataFrame([self._row(line) for line in self.lines], columns=list(COLUMNS))
        return frame.astype(COLUMNS)

    def plot(self, ax: Any = None) -> Any:
        """Plot the phases as a waterfall; see ``etl.plot_profile``.

        Args:
            ax: The matplotlib axes to draw on; None for a new figure.

        Returns:
            The axes.
        """
        # The face knows the screens, and nobody inside imports it: it is loaded by now.
        return sys.modules["etlframe"].plot_profile(self, ax=ax)

    def __repr__(self) -> str:
        return profile_text(self)

    def _repr_html_(self) -> str:
        return profile_card(self)

    def _row(self, line: Line) -> tuple[Any, ...]:
        started = line.at if line.cpu is None and line.name != REST else None
        share = line.seconds / self.seconds if self.seconds else 0.0
        figures = (line.rows, started, line.seconds, share, line.cpu)
        return (line.name, line.level, line.step, line.engine, *figures)


def lines_of(phases: Sequence[Phase], total: float, steps: Iterable[Step]) -> tuple[Line, ...]:
    """Return the lines of a profile, with what is in no phase as the last one.

    Args:
        phases: What was noted, in the order of beginnings.
        total: Seconds of the whole run.
        steps: The plan's steps.
    """
    askers = _askers([part for phase in phases for part in phase.parts], steps)
    lines: list[Line] = []
    for phase in phases:
        step, rows = phase.step, phase.rows
        lines.append(
            Line(phase.name, phase.level, phase.engine, step, rows, phase.started, phase.seconds)
        )
        lines += _lines_of_parts(phase, askers)
    rest = total - sum(phase.seconds for phase in phases if phase.level == 0)
    return (*lines, Line(REST, 0, "", "", None, total - rest, rest))


def _lines_of_parts(phase: Phase, askers: dict[str, str]) -> Iterator[Line]:
    planning = sum(part.cpu for part in phase.parts if part.kind == "plan")
    working = sum(part.cpu for part in phase.parts) - planning
    at = phase.started
    for part in phase.parts:
        alone = part.kind == "plan"  # before all others, by one thread
        share = part.cpu if alone else part.cpu / working if working else 0.0
        seconds = share if alone else share * max(phase.seconds - planning, 0.0)
        step = askers.get(part.kind, "")
        yield Line(part.name, phase.level + 1, phase.engine, step, part.rows, at, seconds, part.cpu)
        at += seconds


def _askers(parts: Sequence[Part], steps: Iterable[Step]) -> dict[str, str]:
    """Return the step that asked for a kind of operator, where it can only have been that one."""
    steps = list(steps)
    found: dict[str, str] = {}
    for kind, classes in _ASKED_BY.items():
        asking = [step.name for step in steps if type(step).__name__ in classes]
        if len(asking) == 1 and sum(part.kind == kind for part in parts) == 1:
            found[kind] = asking[0]
    return found
