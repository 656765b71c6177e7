"""Parquet files: the footer tells types, rows and missing values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etlframe.errors import MalformedSourceError
from etlframe.expressions.kinds import Kind
from etlframe.sources.file import FileSource


def written(tmp_path: Path, table: pa.Table | dict[str, Any]) -> FileSource:
    path = tmp_path / "a.parquet"
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), path)
    return FileSource(path)


def test_numbers_are_64_bits(tmp_path: Path) -> None:
    columns = {
        f"{kind}{bits}": pa.array([1, 2], type=getattr(pa, f"{kind}{bits}")())
        for kind in ("int", "uint")
        for bits in (8, 16, 32, 64)
    }
    columns["float32"] = pa.array([0.5, 1.5], pa.float32())
    source = written(tmp_path, columns)
    dtypes = source.extract().dtypes.astype(str).to_dict()
    assert dtypes.pop("float32") == "float64"
    assert set(dtypes.values()) == {"int64"}


def test_unsigned_integers_beyond_63_bits_are_exact_decimals(tmp_path: Path) -> None:
    read = written(tmp_path, {"u": pa.array([2**64 - 1, 1], pa.uint64())}).extract()["u"]
    assert read.tolist() == [Decimal(2**64 - 1), Decimal(1)]


def test_dates_are_timestamps_and_nanoseconds_are_kept(tmp_path: Path) -> None:
    source = written(
        tmp_path,
        {
            "d": [dt.date(2024, 1, 2), None],
            "ns": pa.array([1, 2], pa.timestamp("ns")),
            "ms": pa.array([1, 2], pa.timestamp("ms")),
            "z": pa.array([1, None], pa.timestamp("us", tz="Europe/Paris")),
        },
    )
    read = source.extract()
    assert read.dtypes.astype(str).to_dict() == {
        "d": "datetime64[us]",
        "ns": "datetime64[ns]",
        "ms": "datetime64[us]",
        "z": "datetime64[us, UTC]",
    }
    assert read["d"][0] == pd.Timestamp("2024-01-02")
    scan = source.scan()
    assert scan is not None
    assert scan.columns["d"] is Kind.DATE


def test_decimals_lists_and_structs_are_kept(tmp_path: Path) -> None:
    read = written(
        tmp_path,
        {
            "dec": [Decimal("1.25"), None],
            "l": [[1, 2], None],
            "s": [{"a": 1, "b": "x"}, None],
            "m": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())),
            "bin": [b"\x00", None],
        },
    ).extract()
    assert read["dec"].dtype == pd.ArrowDtype(pa.decimal128(3, 2))
    assert read["l"].tolist() == [[1, 2], None]
    assert read["s"].tolist() == [{"a": 1, "b": "x"}, None]
    assert read["m"].tolist() == [{"k": 1}, None]
    assert read["bin"].tolist() == [b"\x00", None]


def test_what_pandas_wrote_is_what_is_read(tmp_path: Path) -> None:
    df = pd.DataFrame(
        {
            "i": [1, 2],
            "f": [0.5, np.nan],
            "s": ["x", None],
            "b": [True, False],
            "t": pd.DatetimeIndex(["2024-01-02", None]),
        }
    )
    df.to_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(FileSource(tmp_path / "a.parquet").extract(), df)


def test_a_category_is_its_values(tmp_path: Path) -> None:
    pd.DataFrame({"c": pd.Categorical(["x", None])}).to_parquet(tmp_path / "a.parquet")
    assert FileSource(tmp_path / "a.parquet").extract()["c"].dtype == "str"


def test_a_named_index_is_a_column_and_an_unnamed_one_is_none(tmp_path: Path) -> None:
    df = pd.DataFrame({"v": [1, 2]}, index=["x", "y"])
    df.to_parquet(tmp_path / "unnamed.parquet")
    df.rename_axis("k").to_parquet(tmp_path / "named.parquet")
    assert list(FileSource(tmp_path / "unnamed.parquet").extract().columns) == ["v"]
    assert list(FileSource(tmp_path / "named.parquet").extract().columns) == ["v", "k"]


def test_time_spans_and_wide_decimals_are_read_by_arrow(tmp_path: Path) -> None:
    df = pd.DataFrame(
        {
            "t": pd.to_timedelta([1, None], unit="D"),
            "i": np.array([1, 2], "int8"),
            "f": np.array([0.5, 1.5], "float32"),
            "u": np.array([1, 2**64 - 1], "uint64"),
            "d": [dt.date(2024, 1, 2), None],
            "c": pd.Categorical(["x", None]),
        }
    )
    df.to_parquet(tmp_path / "a.parquet")
    source = FileSource(tmp_path / "a.parquet")
    read = source.extract()
    assert read.dtypes.astype(str).to_dict() == {
        "t": "timedelta64[us]",
        "i": "int64",
        "f": "float64",
        "u": "decimal128(20, 0)[pyarrow]",
        "d": "datetime64[us]",
        "c": "str",
    }
    assert read["t"][0] == pd.Timedelta(days=1)
    assert source.scan() is None
    wide = written(tmp_path, {"d": pa.array([Decimal("1e40")], pa.decimal256(50, 2))})
    assert wide.extract()["d"][0] == Decimal("1e40")


def test_names_that_differ_by_case_only_are_columns_of_their_own(tmp_path: Path) -> None:
    source = written(tmp_path, {"A": [1], "a": [2]})
    assert source.extract().to_dict("list") == {"A": [1], "a": [2]}
    assert source.scan() is None


def test_the_footer_tells_rows_and_missing_values(tmp_path: Path) -> None:
    scan = written(tmp_path, {"i": [1, 2], "n": [1, None], "f": [1.0, float("nan")]}).scan()
    assert scan is not None
    assert scan.rows == 2
    assert scan.missing == {"i": False, "n": True}  # a float that is no null may be NaN


def test_dtypes_convert(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"i": [1, 2]}), path)
    assert FileSource(path, dtypes={"i": "str"}).extract()["i"].tolist() == ["1", "2"]


def test_a_file_without_columns_is_told(tmp_path: Path) -> None:
    with pytest.raises(MalformedSourceError, match="no columns"):
        written(tmp_path, pa.table({})).extract()


@pytest.mark.parametrize("content", [b"abc", b"PAR1" + b"x" * 100 + b"PAR1", b"a,b\n1,2\n" * 50])
def test_what_is_no_parquet_file_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(MalformedSourceError, match=r"a\.parquet: this is no Parquet file"):
        FileSource(tmp_path / "a.parquet").extract()


def test_a_parquet_file_that_was_cut_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"i": range(1000)}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MalformedSourceError, match="Was it copied whole"):
        FileSource(tmp_path / "a.parquet").extract()
