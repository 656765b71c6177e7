"""What ``import etlframe`` and a small job load and cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {
    "IPython",
    "apscheduler",
    "_duckdb",
    "dask",
    "duckdb",
    "ipywidgets",
    "matplotlib",
    "pandas",
    "pandera",
    "polars",
    "pyarrow",
    "pyspark",
    "requests",
    "sqlalchemy",
}
# What a job from file to file has no use for: each module here costs it a millisecond or so.
OF_OTHER_JOBS = {
    "difflib",
    "etlframe.engines.duckdb.reader_json",
    "etlframe.engines.duckdb.sniff_json",
    "etlframe.engines.duckdb.sniff_parquet",
    "etlframe.engines.duckdb.writer_append",
    "etlframe.expressions.decimals_pandas",
    "etlframe.expressions.text_pandas",
    "etlframe.expressions.traced",
    "etlframe.html",
    "etlframe.loaders.append",
    "etlframe.loaders.columns",
    "etlframe.loaders.header",
    "etlframe.loaders.upsert",
    "etlframe.plan.explain",
    "etlframe.plan.peek",
    "etlframe.runs.display",
    "etlframe.runs.history",
    "etlframe.schema",
    "etlframe.sources.frame",
    "etlframe.steps.check",
    "etlframe.steps.columns",
    "etlframe.steps.custom",
    "etlframe.steps.join",
    "etlframe.steps.reshape",
    "etlframe.steps.rows",
    "etlframe.steps.stack",
    "fractions",
    "signal",
}
LOADED = "import json, sys, etlframe; print(json.dumps(sorted(sys.modules)))"
LOADED_BY_A_JOB = """
import json, sys
import etlframe as etl

source, target = sys.argv[1:]
p = etl.Pipeline("job", source).query("v > 1").assign(w="v * 2").groupby("k").agg(w=("w", "sum"))
p.to(target).run().raise_for_status()
print(json.dumps(sorted(sys.modules)))
"""
SECONDS = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    # Byte code is kept in a folder of its own: some machines forbid it, and compiling pandas
    # anew at each import would hide what etlframe costs. Coverage would slow etlframe alone.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


def output_of(code: str, environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout


def least_cpu_seconds(module: str, environment: dict[str, str]) -> float:
    # Other programs on the machine can only add to CPU time, so the least is the nearest.
    code = SECONDS.format(module)
    return min(float(output_of(code, environment)) for _ in range(5))


def test_importing_etlframe_loads_no_heavy_library(environment: dict[str, str]) -> None:
    loaded = set(json.loads(output_of(LOADED, environment)))
    assert "etlframe" in loaded
    assert HEAVY & loaded == set()


def test_a_job_from_file_to_file_loads_only_what_it_uses(
    environment: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("k,v\na,1\nb,2\n")
    printed = output_of(LOADED_BY_A_JOB, environment, str(source), str(tmp_path / "b.parquet"))
    loaded = set(json.loads(printed))
    assert (HEAVY | OF_OTHER_JOBS) & loaded == {"_duckdb"}


def test_importing_etlframe_takes_at_most_a_third_of_importing_pandas(
    environment: dict[str, str],
) -> None:
    pandas_seconds = least_cpu_seconds("pandas", environment)
    assert least_cpu_seconds("etlframe", environment) <= pandas_seconds / 3


def test_a_job_says_nothing_at_the_end_of_its_process(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,v\n1,2\n")
    code = "import etlframe as etl; etl.Pipeline('p', 'a.csv').query('v > 1').to('b.csv').run()"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("", "")
