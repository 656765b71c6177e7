"""``profile()``: a run as any other, whose load and whose record are thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from etlframe.options import get_options
from etlframe.redaction import redact
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from etlframe.runs.profile import Profile, lines_of
from etlframe.storage.stages import scratch
from etlframe.timing import Timeline, timed

if TYPE_CHECKING:
    from etlframe.plan.plan import Plan


def profiled(plan: Plan, engine: str | None = None) -> Profile:
    """Run a plan, load nothing, and return where the time went.

    Raises:
        ETLError: As the run; a source that cannot be read, a step that failed.
        RunFailedError: The run was cancelled.
    """
    with _rehearsed(plan) as rehearsed, _thrown_away() as log:
        timeline = Timeline()
        with timed(timeline):
            result = ETLJob(rehearsed).run(engine=engine, log=log)
        total = timeline.elapsed
    if isinstance(result.exception, Exception):
        raise result.exception
    result.raise_for_status()
    phases = timeline.phases
    return Profile(
        plan.name,
        result.engine,
        total,
        lines_of(phases, total, plan.steps),
        rows_extracted=result.rows_extracted,
        rows_loaded=result.rows_loaded,
        destination=None if plan.destination is None else redact(plan.destination.describe()),
        memory=max((each.memory for each in phases), default=0),
        spilled=max((each.spilled for each in phases), default=0),
    )


@contextmanager
def _rehearsed(plan: Plan) -> Iterator[Plan]:
    if plan.destination is None:
        yield plan
        return
    with plan.destination.rehearsal() as destination:
        yield replace(plan, destination=destination)


@contextmanager
def _thrown_away() -> Iterator[RunLog]:
    """Give a log beside the real one: on the same disk, it takes the same time."""
    with scratch(RunLog(get_options().log_path).path) as path:
        log = RunLog(path)
        try:
            yield log
        finally:
            path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
