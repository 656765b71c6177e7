"""JSON files as SQL: text is read as VARCHAR, and is what it is as JSON text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader import read_arrow, read_sql
from etlframe.engines.duckdb.sniff import sniff
from etlframe.storage.formats import file_format

BEFORE = 21_000
LINE = '{"s":"x","d":"2024-01-02","t":"2024-01-02T03:04:05","n":1}'


def scan_of(tmp_path: Path, *lines: str) -> Scan:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return sniff(str(path), file_format(path))


def last(tmp_path: Path, column: str, *lines: str) -> Any:
    """Return the last value of a column, where no field but it matters."""
    scan_of(tmp_path, *lines)
    pipeline = etl.Pipeline("p", tmp_path / "a.jsonl").select([column]).tail(1)
    return pipeline.collect("duckdb")[column].to_list()[0]


def test_text_and_dates_are_read_as_such_and_numbers_as_json(tmp_path: Path) -> None:
    read = read_sql(scan_of(tmp_path, LINE))
    types = ["\"s\": 'VARCHAR'", "\"d\": 'VARCHAR'", "\"t\": 'VARCHAR'", "\"n\": 'JSON'"]
    assert f"columns = {{{', '.join(types)}}}" in read


def test_where_a_new_field_would_matter_all_are_read_as_json(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, *[LINE] * BEFORE)
    assert "VARCHAR'" not in read_sql(scan)
    assert read_sql(scan, is_closed=True).count("'VARCHAR'") == 3


TEXTS = [
    ("5", "5"),
    ("-0", "0"),
    ("1.0", "1.0"),
    ("1e3", "1000.0"),
    ("1.50", "1.5"),
    ("1e-8", "1e-8"),
    ("1e22", "1e22"),
    ("-2.5E+30", "-2.5e30"),
    ("100000000000000000000.0", "100000000000000000000.0"),
    ("12345678901234567890", "12345678901234567890"),
    ("1e400", "1e400"),
    ("Infinity", "Infinity"),
    ("true", "true"),
    ("null", None),
    ("NaN", None),
    ('"NaN"', "NaN"),
    ('"null"', "null"),
    ('"1e+22"', "1e+22"),
    ('"-1e-07"', "-1e-07"),
    ('"e+"', "e+"),
    ('""', ""),
    ('" x "', " x "),
    ('{ "z" : 1.0 , "y":[1, 2 ]}', '{"z":1.0,"y":[1,2]}'),
    (r'{"a":"\u00e9\n"}', r'{"a":"é\n"}'),
    ("[ ]", "[]"),
    (r'"a\n\"\u00e9\\\/"', 'a\n"é\\/'),
    (r'"\ud83d\ude00"', "\U0001f600"),
    (r'"a\u0000b"', "a\x00b"),
    ('"é"', "é"),
]


@pytest.mark.parametrize(("value", "expected"), TEXTS)
def test_a_value_among_text_is_the_text_that_it_has_as_json(
    tmp_path: Path, value: str, expected: str | None
) -> None:
    lines = ['{"s":"x"}', f'{{"s":{value}}}']
    assert read_arrow(scan_of(tmp_path, *lines))["s"].to_pylist() == ["x", expected]


@pytest.mark.parametrize(("value", "expected"), TEXTS)
def test_and_so_it_is_late_in_a_large_file(
    tmp_path: Path, value: str, expected: str | None
) -> None:
    late = [*['{"s":"x"}'] * BEFORE, f'{{"s":{value}}}']
    found = last(tmp_path, "s", *late)
    assert found == expected or (expected is None and pd.isna(found))


@pytest.mark.parametrize("value", ["NaN", "null"])
@pytest.mark.parametrize("column", ["s", "d", "t"])
def test_a_missing_value_late_is_missing(tmp_path: Path, column: str, value: str) -> None:
    scan_of(tmp_path, *[LINE] * BEFORE, f'{{"{column}":{value}}}', LINE)
    counts = etl.Pipeline("p", tmp_path / "a.jsonl").groupby("n", dropna=False)
    result = counts.agg(k=(column, "count")).run(engine="duckdb").raise_for_status()
    assert not result.warnings
    assert result.frame()["k"].to_list() == [BEFORE + 1, 0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("d", '"NaN"'),
        ("d", '"2024-01-2 "'),
        ("d", '"2024-13-01"'),
        ("d", "20240102"),
        ("d", '["2024-01-02"]'),
        ("t", '"NaN"'),
        ("t", '"soon"'),
        ("t", "2024"),
    ],
)
def test_what_is_no_date_late_makes_the_column_text(
    tmp_path: Path, column: str, value: str
) -> None:
    found = last(tmp_path, column, *[LINE] * BEFORE, f'{{"{column}":{value}}}')
    assert found == value.strip('"')


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        ("str", "1e22", "1e22"),
        ("str", "5", "5"),
        ("str", "NaN", None),
        ("float64", '"1.5"', 1.5),
        ("float64", "1e22", 1e22),
        ("int64", '"007"', 7),
        ("datetime64[us]", '"2024-01-02"', pd.Timestamp("2024-01-02")),
    ],
)
def test_what_dtypes_ask_for_is_read_from_text(
    tmp_path: Path, dtype: str, value: str, expected: object
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"a":{value}}}')
    found = etl.FileSource(path, dtypes={"a": dtype}).extract()["a"][0]
    assert found == expected or (expected is None and pd.isna(found))
