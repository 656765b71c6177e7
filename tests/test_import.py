"""What ``import etlframe`` loads and costs."""

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
LOADED = "import json, sys, etlframe; print(json.dumps(sorted(sys.modules)))"
SECONDS = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    # Byte code is kept in a folder of its own: some machines forbid it, and compiling pandas
    # anew at each import would hide what etlframe costs. Coverage would slow etlframe alone.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode"))}


def output_of(code: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code]
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


def test_importing_etlframe_takes_at_most_a_third_of_importing_pandas(
    environment: dict[str, str],
) -> None:
    pandas_seconds = least_cpu_seconds("pandas", environment)
    assert least_cpu_seconds("etlframe", environment) <= pandas_seconds / 3
