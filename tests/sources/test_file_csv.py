"""CSV files: types by the values, missing values, headers and dialects."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.sources.file import FileSource
from tests.sources.conftest import Write

NAN = float("nan")


def column(write: Write, *cells: str, **options: Any) -> pd.Series[Any]:
    """Return a column as it is read, beside another one so that no line is blank."""
    text = "a,other\n" + "".join(f"{cell},x\n" for cell in cells)
    return FileSource(write("a.csv", text), **options).extract()["a"]


@pytest.mark.parametrize(
    ("cells", "values", "dtype"),
    [
        (["1", "-2", "+3", " 4 "], [1, -2, 3, 4], "int64"),
        (["9223372036854775807", "-9223372036854775808"], [2**63 - 1, -(2**63)], "int64"),
        (["1", ""], [1.0, NAN], "float64"),
        (["1.5", "2"], [1.5, 2.0], "float64"),
        ([".5", "5.", "-0.5", "1E5", "1e-2"], [0.5, 5.0, -0.5, 1e5, 0.01], "float64"),
        (["inf", "-Infinity"], [float("inf"), float("-inf")], "float64"),
        (["0.1", "0.30000000000000004"], [0.1, 0.30000000000000004], "float64"),
        (["", "NA"], [NAN, NAN], "float64"),
        (["True", "false", "TRUE"], [True, False, True], "bool"),
        (["true", ""], [True, NAN], "object"),
    ],
)
def test_numbers_and_booleans(
    write: Write, cells: list[str], values: list[object], dtype: str
) -> None:
    expected = pd.Series(values, dtype=dtype, name="a")
    pd.testing.assert_series_equal(column(write, *cells), expected)


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "1"],
        ["01.5", "1"],
        ["-01", "1"],
        ["1_000", "1"],
        ["0x1f", "1"],
        ["1 000", "1"],
        ["9223372036854775808", "1"],  # beyond 64 bits
        ["9007199254740993", "1.5"],  # no float holds it
        ["123456789012345678901234567890", "1.5"],
        ["true", "t"],
        ["true", "1"],
        ["03/04/2024", "04/05/2024"],
        ["2024-1-2", "2024-01-02"],
        ["2024-02-30", "2024-01-02"],
        ["0000-01-01", "2024-01-02"],
        ["2024-01-02T03:04:05.1234567", "2024-01-02"],  # more than microseconds
        ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05"],  # with and without an offset
        ["12:30", "13:30"],
    ],
)
def test_what_is_not_surely_a_value_stays_the_text_it_is(write: Write, cells: list[str]) -> None:
    expected = pd.Series(cells, dtype="str", name="a")
    pd.testing.assert_series_equal(column(write, *cells), expected)


@pytest.mark.parametrize(
    ("cells", "values", "dtype"),
    [
        (["2024-01-02", ""], ["2024-01-02", None], "datetime64[us]"),
        (["9999-12-31", "0001-01-01"], ["9999-12-31", "0001-01-01"], "datetime64[us]"),
        (
            ["2024-01-02", "2024-01-02 03:04", "2024-01-02T03:04:05.123456"],
            ["2024-01-02", "2024-01-02 03:04", "2024-01-02T03:04:05.123456"],
            "datetime64[us]",
        ),
        (
            ["2024-01-02T03:04:05Z", "2024-01-02 03:04:05.5+01:00", "2024-01-02T03:04-0530"],
            ["2024-01-02T03:04:05", "2024-01-02T02:04:05.5", "2024-01-02T08:34"],
            "datetime64[us, UTC]",
        ),
    ],
)
def test_iso_dates_and_times(
    write: Write, cells: list[str], values: list[str | None], dtype: str
) -> None:
    read = column(write, *cells)
    assert read.dtype == dtype
    expected = pd.Series(pd.DatetimeIndex(values).as_unit("us"), name="a")
    pd.testing.assert_series_equal(read.dt.tz_localize(None), expected)


def test_pandas_words_for_missing_are_missing_quoted_or_not(write: Write) -> None:
    words = ["NA", "null", "NaN", "None", "n/a", "<NA>", "#N/A", "-1.#IND", '"NA"', '""']
    read = column(write, "text", *words)
    assert read.notna().tolist() == [True] + [False] * len(words)
    assert column(write, "nan", "1").dtype == "float64"


def test_words_near_those_for_missing_are_text(write: Write) -> None:
    words = ["na", "Null", "nan ", "NAN", "-", "N", "NAs"]
    assert column(write, *words).tolist() == words


def test_null_values_replace_pandas_words(write: Write) -> None:
    assert column(write, "NA", "-", "", null_values=["-"]).fillna("missing").tolist() == [
        "NA",
        "missing",
        "missing",
    ]
    assert column(write, "-999", "5", null_values=["-999"]).tolist()[1:] == [5.0]
    assert column(write, "9999-12-31", "2024-01-02", null_values=["9999-12-31"]).isna()[0]
    assert column(write, "no", "true", null_values=["no"]).isna()[0]
    assert column(write, "NA", "x", null_values=[]).tolist() == ["NA", "x"]


def test_dtypes_override_what_the_values_tell(write: Write) -> None:
    assert column(write, "1", "2", dtypes={"a": "str"}).tolist() == ["1", "2"]
    assert column(write, "007", "01", dtypes={"a": int}).tolist() == [7, 1]
    assert column(write, "01.50", dtypes={"a": "float64"}).tolist() == [1.5]
    assert column(write, "2024-01-02", dtypes={"a": str}).tolist() == ["2024-01-02"]
    assert column(write, "", "", dtypes={"a": "datetime64[us]"}).dtype == "datetime64[us]"
    assert column(write, "1", "NA", dtypes={"a": "str"}).isna().tolist() == [False, True]


def test_integers_that_no_float_holds_are_nullable_beside_missing_ones_with_a_warning(
    write: Write,
) -> None:
    with pytest.warns(UserWarning, match="'a' has missing values and integers beyond 2"):
        read = column(write, "9007199254740993", "")
    assert read.dtype == "Int64"
    assert read[0] == 2**53 + 1


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
def test_integers_that_no_float_holds_keep_their_value_on_every_engine(
    write: Write, engine: str
) -> None:
    plan = etl.Pipeline("wide", FileSource(write("a.csv", "a,b\n9007199254740993,x\n,x\n")))
    with pytest.warns(UserWarning, match="it is Int64 here"):
        assert plan.collect(engine=engine)["a"][0] == 2**53 + 1


# -- lines -----------------------------------------------------------------------------------------


def test_blank_lines_are_no_rows(write: Write) -> None:
    two = FileSource(write("two.csv", "\n\na,b\n1,2\n\n3,4\n\n")).extract()
    assert two.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    one = FileSource(write("one.csv", "a\n1\n\n3\n\n")).extract()
    assert one.to_dict("list") == {"a": [1, 3]}


def test_an_empty_value_in_quotes_is_a_row_of_one_column(write: Write) -> None:
    read = FileSource(write("a.csv", 'a\n1\n""\n3\n')).extract()["a"]
    assert read.isna().tolist() == [False, True, False]


def test_a_line_of_delimiters_is_a_row_of_missing_values(write: Write) -> None:
    read = FileSource(write("a.csv", "a,b\n,\n1,2\n")).extract()
    assert read.isna().all(axis=1).tolist() == [True, False]


def test_the_last_line_needs_no_end(write: Write) -> None:
    assert len(FileSource(write("a.csv", "a,b\n1,2\n3,4")).extract()) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_quoted_ones_stay(write: Write, end: str) -> None:
    text = end.join(["a,b", '"x\ny",1', "z,2", ""])
    assert FileSource(write("a.csv", text)).extract()["a"].tolist() == ["x\ny", "z"]


def test_quotes_are_doubled_inside_quotes(write: Write) -> None:
    read = FileSource(write("a.csv", 'a,b\n"say ""hi""","p,q"\n')).extract()
    assert read.to_dict("list") == {"a": ['say "hi"'], "b": ["p,q"]}


# -- headers ---------------------------------------------------------------------------------------


def test_a_header_alone_is_an_empty_frame_that_takes_any_operation(write: Write) -> None:
    read = FileSource(write("a.csv", "a,b\n")).extract()
    assert list(read.columns) == ["a", "b"]
    assert len(read) == 0
    assert len(read[read["a"].str.startswith("x") & (read["b"] > 1)]) == 0


def test_repeated_and_missing_names_are_made_as_pandas_makes_them(write: Write) -> None:
    path = write("a.csv", "a,a,,a.1,b,b\n1,2,3,4,5,6\n")
    assert list(FileSource(path).extract().columns) == list(pd.read_csv(path).columns)


def test_names_that_differ_by_case_only_are_columns_of_their_own(write: Write) -> None:
    source = FileSource(write("a.csv", "a,A\n1,x\n2,y\n"))
    assert source.extract().to_dict("list") == {"a": [1, 2], "A": ["x", "y"]}
    assert source.scan() is None
    assert source.columns() == ["a", "A"]


def test_names_may_be_anything(write: Write) -> None:
    read = FileSource(write("a.csv", '"say ""hi""","a\nb",select,\u00e9\n1,2,3,4\n')).extract()
    assert list(read.columns) == ['say "hi"', "a\nb", "select", "\u00e9"]


def test_columns_name_a_file_without_a_header(write: Write) -> None:
    read = FileSource(write("a.csv", "1,x\n2,y\n"), columns=["n", "s"]).extract()
    assert read.to_dict("list") == {"n": [1, 2], "s": ["x", "y"]}


# -- dialects and encodings ------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(write: Write, delimiter: str) -> None:
    text = f"a{delimiter}b\n1{delimiter}x\n2{delimiter}y\n"
    assert FileSource(write("a.csv", text)).extract().to_dict("list") == {
        "a": [1, 2],
        "b": ["x", "y"],
    }


def test_a_decimal_comma_is_no_delimiter(write: Write) -> None:
    read = FileSource(write("a.csv", "price;n\n1,5;2\n2,5;3\n")).extract()
    assert read.to_dict("list") == {"price": ["1,5", "2,5"], "n": [2, 3]}


def test_a_given_dialect_is_taken(write: Write) -> None:
    path = write("a.txt", "a:b\n'x:y':1\n")
    read = FileSource(path, format="csv", sep=":", quote="'").extract()
    assert read.to_dict("list") == {"a": ["x:y"], "b": [1]}
    raw = FileSource(write("b.csv", 'a,b\n"x,1\n'), quote="").extract()
    assert raw["a"].tolist() == ['"x']


def test_tsv_is_told_by_its_suffix(write: Write) -> None:
    read = FileSource(write("a.tsv", "a\tb\n1,5\tx\n")).extract()
    assert read.to_dict("list") == {"a": ["1,5"], "b": ["x"]}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "shift_jis"]
)
def test_encodings(write: Write, encoding: str) -> None:
    word = "\u65e5\u672c" if encoding == "shift_jis" else "caf\u00e9"
    path = write("a.csv", f"name,n\n{word},1\n".encode(encoding))
    source = FileSource(path, encoding=encoding)
    assert source.extract().to_dict("list") == {"name": [word], "n": [1]}
    assert source.columns() in (["name", "n"], None)
    by_engine = encoding in ("utf-8", "utf-8-sig", "latin-1")
    assert (source.scan() is not None) == by_engine


def test_a_byte_order_mark_is_no_part_of_the_header(write: Write) -> None:
    assert FileSource(write("a.csv", b"\xef\xbb\xbfa,b\n1,2\n")).columns() == ["a", "b"]
