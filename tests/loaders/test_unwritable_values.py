"""A value that no file can hold is told with its column, and the old file stays."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.writer import write_query
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind
from etlframe.loaders.file import DataLoader
from tests.loaders.appending import refused


def arrow(values: list[Any], kind: pa.DataType) -> pd.Series[Any]:
    return pd.Series(pa.array(values, kind), dtype=pd.ArrowDtype(kind))


VALUES = {
    "a year beyond all calendars": arrow([0, 2**62], pa.timestamp("s")),
    "half precision": pd.Series([1.5, 2.5], dtype=np.float16),
    "fifty digits": arrow([Decimal(1), None], pa.decimal256(50, 2)),
    "half a character": pd.Series(["a", "\ud800"], dtype=object),
}


@pytest.mark.parametrize("mode", ["write", "append"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("name", VALUES)
def test_the_column_is_named(tmp_path: Path, name: str, suffix: str, mode: str) -> None:
    path = tmp_path / f"out.{suffix}"
    before = pd.DataFrame({"n": [0], "odd": ["x"]})
    DataLoader(path).load(before[["n"]] if suffix == "parquet" else before)
    old = path.read_bytes()
    df = pd.DataFrame({"n": [1, 2], "odd": VALUES[name]})
    with pytest.raises(LoadError, match=r"^Column 'odd' holds .*; convert it first") as caught:
        DataLoader(path, mode=mode).load(df)
    assert "COPY" not in str(caught.value)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_parquet_file_says_so_of_what_it_alone_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    DataLoader(path).load(pd.DataFrame({"n": [0]}))
    told = refused(path, pd.DataFrame({"odd": arrow([{}], pa.struct([]))}))
    assert told.startswith("Column 'odd' holds a value of type struct<>")


@pytest.mark.parametrize(
    ("kind", "most"), [(Kind.INT, "64 bits"), (Kind.OTHER, "38 digits")], ids=["int", "other"]
)
def test_a_whole_number_that_is_too_large_for_parquet_is_told(
    tmp_path: Path, kind: Kind, most: str
) -> None:
    query = "SELECT 170141183460469231731687303715884105727::HUGEINT AS n"
    with connect() as connection, pytest.raises(LoadError, match=f"'n' holds .* than {most}"):
        write_query(connection, query, {"n": kind}, str(tmp_path / "out"), "parquet", {})


def test_memory_that_is_not_enough_is_no_fault_of_a_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise duckdb.OutOfMemoryException("failed to allocate")

    monkeypatch.setattr("etlframe.engines.duckdb.writer.write_query", full)
    with pytest.raises(Exception, match=r"not enough memory.*memory_limit"):
        DataLoader(tmp_path / "out.csv").load(pd.DataFrame({"n": [1]}))
