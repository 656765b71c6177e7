"""Numbers of large JSON files, which DuckDB reads itself where no form deceives."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

import etlframe as etl
from etlframe.engines.base import Scan
from etlframe.engines.duckdb import reader_json_numbers, reader_numbers
from etlframe.engines.duckdb.reader import read_sql
from etlframe.engines.duckdb.reader_json_numbers import json_numbers_to_read
from etlframe.engines.duckdb.sniff import sniff
from etlframe.engines.duckdb.sniff_rules import Given
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import file_format

ROWS = 25_000
LINE = '{"i":7,"f":2.5,"s":"x"}'


@pytest.fixture(autouse=True)
def _any_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_numbers, "LEAST", 0)


@pytest.fixture
def _nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at so little of a file that what is late is not seen."""
    monkeypatch.setattr(reader_json_numbers, "_PIECE", 8)


def written(tmp_path: Path, *late: str, line: str = LINE, name: str = "large.jsonl") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([*[line] * ROWS, *late, line, ""]), encoding="utf-8")
    return path


def scan_of(path: Path, told: Given | None = None) -> Scan:
    return sniff(str(path), file_format(path), told)


def numbers_of(scan: Scan) -> set[str]:
    return set(json_numbers_to_read(scan, list(scan.columns)))


def groups(path: Path) -> etl.Pipeline:
    """Return the greatest values by groups, for which no other field matters."""
    return etl.Pipeline("p", str(path)).groupby("s").agg(i=("i", "max"), f=("f", "max"))


def highest(path: Path) -> object:
    return groups(path).collect("duckdb").to_dict("list")


def test_numbers_of_a_large_file_are_read_as_such_for_groups(tmp_path: Path) -> None:
    path = written(tmp_path)
    scan = scan_of(path)
    assert numbers_of(scan) == {"i", "f"}
    assert read_sql(scan, in_full=True, is_closed=True).count("'DOUBLE'") == 2
    assert "'DOUBLE'" not in read_sql(scan, is_closed=True)
    assert highest(path) == {"s": ["x"], "i": [7], "f": [2.5]}


def test_below_a_size_numbers_are_read_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    monkeypatch.setattr(reader_numbers, "LEAST", path.stat().st_size + 1)
    assert numbers_of(scan_of(path)) == set()
    monkeypatch.setattr(reader_numbers, "LEAST", path.stat().st_size)
    assert numbers_of(scan_of(path)) == {"i", "f"}


@pytest.mark.parametrize(
    ("first", "numbers"),
    [
        ('{"i":7,"f":"2.5"}', {"i"}),
        ('{"i":true,"f":2.5}', {"f"}),
        ('{"i":7,"f":1e16}', {"i"}),
        ('{"i":7,"f":Infinity}', {"i"}),
        ('{"i":9007199254740993,"f":2.5}', {"f"}),
        ('{"i":null}', {"i", "f"}),
    ],
)
def test_fields_that_are_not_plain_numbers_are_read_as_text(
    tmp_path: Path, first: str, numbers: set[str]
) -> None:
    path = tmp_path / "large.jsonl"
    path.write_text("\n".join([first, *[LINE] * ROWS]))
    assert numbers_of(scan_of(path)) == numbers


def test_what_was_given_is_read_as_text(tmp_path: Path) -> None:
    told = Given(kinds={"i": Kind.INT, "f": Kind.FLOAT})
    assert numbers_of(scan_of(written(tmp_path), told)) == set()


def test_compressed_files_and_those_looked_at_whole_are_read_as_text(tmp_path: Path) -> None:
    packed = tmp_path / "large.jsonl.gz"
    packed.write_bytes(gzip.compress(written(tmp_path).read_bytes()))
    assert numbers_of(scan_of(packed)) == set()
    small = tmp_path / "small.jsonl"
    small.write_text(LINE)
    assert numbers_of(scan_of(small)) == set()


DECEIVING = ['"5"', '"007"', "true", "false", ' "5"', "\ttrue"]


@pytest.mark.parametrize("late", DECEIVING)
@pytest.mark.parametrize("key", ["i", "größe", 'say "hi"', "a.b*", "\\"])
@pytest.mark.parametrize("letters", ["escaped", "plain"])
def test_quoted_numbers_and_booleans_are_seen(
    tmp_path: Path, late: str, key: str, letters: str
) -> None:
    quoted = json.dumps(key, ensure_ascii=letters == "escaped")
    path = tmp_path / "a.jsonl"
    path.write_text(f"{{{quoted}: 7}}\n{{{quoted}:{late}}}", encoding="utf-8")
    file = (1, path.stat().st_size, len(late))
    assert reader_json_numbers._deceives(str(path), frozenset(["x", key]), 2, file)
    assert not reader_json_numbers._deceives(str(path), frozenset(["x"]), 2, file)


def test_pieces_are_spread_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_json_numbers, "_PIECE", 10)
    monkeypatch.setattr(reader_json_numbers, "_PIECES", 4)
    path = tmp_path / "a"
    path.write_bytes(bytes(range(100)))
    begins = [piece[0] for piece in reader_json_numbers._pieces(str(path), 4, 100)]
    assert begins == [0, 30, 60, 90]
    assert [len(piece) for piece in reader_json_numbers._pieces(str(path), 2, 5)] == [10, 10]


@pytest.mark.parametrize("late", ['"5"', '"007"', "true"])
def test_a_deceiving_value_that_is_seen_makes_the_column_text(tmp_path: Path, late: str) -> None:
    path = written(tmp_path, f'{{"i":{late},"f":2.5,"s":"z"}}')
    assert highest(path) == {"s": ["x", "z"], "i": ["7", late.strip('"')], "f": [2.5, 2.5]}


@pytest.mark.usefixtures("_nothing_is_seen")
@pytest.mark.parametrize(("late", "number"), [('"5"', 5), ("true", 1)])
def test_one_that_is_not_seen_is_the_number_that_pandas_makes_of_it(
    tmp_path: Path, late: str, number: int
) -> None:
    path = written(tmp_path, f'{{"i":{late},"f":2.5,"s":"z"}}')
    assert highest(path) == {"s": ["x", "z"], "i": [7, number], "f": [2.5, 2.5]}
    told = etl.FileSource(path, dtypes={"i": "str"})
    df = etl.Pipeline("p", told).select(["i"]).tail(2).collect("duckdb")
    assert df["i"].to_list() == [late.strip('"'), "7"]


@pytest.mark.usefixtures("_nothing_is_seen")
@pytest.mark.parametrize(
    ("late", "column", "value"),
    [
        ("1.5", "i", 1.5),
        ("12345678901234567890", "i", "12345678901234567890"),
        ('"soon"', "i", "soon"),
        ('"007"', "i", "007"),
        ("[1]", "i", "[1]"),
        ('{"a":1}', "i", '{"a":1}'),
        ('"soon"', "f", "soon"),
        ("9007199254740993", "f", "9007199254740993"),
    ],
)
def test_another_type_late_is_told_by_the_whole_file(
    tmp_path: Path, late: str, column: str, value: object
) -> None:
    record = {"i": "7", "f": "2.5", "s": '"z"', column: late}
    path = written(tmp_path, "{" + ",".join(f'"{k}":{v}' for k, v in record.items()) + "}")
    result = groups(path).run(engine="duckdb").raise_for_status()
    assert f"column {column!r} began as" in result.warnings[0]
    assert result.frame()[column][1] == value


@pytest.mark.parametrize(
    ("late", "column", "value"),
    [
        ("9007199254740993", "i", 9007199254740993),
        ("-9007199254740993", "i", -9007199254740993),
        ("1e300", "f", 1e300),
        ("Infinity", "f", float("inf")),
        ("3", "f", 3.0),
        ("1e3", "i", 1000),
    ],
)
def test_other_numbers_of_the_same_type_late_are_read(
    tmp_path: Path, late: str, column: str, value: object
) -> None:
    record = {"i": "7", "f": "2.5", "s": '"z"', column: late}
    path = written(tmp_path, "{" + ",".join(f'"{k}":{v}' for k, v in record.items()) + "}")
    result = groups(path).run(engine="duckdb").raise_for_status()
    assert not result.warnings
    assert result.frame()[column][1] == value


@pytest.mark.parametrize("late", ["NaN", "null"])
def test_a_missing_number_late_is_missing(tmp_path: Path, late: str) -> None:
    path = written(tmp_path, f'{{"i":{late},"f":{late},"s":"z"}}', '{"s":"z"}')
    counts = etl.Pipeline("p", path).groupby("s").agg(i=("i", "count"), f=("f", "count"))
    found = counts.collect("duckdb").to_dict("list")
    assert found == {"s": ["x", "z"], "i": [ROWS + 1, 0], "f": [ROWS + 1, 0]}


def test_several_files_are_looked_at(tmp_path: Path) -> None:
    written(tmp_path, name="a.jsonl")
    written(tmp_path, '{"i":"5","f":1.5,"s":"y"}', name="b.jsonl")
    assert highest(tmp_path / "*.jsonl") == {"s": ["x", "y"], "i": ["7", "5"], "f": [2.5, 1.5]}


def test_an_array_of_records_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text("[" + ",".join([LINE] * ROWS) + ',\n{"i": "5", "f": 1.5, "s": "x"}]')
    scan = scan_of(path)
    assert numbers_of(scan) == set()
    assert set(json_numbers_to_read(scan, ["f"])) == {"f"}
