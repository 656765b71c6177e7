"""What the log tells, as lines for people or as plain data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etlframe.cli.files import found_in
from etlframe.cli.output import colored, table, wrapped
from etlframe.errors import UnknownNameError
from etlframe.wording import count_text, duration_text, is_missing, moment_text, plural, rate_text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from etlframe.service import ETLPipelineService

NO_RUNS = "No runs in {log} yet. Try: etlframe run FILE.py"


def file_lines(file: Path, service: ETLPipelineService) -> list[str]:
    """Return a table of the pipelines of a file."""
    with found_in(file) as found:
        rows = [
            (
                str(service.status(service.add(each.pipeline).name)),
                each.pipeline.name,
                each.variables[0] if each.variables else "",
                _route(each.pipeline),
            )
            for each in found
        ]
    return _tinted(table(("STATUS", "PIPELINE", "VARIABLE", "FROM -> TO"), rows, give="FROM -> TO"))


def job_lines(service: ETLPipelineService) -> list[str]:
    """Return a table of the jobs of the log, with the newest run of each."""
    runs = service.history()
    if runs.empty:
        return [NO_RUNS.format(log=service.log_path)]
    latest = runs.drop_duplicates("job_id", keep="last").sort_values("job_id")
    counts = runs["job_id"].value_counts()
    rows = [
        (
            row["status"],
            row["job_id"],
            count_text(counts[row["job_id"]]),
            moment_text(row["started_at"]),
        )
        for row in _rows(latest)
    ]
    head = ("LATEST", "JOB", "RUNS", "STARTED (UTC)")
    return _tinted(table(head, rows, right=["RUNS"], give="JOB"))


def history_lines(
    service: ETLPipelineService, name: str | None, *, status: str | None, limit: int | None
) -> list[str]:
    """Return a table of runs, oldest first, with their errors below them."""
    runs = _history(service, name, status, None)
    if runs.empty:
        if status is not None or name is not None:
            return ["No such runs."]
        return [NO_RUNS.format(log=service.log_path)]
    shown = runs if limit is None else runs.tail(limit)
    rows = [_history_row(row) for row in _rows(shown)]
    head = ("STATUS", "JOB", "STARTED (UTC)", "TOOK", "TRIES", "READ", "LOADED")
    lines = table(head, rows, right=["TOOK", "TRIES", "READ", "LOADED"], give="JOB")
    lines = _with_errors(_tinted(lines), shown["errors"])
    older = len(runs) - len(shown)
    return [*lines, f"{plural(older, 'older run')} not shown: see --limit."] if older else lines


def history_records(
    service: ETLPipelineService, name: str | None, *, status: str | None, limit: int | None
) -> dict[str, Any]:
    """Return runs as plain data: ISO 8601 moments, seconds, and null for what is not known."""
    runs = _history(service, name, status, limit)
    return {"runs": [{key: _plain(value) for key, value in row.items()} for row in _rows(runs)]}


def stats_lines(service: ETLPipelineService, name: str | None) -> list[str]:
    """Return a table of statistics, a row a job, and one over all of them."""
    every = stats_records(service, name)["jobs"]
    if not every:
        return [NO_RUNS.format(log=service.log_path)]
    rows = [_stats_row(job, stats) for job, stats in every.items()]
    if len(rows) > 1:
        rows.append(_stats_row("all", service.stats()))
    head = ("JOB", "RUNS", "COMPLETED", "FAILED", "RATE", "ROWS", "MEDIAN", "P95")
    return table(head, rows, right=head[1:], give="JOB")


def stats_records(service: ETLPipelineService, name: str | None) -> dict[str, Any]:
    """Return statistics as plain data, by job."""
    jobs = _jobs(service)
    _check_job(name, jobs)
    chosen = jobs if name is None else [name]
    return {"jobs": {job: service.stats(job) for job in chosen}}


def _history(
    service: ETLPipelineService, name: str | None, status: str | None, limit: int | None
) -> pd.DataFrame:
    from etlframe.runs.result import JobStatus

    _check_job(name, _jobs(service) if name is not None else [])
    wanted = None if status is None else status.upper()
    if wanted is not None and wanted not in list(JobStatus):
        raise UnknownNameError("status", status, [str(each) for each in JobStatus])
    return service.history(name, status=wanted, limit=limit)


def _jobs(service: ETLPipelineService) -> list[str]:
    return sorted(set(service.history()["job_id"]))


def _check_job(name: str | None, jobs: list[str]) -> None:
    if name is not None and name not in jobs:
        raise UnknownNameError("job", name, jobs)


def _rows(runs: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in runs.to_dict("records")]


def _history_row(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(row["status"]),
        str(row["job_id"]),
        moment_text(row["started_at"]),
        duration_text(row["duration"]),
        count_text(row["attempts"]),
        count_text(row["rows_extracted"]),
        count_text(row["rows_loaded"]),
    )


def _stats_row(job: str, stats: dict[str, Any]) -> tuple[str, ...]:
    return (
        job,
        count_text(stats["total_executions"]),
        count_text(stats["successes"]),
        count_text(stats["failures"]),
        rate_text(stats["success_rate"]),
        count_text(stats["total_rows_processed"]),
        duration_text(stats["duration_p50"]),
        duration_text(stats["duration_p95"]),
    )


def _plain(value: Any) -> Any:
    if is_missing(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _with_errors(lines: list[str], errors: pd.Series) -> list[str]:
    head, *rows = lines
    said = [head]
    for line, error in zip(rows, errors, strict=True):
        said.append(line)
        if error:
            said.append(wrapped(str(error), "    "))
    return said


def _tinted(lines: list[str]) -> list[str]:
    """Colour the status with which each line of a table begins."""
    return [_tint(line) for line in lines]


def _tint(line: str) -> str:
    status, space, rest = line.partition(" ")
    return f"{colored(status, status)}{space}{rest}"


def _route(pipeline: Any) -> str:
    destination = pipeline.destination
    loads = "nowhere" if destination is None else destination.describe()
    return f"{pipeline.source.describe()} -> {loads}"
