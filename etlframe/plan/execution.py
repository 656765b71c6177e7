"""One attempt at a plan: extract, steps, load, and what was counted on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from etlframe.control import Advance, current_control, told
from etlframe.engines.registry import engine_name
from etlframe.plan.attempts import attempted
from etlframe.plan.moving import Mover
from etlframe.plan.records import StepRecord
from etlframe.sources.base import NothingNew
from etlframe.storage.records import LOADED_AT, RUN_ID, Load, LoadedBefore
from etlframe.timing import phase

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.loaders.base import Destination
    from etlframe.plan.plan import Plan
    from etlframe.sources.cursor import NewRows
    from etlframe.sources.new_files import NewFiles
    from etlframe.steps.base import Step


@dataclass(repr=False, eq=False)
class Execution:
    """What is known of an attempt; filled as it moves, so that a failed one still tells.

    Attributes:
        engine: ``"duckdb"``, ``"pandas"``, or ``"duckdb+pandas"`` where it crossed.
        rows_extracted: Rows read from the source; None where the engine cannot tell.
        rows_transformed: Rows after the last step.
        rows_loaded: Rows that the destination's writer counted.
        rows_rejected: Rows set aside as invalid.
        steps: Extract, each step, and load; rows and seconds are None where they were fused.
        warnings: What a person should know, in sentences.
        step: The step it is at: where an error happened.
        fraction: How much the engine has done of what it computes now, from 0 to 1, as far as it
            can tell; None where it cannot, and between computations.
        result: The final frame, where it is in memory.
        load: The load that a run makes; None where no run does.
        is_loaded: Whether the destination has taken the rows.
    """

    engine: str = ""
    rows_extracted: int | None = None
    rows_transformed: int | None = None
    rows_loaded: int = 0
    rows_rejected: int = 0
    steps: list[StepRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    step: str | None = None
    fraction: float | None = None
    result: pd.DataFrame | None = None
    load: Load | None = None
    is_loaded: bool = False


Observer = Callable[[Execution], None]


def execute(
    plan: Plan,
    *,
    engine: str | None = None,
    execution: Execution | None = None,
    on_progress: Observer | None = None,
) -> Execution:
    """Make one attempt at a plan: read, transform, and load if it has a destination.

    Args:
        plan: The plan.
        engine: ``"auto"``, ``"duckdb"``, ``"polars"`` or ``"pandas"``; None for the option's.
        execution: Filled on the way; a new one where None.
        on_progress: Called with the execution whenever it has moved: at each step, and while an
            engine computes up to ten times a second.

    Returns:
        The execution.

    Raises:
        ETLError: The attempt failed; the destination is as it was.
    """
    attempt = _Attempt(plan, execution or Execution(), on_progress)
    chosen = engine_name(engine)
    attempted(partial(attempt.run, chosen), attempt.execution.warnings.append)
    return attempt.execution


def _marking(load: Load) -> Step:
    """Return the step that writes beside each row which run loaded it, and when that started."""
    from etlframe.steps.assign import assign, lit

    return assign(**{RUN_ID: lit(load.run_id), LOADED_AT: lit(load.loaded_at.replace(tzinfo=None))})


class _Attempt:
    """An attempt while it goes on: tells the execution what the mover does."""

    def __init__(self, plan: Plan, execution: Execution, on_progress: Observer | None) -> None:
        self.plan = plan
        self.execution = execution
        self._on_progress = on_progress
        self._new: NewRows | NewFiles | None = None

    def run(self, engine: str, *, whole: bool, refused: bool) -> None:
        self.execution.steps.clear()
        with told(None if self._on_progress is None else self._hear):
            self._run(engine, whole=whole, refused=refused)

    def _run(self, engine: str, *, whole: bool, refused: bool) -> None:
        if self.plan.destination is not None:
            self._at("load")
            self.plan.destination.check()
            self._look_for_load(self.plan.destination)
        beside = None if self.plan.destination is None else self.plan.destination.path
        try:
            self._new = self._new_rows()
        except NothingNew:
            self._note_nothing()
            return
        source = self._new or self.plan.source
        mover = Mover(source, engine, whole=whole, refused=refused, beside=beside, on_step=self._at)
        with mover:
            self.execution.steps = mover.records
            try:
                self._move(mover)
            finally:
                self.execution.engine = mover.engine_label
                known = self.execution.warnings
                known += [each for each in mover.warnings if each not in known]
                self.execution.rows_extracted = mover.rows_extracted

    def _move(self, mover: Mover) -> None:
        mover.extract()
        self._note_position()
        for step in self.plan.steps:
            mover.advance(step)
        if self.plan.destination is None:
            self.execution.result = mover.to_pandas()
            self.execution.rows_transformed = len(self.execution.result)
        else:
            self._load(mover)
        self.execution.step, self.execution.fraction = None, None
        self._tell()

    def _load(self, mover: Mover) -> None:
        destination = self.plan.destination
        if destination is None:  # pragma: no cover - asked before
            return
        self._at("load")
        if destination.add_run_id and self.execution.load is not None:
            mover.advance(_marking(self.execution.load))
        started = perf_counter()
        rows = mover.rows()
        with phase("load", engine=mover.writer) as noted:
            loaded = destination.load_frame(rows, self.execution.load)
            self.execution.is_loaded = True
            noted.rows = loaded.rows
        mover.wrote(loaded.rows)
        self.execution.rows_loaded = loaded.rows
        self.execution.rows_transformed = loaded.rows
        self.execution.warnings += loaded.warnings
        self.execution.result = mover.df
        mover.records.append(
            StepRecord("load", loaded.rows, perf_counter() - started, mover.writer)
        )

    def _look_for_load(self, destination: Destination) -> None:
        """Raise ``LoadedBefore`` where the destination took this load: nothing is computed."""
        load = self.execution.load
        if load is not None and load.is_kept:
            known = destination.state().find(load.run_id)
            if known is not None:
                raise LoadedBefore(known)

    def _note_nothing(self) -> None:
        """Note that no rows were read, and that the destination was left as it is."""
        execution = self.execution
        execution.rows_extracted = execution.rows_transformed = 0
        execution.steps = [StepRecord("extract", 0, 0.0, execution.engine)]
        execution.step = None
        if self.plan.destination is not None and execution.load is not None:
            if execution.load.is_kept:
                self.plan.destination.remember(execution.load)
            execution.is_loaded = True
        self._tell()

    def _new_rows(self) -> NewRows | NewFiles | None:
        """Return the source as the rows that are new to the destination, where a run asks that."""
        if not self.plan.source.is_incremental or self.execution.load is None:
            return None
        from etlframe.plan.increment import new_rows

        return new_rows(self.plan)

    def _note_position(self) -> None:
        """Have the destination remember with the rows how far the source was read."""
        load = self.execution.load
        if self._new is not None and load is not None:
            self.execution.load = load._replace(
                cursors={load.job_id: self._new.position},
                since={load.job_id: self._new.before},
                is_kept=True,
            )

    def _at(self, step: str) -> None:
        control = current_control()
        if control is not None:
            control.check()
        self.execution.step, self.execution.fraction = step, None
        self._tell()

    def _hear(self, advance: Advance) -> None:
        execution = self.execution
        before = execution.fraction, execution.rows_extracted
        if advance.fraction is not None:  # of a scan, and then of the next one
            execution.fraction = max(advance.fraction, execution.fraction or 0.0)
        if advance.rows is not None:
            execution.rows_extracted = advance.rows
        if (execution.fraction, execution.rows_extracted) != before:
            self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.execution)
