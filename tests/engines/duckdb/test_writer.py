"""What is written, to the letter; names, options, order and errors."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.writer import write_frame, write_query
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind
from tests.engines.duckdb.writing import FORMATS, TEXT, in_json, queried, written

every_format = pytest.mark.parametrize("format", FORMATS)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect() as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it's [a] file"


# -- the whole text of small frames ----------------------------------------------------------------

SMALL = pd.DataFrame(
    {
        "text": ["plain", 'a "q", b', None],
        "whole": [1.0, None, 3.0],
        "float": [1 / 3, 1e20, float("nan")],
        "yes": [True, False, True],
        "at": pd.Series(["2024-01-02", "2024-01-02T03:04:05.500", "NaT"], dtype="M8[us]"),
    }
)


def test_csv_to_the_letter(path: Path) -> None:
    assert written(SMALL, path, "csv") == (
        "text,whole,float,yes,at\n"
        "plain,1,0.3333333333333333,True,2024-01-02T00:00:00\n"
        '"a ""q"", b",,1e+20,False,2024-01-02T03:04:05.5\n'
        ",3,,True,\n"
    )


def test_tsv_to_the_letter(path: Path) -> None:
    assert written(SMALL[["text", "whole"]], path, "tsv") == (
        'text\twhole\nplain\t1\n"a ""q"", b"\t\n\t3\n'
    )


def test_json_lines_to_the_letter(path: Path) -> None:
    assert written(SMALL, path, "jsonl") == (
        '{"text":"plain","whole":1,"float":0.3333333333333333,"yes":true,'
        '"at":"2024-01-02T00:00:00"}\n'
        '{"text":"a \\"q\\", b","whole":null,"float":1e+20,"yes":false,'
        '"at":"2024-01-02T03:04:05.5"}\n'
        '{"text":null,"whole":3,"float":null,"yes":true,"at":null}\n'
    )


def test_json_to_the_letter(path: Path) -> None:
    assert written(SMALL[["text", "whole"]], path, "json") == (
        '[\n{"text":"plain","whole":1},\n'
        '{"text":"a \\"q\\", b","whole":null},\n'
        '{"text":null,"whole":3}\n]\n'
    )


def test_parquet_has_types_and_nulls_and_is_compressed(path: Path) -> None:
    write_frame(SMALL, None, str(path), "parquet", {})
    table = pq.read_table(path)
    assert table.schema.types == [
        pa.string(),
        pa.int64(),
        pa.float64(),
        pa.bool_(),
        pa.timestamp("us"),
    ]
    assert table["float"].null_count == 1
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


@every_format
def test_an_empty_frame_has_its_columns_where_the_format_has_them(path: Path, format: str) -> None:
    assert write_frame(SMALL.iloc[:0], None, str(path), format, {}) == 0
    if format == "parquet":
        assert pq.read_table(path).column_names == list(SMALL.columns)
    else:
        header = "text,whole,float,yes,at\n"
        expected = {"csv": header, "tsv": header.replace(",", "\t"), "jsonl": "", "json": []}
        text = path.read_text()
        assert (json.loads(text) if format == "json" else text) == expected[format]


@every_format
def test_a_frame_without_columns_is_an_error(path: Path, format: str) -> None:
    with pytest.raises(LoadError, match="no columns"):
        write_frame(pd.DataFrame(index=[0, 1]), None, str(path), format, {})


# -- names -----------------------------------------------------------------------------------------


def test_awkward_names_are_kept(path: Path) -> None:
    df = pd.DataFrame({"a,b": [1], 'q"q': [2], " x": [3], "two\nlines": [4], "é😀": [5], "'": [6]})
    written(df, path)
    assert list(pd.read_csv(path).columns) == list(df.columns)
    assert list(in_json(df, path)[0]) == list(df.columns)
    write_frame(df, None, str(path), "parquet", {})
    assert pq.read_table(path).column_names == list(df.columns)


@pytest.mark.parametrize("rows", [0, 2])
def test_names_that_differ_by_case_and_empty_ones_are_kept(path: Path, rows: int) -> None:
    df = pd.DataFrame({"a": [1, 2], "A": ["x", None], "": [1.5, 2.5]}).head(rows)
    lines = ['a,A,""', "1,x,1.5", "2,,2.5"][: rows + 1]
    assert written(df, path).splitlines() == lines
    if rows:
        assert list(in_json(df, path)[0]) == ["a", "A", ""]


def test_names_that_differ_by_case_are_an_error_in_parquet(path: Path) -> None:
    df = pd.DataFrame({"a": [1], "A": [2], "b": [3]})
    with pytest.raises(LoadError, match="rename one of 'a', 'A', or"):
        write_frame(df, None, str(path), "parquet", {})


# -- queries ---------------------------------------------------------------------------------------


@every_format
def test_rows_are_in_the_order_of_the_query_and_counted(
    connection: duckdb.DuckDBPyConnection, path: Path, format: str
) -> None:
    connection.execute("SET threads = 8")
    sql = "SELECT (i * 7919) % 300007 AS n FROM range(300007) AS r(i) ORDER BY n"
    assert write_query(connection, sql, {"n": Kind.INT}, str(path), format, {}) == 300_007
    back = pq.read_table(path)["n"].to_pylist() if format == "parquet" else numbers(path, format)
    assert back == list(range(300_007))


def numbers(path: Path, format: str) -> list[int]:
    if format == "json":
        return [row["n"] for row in json.loads(path.read_text())]
    lines = path.read_text().splitlines()
    return (
        [json.loads(each)["n"] for each in lines]
        if format == "jsonl"
        else list(map(int, lines[1:]))
    )


def test_a_query_that_fails_on_its_data_is_not_told_as_a_load_error(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    with pytest.raises(duckdb.ConversionException):
        queried(connection, "SELECT CAST(s AS INTEGER) AS n FROM (VALUES ('x')) v(s)", path, "csv")
    with pytest.raises(duckdb.InvalidInputException):
        queried(connection, "SELECT error('mine') AS n", path, "csv")


@pytest.mark.parametrize(
    ("target", "cause"),
    [
        ("/dev/full", "No space left on device"),
        ("/no/such/x.csv", "No such file or directory"),
    ],
)
@every_format
def test_what_the_file_system_refuses_is_told_with_its_cause(
    target: str, cause: str, format: str
) -> None:
    with pytest.raises(LoadError, match=f"^{target} cannot be written: {cause}$"):
        write_frame(pd.DataFrame({"n": [1]}), None, target, format, {})


# -- options ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", TEXT)
def test_text_can_be_compressed(path: Path, format: str) -> None:
    plain = written(SMALL, path, format)
    write_frame(SMALL, None, str(path), format, {"compression": "gzip"})
    assert gzip.decompress(path.read_bytes()).decode() == plain
    write_frame(SMALL, None, str(path), format, {"compression": "zstd"})
    assert pa.input_stream(str(path), compression="zstd").read().decode() == plain


def test_csv_can_have_another_delimiter_line_end_and_no_header(path: Path) -> None:
    df = pd.DataFrame({"a": ["x;y", "z"], "b": [1, 2]})
    text = b'"x;y";1\r\nz;2\r\n'
    write_frame(df, None, str(path), "csv", {"delimiter": ";", "header": False, "new_line": "\r\n"})
    assert path.read_bytes() == text


def test_parquet_can_be_compressed_otherwise(path: Path) -> None:
    write_frame(SMALL, None, str(path), "parquet", {"compression": "snappy"})
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "SNAPPY"
