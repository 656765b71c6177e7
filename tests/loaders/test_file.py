"""Loading into a file: whole or not at all, counted, and with errors that say the mend."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from etlframe.engines.duckdb.engine import DuckDBEngine
from etlframe.engines.pandas import PandasRows
from etlframe.errors import EmptySourceError, LoadError, PlanError
from etlframe.expressions.kinds import Kind
from etlframe.loaders.base import Destination
from etlframe.loaders.file import DataLoader
from etlframe.storage import locks

SUFFIXES = ("csv", "tsv", "jsonl", "json", "parquet", "csv.gz", "jsonl.gz", "json.gz", "csv.zst")
every_file = pytest.mark.parametrize("suffix", SUFFIXES)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def frame() -> pd.DataFrame:
    return pd.DataFrame({"n": [1.0, None, 3.0], "s": ["a", None, "c,d"], "f": [0.1, 2.5, np.nan]})


# -- writing ---------------------------------------------------------------------------------------


@every_file
def test_rows_are_counted_and_come_back(tmp_path: Path, suffix: str) -> None:
    loader = DataLoader(tmp_path / "deep" / "er" / f"out.{suffix}")
    assert loader.load(frame()) == 3
    pd.testing.assert_frame_equal(loader.read(), frame())
    assert names(tmp_path / "deep" / "er") == [f"out.{suffix}"]


@every_file
def test_write_replaces_what_was_there(tmp_path: Path, suffix: str) -> None:
    loader = DataLoader(tmp_path / f"out.{suffix}")
    loader.load(frame())
    assert loader.load(frame().head(1)) == 1
    assert len(loader.read()) == 1


def test_the_format_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    assert DataLoader(path, format="jsonl").load(pd.DataFrame({"n": [1]})) == 1
    assert path.read_text() == '{"n":1}\n'


def test_a_compressed_suffix_compresses(tmp_path: Path) -> None:
    DataLoader(tmp_path / "out.csv.gz").load(pd.DataFrame({"n": [1]}))
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == b"n\n1\n"


def test_the_format_s_options_are_used(tmp_path: Path) -> None:
    loader = DataLoader(tmp_path / "out.csv", delimiter=";")
    loader.load(pd.DataFrame({"a": [1], "b": ["x;y"]}))
    assert (tmp_path / "out.csv").read_text() == 'a;b\n1;"x;y"\n'
    assert loader.read().to_dict("list") == {"a": [1], "b": ["x;y"]}
    DataLoader(tmp_path / "out.parquet", compression="snappy").load(frame())
    column = pq.ParquetFile(tmp_path / "out.parquet").metadata.row_group(0).column(0)
    assert column.compression == "SNAPPY"


def test_a_delimiter_may_be_called_sep_as_pandas_calls_it(tmp_path: Path) -> None:
    DataLoader(tmp_path / "out.csv", sep="|").load(pd.DataFrame({"a": [1], "b": [2]}))
    assert (tmp_path / "out.csv").read_text() == "a|b\n1|2\n"


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_a_file_of_no_bytes_is_an_error_to_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    path.touch()
    with pytest.raises(EmptySourceError):
        DataLoader(path).read()


def test_a_file_that_turns_out_otherwise_is_read_whole(tmp_path: Path) -> None:
    loader = DataLoader(tmp_path / "out.csv")
    texts = [*map(str, range(30_000)), "x"]
    assert loader.load(pd.DataFrame({"s": texts})) == 30_001
    assert loader.read()["s"].tolist() == texts


def test_an_engine_s_frame_is_loaded_by_the_engine(tmp_path: Path) -> None:
    engine = DuckDBEngine()
    try:
        rows = engine.from_pandas(pd.DataFrame({"n": [1, 2], "s": ["a", "b"]}))
        loaded = DataLoader(tmp_path / "out.csv").load_frame(rows.select(["s", "n"]))
    finally:
        engine.close()
    assert loaded.rows == 2
    assert (tmp_path / "out.csv").read_text() == "s,n\na,1\nb,2\n"


def test_kinds_that_are_known_are_kept(tmp_path: Path) -> None:
    df = pd.DataFrame({"n": [1.0, 2.0], "day": pd.to_datetime(["2024-01-02", "NaT"])})
    rows = PandasRows(df, {"n": Kind.INT, "day": Kind.DATE})
    DataLoader(tmp_path / "out.csv").load_frame(rows)
    assert (tmp_path / "out.csv").read_text() == "n,day\n1,2024-01-02\n2,\n"


def test_time_spans_in_parquet_are_told_as_a_warning(tmp_path: Path) -> None:
    rows = PandasRows(
        pd.DataFrame({"for": pd.to_timedelta(["1h"])}).astype("timedelta64[us]"),
        {"for": Kind.TIMEDELTA},
    )
    loaded = DataLoader(tmp_path / "out.parquet").load_frame(rows)
    (warning,) = loaded.warnings
    assert "'for' holds time spans" in warning
    assert DataLoader(tmp_path / "out.csv").load_frame(rows).warnings == ()


# -- the index -------------------------------------------------------------------------------------


def text_of(df: pd.DataFrame, tmp_path: Path) -> str:
    DataLoader(tmp_path / "out.csv").load(df)
    return (tmp_path / "out.csv").read_text()


def test_a_named_index_becomes_columns(tmp_path: Path) -> None:
    df = pd.DataFrame({"k": ["a", "b", "a"], "j": [1, 1, 1], "v": [1, 2, 3]})
    assert text_of(df.groupby("k")[["v"]].sum(), tmp_path) == "k,v\na,4\nb,2\n"
    assert text_of(df.groupby(["k", "j"]).sum(), tmp_path) == "k,j,v\na,1,4\nb,1,2\n"


def test_an_unnamed_index_is_dropped(tmp_path: Path) -> None:
    df = pd.DataFrame({"v": [1, 2]}, index=["x", "y"])
    assert text_of(df, tmp_path) == "v\n1\n2\n"
    half_named = df.set_index(pd.MultiIndex.from_tuples([(1, 2), (3, 4)], names=[None, "k"]))
    assert text_of(half_named, tmp_path) == "k,v\n2,1\n4,2\n"


def test_an_index_that_is_a_column_too_is_written_once(tmp_path: Path) -> None:
    df = pd.DataFrame({"k": ["a", "b"], "v": [1, 2]})
    assert text_of(df.set_index("k", drop=False), tmp_path) == "k,v\na,1\nb,2\n"


def test_an_index_that_disagrees_with_a_column_of_its_name_is_an_error(tmp_path: Path) -> None:
    df = pd.DataFrame({"k": ["a", "b"]}, index=pd.Index(["b", "a"], name="k"))
    with pytest.raises(PlanError, match="both named 'k'"):
        text_of(df, tmp_path)


def test_column_labels_that_are_no_text_become_text(tmp_path: Path) -> None:
    assert text_of(pd.DataFrame({0: [1], 1: [2]}), tmp_path) == "0,1\n1,2\n"
    DataLoader(tmp_path / "out.csv", mode="append").load(pd.DataFrame({0: [3], 1: [4]}))
    assert (tmp_path / "out.csv").read_text() == "0,1\n1,2\n3,4\n"


@pytest.mark.parametrize(
    ("df", "message"),
    [
        (pd.DataFrame(index=range(2)), "no columns"),
        (pd.DataFrame({"x": [1, "a"]}), "Column 'x' mixes int and str"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Two columns have the name 'a'"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "several levels"),
    ],
)
@every_file
def test_a_frame_that_no_file_can_hold_is_an_error_and_the_old_file_stays(
    tmp_path: Path, df: pd.DataFrame, message: str, suffix: str
) -> None:
    path = tmp_path / f"out.{suffix}"
    path.write_bytes(b"old")
    with pytest.raises(LoadError, match=message):
        DataLoader(path).load(df)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == [path.name]


# -- being shown -----------------------------------------------------------------------------------


def test_a_loader_says_what_it_is() -> None:
    assert DataLoader("out/x.csv").describe() == "out/x.csv"
    assert DataLoader("out/x.csv", mode="append").describe() == "out/x.csv (append)"
    assert repr(DataLoader("out/x.csv", "append")) == "DataLoader('out/x.csv', mode='append')"


def test_a_loader_is_a_destination() -> None:
    loader = DataLoader("out/x.csv")
    assert isinstance(loader, DataLoader)
    assert isinstance(loader, Destination)
    assert loader.mode == "write"


def test_a_loader_costs_no_heavy_import() -> None:
    code = (
        "import sys; from etlframe.loaders.file import DataLoader; DataLoader('x.csv').check();"
        "sys.exit(sum(each in sys.modules for each in ('pandas', 'duckdb', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_lock_is_waited_for_by_default() -> None:
    assert DataLoader("x.csv").lock_timeout == locks.LOCK_TIMEOUT > 0


def test_json_is_one_array(tmp_path: Path) -> None:
    DataLoader(tmp_path / "out.json").load(frame())
    assert [row["n"] for row in json.loads((tmp_path / "out.json").read_text())] == [1, None, 3]
