"""Run pipelines for a person or a schedule that looks at the exit status."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.cli.files import chosen, found_in, split_target
from etlframe.cli.output import (
    clip,
    colored,
    columns,
    complain,
    printable,
    say,
    show_traceback,
    tracing,
)
from etlframe.errors import UnknownNameError
from etlframe.options import ENGINES, get_options
from etlframe.progress import ProgressLine
from etlframe.wording import count_text, duration_text, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etlframe.finding import Found
    from etlframe.runs.result import JobResult


def run_target(
    target: str, *, retries: int, engine: str | None, log: Path | None, traceback: bool
) -> int:
    """Run the pipelines of ``FILE[:NAME]`` one after the other.

    Returns:
        The exit status: 0 if every run completed, 1 if one did not.
    """
    _check_engine(engine)
    path, name = split_target(target)
    with tracing(wanted=traceback), found_in(path) as found:
        runs = [_run_one(each, retries, engine, log) for each in chosen(name, found)]
        if traceback:
            _show_tracebacks(runs)
    return 0 if all(each.ok for each in runs) else 1


def profile_target(target: str, *, engine: str | None, traceback: bool) -> int:
    """Profile the pipelines of ``FILE[:NAME]``, and print where the time went.

    Returns:
        0; a pipeline that fails is an error.
    """
    _check_engine(engine)
    path, name = split_target(target)
    with tracing(wanted=traceback), found_in(path) as found:
        for each in chosen(name, found):
            for line in str(each.pipeline.profile(engine)).splitlines():
                say(printable(line))
    return 0


def _check_engine(engine: str | None) -> None:
    if engine is not None and engine not in ENGINES:
        raise UnknownNameError("engine", engine, ENGINES)


def _show_tracebacks(runs: list[JobResult]) -> None:
    for run in runs:
        if run.exception is not None:
            show_traceback(run.exception)


def _run_one(found: Found, retries: int, engine: str | None, log: Path | None) -> JobResult:
    from etlframe.runs.job import ETLJob
    from etlframe.runs.log import RunLog

    own = found.service.log if found.service is not None else RunLog(get_options().log_path)
    recorded = own if log is None else RunLog(log)
    with running(found.pipeline.name) as progress:
        result = ETLJob(found.pipeline).run(
            engine=engine, retries=retries, log=recorded, on_progress=progress
        )
    tell(result)
    return result


@contextmanager
def running(name: str) -> Iterator[ProgressLine]:
    """Show how far a run is, and say what became of it if Ctrl-C ends it."""
    try:
        with ProgressLine(name, write_progress) as progress:
            yield progress
    except KeyboardInterrupt:
        complain("interrupted; the run is recorded as CANCELLED, its destination is as it was.")
        raise


def tell(result: JobResult) -> None:
    """Say how a run went: the outcome on standard output, its errors on standard error."""
    status = colored(f"{result.status}", str(result.status))
    took = f"in {duration_text(result.duration)}"
    tries = f" after {plural(result.attempts, 'attempt')}" if result.attempts > 1 else ""
    say(f"{status}  {printable(result.job_id)}{tries} {took} ({result.engine or 'no engine'})")
    if result.ok:
        where = f" -> {printable(result.destination)}" if result.destination else ""
        read, loaded = count_text(result.rows_extracted), count_text(result.rows_loaded)
        say(f"  {read} rows read, {loaded} loaded{where}")
    if result.rows_rejected:
        say(f"  {plural(result.rows_rejected, 'row')} rejected")
    for warning in result.warnings:
        say(f"  warning: {printable(warning)}")
    for error in result.errors:
        where = f" at {error['step']}" if error.get("step") else ""
        complain(f"{result.job_id}: attempt {error['attempt']} failed{where}: {error['message']}")


def write_progress(text: str) -> None:
    """Write a text over the line of standard error, if that is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{clip(printable(text), columns() - 1)}\x1b[K")
        sys.stderr.flush()
