"""What the dashboard shows, as plain values: no widget here, so it is tested without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.frozen import frozen
from etlframe.notebook.palette import in_order
from etlframe.runs.process import is_here
from etlframe.runs.stats import statistics
from etlframe.wording import count_text, duration_text, is_missing, moment_text, plural, rate_text

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from etlframe.runs.log import RunLog

MOST_ROWS = 50


@frozen
class Tile:
    """One figure: what it is, how much, and a note below it."""

    label: str
    value: str
    note: str


@frozen(eq=False)
class View:
    """The runs of a log as the dashboard shows them at one moment; every change gives a new one.

    Attributes:
        runs: Every run, oldest first (see ``RunLog.history``).
        log_path: The log's path.
        torn: How many lines of the log could not be read.
        at: When the log was read, aware.
        new_runs: Runs that the reading before had not seen; None at the first.
        job_id: Show this job alone; None for all.
        status: List the runs of this status alone; None for all.
    """

    runs: pd.DataFrame
    log_path: str
    torn: int
    at: datetime
    new_runs: int | None = None
    job_id: str | None = None
    status: str | None = None

    @classmethod
    def read(cls, log: RunLog, at: datetime) -> View:
        """Read a log for the first time."""
        return cls(log.history(), str(log.path), log.torn, at)

    def refreshed(self, log: RunLog, at: datetime) -> View:
        """Read the log again and keep what was chosen, as far as there still is such a thing."""
        runs = log.history()
        new = len(set(runs["run_id"]) - set(self.runs["run_id"]))
        fresh = replace(self, runs=runs, torn=log.torn, at=at, new_runs=new)
        job_id = self.job_id if self.job_id in fresh.jobs else None
        return fresh.choosing(job_id=job_id, status=self.status)

    def choosing(self, *, job_id: str | None, status: str | None) -> View:
        """Return the view of one job, or of one status, or of all."""
        chosen = replace(self, job_id=job_id, status=None)
        return replace(chosen, status=status if status in chosen.statuses else None)

    @property
    def jobs(self) -> list[str]:
        """The jobs of the log, sorted."""
        return sorted(set(self.runs["job_id"]))

    @property
    def statuses(self) -> list[str]:
        """The statuses that the job's runs have."""
        return in_order(set(self.of_job["status"]))

    @property
    def of_job(self) -> pd.DataFrame:
        """The runs of the chosen job, oldest first."""
        return self.runs if self.job_id is None else self.runs[self.runs["job_id"] == self.job_id]

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The runs to list, newest first, the 50 newest at most; what is missing is None."""
        runs = self._to_list.tail(MOST_ROWS).iloc[::-1]
        return _records(runs)

    @property
    def in_this_process(self) -> list[dict[str, Any]]:
        """The runs of the chosen job that go on in this kernel, which can be cancelled here."""
        runs = self.of_job
        going_on = _records(runs[runs["status"] == "RUNNING"])
        return [run for run in going_on if is_here(run["run_id"])]

    @property
    def not_listed(self) -> int:
        """How many older runs there are than those listed."""
        return max(len(self._to_list) - MOST_ROWS, 0)

    @property
    def _to_list(self) -> pd.DataFrame:
        runs = self.of_job
        return runs if self.status is None else runs[runs["status"] == self.status]

    @property
    def tiles(self) -> list[Tile]:
        """The figures over the chosen job's runs."""
        figures = statistics(_records(self.of_job))
        over, completed = figures["total_executions"], figures["successes"]
        rate = rate_text(figures["success_rate"] if over else None)
        rows = figures["total_rows_processed"]
        median, p95 = figures["duration_p50"], figures["duration_p95"]
        return [
            Tile("Success rate", rate, f"{completed:,} of {over:,} completed"),
            Tile("Runs", count_text(len(self.of_job)), self._runs_note(figures["failures"])),
            Tile("Rows", count_text(rows), "by completed runs"),
            Tile("Median duration", duration_text(median), "of completed runs"),
            Tile("p95 duration", duration_text(p95), "95% take less"),
        ]

    def _runs_note(self, failures: int) -> str:
        going_on = int((self.of_job["status"] == "RUNNING").sum())
        jobs = "" if self.job_id else f"{plural(len(self.jobs), 'job')}, "
        return f"{jobs}{failures:,} failed" + (f", {going_on:,} running" if going_on else "")

    @property
    def news(self) -> str:
        """When the log was read, and what was new."""
        read = f"{moment_text(self.at)} UTC"
        if self.new_runs is None:
            return f"Read {read}"
        new = plural(self.new_runs, "new run") if self.new_runs else "no new runs"
        return f"Refreshed {read}: {new}"

    @property
    def warning(self) -> str:
        """What is wrong with the log, or nothing."""
        if not self.torn:
            return ""
        torn = f"{plural(self.torn, 'torn line')} in {self.log_path}"
        return f"{torn}: a process was stopped while it wrote there, and what it wrote is lost."

    def __str__(self) -> str:
        lines = [f"{each.label}: {each.value} ({each.note})" for each in self.tiles]
        return "\n".join(["etlframe dashboard", f"log: {self.log_path}", *lines])


def _records(runs: pd.DataFrame) -> list[dict[str, Any]]:
    rows = runs.astype(object).to_dict("records")
    return [
        {str(key): None if is_missing(value) else value for key, value in row.items()}
        for row in rows
    ]
