"""``etlframe demo``: the whole of it, on the real flights that left New York in January 2013."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.cli.output import say, table
from etlframe.cli.reports import stats_lines
from etlframe.cli.running import running, tell
from etlframe.errors import SourceNotFoundError
from etlframe.wording import count_text, duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from etlframe.pipeline import Pipeline
    from etlframe.runs.result import JobResult
    from etlframe.service import ETLPipelineService

FLIGHTS = "flights-2013-01.csv"
OUT = Path("out")


def run_demo() -> int:
    """Run two pipelines into ``out/``, and say what happens.

    Returns:
        The exit status: 0 if both runs completed.
    """
    from etlframe.service import ETLPipelineService

    service, data = ETLPipelineService(), data_folder()
    delays = service.add(delays_pipeline(data))
    say("1. The plan: which step runs where, and why\n")
    say(f"{delays.explain()}\n")
    say("2. The run: 27,004 flights in, one row an airline out\n")
    first = _run(service, delays)
    if first.ok:
        say(f"\n{first.frame().head(8).round(2).to_string(index=False)}\n")
    say("3. A source that is away at first: the run tries again\n")
    second = _run(service, service.add(airlines_pipeline(data)), retries=2)
    say("\n4. The statistics, over every run that the log knows\n")
    for line in stats_lines(service, None):
        say(line)
    say(f"\noutput  {OUT.absolute()}\nlog     {service.log_path}")
    say("\nNext: etlframe history, or in a notebook: etl.dashboard()")
    return 0 if first.ok and second.ok else 1


def data_folder() -> Path:
    """Return the folder of the real tables: the package's own, or the checkout's.

    Raises:
        SourceNotFoundError: Neither is there.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "data", package.parent / "data"):
        if (folder / FLIGHTS).exists():
            return folder
    raise SourceNotFoundError(f"The demo's table {FLIGHTS} is neither in {package} nor beside it.")


def delays_pipeline(data: Path) -> Pipeline:
    """Return the pipeline that sums up the flights which left late, by airline."""
    import pandera.pandas as pa

    from etlframe.pipeline import Pipeline
    from etlframe.sources.file import FileSource

    raw = pa.DataFrameSchema(
        {
            "carrier": pa.Column(str, pa.Check.str_length(2, 2)),
            "dep_delay": pa.Column(float, pa.Check.ge(-120), nullable=True),
            "distance": pa.Column(int, pa.Check.gt(0)),
        },
        name="RawFlights",
    )
    delays = pa.DataFrameSchema(
        {
            "carrier": pa.Column(str, unique=True),
            "flights": pa.Column(int, pa.Check.gt(0)),
            "delay": pa.Column(float),
            "late": pa.Column(float, pa.Check.in_range(0, 1)),
            "mph": pa.Column(float, pa.Check.in_range(100, 700)),
        },
        name="Delays",
    )
    return (
        Pipeline("delays", FileSource(data / FLIGHTS))
        .validate(raw)
        .query("dep_delay > 0")
        .assign(late="dep_delay > 60", mph=lambda d: d["distance"] / d["air_time"] * 60)
        .groupby("carrier")
        .agg(
            flights=("flight", "count"),
            delay=("arr_delay", "mean"),
            late=("late", "mean"),
            mph=("mph", "mean"),
        )
        .merge(FileSource(data / "airlines.csv"), on="carrier")
        .sort_values("delay", ascending=False)
        .validate(delays)
        .to(OUT / "delays.jsonl")
    )


def airlines_pipeline(data: Path) -> Pipeline:
    """Return a pipeline whose source fails once, as a busy server may."""
    from etlframe.pipeline import Pipeline

    return Pipeline("airlines", away_once(data / "airlines.csv")).to(OUT / "airlines.parquet")


def away_once(path: Path) -> Callable[[], pd.DataFrame]:
    """Return a source that raises when it is first read, and gives a file's rows from then on."""
    from etlframe.sources.file import FileSource

    tries = iter([True])

    def extract() -> pd.DataFrame:
        if next(tries, False):
            raise ConnectionError("the server is away (made up for this demo)")
        return FileSource(path).extract()

    return extract


def _run(service: ETLPipelineService, pipeline: Pipeline, *, retries: int = 0) -> JobResult:
    with running(pipeline.name) as progress:
        result = service.run(pipeline.name, retries=retries, on_progress=progress)
    tell(result)
    rows = [
        (step["name"], count_text(step["rows"]), duration_text(step["seconds"]))
        for step in result.steps
    ]
    for line in table(("STEP", "ROWS", "TOOK"), rows, right=["ROWS", "TOOK"], give="STEP"):
        say(f"  {line}")
    return result
