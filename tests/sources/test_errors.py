"""What a file can be wrong in, each told as an error of etlframe's own that names the file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import etlframe as etl
from etlframe.errors import (
    EmptySourceError,
    EncodingSourceError,
    MalformedSourceError,
    SourceError,
    SourceNotFoundError,
    UnknownFormatError,
)

ENGINES = ("auto", "pandas")


def collect(path: Path, engine: str) -> None:
    etl.Pipeline("p", etl.FileSource(path)).collect(engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_not_there_is_told_with_near_names(tmp_path: Path, engine: str) -> None:
    (tmp_path / "flights.csv").write_text("a\n1\n")
    with pytest.raises(SourceNotFoundError, match=r"flihgts\.csv.*flights\.csv"):
        collect(tmp_path / "flihgts.csv", engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "jsonl", "parquet"])
def test_an_empty_file_is_told(tmp_path: Path, engine: str, suffix: str) -> None:
    path = tmp_path / f"in.{suffix}"
    path.write_bytes(b"")
    with pytest.raises(EmptySourceError, match=str(path)):
        collect(path, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_directory_without_files_is_told(tmp_path: Path, engine: str) -> None:
    folder = tmp_path / "in.csv"
    folder.mkdir()
    with pytest.raises(SourceNotFoundError, match=f"{folder} holds no csv files"):
        collect(folder, engine)


def test_an_unknown_suffix_is_told_with_the_formats() -> None:
    with pytest.raises(UnknownFormatError, match=r"csv"):
        etl.FileSource("in.xyz")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_file_in_another_encoding_is_told(tmp_path: Path, engine: str, suffix: str) -> None:
    path = tmp_path / f"in.{suffix}"
    text = "city\nZürich\n" if suffix == "csv" else '{"city":"Zürich"}\n'
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(EncodingSourceError, match=r"(?i)utf-8") as error:
        collect(path, engine)
    assert str(path) in str(error.value)
    assert etl.FileSource(path, encoding="latin-1").extract()["city"].tolist() == ["Zürich"]


MALFORMED = {
    "too few fields": ("csv", "a,b\n1,2\n3\n4,5\n", 3),
    "too many fields": ("csv", "a,b\n1,2\n3,4,5\n", 3),
    "the case that a sniffer reads as one row": ("csv", "a,b\n1,2\n3\n4,5,6\n", 3),
    "an open quote": ("csv", 'a,b\n1,2\n"3,4\n5,6\n', None),
    "a broken object": ("jsonl", '{"a":1}\n{"a":2\n{"a":3}\n', 2),
    "a line that is no object": ("jsonl", '{"a":1}\n[1,2]\n', 2),
    "a broken array": ("json", '[{"a":1},{"a":2]', None),
    "no array": ("json", '{"data":[{"a":1}]}', None),
    "no Parquet": ("parquet", "this is text", None),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_told_with_its_line(tmp_path: Path, engine: str, case: str) -> None:
    suffix, text, line = MALFORMED[case]
    path = tmp_path / f"in.{suffix}"
    path.write_text(text)
    with pytest.raises(MalformedSourceError) as error:
        collect(path, engine)
    assert str(path) in str(error.value)
    if line is not None:
        assert error.value.line == line
        assert f"line {line}" in str(error.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_malformed_line_far_down_is_told(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n" + "1,2\n" * 50_000 + "3\n" + "4,5\n")
    with pytest.raises(MalformedSourceError) as error:
        collect(path, engine)
    assert error.value.line == 50_002


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gzip_that_is_cut_short_is_told(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "in.csv.gz"
    rows = "".join(f"{n},{n * 7919 % 10_007}\n" for n in range(20_000))
    path.write_bytes(gzip.compress(f"a,b\n{rows}".encode())[:-4_000])
    with pytest.raises(SourceError, match=str(path)):
        collect(path, engine)


def test_a_gzip_is_read(tmp_path: Path) -> None:
    for suffix, text in (("csv", "a\n1\n2\n"), ("jsonl", '{"a":1}\n{"a":2}\n')):
        path = tmp_path / f"in.{suffix}.gz"
        path.write_bytes(gzip.compress(text.encode()))
        assert etl.FileSource(path).extract()["a"].tolist() == [1, 2]


def test_a_header_alone_is_a_frame_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("a,b\n")
    df = etl.FileSource(path).extract()
    assert list(df.columns) == ["a", "b"]
    assert len(df) == 0
