"""A source larger than the memory that an engine may hold is read, grouped and written."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

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
