"""What a sniff tells: dialect, kinds, types, missing values, and how far it looked."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import etlframe as etl
from etlframe.engines.base import Scan
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.sniff import sniff
from etlframe.engines.duckdb.sniff_cells import classified, classified_json
from etlframe.engines.duckdb.sniff_csv import column_names
from etlframe.engines.duckdb.sniff_rules import SAMPLE_ROWS, Cells, Given, column_type
from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import file_format


def sniffed(tmp_path: Path, name: str, text: str, given: Given | None = None) -> Scan:
    path = tmp_path / name
    path.write_text(text)
    return sniff(str(path), file_format(path), given)


def test_a_small_file_is_known_as_a_whole(tmp_path: Path) -> None:
    scan = sniffed(tmp_path, "a.csv", "i;f;s;d\n1;1.5;x;2024-01-02\n;2;y;2024-01-03\n")
    assert scan.columns == {"i": Kind.INT, "f": Kind.FLOAT, "s": Kind.STR, "d": Kind.DATE}
    assert scan.types == {"i": "BIGINT", "f": "DOUBLE", "s": "VARCHAR", "d": "TIMESTAMP"}
    assert scan.missing == {"i": True, "f": False, "s": False, "d": False}
    assert scan.whole
    assert scan.options["delimiter"] == ";"


@pytest.mark.parametrize(
    ("name", "head", "line"), [("a.csv", "i,j\n", "1,2\n"), ("a.jsonl", "", '{"i": 1, "j": 2}\n')]
)
def test_of_a_large_file_only_what_was_seen_is_told(
    tmp_path: Path, name: str, head: str, line: str
) -> None:
    late = line.replace("2", "" if name == "a.csv" else "null")
    first = late.replace("1", "" if name == "a.csv" else "null")
    scan = sniffed(tmp_path, name, head + first + line * SAMPLE_ROWS + late)
    assert not scan.whole
    assert scan.columns == {"i": Kind.INT, "j": Kind.INT}
    assert scan.missing == {"i": True, "j": True}
    again = sniff(scan.path, file_format(scan.path), whole=True)
    assert again.whole
    assert again.missing == {"i": True, "j": True}


def test_what_is_given_is_not_sniffed(tmp_path: Path) -> None:
    given = Given(kinds={"a": Kind.STR}, delimiter=":", columns=("a", "b"), shown="the file")
    scan = sniffed(tmp_path, "a.csv", "1:2\n", given)
    assert scan.columns == {"a": Kind.STR, "b": Kind.INT}
    assert scan.options["shown"] == "the file"
    with pytest.raises(ColumnNotFoundError):
        sniffed(tmp_path, "a.csv", "a\n1\n", Given(kinds={"b": Kind.STR}))


def test_nested_json_has_the_type_of_the_whole_file(tmp_path: Path) -> None:
    line = '{"a": {"x": 1}, "l": [1]}\n'
    text = line * (SAMPLE_ROWS + 1) + '{"a": {"y": ["q"]}, "l": [1.5]}\n'
    scan = sniffed(tmp_path, "a.jsonl", text)
    assert scan.columns == {"a": Kind.OTHER, "l": Kind.OTHER}
    assert scan.types == {"a": 'STRUCT("x" BIGINT, "y" VARCHAR[])', "l": "DOUBLE[]"}


def test_columns_without_rows_have_no_kind(tmp_path: Path) -> None:
    scan = sniffed(tmp_path, "a.csv", "a,b\n")
    assert scan.columns == {"a": Kind.OTHER, "b": Kind.OTHER}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (Cells(0), Kind.FLOAT),
        (Cells.MISSING, Kind.FLOAT),
        (Cells.INTEGER | Cells.MISSING, Kind.INT),
        (Cells.INTEGER | Cells.WIDE, Kind.INT),
        (Cells.HUGE, Kind.STR),
        (Cells.INTEGER | Cells.FLOAT, Kind.FLOAT),
        (Cells.WIDE | Cells.FLOAT, Kind.STR),
        (Cells.BOOLEAN, Kind.BOOL),
        (Cells.BOOLEAN | Cells.INTEGER, Kind.STR),
        (Cells.DATE, Kind.DATE),
        (Cells.DATE | Cells.TIMESTAMP, Kind.DATETIME),
        (Cells.TIMESTAMP_TZ, Kind.DATETIME_TZ),
        (Cells.TIMESTAMP_TZ | Cells.TIMESTAMP, Kind.STR),
        (Cells.NESTED, Kind.OTHER),
        (Cells.NESTED | Cells.INTEGER, Kind.STR),
        (Cells.TEXT | Cells.INTEGER, Kind.STR),
    ],
)
def test_a_column_has_the_first_type_that_holds_all_of_its_cells(cells: Cells, kind: Kind) -> None:
    assert column_type(cells)[0] is kind


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (None, Cells.MISSING),
        ("NA", Cells.MISSING | Cells.WORD),
        ("0", Cells.INTEGER),
        ("-0", Cells.INTEGER),
        ("  -999999999999999", Cells.INTEGER),
        ("9007199254740991", Cells.INTEGER),
        ("9007199254740992", Cells.WIDE),
        ("9223372036854775808", Cells.HUGE),
        ("1.", Cells.FLOAT),
        ("1e5", Cells.FLOAT),
        ("Infinity", Cells.FLOAT | Cells.FAR),
        ("INF", Cells.FLOAT | Cells.FAR),
        ("info", Cells.TEXT),
        ("Ida", Cells.TEXT),
        ("Ann", Cells.TEXT),
        ("00", Cells.TEXT),
        ("1e", Cells.TEXT),
        (".", Cells.TEXT),
        ("-", Cells.TEXT),
        ("TRUE", Cells.BOOLEAN),
        ("tRUE", Cells.TEXT),
        ("2024-01-02", Cells.DATE),
        ("2024-13-02", Cells.TEXT),
        ("2024-01-2 ", Cells.TEXT),
        ("0000-01-01", Cells.TEXT),
        ("0001-01-01", Cells.DATE),
        ("    -1e-05", Cells.FLOAT),
        ("2024-01-02 25:00", Cells.TEXT),
        ("2024-01-02 03:04", Cells.TIMESTAMP),
        ("2024-01-02T03:04Z", Cells.TIMESTAMP_TZ),
        ("2024-01-02T03:04+0100", Cells.TIMESTAMP_TZ),
        ("2024-01-02T03:04 Europe/Paris", Cells.TEXT),
        ("", Cells.TEXT),
    ],
)
def test_cells_of_text(text: str | None, cells: Cells) -> None:
    query = f"SELECT {classified(Cell('t', 0, ('NA',)))} FROM (SELECT ?::VARCHAR AS t)"
    ((found,),) = duckdb.connect().execute(query, [text]).fetchall()
    assert Cells(found) is cells


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (None, Cells.MISSING),
        ("1", Cells.INTEGER),
        ("1.0", Cells.FLOAT),
        ("-Infinity", Cells.FLOAT | Cells.FAR),
        ("1e16", Cells.FLOAT | Cells.FAR),
        ("1.0e16", Cells.FLOAT | Cells.FAR),
        ("-0", Cells.INTEGER),
        ("-7", Cells.INTEGER),
        ("9007199254740992", Cells.WIDE),
        ("1E5", Cells.FLOAT),
        ("-1.5e-7", Cells.FLOAT),
        ("true", Cells.BOOLEAN),
        ('"true"', Cells.TEXT),
        ('"1"', Cells.TEXT),
        ('""', Cells.TEXT),
        ('"2024-01-02"', Cells.DATE),
        ('"2024-13-02"', Cells.TEXT),
        ('"0000-01-01"', Cells.TEXT),
        ('"2024-1-2"', Cells.TEXT),
        ('"2024-01-2 "', Cells.TEXT),
        ('"2024-01-02 03:04"', Cells.TIMESTAMP),
        ('"2024-01-02T03:04:05Z"', Cells.TIMESTAMP_TZ),
        ("[1]", Cells.NESTED),
        ('{"a":1}', Cells.NESTED),
        ('"{"', Cells.TEXT),
    ],
)
def test_cells_of_json(text: str | None, cells: Cells) -> None:
    string = Cell("substring(t, 2, length(t) - 2)", 0)
    query = f"SELECT {classified_json(Cell('t', 0), string)} FROM (SELECT ?::VARCHAR AS t)"
    ((found,),) = duckdb.connect().execute(query, [text]).fetchall()
    assert Cells(found) is cells


def test_the_common_forms_of_json_are_what_the_patterns_say() -> None:
    rng = random.Random(4)
    forms = ["-%d", "%d", "%d.%d", "-%d.%de-%d", "%dE%d", '"%d"', '"%04d-%02d-%02d"', '"%d x"']
    forms += ['"%04d-%02d-%02dT%02d:%02d"', '"%04d/%02d/%02d"', '"-%d-%d-%d"', '"%d:%d"']
    tokens = []
    for _ in range(2_000):
        form = rng.choice(forms)
        tokens.append(
            form % tuple(rng.choice((0, 1, 9, 12, 31, 2024, 10**8)) for _ in range(form.count("%")))
        )
    tokens = [each for each in tokens if not re.match(r"-?0\d", each)]  # which are no JSON
    inner = "substring(t, 2, length(t) - 2)"
    ((common, number, string),) = duckdb.execute(
        f"SELECT list({classified_json(Cell('t', 0), Cell(inner, 0))}), "
        f"list({classified(Cell('t', 0))}), list({classified(Cell('s', 0))}) "
        f"FROM (SELECT t, {inner} AS s FROM (SELECT unnest(?) AS t))",
        [tokens],
    ).fetchall()
    times = Cells.DATE | Cells.TIMESTAMP | Cells.TIMESTAMP_TZ
    for token, found, as_number, as_string in zip(tokens, common, number, string, strict=True):
        told = (as_string if as_string & times else Cells.TEXT) if token[0] == '"' else as_number
        assert found == told, token


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (['{"b": 1}', '{"a": 1, "b": 2}', '{"c": 3}'], ["b", "a", "c"]),
        (['{"a": 1}', "{}"], ["a"]),
        (['{"caf\\u00e9": 1, "q\\"q": 2}'], ["café", 'q"q']),
        (['{"a": 1, "A": 2}', '{"A": 3}'], ["a", "A"]),
        (['{"a_1": 1, "a": 2}'], ["a_1", "a"]),
        (['{"a_1": 1, "a": 2}', "{}"], ["a_1", "a"]),
        (['{"a_1": 1, "a": 2, "b": 3}', '{"B": 4}'], ["a_1", "a", "b", "B"]),
        (['{"a": 1}', "", '{"b": 2}'], ["a", "b"]),
    ],
)
def test_fields_of_the_first_records_are_found_as_in_a_whole_file(
    tmp_path: Path, lines: list[str], names: list[str]
) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text("\n".join([*lines, *[json.dumps({names[0]: 1})] * SAMPLE_ROWS, ""]))
    whole = sniff(str(path), file_format(path), whole=True)
    assert list(sniff(str(path), file_format(path)).columns) == list(whole.columns) == names


def test_json_values_stay_under_their_names(tmp_path: Path) -> None:
    path = tmp_path / "prices.jsonl"
    path.write_text('{"price_1": 1, "price": "one"}\n{}\n')
    df = etl.FileSource(path).extract()
    assert df["price"].tolist()[:1] == ["one"]
    assert df["price_1"].tolist()[:1] == [1]


@pytest.mark.parametrize(
    "made", [pa.list_, lambda of: pa.struct([("d", of)]), lambda of: pa.map_(pa.string(), of)]
)
def test_long_decimals_inside_of_values_are_read_by_arrow(
    tmp_path: Path, made: Callable[[pa.DataType], pa.DataType]
) -> None:
    long = Decimal("1" * 45)
    type_ = made(pa.decimal256(50, 2))
    value: object = {"d": long} if pa.types.is_struct(type_) else [long]
    value = [("d", long)] if pa.types.is_map(type_) else value
    path = tmp_path / "long.parquet"
    pq.write_table(pa.table({"x": pa.array([value], type_)}), path)
    assert sniff(str(path), file_format(path)).options["by_arrow"]


def test_header_names_are_made_different() -> None:
    assert column_names(["a", "a", "a", "a.1", "b", "b", "a.1"]) == [
        "a",
        "a.2",
        "a.3",
        "a.1",
        "b",
        "b.1",
        "a.1.1",
    ]
