"""A job: a plan that is run, attempt after attempt, and recorded."""

from __future__ import annotations

import os
import time
import traceback
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from etlframe.control import Control, RunCancelled
from etlframe.engines.registry import engine_name
from etlframe.errors import LogError, ValidationError
from etlframe.options import get_options
from etlframe.plan.execution import Execution, Observer, execute
from etlframe.redaction import redact
from etlframe.runs.log import RunLog
from etlframe.runs.process import cancel_runs, this_host, under_way
from etlframe.runs.result import JobResult, JobStatus, error_chain
from etlframe.runs.retry import call_with_retries, check_retries
from etlframe.runs.spans import utc_now
from etlframe.storage.records import Load, LoadedBefore, LoadRecord, check_run_id, new_run_id
from etlframe.timing import phase
from etlframe.wording import plural

if TYPE_CHECKING:
    from etlframe.plan.plan import Plan

Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


class Attempt(Protocol):
    """How one attempt at a plan is made; ``etlframe.plan.execution.execute`` is one."""

    def __call__(
        self,
        plan: Plan,
        *,
        engine: str | None,
        execution: Execution,
        on_progress: Observer | None,
    ) -> Execution:
        """Make it, filling ``execution`` on the way."""


class ETLJob:
    """A plan that can be run.

    Args:
        plan: A pipeline; its name is the job's.
        attempt: How one attempt is made, instead of ``execute``.

    Attributes:
        plan: The plan.
        job_id: Its name.
    """

    def __init__(self, plan: Plan, *, attempt: Attempt = execute) -> None:
        self.plan = plan
        self.job_id = plan.name
        self._attempt = attempt

    def __repr__(self) -> str:
        return f"ETLJob({self.job_id!r})"

    def run(
        self,
        *,
        engine: str | None = None,
        retries: int = 0,
        log: RunLog | None = None,
        sleep: Sleep = time.sleep,
        clock: Clock = utc_now,
        on_progress: Observer | None = None,
        run_id: str | None = None,
    ) -> JobResult:
        """Run the plan, and record that it started and how it finished.

        Args:
            engine: The engine, or None for the options' one.
            retries: Further attempts after a failed one, from 0, after waits of 1, 2, 4, 8 ...
                seconds. A mistake in the plan, or data that does not keep a schema, gets none.
            log: Where to record it; None for the log of the options, read at this moment.
            sleep: Waits that many seconds.
            clock: Tells the time, aware, in UTC.
            on_progress: Called with the attempt's ``Execution`` as it moves.
            run_id: A name for what the run loads, such as the day that it is for; the destination
                remembers it. Where it has taken a load of that name before, nothing is done, and
                the result is SKIPPED.

        Returns:
            The result, also of a run that failed or was cancelled: see
            ``JobResult.raise_for_status``.

        Raises:
            OptionError: ``retries`` is not a whole number from 0, or ``run_id`` no name.
            UnknownNameError: There is no such engine.
            LogError: The log cannot be written, so nothing was run.
            KeyboardInterrupt: The run was interrupted; it is recorded as CANCELLED.
        """
        params = {"engine": engine_name(engine), "retries": check_retries(retries)}
        log = RunLog(get_options().log_path) if log is None else log
        result = _started(self.plan, clock(), params, run_id)
        run = _Run(self.plan, self._attempt, on_progress, result, is_kept=run_id is not None)
        with under_way(run.result.run_id, self.job_id) as control:
            # A disk can take many milliseconds to make a record durable: a run pays that once.
            with phase("write the log"):
                log.append(run.result.record(), durable=False)
            try:
                run.make_attempts(engine, retries, _sleep_of(control, sleep))
            finally:
                run.finish(clock())
                with phase("write the log"):
                    _record(log, run.result)
        return run.result

    execute = run

    def cancel(self) -> bool:
        """Stop the runs of this job that go on in this process, whoever started them.

        A run that is stopped ends as CANCELLED, with its destination as before, and is not tried
        again. It stops while an engine reads, computes or writes, between two instructions of
        Python in a function of yours, and in the wait before a further attempt; a call into a
        library, such as ``time.sleep``, ends first.

        Returns:
            Whether there was one. It has been told to stop, and does so in its own thread.
        """
        return cancel_runs(self.job_id) > 0


class _Run:
    """One run while it goes on: the result so far, and the newest attempt's execution."""

    def __init__(
        self,
        plan: Plan,
        attempt: Attempt,
        on_progress: Observer | None,
        result: JobResult,
        *,
        is_kept: bool,
    ) -> None:
        self.plan = plan
        self.result = result
        self._attempt = attempt
        self._on_progress = on_progress
        self._load = Load(result.run_id, result.job_id, result.started_at, is_kept=is_kept)
        self._execution = Execution()
        # What it is unless it gets as far as to say otherwise.
        self._outcome = JobStatus.CANCELLED

    def make_attempts(self, engine: str | None, retries: int, sleep: Sleep) -> None:
        try:
            call_with_retries(lambda: self._make_attempt(engine), retries=retries, sleep=sleep)
            self._outcome = JobStatus.COMPLETED
        except LoadedBefore as before:
            self._note_loaded(before.record)
        except RunCancelled as cancelled:
            self.result.exception = cancelled
        except Exception as error:  # noqa: BLE001 - whatever a plan raises is a failed run
            self._outcome = JobStatus.FAILED
            self.result.exception = error

    def _note_loaded(self, record: LoadRecord) -> None:
        """Note that the destination has the load: by this run's attempt before, or another run."""
        if record.loaded_at == self._load.loaded_at.isoformat():
            self._outcome = JobStatus.COMPLETED
            self._execution.rows_loaded = record.rows
            return
        self._outcome = JobStatus.SKIPPED
        self._execution.warnings.append(
            f"Nothing was done: {self.result.destination} took the load of run {record.run_id!r} "
            f"before ({plural(record.rows, 'row')}, {record.loaded_at})."
        )

    def finish(self, now: datetime) -> None:
        result, execution = self.result, self._execution
        result.status = self._outcome
        result.finished_at = now
        # A clock that is set back must not make a negative duration.
        result.duration = max(0.0, (now - result.started_at).total_seconds())
        result.engine = execution.engine or result.engine
        result.rows_extracted = execution.rows_extracted
        result.rows_transformed = execution.rows_transformed
        result.rows_loaded = execution.rows_loaded
        result.rows_rejected = execution.rows_rejected
        result.warnings = [redact(each) for each in execution.warnings]
        result.steps = [
            {
                "name": step.name,
                "engine": step.engine,
                "rows": step.rows,
                "seconds": step.seconds,
            }
            for step in execution.steps
        ]
        if result.status is JobStatus.COMPLETED:
            result.keep(execution.result, self.plan.destination)

    def _make_attempt(self, engine: str | None) -> None:
        self.result.attempts += 1
        self._execution = Execution(load=self._load)
        try:
            self._attempt(
                self.plan,
                engine=engine,
                execution=self._execution,
                on_progress=self._on_progress,
            )
        except LoadedBefore:
            raise
        except BaseException as error:
            is_late = self._execution.is_loaded and isinstance(error, Exception | RunCancelled)
            if is_late:  # another attempt would load the rows twice
                self._execution.warnings.append(f"After the load: {type(error).__name__}: {error}")
                return
            self._note(error)
            raise

    def _note(self, error: BaseException) -> None:
        self.result.errors.append(
            {
                "type": type(error).__name__,
                "message": redact(str(error)),
                "step": getattr(error, "step", None) or self._execution.step,
                "attempt": self.result.attempts,
            }
        )
        if isinstance(error, ValidationError):
            self.result.keep_failure_cases(error.failure_cases)
        for each in error_chain(error):
            # Lets go of the data that a traceback's frames hold; the lines it shows stay.
            traceback.clear_frames(each.__traceback__)


def _sleep_of(control: Control, sleep: Sleep) -> Sleep:
    """Return what waits between attempts: a run that is cancelled does not wait on."""
    if sleep is time.sleep:
        return control.sleep

    def waiting(seconds: float) -> None:
        sleep(seconds)
        control.check()

    return waiting


def _started(plan: Plan, now: datetime, params: dict[str, Any], run_id: str | None) -> JobResult:
    to = plan.destination
    return JobResult(
        job_id=plan.name,
        run_id=new_run_id(now) if run_id is None else check_run_id(run_id),
        status=JobStatus.RUNNING,
        engine=params["engine"],
        started_at=now,
        source=redact(plan.source.describe()),
        destination=None if to is None else redact(to.describe()),
        params=params,
        host=this_host(),
        pid=os.getpid(),
    )


def _record(log: RunLog, result: JobResult) -> None:
    try:
        log.append(result.record())
    except LogError as error:
        # The run is over, and what it loaded is there: saying otherwise would have it run twice.
        result.warnings.append(redact(str(error)))
        warnings.warn(f"Run {result.run_id} is not recorded. {error}", stacklevel=3)
