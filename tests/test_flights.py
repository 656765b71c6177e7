"""The main job, on the real flights: known figures, and the same answer on every engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import etlframe as etl

from .differential.comparing import assert_same


@pytest.fixture(params=["csv", "jsonl"])
def flights(request: pytest.FixtureRequest, data_dir: Path) -> etl.Pipeline:
    return etl.Pipeline("flights", data_dir / f"flights-2013-01.{request.param}")


def test_january_has_its_flights(flights: etl.Pipeline) -> None:
    df = flights.collect()
    assert len(df) == 27_004
    assert df["dep_time"].dtype == "float64"
    assert df["year"].dtype == "int64"
    assert df["time_hour"].dtype == "datetime64[us, UTC]"
    assert df["dest"].dtype == "str"
    assert len(flights.query("day == 1").collect()) == 842


@pytest.mark.parametrize("name", ["filter", "derive", "aggregate", "join", "rank", "opaque"])
def test_every_engine_gives_the_answer_of_pandas(
    flights: etl.Pipeline, data_dir: Path, name: str
) -> None:
    dests = ["LAX", "SFO", "BOS"]  # noqa: F841 - a query reads it
    late = flights.query("dep_delay > 0 and carrier != 'HA' and dest in @dests")
    derived = late.assign(
        speed=lambda d: d["distance"] / d["air_time"] * 60,
        carrier=pd.col("carrier").str.lower(),
        gained="dep_delay - arr_delay",
        late="dep_delay > 60",
        part=lambda d: np.where(d["hour"] < 12, "morning", "later"),
    )
    airlines = etl.FileSource(data_dir / "airlines.csv")
    pipelines = {
        "filter": late,
        "derive": derived,
        "aggregate": derived.groupby(["carrier", "part"]).agg(
            flights=("flight", "count"),
            delay=("arr_delay", "mean"),
            worst=("arr_delay", "max"),
            half=("dep_delay", "median"),
            spread=("dep_delay", "std"),
            first=("tailnum", "first"),
            planes=("tailnum", "nunique"),
        ),
        "join": flights.merge(airlines, "left", on="carrier").select("flight", "name", "dep_time"),
        "rank": flights.dropna("arr_delay")
        .sort_values(["arr_delay", "carrier"], ascending=[False, True])
        .drop_duplicates("carrier")
        .head(10),
        "opaque": derived.pipe(lambda d: d.nlargest(50, "arr_delay")).query("gained < 0"),
    }
    assert_same(pipelines[name], "duckdb")
    assert_same(pipelines[name], "polars")
    assert_same(pipelines[name], "auto")


def test_a_job_from_file_to_file_imports_neither_pandas_nor_pandera(
    data_dir: Path, tmp_path: Path
) -> None:
    import subprocess
    import sys

    code = (
        "import sys, etlframe as etl\n"
        f"p = etl.Pipeline('p', {str(data_dir / 'flights-2013-01.csv')!r})\n"
        "p = p.query('dep_delay > 60').assign(hours='dep_delay / 60')\n"
        "p = p.groupby('carrier').agg(n=('flight', 'count'), h=('hours', 'mean'))\n"
        "r = p.to('out.parquet').run()\n"
        "r.raise_for_status()\n"
        "heavy = {'pandas', 'pandera', 'matplotlib', 'IPython', 'apscheduler', 'sqlalchemy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert (tmp_path / "out.parquet").exists()
