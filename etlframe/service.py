"""The one door for every screen: pipelines by name, their runs, and what became of them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError, UnknownNameError
from etlframe.options import get_options
from etlframe.pipeline import Pipeline
from etlframe.plan.execution import Observer
from etlframe.runs.job import Sleep
from etlframe.runs.log import Record, RunLog, rolled_back
from etlframe.runs.result import JobResult, JobStatus
from etlframe.runs.spans import utc_now
from etlframe.runs.stats import statistics
from etlframe.scheduler import ETLScheduler

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.loaders.base import Destination
    from etlframe.sources.base import DataSource
    from etlframe.storage.records import LoadRecord

FIGURES = {
    "job_id": "str",
    "status": "str",
    "started_at": "datetime64[us, UTC]",
    "total_executions": "int64",
    "successes": "int64",
    "failures": "int64",
    "success_rate": "float64",
    "total_rows_processed": "int64",
    "duration_mean": "float64",
    "duration_p50": "float64",
    "duration_p95": "float64",
}


class ETLPipelineService:
    """Pipelines by name, run and looked at; a new service on the same log sees the old runs.

    Adding a pipeline of a known name replaces it, so that a notebook cell can be run again; its
    history goes on. May be used from several threads: runs of one pipeline take turns.

    Args:
        log_path: The run log; None for the options' ``log_path``, read once, at this moment. A
            relative path is taken from the working folder of this moment.

    Attributes:
        log: The run log.
        scheduler: Runs the same pipelines at their times, into the same log.
    """

    def __init__(self, log_path: str | os.PathLike[str] | None = None) -> None:
        self.log = RunLog(get_options().log_path if log_path is None else log_path)
        self.scheduler = ETLScheduler(self.log)
        self._pipelines: dict[str, Pipeline] = {}

    def __repr__(self) -> str:
        return f"ETLPipelineService({str(self.log_path)!r}, pipelines={list(self._pipelines)})"

    @property
    def log_path(self) -> Path:
        """The run log's file."""
        return self.log.path

    @property
    def pipelines(self) -> Mapping[str, Pipeline]:
        """The pipelines by name, in the order of adding."""
        return MappingProxyType(dict(self._pipelines))

    def create_pipeline(
        self,
        name: str,
        source: DataSource | str | os.PathLike[str] | pd.DataFrame | Callable[[], pd.DataFrame],
        transforms: Iterable[Callable[[pd.DataFrame], pd.DataFrame]],
        destination: Destination | str | os.PathLike[str] | None,
        schema: Any = None,
        *,
        input_schema: Any = None,
    ) -> Pipeline:
        """Make a pipeline of its parts and add it.

        Args:
            name: Its name, which is its job's.
            source: A ``DataSource``, a path, a DataFrame, or a function that returns one.
            transforms: Steps, ``Transformation``s or functions from DataFrame to DataFrame.
            destination: A path, a ``DataLoader``, or None to load nothing.
            schema: What the transformed rows must keep: a Pandera schema or model.
            input_schema: What the extracted rows must keep.

        Returns:
            The pipeline, to go on with its verbs (and then to ``add`` again).

        Raises:
            PlanError: ``transforms`` is not a list of steps.
        """
        pipeline = Pipeline(name, source)
        if input_schema is not None:
            pipeline = pipeline.validate(input_schema)
        for transform in _steps(name, transforms):
            pipeline = pipeline.pipe(transform)
        if schema is not None:
            pipeline = pipeline.validate(schema)
        return self.add(pipeline if destination is None else pipeline.to(destination))

    def add(self, pipeline: Pipeline) -> Pipeline:
        """Add a pipeline, instead of one of the same name, and return it."""
        self.scheduler.register_job(pipeline)
        self._pipelines[pipeline.name] = pipeline
        return pipeline

    def run(
        self,
        job_id: str,
        *,
        retries: int = 0,
        engine: str | None = None,
        sleep: Sleep = time.sleep,
        on_progress: Observer | None = None,
        run_id: str | None = None,
    ) -> JobResult:
        """Run a pipeline now, after a run of it that goes on, and record it.

        Args:
            job_id: The pipeline's name.
            retries: Further attempts after a failed one, from 0.
            engine: The engine, or None for the options' one.
            sleep: Waits that many seconds between attempts.
            on_progress: Called with the attempt's ``Execution`` as it moves.
            run_id: A name for what the run loads; a second run of that name does nothing.

        Returns:
            The result, also of a failed run: see ``JobResult.raise_for_status``.

        Raises:
            UnknownNameError: No pipeline of that name was added.
        """
        if job_id not in self._pipelines:
            raise UnknownNameError("pipeline", job_id, self._pipelines)
        return self.scheduler.execute_job(
            job_id, retries, engine=engine, sleep=sleep, on_progress=on_progress, run_id=run_id
        )

    def run_all(
        self, *, retries: int = 0, engine: str | None = None, sleep: Sleep = time.sleep
    ) -> list[JobResult]:
        """Run every pipeline, in the order of adding; one that fails does not stop the others.

        Returns:
            One result a pipeline, in that order.
        """
        return [
            self.run(job_id, retries=retries, engine=engine, sleep=sleep)
            for job_id in self.pipelines
        ]

    def rollback(self, run_id: str) -> LoadRecord:
        """Undo the newest load of a destination: it is what it was before that run.

        The history keeps the run, with a warning that it was rolled back and when.

        Args:
            run_id: The run, of a pipeline that was added.

        Returns:
            The load that was undone.

        Raises:
            UnknownNameError: The log does not know the run, or no pipeline of its name was added.
            LoadError: The run loaded nothing, its load is not the newest one, what was before it
                was not kept, or somebody else has changed the destination since.
        """
        runs = self.log.runs()
        found = next((each for each in reversed(runs) if each["run_id"] == run_id), None)
        if found is None:
            raise UnknownNameError("run", run_id, [each["run_id"] for each in reversed(runs)])
        if found["job_id"] not in self._pipelines:
            raise UnknownNameError("pipeline", found["job_id"], self._pipelines)
        undone = self._pipelines[found["job_id"]].rollback(run_id)
        self.log.append(rolled_back(found, utc_now()))
        return undone

    def cancel(self, job_id: str) -> bool:
        """Stop the runs of a pipeline that go on in this process; see ``ETLJob.cancel``.

        Returns:
            Whether there was one.

        Raises:
            UnknownNameError: No pipeline of that name was added.
        """
        if job_id not in self._pipelines:
            raise UnknownNameError("pipeline", job_id, self._pipelines)
        return self.scheduler.cancel(job_id)

    def status(self, job_id: str) -> JobStatus:
        """Return what the newest run of a job has come to, or PENDING if it never ran.

        Args:
            job_id: The name of a pipeline, or of any job in the log.

        Raises:
            UnknownNameError: Neither the service nor the log knows the job.
        """
        runs = self._runs(job_id)
        return JobStatus(runs[-1]["status"]) if runs else JobStatus.PENDING

    def history(
        self,
        job_id: str | None = None,
        *,
        status: str | Collection[str] | None = None,
        since: str | datetime | timedelta | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return runs as a DataFrame, oldest first; see ``RunLog.history``.

        Args:
            job_id: Keep the runs of this job; none if the log does not know it.
            status: Keep the runs of this status, or of these.
            since: Keep the runs that started at this moment or later, or so long ago at most.
            limit: Keep the newest so many.
        """
        return self.log.history(job_id, status=status, since=since, limit=limit)

    def stats(self, job_id: str | None = None) -> dict[str, Any]:
        """Return figures over the runs of one job, or of all; see ``runs.stats.statistics``.

        Raises:
            UnknownNameError: Neither the service nor the log knows the job.
        """
        return statistics(self.log.runs() if job_id is None else self._runs(job_id))

    def stats_frame(self) -> pd.DataFrame:
        """Return the figures of every job, a row each: the pipelines first, then the log's others.

        Returns:
            ``job_id``, the newest run's ``status`` and ``started_at`` (datetime64[us, UTC]), and
            the figures of ``stats``; durations in seconds, missing where there are none.
        """
        import pandas as pd

        by_job: dict[str, list[Record]] = {name: [] for name in self._pipelines}
        for run in self.log.runs():
            by_job.setdefault(run["job_id"], []).append(run)
        rows = [_figures(job_id, runs) for job_id, runs in by_job.items()]
        frame = pd.DataFrame(rows, columns=list(FIGURES))
        frame["started_at"] = pd.to_datetime(frame["started_at"], utc=True, format="ISO8601")
        return frame.astype(FIGURES)

    def _runs(self, job_id: str) -> list[Record]:
        runs = self.log.runs(job_id)
        if not runs and job_id not in self._pipelines:
            logged = [run["job_id"] for run in self.log.runs()]
            raise UnknownNameError("job", job_id, dict.fromkeys([*self._pipelines, *logged]))
        return runs


def _steps(name: str, transforms: Any) -> list[Any]:
    steps = [] if transforms is None else list(transforms) if _is_list(transforms) else [transforms]
    for number, step in enumerate(steps, start=1):
        if not callable(step):
            raise PlanError(
                f"Pipeline {name!r}: transform {number} is {step!r}, not a step or a function "
                "from DataFrame to DataFrame. Write a condition as etl.query(...), and new "
                "columns as etl.assign(...)."
            )
    return steps


def _is_list(transforms: Any) -> bool:
    return isinstance(transforms, Iterable) and not isinstance(transforms, str | bytes)


def _figures(job_id: str, runs: list[Record]) -> dict[str, Any]:
    newest = runs[-1] if runs else {"status": JobStatus.PENDING.value, "started_at": None}
    told = {"job_id": job_id, "status": newest["status"], "started_at": newest["started_at"]}
    return told | statistics(runs)
