"""Polars over the one reader: the same cells, errors as themselves, honest counts, streams."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import etlframe as etl
from etlframe.engines.base import ScanMismatch
from etlframe.engines.duckdb.streaming import BATCH
from etlframe.engines.polars.engine import PolarsEngine
from etlframe.engines.polars.frame import PolarsFrame
from etlframe.errors import MalformedSourceError
from etlframe.expressions.tree import Call, Column, Literal
from tests.differential.comparing import assert_same


def frame_of(engine: PolarsEngine, path: Path) -> PolarsFrame:
    scan = etl.FileSource(path).scan()
    assert scan is not None
    return engine.from_scan(scan)


def test_only_the_columns_in_use_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.csv").write_text("a,b,c\n1,2,x\n3,4,y\n")
    engine = PolarsEngine()
    asked: list[tuple[Any, ...]] = []
    read = engine.streams.read

    def listened(*arguments: Any) -> Iterator[pa.RecordBatch]:
        asked.append(arguments[1:])
        return read(*arguments)

    monkeypatch.setattr(engine.streams, "read", listened)
    frame = frame_of(engine, tmp_path / "in.csv")
    condition = Call("gt", (Column("a"), Literal(1)))
    assert frame.filter(condition).select(["c"]).to_pandas()["c"].tolist() == ["y"]
    assert frame.head(1).to_pandas()["a"].tolist() == [1]
    assert asked == [(["a", "c"], None), (None, 1)]
    engine.close()


def test_a_cell_that_is_dropped_later_is_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n\n" + "1\n" * 30_000 + "late\n")
    engine = PolarsEngine()
    frame = frame_of(engine, path)
    with pytest.raises(ScanMismatch, match="late"):
        frame.filter(Call("lt", (Column("n"), Literal(0)))).to_pandas()
    engine.close()


def test_an_error_of_the_reader_comes_out_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + "1,2\n" * 30_000 + "1,2,3\n")
    pipeline = etl.Pipeline("p", path).query("a > 0").sort_values("b")
    said = r"line 30002.*2 fields expected, 3 found"
    with pytest.raises(MalformedSourceError, match=said):
        pipeline.collect("polars")
    (error,) = pipeline.to(tmp_path / "out.csv").run("polars").errors
    assert error["type"] == MalformedSourceError.__name__
    assert re.search(said, str(error["message"]))
    assert not (tmp_path / "out.csv").exists()


def test_rows_are_counted_before_filters_and_not_where_a_head_stops(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a\n" + "1\n2\n" * 500)
    for pipeline, rows in (
        (etl.Pipeline("p", path).query("a > 1"), 1000),
        (etl.Pipeline("p", path).merge(etl.FileSource(path), on="a").head(3), None),
        (etl.Pipeline("p", path).head(3), None),
    ):
        result = pipeline.to(tmp_path / "out.csv").run("polars").raise_for_status()
        assert result.rows_extracted == rows


def test_a_file_comes_in_batches(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a\n" + "\n".join(map(str, range(2 * BATCH + 5))) + "\n")
    engine = PolarsEngine()
    scan = etl.FileSource(path).scan()
    assert scan is not None
    sizes = [batch.num_rows for batch in engine.streams.read(scan)]
    assert sum(sizes) == 2 * BATCH + 5
    assert max(sizes) <= BATCH
    engine.close()


def test_plain_parquet_is_read_by_polars_itself(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    table = pa.table(
        {
            "small": pa.array([1, None, 3], pa.int16()),
            "real": pa.array([0.5, float("nan"), None], pa.float32()),
            "text": pa.array(["a", None, "ä"]),
            "day": pa.array([0, 1, None], pa.date32()),
            "at": pa.array([0, 1, None], pa.timestamp("us", "UTC")),
        }
    )
    pq.write_table(table, path)
    engine = PolarsEngine()
    assert "Parquet SCAN" in frame_of(engine, path).lazy.explain()
    engine.close()
    assert_same(etl.Pipeline("p", path), "polars")
    assert_same(etl.Pipeline("p", path).query("small > 1 or real > 0").sort_values("day"), "polars")


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2], pa.time64("us")),
        pa.array([b"\x00", None], pa.binary()),
        pa.array([[1, None], []], pa.list_(pa.int32())),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([1, None], pa.decimal128(9, 2)),
        pa.array([2**63, 1], pa.uint64()),
        pa.array([1, 2], pa.duration("us")),
        pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
        pa.array([1, None], pa.timestamp("ms", "UTC")),
    ],
    ids=lambda column: str(column.type),
)
def test_parquet_that_polars_could_take_for_something_else_is_as_in_pandas(
    tmp_path: Path, column: pa.Array
) -> None:
    path = tmp_path / "in.parquet"
    pq.write_table(pa.table({"n": [1, 2], "x": column}), path)
    assert_same(etl.Pipeline("p", path).query("n > 1"), "polars")


def test_a_name_that_is_a_pattern_to_polars_is_left_to_pandas() -> None:
    df = pd.DataFrame({"^a.*$": [1, 2], "ab": [3, 4]})
    pipeline = etl.Pipeline("p", df).query("ab > 3").drop("ab")
    assert pipeline.collect("polars").to_dict("list") == {"^a.*$": [2]}


def test_an_engine_that_is_closed_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    engine = PolarsEngine()
    gone = weakref.ref(engine)
    assert len(frame_of(engine, tmp_path / "in.csv").to_pandas()) == 1
    engine.close()
    del engine
    gc.collect()
    assert gone() is None


def test_a_process_that_met_a_fault_ends_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_text("n\n" + "\n".join(map(str, range(30_000))) + "\nlate\n")
    program = "import sys, etlframe as etl; etl.Pipeline('p', sys.argv[1]).collect('polars')"
    ended = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True
    )
    assert ended.stderr == ""
