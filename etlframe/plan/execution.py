"""One attempt at a plan: extract, steps, load, and what was counted on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from etlframe.engines.registry import engine_name
from etlframe.plan.attempts import attempted
from etlframe.plan.moving import Mover, StepRecord

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.plan.plan import Plan


@dataclass
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
        result: The final frame, where it is in memory.
    """

    engine: str = ""
    rows_extracted: int | None = None
    rows_transformed: int | None = None
    rows_loaded: int = 0
    rows_rejected: int = 0
    steps: list[StepRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    step: str | None = None
    result: pd.DataFrame | None = None


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
        on_progress: Called with the execution whenever it has moved.

    Returns:
        The execution.

    Raises:
        ETLError: The attempt failed; the destination is as it was.
    """
    attempt = _Attempt(plan, execution or Execution(), on_progress)
    chosen = engine_name(engine)
    attempted(partial(attempt.run, chosen), attempt.execution.warnings.append)
    return attempt.execution


class _Attempt:
    """An attempt while it goes on: tells the execution what the mover does."""

    def __init__(self, plan: Plan, execution: Execution, on_progress: Observer | None) -> None:
        self.plan = plan
        self.execution = execution
        self._on_progress = on_progress

    def run(self, engine: str, *, whole: bool, refused: bool) -> None:
        self.execution.steps.clear()
        if self.plan.destination is not None:
            self._at("load")
            self.plan.destination.check()
        source, at = self.plan.source, self._at
        with Mover(source, engine, whole=whole, refused=refused, on_step=at) as mover:
            self.execution.steps = mover.records
            try:
                self._move(mover)
            finally:
                self.execution.engine = mover.engine_label
                self.execution.warnings += mover.warnings
                self.execution.rows_extracted = mover.rows_extracted

    def _move(self, mover: Mover) -> None:
        mover.extract()
        for step in self.plan.steps:
            mover.advance(step)
        if self.plan.destination is None:
            self.execution.result = mover.to_pandas()
            self.execution.rows_transformed = len(self.execution.result)
        else:
            self._load(mover)
        self.execution.step = None
        self._tell()

    def _load(self, mover: Mover) -> None:
        destination = self.plan.destination
        if destination is None:  # pragma: no cover - asked before
            return
        self._at("load")
        started = perf_counter()
        loaded = destination.load_frame(mover.rows())
        mover.wrote(loaded.rows)
        self.execution.rows_loaded = loaded.rows
        self.execution.rows_transformed = loaded.rows
        self.execution.warnings += loaded.warnings
        self.execution.result = mover.df
        mover.records.append(
            StepRecord("load", loaded.rows, perf_counter() - started, mover.writer)
        )

    def _at(self, step: str) -> None:
        self.execution.step = step
        self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.execution)
