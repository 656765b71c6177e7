"""The subcommands of ``etlframe``, their arguments and their help."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etlframe.cli.output import complain, say, tracing
from etlframe.wording import plural

if TYPE_CHECKING:
    from etlframe.service import ETLPipelineService

app = typer.Typer(
    name="etlframe",
    help="Run dataframe pipelines, and see how their runs went.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Log = Annotated[
    Path | None,
    typer.Option("--log", help="The JSONL log of runs.", show_default=".etlframe/logs/..."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One job alone.")]
Traceback = Annotated[
    bool, typer.Option("--traceback", "-v", help="Show the traceback of an error.")
]


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the shape that typer calls
    if wanted:
        # The face tells the version, and nobody inside imports it: it is loaded by now.
        say(f"etlframe {sys.modules['etlframe'].__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Run dataframe pipelines, and see how their runs went."""
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command()
def run(
    target: Annotated[
        str,
        typer.Argument(
            metavar="FILE[:NAME]",
            help="A Python file; NAME is a pipeline's variable or its own name. Without NAME, "
            "every pipeline of the file that loads somewhere is run.",
        ),
    ],
    retries: Annotated[int, typer.Option(min=0, help="Further attempts at most.")] = 0,
    engine: Annotated[str | None, typer.Option(help="auto, duckdb, polars or pandas.")] = None,
    log: Log = None,
    traceback: Traceback = False,
) -> int:
    """Run the pipelines of a file; the exit status is 0 only if every run completed."""
    from etlframe.cli.running import run_target

    return run_target(target, retries=retries, engine=engine, log=log, traceback=traceback)


@app.command()
def profile(
    target: Annotated[
        str, typer.Argument(metavar="FILE[:NAME]", help="As for run; nothing is loaded.")
    ],
    engine: Annotated[str | None, typer.Option(help="auto, duckdb, polars or pandas.")] = None,
    traceback: Traceback = False,
) -> int:
    """Tell where the time of a run goes, without loading anything."""
    from etlframe.cli.running import profile_target

    return profile_target(target, engine=engine, traceback=traceback)


@app.command("list")
def list_(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A Python file with pipelines.")
    ] = None,
    log: Log = None,
    traceback: Traceback = False,
) -> int:
    """List the pipelines of a file, or the jobs that the log knows."""
    from etlframe.cli.reports import file_lines, job_lines

    service = _service(log)
    with tracing(wanted=traceback):
        lines = job_lines(service) if file is None else file_lines(file, service)
    return _say_all(lines, service)


@app.command()
def history(
    name: Name = None,
    limit: Annotated[int, typer.Option(min=0, help="The newest runs alone; 0 for all.")] = 20,
    status: Annotated[str | None, typer.Option(help="COMPLETED, FAILED, CANCELLED ...")] = None,
    as_json: Json = False,
    log: Log = None,
) -> int:
    """Show the runs, oldest first."""
    from etlframe.cli.reports import history_lines, history_records

    report = history_records if as_json else history_lines
    service = _service(log)
    return _say_all(report(service, name, status=status, limit=limit or None), service)


@app.command()
def stats(name: Name = None, as_json: Json = False, log: Log = None) -> int:
    """Show success rates, rows and durations."""
    from etlframe.cli.reports import stats_lines, stats_records

    service = _service(log)
    return _say_all((stats_records if as_json else stats_lines)(service, name), service)


@app.command()
def demo() -> int:
    """Run the example pipeline on real flights, and explain what happens."""
    from etlframe.cli.demo import run_demo

    return run_demo()


def _service(log: Path | None) -> ETLPipelineService:
    from etlframe.options import get_options
    from etlframe.service import ETLPipelineService

    return ETLPipelineService(log_path=get_options().log_path if log is None else log)


def _say_all(report: object, service: ETLPipelineService) -> int:
    for line in report if isinstance(report, list) else [json.dumps(report, indent=2)]:
        say(line)
    if service.log.torn:
        torn = plural(service.log.torn, "torn line")
        complain(f"{torn} in {service.log_path}, which a stopped process left: not counted.")
    return 0
