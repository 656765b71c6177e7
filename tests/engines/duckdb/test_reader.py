"""Scans as SQL: exactly the scan's columns and types, every cell in use checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etlframe.engines.base import Scan, ScanMismatch
from etlframe.engines.duckdb import sniff_rules as rules
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.faults import translate
from etlframe.engines.duckdb.reader import is_for_engines, read_arrow, read_sql
from etlframe.engines.duckdb.reader_cells import Cell, checked
from etlframe.engines.duckdb.sniff import sniff
from etlframe.errors import MalformedSourceError
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import file_format


def scan_of(tmp_path: Path, name: str, text: str) -> Scan:
    path = tmp_path / name
    path.write_text(text)
    return sniff(str(path), file_format(path))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "i,f,b,s,d,t,z\n1,1.5,true,x,2024-01-02,2024-01-02T03:04,2024-01-02T03:04Z\n"),
        (
            "a.jsonl",
            '{"i": 1, "f": 1.5, "b": true, "s": "x", "d": "2024-01-02", "z": "2024-01-02T03:04Z"}',
        ),
    ],
)
def test_a_select_has_the_scans_columns_and_types(tmp_path: Path, name: str, text: str) -> None:
    scan = scan_of(tmp_path, name, text)
    with connect() as connection:
        relation = connection.sql(read_sql(scan))
        assert relation.columns == list(scan.columns)
        assert [str(each) for each in relation.types] == list(scan.types.values())


def test_rows_come_in_file_order(tmp_path: Path) -> None:
    text = "i,s\n" + "".join(f"{at},{'x' * (at % 50)}\n" for at in range(200_000))
    scan = scan_of(tmp_path, "a.csv", text)
    with connect() as connection:
        connection.execute("SET threads = 8")
        table = read_arrow(scan, connection)
    assert table["i"].to_pylist() == list(range(200_000))


def test_names_and_paths_are_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "it's; DROP TABLE x --"
    folder.mkdir()
    scan = scan_of(folder, "a.csv", '"a"";b",c\n1,2\n')
    assert read_arrow(scan).to_pydict() == {'a";b': [1], "c": [2]}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            Kind.INT,
            {"1": 1, "-1": -1, " 7 ": 7, "+7": 7, "-0": 0},
            ["1.5", "1.0", "1e3", "007", "-07", "1_0", "0x1f", "0b1", "true", "x", ""],
        ),
        (
            Kind.FLOAT,
            {"1": 1.0, "1.5": 1.5, "-0.5": -0.5, ".5": 0.5, "1e3": 1e3, "0": 0.0, "-1E-2": -0.01},
            ["01.5", "-01.5", "00", "1_0.5", "nan", "NaN", "x", "", "9007199254740993", "1,5"],
        ),
        (Kind.BOOL, {"true": True, "False": False, "TRUE": True}, ["t", "1", "yes", "tRue", ""]),
        (
            Kind.DATE,
            {"2024-01-02": "2024-01-02 00:00:00"},
            [
                *("2024-1-2", "2024/01/02", "0000-01-01", "2024-02-30", " 2024-01-02"),
                *("-024-01-02", "2024-01-2 ", "2024-01-2\t", "2024-1-2  ", "infinity  "),
            ],
        ),
        (
            Kind.DATETIME,
            {
                "2024-01-02": "2024-01-02 00:00:00",
                "2024-01-02 03:04:05": "2024-01-02 03:04:05",
                "2024-01-02T03:04:05.5": "2024-01-02 03:04:05.5",
                "2024-01-02T03:04": "2024-01-02 03:04:00",
            },
            [
                *("2024-01-02T03:04:05Z", "2024-01-02 03:04+01", "2024-01-02T03:04:05.1234567"),
                *("2024-01-02 03:04: 5", "2024-01-02 03:04:5 ", "2024-01-02T03:04:5Z", "epoch"),
                *("2024-01-2  03:04:05", "2024-01-2T 03:04:05", "2024-01-02  3:04:05"),
            ],
        ),
        (
            Kind.DATETIME_TZ,
            {"2024-01-02T03:04:05+01:00": "2024-01-02 02:04:05+00"},
            ["2024-01-02T03:04:05", "2024-01-02T03:04:05 Europe/Paris", "infinity"],
        ),
    ],
)
def test_cells_are_cast_only_where_their_text_is_of_the_form(
    kind: Kind, good: dict[str, Any], bad: list[str]
) -> None:
    cast, value = checked(Cell("t", 3), kind, "v")
    made = value if kind in (Kind.INT, Kind.FLOAT, Kind.BOOL) else f"({value})::VARCHAR"
    query = f"SELECT {made} FROM (SELECT t, {cast or 'NULL'} AS v FROM (SELECT ?::VARCHAR AS t))"
    with connect() as connection:
        assert connection.execute(query, [None]).fetchall() == [(None,)]
        for text, expected in good.items():
            assert connection.execute(query, [text]).fetchall() == [(expected,)], text
        for text in bad:
            with pytest.raises(duckdb.Error, match=r"etlframe-cell\|3\|"):
                connection.execute(query, [text]).fetchall()


@pytest.mark.parametrize(
    ("kind", "texts", "pattern"),
    [
        (Kind.DATE, "?1??-?1-??", rules.DATE),
        (Kind.DATETIME, "2010-01-????0:?0:??", rules.TIMESTAMP),
        (Kind.DATETIME, "2010-0?-0??1?:1??1?", rules.TIMESTAMP),
    ],
    ids=["dates", "times", "other times"],
)
def test_dates_and_times_have_no_other_forms(kind: Kind, texts: str, pattern: str) -> None:
    """Of all texts that have one of six characters where there is a ``?``."""
    cell = Cell("t", 0)
    cast, value = checked(cell, kind, "v")
    columns = [f"c{at}" for at in range(len(texts))]
    characters = [list("01 :TZ") if each == "?" else [each] for each in texts]
    rows = [
        f"(SELECT unnest({among}) AS {column})"
        for among, column in zip(characters, columns, strict=True)
    ]
    read = f"""
        SELECT t, regexp_full_match(t, '{pattern}') AND v IS NOT NULL,
            {value.replace(cell.fault, "NULL")} IS NOT NULL
        FROM (
            SELECT t, {cast} AS v FROM (SELECT {" || ".join(columns)} AS t FROM {", ".join(rows)})
        )
        WHERE v IS NOT NULL
    """
    with connect() as connection:
        found = connection.execute(read).fetchall()
    assert [text for text, has_form, is_read in found if has_form != is_read] == []
    assert {has_form for _, has_form, _ in found} == {True, False}


def test_words_for_missing_that_could_be_values_come_first() -> None:
    cell = Cell("t", 0, ("-999",), nulls_first=True)
    cast, value = checked(cell, Kind.INT, "v")
    query = f"SELECT {value} FROM (SELECT t, {cast} AS v FROM (VALUES ('-999'), ('1')) AS x(t))"
    assert duckdb.connect().execute(query).fetchall() == [(None,), (1,)]


FILTERS = {
    "text": "s <> 'last'",
    "an integer": "i < 9",
    "a nested value": "n IS NULL",
    "another text": "s = 'a' AND length(s) > 0",
}


@pytest.mark.parametrize("condition", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_cell_is_checked_in_rows_that_a_later_step_drops_too(
    tmp_path: Path, name: str, condition: str
) -> None:
    first, usual, last = {
        "a.csv": ("s,i,n,v\nb,2,y,2\n", "a,1,,1\n", "last,9,x,x\n"),
        "a.jsonl": (
            '{"s": "b", "i": 2, "n": [1], "v": 2}\n',
            '{"s": "a", "i": 1, "n": null, "v": 1}\n',
            '{"s": "last", "i": 9, "n": [1], "v": "x"}\n',
        ),
    }[name]
    text = first + usual * 30_000 + last
    scan = scan_of(tmp_path, name, text)
    query = f"SELECT sum(v) FROM ({read_sql(scan)}) WHERE {condition}"
    with connect() as connection, pytest.raises(duckdb.Error) as caught:
        connection.execute(query).fetchall()
    assert isinstance(translate(caught.value, scan), ScanMismatch)
    assert isinstance(translate(caught.value, replace(scan, whole=True)), MalformedSourceError)


def test_cells_of_columns_that_are_not_in_use_do_not_matter(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a.csv", "k,v\n" + "a,1\n" * 30_000 + "b,x\n")
    with connect() as connection:
        query = f"SELECT count(*) FROM ({read_sql(scan)}) WHERE k = 'a'"
        assert connection.execute(query).fetchall() == [(30_000,)]


@pytest.mark.parametrize(
    "select", ["count(*)", "max(k)", "max(k) FILTER (k < 'a')", "first(k)", "count(v)"]
)
def test_an_unknown_field_raises_whatever_columns_are_in_use(tmp_path: Path, select: str) -> None:
    scan = scan_of(tmp_path, "a.jsonl", '{"k": "a", "v": 1}\n' * 30_000 + '{"k": "b", "w": 1}\n')
    with connect() as connection, pytest.raises(duckdb.Error, match='unknown key "w"'):
        connection.execute(f"SELECT {select} FROM ({read_sql(scan)})").fetchall()


def test_records_without_any_value_are_rows(tmp_path: Path) -> None:
    text = '{"a": 1}\n{"a": null}\n{}\n' * 10_000
    scan = scan_of(tmp_path, "a.jsonl", text)
    assert not scan.whole
    assert read_arrow(scan).num_rows == 30_000


def test_which_scans_an_engine_can_read_by_itself(tmp_path: Path) -> None:
    assert is_for_engines(scan_of(tmp_path, "a.csv", "a,b\n1,2\n"))
    assert not is_for_engines(scan_of(tmp_path, "a.csv", "a,A\n1,2\n"))
    assert not is_for_engines(scan_of(tmp_path, "a.json", "[]"))
