"""A source larger than the memory that an engine may hold is read, grouped and written.

What does not fit is put beside the destination, and nothing of it stays, also after a kill.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import etlframe as etl

ROWS, PARTS = 500_000, 6
LIMIT = "100MB"


def large(path: Path) -> int:
    """Write a Parquet file of numbers and texts that are all different; return its bytes in RAM."""
    size = 0
    with pq.ParquetWriter(path, pa.schema({"id": pa.int64(), "text": pa.string()})) as writer:
        for part in range(PARTS):
            ids = range(part * ROWS, (part + 1) * ROWS)
            texts = [f"the text of row {at:>20}" for at in ids]
            table = pa.table({"id": pa.array(ids, pa.int64()), "text": texts})
            size += table.nbytes
            writer.write_table(table)
    return size


def test_duckdb_groups_and_sorts_more_than_it_may_hold(tmp_path: Path) -> None:
    assert large(tmp_path / "in.parquet") > 1.3 * 100e6
    pipeline = (
        etl.Pipeline("large", tmp_path / "in.parquet")
        .query("id % 2 == 0")
        .groupby("text")
        .agg(n=("id", "count"), at=("id", "max"))
        .sort_values("at", ascending=False)
        .to(tmp_path / "out.parquet")
    )
    with etl.set_options(memory_limit=LIMIT, threads=2):
        result = pipeline.run("duckdb").raise_for_status()
    assert result.rows_loaded == ROWS * PARTS // 2
    assert pq.read_table(tmp_path / "out.parquet")["at"][0].as_py() == ROWS * PARTS - 2


# -- where it is put -------------------------------------------------------------------------------

KEYS = 1_500_000
SPILLS = """
import os, resource, signal, sys, threading
from pathlib import Path
import etlframe as etl

etl.set_options(memory_limit="100MB", threads=2, log_path="log.jsonl")
p = (
    etl.Pipeline("keys", "keys.parquet")
    .groupby("k").agg(n=("v", "count"), v=("v", "max"))
    .sort_values("v")
    .to("out/keys.parquet")
)

def die():
    while not list(Path("out").glob(".keys.parquet.*.spill/*.tmp")):
        pass
    os.kill(os.getpid(), signal.SIGKILL)

def full(execution):
    if execution.step == "load" and execution.steps:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
"""
IS_KILLED = "threading.Thread(target=die, daemon=True).start()\np.run()"
FILLS_THE_DISK = "print(p.run(on_progress=full).errors[0])"
COMPLETES = "print(p.run().raise_for_status().rows_loaded)"


def run(folder: Path, how: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SPILLS + how],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(".undo.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    duckdb.execute(
        f"COPY (SELECT 'the key of row ' || (range * 7919 % {KEYS}) AS k, range AS v "
        f"FROM range({KEYS})) TO '{tmp_path / 'keys.parquet'}'"
    )
    (tmp_path / "out").mkdir()
    return tmp_path


def test_what_a_killed_run_spilled_beside_its_destination_the_next_run_removes(
    folder: Path,
) -> None:
    assert run(folder, IS_KILLED).returncode == -signal.SIGKILL
    assert any(name.endswith(".spill") for name in names(folder / "out"))
    assert run(folder, COMPLETES).stdout == f"{KEYS}\n"
    assert names(folder / "out") == ["keys.parquet"]
    assert pq.read_table(folder / "out/keys.parquet").to_pydict() == {
        "k": [f"the key of row {v * 7919 % KEYS}" for v in range(KEYS)],
        "n": [1] * KEYS,
        "v": list(range(KEYS)),
    }


def test_a_disk_that_is_full_is_told_and_the_destination_stays(folder: Path) -> None:
    (folder / "out/keys.parquet").write_text("old")
    told = run(folder, FILLS_THE_DISK).stdout
    assert "'type': 'SpillError'" in told
    assert f"could not be put into {folder / 'out'}: File too large." in told
    assert names(folder / "out") == ["keys.parquet"]
    assert (folder / "out/keys.parquet").read_text() == "old"
