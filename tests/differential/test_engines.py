from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl

from .comparing import assert_same
from .frames import INF, frames
from .pipelines import pipelines

POLARS_THREADS = "POLARS_MAX_THREADS"
EXAMPLES = max(150, settings().max_examples)


@pytest.mark.parametrize("threads", [2, 8])
def test_every_engine_gives_the_answer_of_pandas(
    engine: str, threads: int, request: pytest.FixtureRequest
) -> None:
    if engine == "polars" and os.environ.get(POLARS_THREADS) != str(threads):
        run_again(request.node.nodeid, {POLARS_THREADS: str(threads)})
    else:
        agree(engine=engine, threads=threads)


def run_again(test: str, environment: dict[str, str]) -> None:
    """Run a test in a process of its own: Polars counts its threads when it is imported."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", test],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@settings(max_examples=EXAMPLES)
@given(data=st.data())
def agree(data: st.DataObject, engine: str, threads: int) -> None:
    pipeline = data.draw(frames().flatmap(pipelines))
    with etl.set_options(threads=threads):
        assert_same(pipeline, engine)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@given(data=st.data())
def test_every_engine_reads_a_file_as_pandas_gets_it(
    data: st.DataObject, engine: str, suffix: str
) -> None:
    df = data.draw(frames().filter(len))
    columns = ["i", "j", "f", "g", "s", "k", "b", "t", "z"]
    df = df[[*columns, "m"] if suffix == "parquet" else columns]  # the others know no decimals
    if suffix == "jsonl":  # JSON has no infinity, and the loader refuses it
        df = df.replace([INF, -INF], float("nan"))
    with TemporaryDirectory() as folder:
        path = Path(folder, f"in.{suffix}")
        etl.DataLoader(path).load(df)
        assert_same(data.draw(pipelines(path)), engine)
