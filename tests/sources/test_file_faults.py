"""What can be wrong with a file: each is one clear error that names the file and the line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from etlframe.errors import (
    ColumnNotFoundError,
    EmptySourceError,
    EncodingSourceError,
    MalformedSourceError,
    SourceNotFoundError,
    UnknownFormatError,
)
from etlframe.sources.file import FileSource
from tests.sources.conftest import Write


def test_making_a_source_does_not_touch_the_file() -> None:
    assert FileSource("nowhere/at/all.csv").describe() == "nowhere/at/all.csv"


def test_a_missing_file_is_told_with_near_names(write: Write) -> None:
    write("flights.csv", "a\n1\n")
    with pytest.raises(SourceNotFoundError, match=r"Did you mean 'flights\.csv'"):
        FileSource("flight.csv").extract()


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="holds no csv files"):
        FileSource(tmp_path, format="csv").extract()


def test_an_unknown_suffix_is_told_when_the_source_is_made() -> None:
    with pytest.raises(UnknownFormatError, match=r"Did you mean '\.csv'"):
        FileSource("flights.cvs")


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet"])
def test_an_empty_file_is_told(write: Write, name: str) -> None:
    with pytest.raises(EmptySourceError, match=f"{name} is empty"):
        FileSource(write(name, "")).extract()


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl"])
@pytest.mark.parametrize("text", ["\n\n", "  \n\t\n"])
def test_a_file_of_white_space_is_told(write: Write, name: str, text: str) -> None:
    with pytest.raises(EmptySourceError, match=f"{name} is empty"):
        FileSource(write(name, text)).extract()


def test_gzip_of_nothing_is_told(write: Write) -> None:
    with pytest.raises(EmptySourceError):
        FileSource(write("a.csv.gz", gzip.compress(b""))).extract()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a,b\n1,2\n3\n4,5\n", 3, "2 fields expected, 1 found"),
        ("a,b\n1,2\n3,4,5\n", 3, "2 fields expected, 3 found"),
        ("a,b\n1,2\n\n\n3,4,5\n", 5, "2 fields expected, 3 found"),
        ('a,b\n"x\ny\nz",1\n3\n', 5, "2 fields expected, 1 found"),
        ('"a\nb",c\n1,2\n3\n', 4, "2 fields expected, 1 found"),
        ("a,b\n1,2,\n3,4,5\n", 3, "2 fields expected, 3 found"),
        ("a,b\n1,2\n   \n", 3, "2 fields expected, 1 found"),
        ('a,b\n1,2\n"x,2\n3,4\n', 3, "quoted value does not end"),
        ('a,b\n1,2\n"x"y,2\n3,4\n', 3, "quoted value does not end"),
        ("a,b\n1,2\n3,4\r\n5,6\n", 3, "line ends differ"),
        ("a\n" + "x" * 3_000_000 + "\n", 2, "longer than 2 MB"),
    ],
)
def test_a_malformed_csv_line_is_told_with_its_number(
    write: Write, text: str, line: int, words: str
) -> None:
    with pytest.raises(MalformedSourceError, match=f"a.csv, line {line}: .*{words}") as caught:
        FileSource(write("a.csv", text)).extract()
    assert (caught.value.path, caught.value.line) == ("a.csv", line)


def test_two_columns_given_for_three_fields_are_told(write: Write) -> None:
    with pytest.raises(MalformedSourceError, match="line 1: 2 fields expected, 3 found"):
        FileSource(write("a.csv", "1,2,3\n"), columns=["a", "b"]).extract()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"a": 1}\n{"a": 2\n{"a": 3}\n', 2, "not JSON"),
        ('{"a": 1}\n{"a": tru}\n', 2, "not JSON"),
        ('{"a": 1}\n{"a": 2}{"a": 3}\n', 2, "not JSON"),
        ('{"a": 1},\n{"a": 2}\n', 1, "not JSON"),
        ('{\n"a": 1\n}\n', 1, "not JSON"),
        ('{"a": 1}\n5\n', 2, "an object was expected"),
        ('{"a": 1}\n[1]\n', 2, "an object was expected"),
        ('{"a": 1}\n{"a": 1, "a": 2}\n', 2, "'a' is there twice"),
        ('{"a": 1}\n{"": 1}\n', 2, "a field has no name"),
        ("{}\n{}\n", None, "no record has a field"),
    ],
)
def test_a_malformed_json_line_is_told_with_its_number(
    write: Write, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(MalformedSourceError, match=words) as caught:
        FileSource(write("a.jsonl", text)).extract()
    assert str(caught.value).startswith("a.jsonl")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": 1}', r"an object at the top, and a list of objects is needed"),
        ('{"a": 1}\n{"a": 2}\n', r'looks like JSON Lines; read it with format="jsonl"'),
        ("5", "a single value at the top"),
        ("null", "a single value at the top"),
        ("[1, 2]", "has to be an object"),
        ('[{"a": 1}, 2]', "has to be an object"),
        ("[{}]", "has to be an object with fields"),
        ('[{"a": 1}', "line 1: this is not JSON"),
        ('[{"a": 1},]', "line 1: this is not JSON"),
        ('[\n{"a": 1},\n{"a": tru}\n]', "line 3: this is not JSON"),
        ('[{"a": 1}]\nx', "line 2: this is not JSON"),
    ],
)
def test_a_malformed_json_array_is_told(write: Write, text: str, words: str) -> None:
    with pytest.raises(MalformedSourceError, match=words):
        FileSource(write("a.json", text)).extract()


def test_a_record_that_is_too_large_is_told(write: Write) -> None:
    path = write("a.jsonl", '{"a": 1}\n{"a": "' + "x" * (40 << 20) + '"}\n')
    with pytest.raises(MalformedSourceError, match="a single record is too large"):
        FileSource(path).extract()


def test_an_array_named_json_lines_is_told(write: Write) -> None:
    with pytest.raises(MalformedSourceError, match='read it with format="json"'):
        FileSource(write("a.jsonl", '[{"a": 1}]\n')).extract()


@pytest.mark.parametrize(
    ("name", "content", "line", "hint"),
    [
        ("a.csv", b"a,b\n1,2\n1,\xe9\n", 3, "latin-1"),
        ("a.jsonl", b'{"a": 1}\n{"a": "\xe9"}\n', 2, "latin-1"),
        ("a.json", b'[{"a": 1},\n{"a": "\xe9"}]', 2, "latin-1"),
        ("a.csv", "a,b\n1,\u00e9\n".encode("utf-16"), 1, "utf-16"),
        ("a.jsonl", '{"a": 1}\n'.encode("utf-16"), 1, "utf-16"),
        ("a.jsonl", b'\xef\xbb\xbf{"a": 1}\n', 1, "utf-8-sig"),
    ],
)
def test_a_file_that_is_not_utf_8_is_told_with_the_line_and_the_mend(
    write: Write, name: str, content: bytes, line: int, hint: str
) -> None:
    with pytest.raises(EncodingSourceError, match=f'encoding="{hint}"') as caught:
        FileSource(write(name, content)).extract()
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("content", "encoding"), [(b"a\n\x81\n", "cp1252"), (b"a\n1\n", "utf-16"), (b"\xff\n", "ascii")]
)
def test_a_file_that_is_not_in_the_encoding_that_was_given_is_told(
    write: Write, content: bytes, encoding: str
) -> None:
    with pytest.raises(EncodingSourceError, match=r"a\.csv, line \d"):
        FileSource(write("a.csv", content), encoding=encoding).extract()


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz", "a.json.gz", "a.csv.zst"])
def test_what_is_not_compressed_as_its_suffix_says_is_told(write: Write, name: str) -> None:
    with pytest.raises(MalformedSourceError, match="cannot be decompressed"):
        FileSource(write(name, "a,b\n1,2\n")).extract()


@pytest.mark.parametrize(
    ("name", "line"), [("a.csv.gz", "1,{:06}\n"), ("a.jsonl.gz", '{{"a": {}}}\n')]
)
def test_gzip_that_is_cut_short_is_told(write: Write, name: str, line: str) -> None:
    text = "a,b\n" * (name == "a.csv.gz") + "".join(line.format(at) for at in range(200_000))
    packed = gzip.compress(text.encode(), compresslevel=1)
    with pytest.raises(MalformedSourceError, match="cut short"):
        FileSource(write(name, packed[: len(packed) // 2])).extract()


def test_compressed_text_is_read(write: Write) -> None:
    path = write("a.csv.gz", gzip.compress("a,b\n1,caf\u00e9\n".encode("latin-1")))
    assert FileSource(path, encoding="latin-1").extract()["b"].tolist() == ["caf\u00e9"]


def test_a_value_that_is_not_of_the_given_type_is_told_with_its_line(write: Write) -> None:
    path = write("a.csv", 'a,b\n"x\ny",1\nz,abc\n')
    with pytest.raises(MalformedSourceError, match="line 4: column 'b' holds 'abc'"):
        FileSource(path, dtypes={"b": "int64"}).extract()
    lines = write("a.jsonl", '{"a": 1}\n{"a": "x"}\n')
    with pytest.raises(MalformedSourceError, match="line 2: column 'a' holds 'x'"):
        FileSource(lines, dtypes={"a": "float64"}).extract()


def test_dtypes_of_a_column_that_is_not_there_are_told(write: Write) -> None:
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'carrier'"):
        FileSource(write("a.csv", "carrier\nUA\n"), dtypes={"carier": "str"}).extract()


@pytest.mark.parametrize(
    "name",
    ["[1].csv", "a*.csv", "a?.csv", "it's.csv", "x=1.csv", "{a,b}.csv", "a\\b.csv", "~x.csv"],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_file_name_is_a_name_and_no_pattern(write: Write, name: str, suffix: str) -> None:
    for other in ("1.csv", "ab.csv", "a.csv", "b.csv"):
        write(other + suffix, "no file of this test")
    content = b"a\n1\n" if not suffix else gzip.compress(b"a\n1\n")
    assert FileSource(write(name + suffix, content)).extract()["a"].tolist() == [1]


def test_patterns_in_other_formats_are_names_too(write: Write, tmp_path: Path) -> None:
    write("1.jsonl", '{"b": 2}\n')
    assert FileSource(write("[1].jsonl", '{"a": 1}\n')).columns() == ["a"]
    import pandas as pd

    pd.DataFrame({"a": [1]}).to_parquet("[1].parquet")
    assert FileSource("[1].parquet").columns() == ["a"]
