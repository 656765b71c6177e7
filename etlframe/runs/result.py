"""What became of a run."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from etlframe.errors import DestinationChangedError, RunFailedError
from etlframe.redaction import redact

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.loaders.base import Destination

VERSION = 1
FAILURE_COLUMNS = {"column": "str", "check": "str", "failure_case": "object", "index": "object"}
Stamp = tuple[int, ...] | None


class JobStatus(StrEnum):
    """What a run has come to; each is its own name as text.

    ``INTERRUPTED`` is a run whose process is gone before it could say how it ended.
    """

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"
    INTERRUPTED = "INTERRUPTED"


@dataclass(repr=False, kw_only=True)
class JobResult:
    """One run of a job, with all its attempts.

    Attributes:
        job_id: The job's name.
        run_id: This run's own name; those of later runs sort later.
        status: What the run has come to.
        engine: What ran it: ``"duckdb"``, ``"pandas"``, or ``"duckdb+pandas"`` where it crossed.
        started_at: When, as an aware datetime in UTC.
        finished_at: When, in UTC, or None while it runs.
        duration: Seconds from the first attempt's start to the last one's end, waits and all.
        attempts: How many attempts were made.
        rows_extracted: Rows read by the last attempt, or None where not known.
        rows_transformed: Rows after the last step, or None where not known.
        rows_loaded: Rows that the destination gained.
        rows_rejected: Rows that a validating step set aside.
        errors: ``type``, ``message``, ``step`` and ``attempt`` of every failed attempt's error.
        warnings: What a person should know of the last attempt, in sentences. Python's own
            warnings are not among them: they go where your warning filters send them.
        steps: ``name``, ``engine``, ``rows`` and ``seconds`` of each step of the last attempt. Rows
            and seconds are None where an engine fused the step with the next: the next one that
            has seconds has those of all of them. ``Pipeline.profile`` tells more.
        source: Where the rows came from, in short.
        destination: Where they went, in short, or None.
        params: How the run was asked for.
        host: The machine's name.
        pid: The process's number.
        exception: The last attempt's error itself, or None.

    No text here holds a secret: passwords in URLs, tokens and the like are replaced.
    """

    job_id: str
    run_id: str
    started_at: datetime
    status: JobStatus = JobStatus.PENDING
    engine: str = ""
    finished_at: datetime | None = None
    duration: float | None = None
    attempts: int = 0
    rows_extracted: int | None = None
    rows_transformed: int | None = None
    rows_loaded: int = 0
    rows_rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    source: str = ""
    destination: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    host: str = ""
    pid: int = 0
    exception: BaseException | None = field(default=None, compare=False)
    _loaded: pd.DataFrame | None = field(default=None, compare=False)
    _failure_cases: pd.DataFrame | None = field(default=None, compare=False)
    _target: Destination | None = field(default=None, compare=False)
    _stamp: Stamp = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the run completed, or was skipped since one of its ``run_id`` had before."""
        return self.status in (JobStatus.COMPLETED, JobStatus.SKIPPED)

    def raise_for_status(self) -> Self:
        """Return the result of a completed run, so that calls can follow.

        Raises:
            RunFailedError: The run did not complete. The attempt's own error is its
                ``__cause__``, unless its text holds a secret.
        """
        if self.ok:
            return self
        from etlframe.runs.display import run_text

        error = self.exception
        cause = error if error is not None and _is_clean(error) else None
        raise RunFailedError(run_text(self.record()), result=self) from cause

    def frame(self) -> pd.DataFrame:
        """Return what the run loaded, or, without a destination, what it gave.

        It is read back from the destination unless it is still in memory; after an append it is
        the rows that this run appended.

        Raises:
            RunFailedError: The run did not complete.
            DestinationChangedError: The destination was written to, or removed, since.
        """
        self.raise_for_status()
        if self._loaded is not None:
            return self._loaded.copy(deep=False)
        if self._target is None or _stamp(self._target) != self._stamp:
            raise self._changed()
        rows = self._target.read()
        appended = self._target.mode == "append"
        if len(rows) < self.rows_loaded or (
            self._target.mode == "write" and len(rows) > self.rows_loaded
        ):
            raise self._changed()
        return rows.tail(self.rows_loaded).reset_index(drop=True) if appended else rows

    @property
    def failure_cases(self) -> pd.DataFrame:
        """Every value that failed a check of a schema, when that ended the run.

        A DataFrame with ``column`` (str), ``check`` (str), ``failure_case`` (object) and
        ``index`` (the row's label); empty where no schema ended the run.
        """
        import pandas as pd

        if self._failure_cases is not None:
            return self._failure_cases
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FAILURE_COLUMNS.items()})

    @property
    def rejected(self) -> pd.DataFrame:
        """The rows that a validating step set aside: none yet, as every failure ends the run."""
        import pandas as pd

        return pd.DataFrame()

    def record(self) -> dict[str, Any]:
        """Return the run as the log keeps it: plain values, in JSON's own types."""
        return {
            "version": VERSION,
            "event": "started" if self.status == JobStatus.RUNNING else "finished",
            "run_id": self.run_id,
            "job_id": self.job_id,
            "status": self.status.value,
            "engine": self.engine,
            "started_at": _iso(self.started_at),
            "finished_at": _iso(self.finished_at),
            "duration": self.duration,
            "attempts": self.attempts,
            "rows_extracted": self.rows_extracted,
            "rows_transformed": self.rows_transformed,
            "rows_loaded": self.rows_loaded,
            "rows_rejected": self.rows_rejected,
            "errors": self.errors,
            "warnings": self.warnings,
            "steps": self.steps,
            "source": self.source,
            "destination": self.destination,
            "params": self.params,
            "host": self.host,
            "pid": self.pid,
        }

    def keep(self, loaded: pd.DataFrame | None, target: Destination | None) -> None:
        """Keep what ``frame()`` gives back: a frame in memory, or where to read it."""
        self._loaded = loaded
        self._target = target
        self._stamp = None if target is None else _stamp(target)

    def keep_failure_cases(self, cases: pd.DataFrame) -> None:
        """Keep what ``failure_cases`` gives back."""
        self._failure_cases = cases

    def light(self) -> Self:
        """Return an equal result that holds no frame and no traceback, to be kept for long.

        Its ``frame()`` still reads the destination; one without a destination is lost.
        """
        return replace(self, exception=None, _loaded=None, _failure_cases=None)

    def __repr__(self) -> str:
        from etlframe.runs.display import run_text

        return run_text(self.record())

    def _repr_html_(self) -> str:
        from etlframe.runs.display import run_card

        return run_card(self.record())

    def _changed(self) -> DestinationChangedError:
        what = "The rows are no longer in memory" if self._target is None else "It has changed"
        return DestinationChangedError(
            f"What run {self.run_id} of {self.job_id!r} loaded into {self.destination} cannot be "
            f"read back. {what} since; run it again."
        )


def _stamp(destination: Destination) -> Stamp:
    """Return what tells one state of a destination's file from another, or None without a file."""
    path = getattr(destination, "path", None)
    try:
        found = os.stat(path) if isinstance(path, str | os.PathLike) else None  # noqa: PTH116 - may be a URL
    except (OSError, ValueError):
        return None
    return found and (found.st_ino, found.st_size, found.st_mtime_ns)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="microseconds")


def error_chain(error: BaseException) -> list[BaseException]:
    """Return an error and all those that led to it."""
    chain: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and not any(each is known for known in chain):
            chain.append(each)
            waiting += [each.__cause__, each.__context__]
    return chain


def _is_clean(error: BaseException) -> bool:
    return all(redact(str(each)) == str(each) for each in error_chain(error))
