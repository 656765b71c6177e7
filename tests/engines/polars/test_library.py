"""The number of threads, which Polars counts when it is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
RUN = """
import os, sys
import pandas as pd
import etlframe as etl
{before}
os.environ["POLARS_MAX_THREADS"] = "4"
with etl.set_options(threads=3):
    plan = etl.Pipeline("p", pd.DataFrame({{"a": [1, 2]}})).query("a > 1")
    results = [plan.to("out.csv").run("polars").raise_for_status() for _ in range(2)]
import polars as pl
print(pl.thread_pool_size(), os.environ["POLARS_MAX_THREADS"], [len(r.warnings) for r in results])
print(results[0].warnings)
"""


def output(before: str, folder: Path) -> list[str]:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{RUN.format(before=before)}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_the_option_counts_where_polars_is_imported_by_the_run(tmp_path: Path) -> None:
    assert output("", tmp_path)[0] == "3 4 [0, 0]"


def test_a_run_says_when_polars_was_imported_before(tmp_path: Path) -> None:
    before = "os.environ['POLARS_MAX_THREADS'] = '2'\nimport polars"
    counts, warning = output(before, tmp_path)
    assert counts == "2 4 [1, 1]"
    assert "runs with 2 threads, not 3" in warning


ABROAD = """
import sys; sys.path.insert(0, {root!r})
from pathlib import Path
import etlframe as etl
Path("in.csv").write_text("at\\n2013-01-01T00:00:00Z\\n2013-07-01T00:00:00+02:00\\n")
for engine in ("pandas", "polars"):
    plan = etl.Pipeline("p", "in.csv").sort_values("at")
    print(plan.collect(engine)["at"].tolist())
    plan.to("out.csv").run(engine).raise_for_status()
    print(Path("out.csv").read_text())
"""


def test_times_do_not_depend_on_the_zone_of_the_machine(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABROAD.format(root=str(ROOT))],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TZ": "America/New_York"},
    )
    lines = done.stdout.splitlines()
    assert "2013-06-30T22:00:00+00:00" in lines
    assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]
