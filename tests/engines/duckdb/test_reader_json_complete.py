"""Large JSON Lines files of which quotes tell that all records have the same fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.engines.base import Scan
from etlframe.engines.duckdb import (
    reader_json_complete,
    reader_json_numbers,
    reader_numbers,
)
from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.reader import read_arrow, read_sql
from etlframe.engines.duckdb.reader_cells import Cell
from etlframe.engines.duckdb.reader_json_complete import first_of, is_complete, string
from etlframe.engines.duckdb.sniff import sniff
from etlframe.engines.duckdb.sniff_rules import Given
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import file_format

ROWS = 21_000
LINE = '{"i":7,"f":2.5,"s":"x y","d":"2024-01-02"}'


@pytest.fixture(autouse=True)
def _any_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_numbers, "LEAST", 0)
    monkeypatch.setattr(reader_json_numbers, "_PIECE", 8)
    monkeypatch.setattr(reader_json_complete, "_BLOCK", 1 << 16)
    monkeypatch.setattr(reader_json_complete, "_BLOCKS", 2)


def written(tmp_path: Path, *late: str, first: str = LINE, end: str = "\n") -> Path:
    path = tmp_path / "large.jsonl"
    lines = [first, *[LINE] * ROWS, *late, LINE]
    path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
    return path


def scan_of(path: Path, told: Given | None = None) -> Scan:
    return sniff(str(path), file_format(path), told)


def record(**late: str) -> str:
    """Return a record with other values, each as JSON."""
    values = {"i": "7", "f": "2.5", "s": '"x y"', "d": '"2024-01-02"'} | late
    return "{" + ",".join(f'"{name}":{value}' for name, value in values.items()) + "}"


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_all_fields_of_a_complete_file_are_read_as_their_types(tmp_path: Path, end: str) -> None:
    scan = scan_of(written(tmp_path, end=end))
    assert is_complete(scan)
    read = read_sql(scan, in_full=True)
    assert (read.count("'DOUBLE'"), read.count("'VARCHAR'")) == (2, 2)
    assert "'VARCHAR'" not in read_sql(scan)
    table = read_arrow(scan)
    assert table.num_rows == ROWS + 2
    assert str(table.slice(ROWS).to_pylist()[0]["d"]) == "2024-01-02 00:00:00"
    assert [str(each) for each in table.schema.types][:2] == ["int64", "double"]


def test_a_last_line_may_have_no_end(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(path.read_bytes().rstrip())
    assert is_complete(scan_of(path))
    assert read_arrow(scan_of(path)).num_rows == ROWS + 2


@pytest.mark.parametrize(
    "late",
    [
        '{"i":7,"f":2.5,"s":"x y","d":"2024-01-02","z":1}',
        '{"i":7,"f":2.5,"s":"x y","d":"2024-01-02","I":1}',
        '{"i":7,"f":2.5,"s":"x y","s":"y","d":"2024-01-02"}',
        '{"i":"7","f":2.5,"s":"x y","d":"2024-01-02"}',
        '{"i":7,"f":2.5,"s":"x y"}',
        '{"i":7,"f":2.5,"s":null,"d":"2024-01-02"}',
        r'{"i":7,"f":2.5,"s":"\"","d":"2024-01-02"}',
        r'{"i":7,"f":2.5,"s":"\\","d":"2024-01-02"}',
        '{"i":7,"f":2.5,"s":["a","b"],"d":"2024-01-02"}',
        f"{LINE}{LINE}",
        "",
        "  ",
        f" {LINE}",
    ],
)
def test_the_count_tells_that_a_record_is_another(tmp_path: Path, late: str) -> None:
    assert not is_complete(scan_of(written(tmp_path, late)))


@pytest.mark.parametrize(
    "late",
    [
        r'{"i":7,"f":2.5,"s":"\n \u00e9\u0022\/","d":"2024-01-02"}',
        '{ "i" : 7, "f": -2.5e3 ,\t"s": "é", "d": "2024-01-02" }',
        '{"d":"2024-01-02","s":"{x","i":7,"f":1}',
        r'{"\u0069":7,"f":2.5,"s":"x y","d":"2024-01-02"}',
    ],
)
def test_what_has_no_other_quotes_does_not_matter(tmp_path: Path, late: str) -> None:
    path = written(tmp_path, late)
    assert is_complete(scan_of(path))
    found = read_arrow(scan_of(path)).slice(ROWS + 1).to_pylist()[0]
    assert found["s"] == json.loads(late)["s"]


@pytest.mark.parametrize(
    "first",
    [
        record(s="null"),
        record(s="5"),
        record(s='"007"'),
        record(s='"true"'),
        record(s='"[x]"'),
        record(s="[1]"),
        record(i="9007199254740993"),
        record(z="true"),
    ],
)
def test_files_that_begin_otherwise_are_not_counted(
    tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(reader_json_complete, "_has_quotes", count)
    assert not is_complete(scan_of(written(tmp_path, first=first)))


def test_what_is_given_or_small_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    assert not is_complete(scan_of(path, Given(kinds={"i": Kind.STR})))
    monkeypatch.setattr(reader_numbers, "LEAST", path.stat().st_size + 1)
    assert not is_complete(scan_of(path))


# Each with as many quotes as a record has that is like the others.
ALIKE = [
    '{"i":7,"f":2.5,"d":"2024-01-02","z":"q"}',
    '{"i":7,"f":2.5,"s":null,"d":"2024-01-02","z":0}',
    '{"i":7,"f":2.5,"s":5,"d":"2024-01-02","z":0}',
    '{"i":"5","f":2.5,"s":true,"d":"2024-01-02"}',
    '{"i":"5","f":2.5,"s":NaN,"d":"2024-01-02"}',
    '{"i":"5","f":2.5,"s":-Infinity,"d":"2024-01-02"}',
    '{"i":"5","f":2.5,"s":"x","d":NaN}',
    '{"i":"5","f":2.5,"s":"x","d":null}',
    '{"i":7,"f":null,"s":"x","d":"2024-01-02"}',
    '{"i":7,"s":"x","d":"2024-01-02","z":0}',
    '{"i":7,"f":2.5,"s":[1],"d":"2024-01-02","z":0}',
    '{"i":7,"f":2.5,"s":{"a":1},"d":"2024-01-02"}',
    '{"i":7,"f":2.5,"s":"x","d":20240102,"z":0}',
    '{"f":2.5,"s":"x y","d":"2024-01-02","z":0}',
]


def check_alike(path: Path, steps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that a file is read as one that is not large enough to be counted."""
    assert is_complete(scan_of(path))
    found = steps(etl.Pipeline("p", path)).collect("duckdb")
    monkeypatch.setattr(reader_numbers, "LEAST", path.stat().st_size + 1)
    expected = steps(etl.Pipeline("p", path)).collect("duckdb")
    assert list(found.columns) == list(expected.columns)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("late", ALIKE)
def test_a_record_whose_quotes_tell_nothing_is_told_while_it_is_read(
    tmp_path: Path, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_alike(written(tmp_path, late), lambda p: p.tail(3), monkeypatch)


@pytest.mark.parametrize("moment", ["2024-01-02T10:05:00", "2024-01-02T10:05:00Z"])
@pytest.mark.parametrize("late", ["null", "NaN"])
def test_a_moment_that_is_missing_late_is_missing(
    tmp_path: Path, moment: str, late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "moments.jsonl"
    line = f'{{"i":7,"t":"{moment}"}}\n'
    path.write_text(line * ROWS + f'{{"i":"5","t":{late}}}\n' + line)
    check_alike(path, lambda p: p.tail(3), monkeypatch)


@pytest.mark.parametrize(
    "steps",
    [
        lambda p: p.query("i == 8 and f > 0"),
        lambda p: p.drop(["f", "d"]),
        lambda p: p.dropna().select(["i"]),
    ],
)
def test_and_so_it_is_where_it_is_left_out_or_its_fields_are(
    tmp_path: Path, steps: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_alike(written(tmp_path, ALIKE[1]), steps, monkeypatch)


@pytest.mark.parametrize(
    ("late", "column", "value"),
    [
        (record(s='"true"'), "s", "true"),
        (record(s='"12"'), "s", "12"),
        (record(s='"[1]"'), "s", "[1]"),
        (record(s='"NaN"'), "s", "NaN"),
        (record(s='"nan"'), "s", "nan"),
        (record(s='""'), "s", ""),
        (record(s='"12 Main St"'), "s", "12 Main St"),
        (record(i="9007199254740993"), "i", 9007199254740993),
        (record(i="1.5"), "i", 1.5),
        (record(f="1e300"), "f", 1e300),
        (record(d='"soon"'), "d", "soon"),
        (record(d='"NaN"'), "d", "NaN"),
    ],
)
def test_other_values_late_are_what_they_are(
    tmp_path: Path, late: str, column: str, value: object
) -> None:
    path = written(tmp_path, late)
    assert is_complete(scan_of(path))
    assert etl.Pipeline("p", path).collect("duckdb")[column].to_list()[-2] == value


@settings(max_examples=200)
@given(
    lines=st.lists(st.text('{"\\ x', max_size=8).map(lambda text: "{" + text), min_size=1),
    is_open=st.booleans(),
    pairs=st.integers(0, 3),
    block=st.integers(1, 20),
    blocks=st.integers(1, 4),
)
def test_quotes_are_counted_in_all_parts(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[str],
    is_open: bool,  # noqa: FBT001 - drawn
    pairs: int,
    block: int,
    blocks: int,
) -> None:
    content = "\n".join(lines) + ("" if is_open else "\n")
    path = tmp_path_factory.getbasetemp() / "counted.jsonl"
    path.write_text(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_json_complete, "_BLOCK", block)
        patch.setattr(reader_json_complete, "_BLOCKS", blocks)
        reader_json_complete._has_quotes.cache_clear()
        found = reader_json_complete._has_quotes(str(path), pairs, (0, len(content), 0))
    is_escaped = '\\"' in content
    assert found == (content.count('"') == 2 * pairs * len(lines) and not is_escaped)


@pytest.mark.parametrize(
    ("value", "is_string"),
    [
        *((word, False) for word in ("true", "false", "nan", "NaN", "NAN", "inf", "Infinity")),
        *(
            (word, False)
            for word in ("INFINITY", "-inf", "-Infinity", "5", "-5.5", "1e5", "[", "{")
        ),
        *((text, True) for text in ("", " 5", "+", "-", "1st", "nana", "x", "|", "~", "é")),
        *((text, True) for text in ("in", "infinite", "North", "a true story")),
    ],
)
def test_text_that_could_be_a_bare_value_is_told(value: str, *, is_string: bool) -> None:
    cell = Cell("t", 0, again="'again'")
    told = string(cell, first_of(cell))
    with connect() as connection:
        query = f"SELECT {told} FROM (SELECT ? AS t)"
        if is_string:
            assert connection.execute(query, [value]).fetchall() == [(value,)]
        else:
            with pytest.raises(duckdb.Error, match="again"):
                connection.execute(query, [value])
