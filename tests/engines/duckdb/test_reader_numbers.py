"""Numbers of large CSV files, which DuckDB reads itself: only where no form deceives."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.engines.base import Scan
from etlframe.engines.duckdb import reader_numbers
from etlframe.engines.duckdb.reader import read_arrow, read_sql
from etlframe.engines.duckdb.reader_numbers import numbers_to_read
from etlframe.engines.duckdb.sniff import sniff
from etlframe.engines.duckdb.sniff_rules import Given
from etlframe.expressions.kinds import Kind
from etlframe.storage.formats import file_format

ROWS = 21_000
HEAD = "i,f,s\n"
LINE = "7,2.5,a_b\n"


@pytest.fixture(autouse=True)
def _any_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_numbers, "LEAST", 0)


def scan_of(tmp_path: Path, text: str, told: Given | None = None) -> Scan:
    path = tmp_path / "large.csv"
    path.write_text(text)
    return sniff(str(path), file_format(path), told)


def numbers_of(scan: Scan) -> set[str]:
    return set(numbers_to_read(scan, list(scan.columns)))


def test_numbers_of_a_large_file_are_read_as_such(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, HEAD + LINE * ROWS)
    assert numbers_of(scan) == {"i", "f"}
    assert read_sql(scan, in_full=True).count("'DOUBLE'") == 2
    assert read_sql(scan, ["f"], in_full=True).count("'DOUBLE'") == 1
    table = read_arrow(scan)
    assert [str(each) for each in table.schema.types] == ["int64", "double", "large_string"]
    assert table.slice(ROWS - 1).to_pylist() == [{"i": 7, "f": 2.5, "s": "a_b"}]


def test_a_preview_does_not_look_at_the_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan_of(tmp_path, HEAD + LINE * ROWS)

    def look(*_: object) -> frozenset[str]:
        raise AssertionError

    monkeypatch.setattr("etlframe.engines.duckdb.reader_csv.numbers_to_read", look)
    pipeline = etl.Pipeline("p", tmp_path / "large.csv")
    assert len(pipeline.preview(3)) == 3
    with pytest.raises(AssertionError):
        pipeline.collect(engine="duckdb")


@pytest.mark.parametrize(
    ("first", "numbers"),
    [
        ("7,2.5,007\n", set()),  # no number, and yet it could have been one
        ("7,2.5,1_0\n", set()),
        ("7,2.5,x_0\n", {"i", "f"}),
        ("7,2.5,2024-01-02 03:04\n", {"i", "f"}),
        ("7,NA,x\n", {"i"}),
        ("7,1e16,x\n", {"i"}),
        ("7,inf,x\n", {"i"}),
        ("9007199254740993,2.5,x\n", {"f"}),
        (",,\n", {"i", "f"}),
    ],
)
def test_columns_that_may_deceive_are_read_as_text(
    tmp_path: Path, first: str, numbers: set[str]
) -> None:
    assert numbers_of(scan_of(tmp_path, HEAD + first + LINE * ROWS)) == numbers


@pytest.mark.parametrize(
    "told",
    [
        Given(kinds={"i": Kind.INT, "f": Kind.FLOAT}),
        Given(null_values=["7"]),
    ],
)
def test_what_was_given_is_read_as_text(tmp_path: Path, told: Given) -> None:
    assert numbers_of(scan_of(tmp_path, HEAD + LINE * ROWS, told)) == set()


def test_below_a_size_numbers_are_read_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = scan_of(tmp_path, HEAD + LINE * ROWS)
    size = (tmp_path / "large.csv").stat().st_size
    monkeypatch.setattr(reader_numbers, "LEAST", size + 1)
    assert numbers_of(scan) == set()
    monkeypatch.setattr(reader_numbers, "LEAST", size)
    assert numbers_of(scan) == {"i", "f"}


def test_a_small_file_and_one_column_are_read_as_text(tmp_path: Path) -> None:
    assert numbers_of(scan_of(tmp_path, HEAD + LINE)) == set()
    assert numbers_of(scan_of(tmp_path, "i\n" + "7\n" * ROWS)) == set()


@pytest.mark.parametrize("block", [5, 16, 64])
@pytest.mark.parametrize("part", [32, 1_000])
@pytest.mark.parametrize(
    "form",
    ["3,007,5", "3,5\n05,4", '3,"00",4', "3,1_0,4", "01,5", "3,00", "4,1_1", "3\r08", "3,+-5"],
)
def test_forms_that_deceive_are_found_wherever_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, part: int, form: str
) -> None:
    monkeypatch.setattr(reader_numbers, "_BLOCK", block)
    monkeypatch.setattr(reader_numbers, "_PART", part)
    for before in range(70):
        path = tmp_path / f"{before}.csv"
        path.write_bytes(f"00,1_1\n{'x' * before}\n{form}".encode())
        assert reader_numbers._deceives(str(path), b',"\r\n', (before, path.stat().st_size, 0))


@pytest.mark.parametrize("block", [5, 64])
def test_other_forms_are_not_taken_for_those(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(reader_numbers, "_BLOCK", block)
    monkeypatch.setattr(reader_numbers, "_PART", 32)
    path = tmp_path / "a.csv"
    for before in range(70):
        path.write_text(
            f"00,1_1\n{'x' * before},0,0.5,100,-0.5,a_1,1_a,10:05,2024-01-02,_1_,0\n0\n+1,-1,0/"
        )
        size = path.stat().st_size
        assert not reader_numbers._deceives(str(path), b',"\r\n', (0, size, before))


def test_a_leading_zero_is_found_after_times_that_resemble_one(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, HEAD + "7,2.5,2024-01-02 03:04\n" * ROWS)
    assert numbers_of(scan) == {"i", "f"}
    scan = scan_of(tmp_path, HEAD + "7,2.5,2024-01-02 03:04\n" * ROWS + "7,02.5,x\n")
    assert numbers_of(scan) == set()


@settings(max_examples=300)
@given(
    header=st.sampled_from(["a,b\n", "a_1,00\r\n", "0", ""]),
    rows=st.text('0019/:,;"\r\n_+-x. \xff', max_size=80),
    separators=st.sampled_from([',"\r\n', ',"', ";", '|"\r\n', "9"]),
    block=st.integers(5, 40),
    part=st.integers(8, 100),
)
def test_the_look_at_the_bytes_finds_what_a_pattern_finds(
    header: str, rows: str, separators: str, block: int, part: int
) -> None:
    pattern = f"[{re.escape(separators)}]0[0-9]|[0-9]_[0-9]|[+]-".encode()
    content = (header + rows).encode("latin-1")
    ends = re.search(rb"[\r\n]", content)
    expected = re.search(pattern, content[ends.start() if ends else 0 :]) is not None
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_numbers, "_BLOCK", block)
        patch.setattr(reader_numbers, "_PART", part)
        path = Path(folder, "a.csv")
        path.write_bytes(content)
        reader_numbers._deceives.cache_clear()
        found = reader_numbers._deceives(str(path), separators.encode(), (0, len(content), 0))
    assert found == expected


def test_a_line_begins_with_a_number_only_if_its_first_column_is_one(tmp_path: Path) -> None:
    head, line = "s,i\n", "x,7\n"
    assert numbers_of(scan_of(tmp_path, head + line * ROWS + "007,7\n")) == {"i"}
    assert numbers_of(scan_of(tmp_path, head + line * ROWS + "x,007\n")) == set()
    scan = scan_of(tmp_path, HEAD + LINE * ROWS + "007,2.5,x\n")
    assert numbers_to_read(scan, ["f", "s"]) == {"f"}
    assert numbers_to_read(scan, ["i", "s"]) == set()


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
@pytest.mark.parametrize("word", ["NA", "nan", "NaN", "null"])
def test_a_missing_word_late_is_read_without_a_warning(
    tmp_path: Path, engine: str, word: str
) -> None:
    path = tmp_path / "large.csv"
    path.write_text(HEAD + LINE * 25_000 + f"{word},{word},x\n" + LINE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        df = etl.Pipeline("p", path).collect(engine=engine)
    pd.testing.assert_frame_equal(df, pd.read_csv(path))


@pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
@pytest.mark.parametrize("late", ["007", "1_0", "1.5", "x", "9007199254740993", "NAN", "+-5"])
def test_what_is_late_is_what_it_is_on_every_engine(tmp_path: Path, engine: str, late: str) -> None:
    path = tmp_path / "large.csv"
    path.write_text(HEAD + LINE * 25_000 + f"{late},2.5,x\n" + LINE)
    steps = etl.Pipeline("p", path).assign(t=lambda d: d["i"]).tail(2)
    df = steps.collect(engine=engine)
    whole = etl.FileSource(path, dtypes={"i": "str"}).extract()["i"].tail(2).to_list()
    assert [str(value) for value in df["t"]] == (["1.5", "7.0"] if late == "1.5" else whole)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(tmp_path: Path, end: str) -> None:
    path = tmp_path / "large.csv"
    lines = ["i,f,s", *["7,2.5,x"] * 25_000, "2024_01,007.5,x", ""]
    path.write_bytes(end.join(lines).encode())
    with pytest.warns(UserWarning, match="whole file"):
        df = etl.FileSource(path).extract()
    assert df.iloc[-1].to_list() == ["2024_01", "007.5", "x"]
