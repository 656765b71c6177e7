"""How each kind of value is written."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
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


# -- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", [0.1 + 0.2, 1 / 3, 1e22, 5e-324, 1.7976931348623157e308, -0.0, 123456789.123456789]
)
@pytest.mark.parametrize("format", TEXT)
def test_floats_have_full_precision(path: Path, number: float, format: str) -> None:
    text = written(pd.DataFrame({"x": [number, 0.5], "y": [1, 1]}), path, format)
    found = json.loads(text.splitlines()[0])["x"] if format == "jsonl" else None
    if format == "json":
        found = json.loads(text)[0]["x"]
    elif format in ("csv", "tsv"):
        found = float(text.splitlines()[1].split("\t" if format == "tsv" else ",")[0])
    assert np.array(found).tobytes() == np.array(number).tobytes()


def test_single_precision_floats_are_as_short_as_they_are(path: Path) -> None:
    df = pd.DataFrame({"x": np.array([0.1], dtype="float32")})
    assert in_json(df, path) == [{"x": Decimal("0.1")}]


def test_whole_floats_that_are_all_there_stay_floats(path: Path) -> None:
    assert written(pd.DataFrame({"x": [1.0, 2.0]}), path) == "x\n1.0\n2.0\n"


def test_integers_that_the_schema_knows_are_integers_although_all_are_missing(path: Path) -> None:
    df = pd.DataFrame({"n": [1.0, 2.0], "m": [None, None]}, dtype="float64")
    assert written(df, path, schema={"n": Kind.INT, "m": Kind.INT}) == "n,m\n1,\n2,\n"
    write_frame(df, {"n": Kind.INT, "m": Kind.INT}, str(path), "parquet", {})
    assert pq.read_table(path).schema.types == [pa.int64(), pa.int64()]


def test_integers_beyond_64_bits_are_exact(path: Path) -> None:
    df = pd.DataFrame({"n": [2**63, 10**30]}, dtype=object)
    assert written(df, path) == f"n\n{2**63}\n{10**30}\n"
    assert in_json(df, path) == [{"n": 2**63}, {"n": 10**30}]


@pytest.mark.parametrize("scale", [2, 18])
def test_decimals_are_exact(path: Path, scale: int) -> None:
    expected = [Decimal("12345678.10"), Decimal("0.01"), None]
    df = pd.DataFrame({"d": pd.Series(expected, dtype=pd.ArrowDtype(pa.decimal128(38, scale)))})
    assert [row["d"] for row in in_json(df, path)] == expected
    write_frame(df, None, str(path), "parquet", {})
    assert pq.read_table(path)["d"].to_pylist() == expected


def test_small_decimals_keep_their_zeros_in_json(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    sql = "SELECT 1.10::DECIMAL(10, 2) AS d, -0.123456789012345678::DECIMAL(18, 18) AS e"
    assert queried(connection, sql, path, "jsonl") == '{"d":1.10,"e":-0.123456789012345678}\n'


def test_infinity_is_written_where_the_format_has_it(path: Path) -> None:
    df = pd.DataFrame({"x": [np.inf, -np.inf, 1.0]})
    assert written(df, path) == "x\ninf\n-inf\n1.0\n"
    write_frame(df, None, str(path), "parquet", {})
    assert pq.read_table(path)["x"].to_pylist() == [np.inf, -np.inf, 1.0]


@pytest.mark.parametrize("format", ["jsonl", "json"])
@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_infinity_in_json_is_an_error_that_names_the_column(
    path: Path, format: str, infinity: float
) -> None:
    df = pd.DataFrame({"Speed": [1.0, infinity]})
    with pytest.raises(LoadError, match=r"^Column 'Speed' holds infinity, which JSON has not"):
        write_frame(df, None, str(path), format, {})


def test_times_are_iso_with_only_the_fraction_they_need(path: Path) -> None:
    df = pd.DataFrame(
        {
            "us": pd.Series(["2024-01-02T03:04:05", "2024-01-02T03:04:05.000010"], dtype="M8[us]"),
            "ns": pd.Series(["2024-01-02T00:00:00.000000001", "NaT"], dtype="M8[ns]"),
            "s": pd.Series(["1969-12-31", "9999-12-31T23:59:59"], dtype="M8[s]"),
        }
    )
    assert written(df, path) == (
        "us,ns,s\n"
        "2024-01-02T03:04:05,2024-01-02T00:00:00.000000001,1969-12-31T00:00:00\n"
        "2024-01-02T03:04:05.00001,,9999-12-31T23:59:59\n"
    )


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_times_with_a_zone_are_written_in_utc(path: Path, unit: str) -> None:
    times = pd.Series(["2024-07-01T12:00:00.5", None], dtype=f"datetime64[{unit}]")
    df = pd.DataFrame({"at": times.dt.tz_localize("Europe/Vienna")})
    assert in_json(df, path) == [{"at": "2024-07-01T10:00:00.5+00:00"}, {"at": None}]


def test_times_with_a_zone_do_not_depend_on_the_session(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    connection.execute("SET TimeZone = 'America/New_York'")
    sql = "SELECT TIMESTAMPTZ '2024-07-01 12:00:00+02' AS at"
    assert queried(connection, sql, path, "csv") == "at\n2024-07-01T10:00:00+00:00\n"


def test_dates_are_written_as_dates(path: Path) -> None:
    df = pd.DataFrame({"day": pd.to_datetime(["2024-01-02", "NaT"])})
    assert written(df, path, schema={"day": Kind.DATE}) == 'day\n2024-01-02\n""\n'
    assert in_json(df, path, {"day": Kind.DATE}) == [{"day": "2024-01-02"}, {"day": None}]
    write_frame(df, {"day": Kind.DATE}, str(path), "parquet", {})
    assert pq.read_table(path)["day"].to_pylist() == [dt.date(2024, 1, 2), None]


def test_a_time_of_day_among_dates_is_never_lost(path: Path) -> None:
    df = pd.DataFrame({"day": pd.to_datetime(["2024-01-02 00:00", "2024-01-02 01:00"])})
    assert written(df, path, schema={"day": Kind.DATE}) == "day\n2024-01-02\n2024-01-02T01:00:00\n"
    with pytest.raises(LoadError, match="'day' holds dates, and a time of day"):
        write_frame(df, {"day": Kind.DATE}, str(path), "parquet", {})


SPANS = [
    ("0s", "P0DT0H0M0S"),
    ("1 days 02:03:04.5", "P1DT2H3M4.5S"),
    ("-1h", "-P0DT1H0M0S"),
    ("1us", "P0DT0H0M0.000001S"),
    ("-400 days +00:00:10", "-P399DT23H59M50S"),
]


@every_format
def test_time_spans_are_iso_text_that_pandas_reads(path: Path, format: str) -> None:
    spans = pd.Series(pd.to_timedelta([span for span, _ in SPANS] + [None]))
    df = pd.DataFrame({"for": spans, "n": range(len(spans))})
    write_frame(df, None, str(path), format, {})
    if format == "parquet":
        texts = pq.read_table(path)["for"].to_pylist()
    elif format in ("csv", "tsv"):
        texts = pd.read_csv(path, sep="," if format == "csv" else "\t")["for"].tolist()
    else:
        texts = pd.read_json(path, lines=format == "jsonl")["for"].tolist()
    assert texts[:-1] == [iso for _, iso in SPANS]
    assert (pd.to_timedelta(texts[:-1]) == pd.to_timedelta([span for span, _ in SPANS])).all()


def test_time_spans_with_nanoseconds_are_an_error(path: Path) -> None:
    df = pd.DataFrame({"for": pd.to_timedelta([1], unit="ns")})
    with pytest.raises(LoadError, match=r"'for' holds time spans with nanoseconds.*round\('us'\)"):
        write_frame(df, None, str(path), "csv", {})


def test_booleans_are_as_pandas_writes_them_in_csv_and_as_json_has_them_in_json(
    path: Path,
) -> None:
    df = pd.DataFrame({"b": [True, None, False], "n": [1, 2, 3]})
    assert written(df, path) == "b,n\nTrue,1\n,2\nFalse,3\n"
    assert [row["b"] for row in in_json(df, path)] == [True, None, False]


NESTED = {"a": [1.5, None], "when": dt.datetime(2024, 1, 2, 3), "key": {"q\"'": "é\n"}}


def test_nested_values_are_nested_json(path: Path) -> None:
    df = pd.DataFrame({"x": [NESTED, None]})
    in_file = {"a": [Decimal("1.5"), None], "when": "2024-01-02T03:00:00", "key": {"q\"'": "é\n"}}
    assert in_json(df, path) == [{"x": in_file}, {"x": None}]


def test_nested_values_are_json_in_csv_too(path: Path) -> None:
    df = pd.DataFrame({"x": [NESTED, None], "y": [[1, 2], []]})
    written(df, path)
    back = pd.read_csv(path)
    assert json.loads(back["x"][0]) == {**NESTED, "when": "2024-01-02T03:00:00"}
    assert back["y"].tolist() == ["[1,2]", "[]"]
    assert back["x"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("[[1], NULL, []]", "[[1],null,[]]"),
        ("MAP {'k': 1.5::DOUBLE, 'l': NULL}", '{"k":1.5,"l":null}'),
        ("MAP {1: [TRUE]}", '{"1":[true]}'),
        ("{'a b': {'c': DATE '2024-01-02'}}", '{"a b":{"c":"2024-01-02"}}'),
        ("[1, 2]::INTEGER[2]", "[1,2]"),
        ("['nan'::DOUBLE]", "[null]"),
        ("""'{"z": [1, 2]}'::JSON""", '{"z": [1, 2]}'),
        ("'\\x00\\xFF'::BLOB", '"AP8="'),
        ("TIME '10:11:12.5'", '"10:11:12.5"'),
        ("'x'::ENUM('x', 'y')", '"x"'),
        ("UUID '47183823-2574-4bfd-b411-99ed177d3e43'", '"47183823-2574-4bfd-b411-99ed177d3e43"'),
        ("NULL", "null"),
        ("'a' || chr(0) || chr(31) || chr(8232) || '/\\'", '"a\\u0000\\u001F\u2028/\\\\"'),
    ],
)
def test_other_types_have_their_json(
    connection: duckdb.DuckDBPyConnection, path: Path, sql: str, text: str
) -> None:
    assert queried(connection, f"SELECT {sql} AS x", path, "jsonl") == f'{{"x":{text}}}\n'


def test_an_infinity_inside_a_nested_value_is_an_error(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    with pytest.raises(LoadError, match="Column 'x' holds infinity"):
        queried(connection, "SELECT [1.0, 'inf'::DOUBLE] AS x", path, "jsonl")


def test_wide_integers_are_exact_in_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    sql = "SELECT 9007199254740993::HUGEINT AS n, 9007199254740993::HUGEINT AS m"
    write_query(connection, sql, {"n": Kind.INT, "m": Kind.OTHER}, str(path), "parquet", {})
    table = pq.read_table(path)
    assert table.schema.types == [pa.int64(), pa.decimal128(38, 0)]
    assert table.to_pylist() == [{"n": 9007199254740993, "m": Decimal(9007199254740993)}]


# -- text ------------------------------------------------------------------------------------------

AWKWARD = [
    "", " pad ", "a,b", "tab\there", 'q"q', "two\nlines", "cr\rhere", "x\r\ny", "'",
    "é😀\u2028", "#c", "\\", "\\N", "null",
]  # fmt: skip


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_awkward_text_is_quoted_so_that_it_comes_back(path: Path, format: str) -> None:
    df = pd.DataFrame({"s": AWKWARD, "n": range(len(AWKWARD))})
    write_frame(df, None, str(path), format, {})
    sep = "," if format == "csv" else "\t"
    back = pd.read_csv(path, sep=sep, keep_default_na=False, lineterminator="\n")
    assert back["s"].tolist() == AWKWARD


def test_awkward_text_comes_back_from_json(path: Path) -> None:
    df = pd.DataFrame({"s": AWKWARD})
    assert [row["s"] for row in in_json(df, path)] == AWKWARD


def test_an_empty_text_is_quoted_in_csv_and_a_missing_one_is_not(path: Path) -> None:
    df = pd.DataFrame({"s": ["", None], "n": [1, 2]})
    assert written(df, path) == 's,n\n"",1\n,2\n'


def test_a_missing_value_in_the_only_column_is_no_blank_line(path: Path) -> None:
    df = pd.DataFrame({"s": ["a", None, "b"]})
    assert written(df, path) == 's\na\n""\nb\n'
    assert len(pd.read_csv(path)) == 3


def test_text_that_reads_as_something_else_is_written_as_it_is(path: Path) -> None:
    df = pd.DataFrame({"s": ["NA", "007", "1.0", "true"]})
    assert written(df, path) == "s\nNA\n007\n1.0\ntrue\n"
    assert [row["s"] for row in in_json(df, path)] == ["NA", "007", "1.0", "true"]
