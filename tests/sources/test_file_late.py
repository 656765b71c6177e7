"""What the beginning of a file did not tell: found at row 30,001, and nothing lost."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.base import ScanMismatch
from etlframe.engines.duckdb import reader_numbers
from etlframe.errors import MalformedSourceError
from etlframe.sources.file import FileSource
from tests.sources.conftest import Write

BEFORE, AFTER = 30_000, 10_000


@pytest.fixture(params=[0, reader_numbers.LEAST], ids=["as numbers", "as text"])
def least(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Set the size from which on numbers of a CSV file are read as such, and return it."""
    monkeypatch.setattr(reader_numbers, "LEAST", request.param)
    return int(request.param)


def read(write: Write, name: str, line: str, late: str, head: str = "") -> pd.DataFrame:
    """Return a file as it is read whose line 30,001 is another one."""
    lines = [*[line] * BEFORE, late, *[line] * AFTER, ""]
    df = FileSource(write(name, head + "\n".join(lines))).extract()
    assert len(df) == BEFORE + 1 + AFTER
    return df


@pytest.mark.usefixtures("least")
@pytest.mark.parametrize(
    ("cell", "late", "dtype", "values"),
    [
        ("1", "1.5", "float64", [1.0, 1.5]),
        ("1", "007", "str", ["1", "007"]),
        ("1", "abc", "str", ["1", "abc"]),
        ("1", "1_0", "str", ["1", "1_0"]),
        ("1", "0x1f", "str", ["1", "0x1f"]),
        ("1", "true", "str", ["1", "true"]),
        ("1", "12345678901234567890", "str", ["1", "12345678901234567890"]),
        ("1.5", "007", "str", ["1.5", "007"]),
        ("1.5", "0.1_5", "str", ["1.5", "0.1_5"]),
        ("1.5", "9007199254740993", "str", ["1.5", "9007199254740993"]),
        ("true", "t", "str", ["true", "t"]),
        ("true", "1", "str", ["true", "1"]),
        ("2024-01-02", "soon", "str", ["2024-01-02", "soon"]),
        ("2024-01-02", "2024-1-2", "str", ["2024-01-02", "2024-1-2"]),
        ("2024-01-02T03:04", "2024-01-02T03:04Z", "str", ["2024-01-02T03:04", "2024-01-02T03:04Z"]),
        ("2024-01-02T03:04Z", "2024-01-02T03:04", "str", ["2024-01-02T03:04Z", "2024-01-02T03:04"]),
        ("", "x", "str", [None, "x"]),
    ],
)
def test_another_type_late_in_csv_is_told_by_the_whole_file(
    write: Write, cell: str, late: str, dtype: str, values: list[Any]
) -> None:
    with pytest.warns(UserWarning, match=r"a\.csv: column 'a' began as .*whole file"):
        df = read(write, "a.csv", f"{cell},x", f"{late},x", head="a,b\n")
    expected = pd.Series(values, dtype=dtype, name="a")
    pd.testing.assert_series_equal(df["a"].iloc[[0, BEFORE]].reset_index(drop=True), expected)


@pytest.mark.usefixtures("least")
@pytest.mark.parametrize(
    ("cell", "late", "value"),
    [
        ("1", " 5", 5),
        ("1", "+5", 5),
        ("1.5", "1", 1.0),
        ("1.5", "inf", float("inf")),
        ("2024-01-02T03:04", "2024-01-02", pd.Timestamp("2024-01-02")),
    ],
)
def test_other_forms_of_the_same_type_late_in_csv_are_read(
    write: Write, cell: str, late: str, value: object
) -> None:
    df = read(write, "a.csv", f"{cell},x", f"{late},x", head="a,b\n")
    assert df["a"][BEFORE] == value


@pytest.mark.parametrize("late", ["1e3", "2.0"])
def test_a_whole_float_late_is_told_where_numbers_are_read_as_text(
    write: Write, least: int, late: str
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        df = read(write, "a.csv", "1,x", f"{late},x", head="a,b\n")
    assert df["a"][BEFORE] == float(late)
    assert df["a"].dtype == ("float64" if least else "int64")
    assert len(caught) == (1 if least else 0)


@pytest.mark.usefixtures("least")
def test_a_missing_value_late_in_csv_is_missing(write: Write) -> None:
    df = read(write, "a.csv", "1,x", "NA,", head="a,b\n")
    assert df.iloc[BEFORE].isna().all()
    assert df["a"].dtype == "float64"


@pytest.mark.usefixtures("least")
@pytest.mark.parametrize(
    ("late", "words"),
    [
        ("1,x,y", "2 fields expected, 3 found"),
        ("1", "2 fields expected, 1 found"),
        ('1,"x', "quoted value does not end"),
    ],
)
def test_a_malformed_line_late_in_csv_is_told(write: Write, late: str, words: str) -> None:
    with pytest.raises(MalformedSourceError, match=f"line 30002: .*{words}"):
        read(write, "a.csv", "1,x", late, head="a,b\n")


@pytest.mark.parametrize(
    ("late", "dtype", "value"),
    [
        ('{"a": 1.5, "b": "x"}', "float64", 1.5),
        ('{"a": "5", "b": "x"}', "str", "5"),
        ('{"a": true, "b": "x"}', "str", "true"),
        ('{"a": 12345678901234567890, "b": "x"}', "str", "12345678901234567890"),
        ('{"a": [1], "b": "x"}', "str", "[1]"),
    ],
)
def test_another_type_late_in_json_lines_is_told_by_the_whole_file(
    write: Write, late: str, dtype: str, value: object
) -> None:
    with pytest.warns(UserWarning, match=r"a\.jsonl: column 'a' began as int.*whole file"):
        df = read(write, "a.jsonl", '{"a": 1, "b": "x"}', late)
    assert df["a"].dtype == dtype
    assert df["a"][BEFORE] == value


@pytest.mark.parametrize("name", ["c", "A", "with 'quotes'"])
def test_a_field_late_in_json_lines_is_a_column(write: Write, name: str) -> None:
    late = f'{{"a": 2, "b": "x", "{name}": 5}}'
    with pytest.warns(UserWarning, match=f"line 30001 has a field .{name}"):
        df = read(write, "a.jsonl", '{"a": 1, "b": "x"}', late)
    assert list(df.columns) == ["a", "b", name]
    assert df[name].count() == 1
    assert df[name][BEFORE] == 5


def test_a_field_late_in_a_json_array_is_a_column(write: Write) -> None:
    records = ['{"a": 1}'] * BEFORE + ['{"a": 2, "c": "x"}']
    with pytest.warns(UserWarning, match="has a field 'c'"):
        df = FileSource(write("a.json", f"[{','.join(records)}]")).extract()
    assert df["c"][BEFORE] == "x"


def test_a_nested_field_late_in_json_lines_is_kept(write: Write) -> None:
    df = read(write, "a.jsonl", '{"a": {"k": 1}}', '{"a": {"k": 1.5, "m": 2}}')
    assert df["a"][0] == {"k": 1.0, "m": None}
    assert df["a"][BEFORE] == {"k": 1.5, "m": 2}


@pytest.mark.parametrize(
    ("late", "words"),
    [
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        ('{"a": 1', "not JSON"),
        ("[1]", "an object was expected"),
        ("5", "an object was expected, and this is a number"),
    ],
)
def test_a_malformed_line_late_in_json_lines_is_told(write: Write, late: str, words: str) -> None:
    with pytest.raises(MalformedSourceError, match=f"line 30001: .*{words}"):
        read(write, "a.jsonl", '{"a": 1}', late)


def test_a_file_is_looked_at_as_a_whole_once(write: Write) -> None:
    path = write("a.csv", "a\n" + "1\n" * BEFORE + "x\n")
    source = FileSource(path)
    with pytest.warns(UserWarning, match="whole file"):
        first = source.extract()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(source.extract(), first)
    scan = source.scan()
    assert scan is not None
    assert scan.whole


def test_a_changed_file_is_looked_at_again(write: Write) -> None:
    source = FileSource(write("a.csv", "a\n1\n"))
    assert source.columns() == ["a"]
    write("a.csv", "b,c\n1,2\n")
    assert source.columns() == ["b", "c"]
    assert source.extract().to_dict("list") == {"b": [1], "c": [2]}


def test_an_engine_is_told_of_a_late_field_also_where_it_needs_another_one(write: Write) -> None:
    from etlframe.engines.duckdb.engine import DuckDBEngine

    lines = ['{"a": 1, "b": "x"}'] * BEFORE + ['{"a": 2, "c": 5}']
    scan = FileSource(write("a.jsonl", "\n".join(lines))).scan()
    assert scan is not None
    engine = DuckDBEngine()
    with pytest.raises(ScanMismatch, match="field 'c'"):
        engine.from_scan(scan).select(["a"]).to_pandas()
    with pytest.raises(ScanMismatch, match="field 'c'"):
        engine.from_scan(scan).count()
    with pytest.raises(ScanMismatch, match="field 'c'"):
        engine.from_scan(scan).guard([], dtypes={}, unique=[]).select(["a"]).closed().to_pandas()
    engine.close()


def test_a_late_field_is_not_looked_for_where_the_answer_has_columns_of_its_own(
    write: Write,
) -> None:
    lines = ['{"a": 1, "b": "x", "k": null}'] * BEFORE + ['{"b": "x", "a": 2, "c": 5, "A": 3}']
    pipeline = etl.Pipeline("p", write("a.jsonl", "\n".join(lines)))
    groups = pipeline.groupby("b").agg(n=("a", "sum"), k=("k", "count"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert groups.collect("duckdb").to_dict("list") == {"b": ["x"], "n": [BEFORE + 2], "k": [0]}
        assert pipeline.select(["a"]).tail(1).collect("duckdb")["a"].to_list() == [2]
    assert list(pipeline.drop(["b"]).collect("duckdb").columns) == ["a", "k", "c", "A"]


OTHER = pd.DataFrame({"a": [5], "z": [9]})


@pytest.mark.parametrize(
    "verb",
    [
        pytest.param(lambda p: p.dropna().select(["a"]), id="dropna"),
        pytest.param(lambda p: p.drop_duplicates().select(["a"]), id="drop_duplicates"),
        pytest.param(
            lambda p: p.drop_duplicates().groupby("b").agg(n=("a", "count")), id="groupby"
        ),
        pytest.param(lambda p: p.melt(id_vars="a").select(["a"]), id="melt"),
        pytest.param(lambda p: p.concat([OTHER]).select(["a", "z"]), id="concat"),
    ],
)
def test_a_verb_that_looks_at_all_columns_sees_a_late_field(write: Write, verb: Any) -> None:
    lines = ['{"a": 1, "b": "x"}'] * BEFORE + ['{"a": 1, "b": "x", "z": 3}'] * 2
    pipeline = verb(etl.Pipeline("p", write("a.jsonl", "\n".join(lines))))
    pd.testing.assert_frame_equal(pipeline.collect("duckdb"), pipeline.collect("pandas"))
