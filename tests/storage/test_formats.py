"""Formats by suffix and by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from etlframe.errors import UnknownFormatError
from etlframe.storage.formats import FileFormat, file_format


@pytest.mark.parametrize(
    ("path", "name", "compression"),
    [
        ("a.csv", "csv", None),
        ("a.tsv", "tsv", None),
        ("a.json", "json", None),
        ("a.jsonl", "jsonl", None),
        ("a.ndjson", "jsonl", None),
        ("a.parquet", "parquet", None),
        ("a.pq", "parquet", None),
        ("a.csv.gz", "csv", "gzip"),
        ("a.jsonl.zst", "jsonl", "zstd"),
        ("A.CSV.GZ", "csv", "gzip"),
        ("folder.v1/a.b.csv", "csv", None),
    ],
)
def test_the_suffix_tells_format_and_compression(
    path: str, name: str, compression: str | None
) -> None:
    assert file_format(path) == FileFormat(name, compression)


def test_a_path_object_is_a_path() -> None:
    assert file_format(Path("a.csv")) == FileFormat("csv")


def test_a_named_format_wins_over_the_suffix() -> None:
    assert file_format("a.txt", "csv") == FileFormat("csv")
    assert file_format("a.csv", "tsv") == FileFormat("tsv")
    assert file_format("a.log.gz", "NDJSON") == FileFormat("jsonl", "gzip")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("a.cvs", ["'.cvs' is not known", "Did you mean '.csv'"]),
        ("a.txt", ["'.txt' is not known", "format='csv'"]),
        ("a", ["has no suffix", "format='csv'"]),
        ("a.gz", ["has no suffix"]),
        (".csv", ["has no suffix"]),
    ],
)
def test_an_unknown_suffix_is_told_with_near_ones(path: str, words: list[str]) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        file_format(path)
    assert all(word in str(caught.value) for word in words)


def test_an_unknown_name_is_told_with_near_ones() -> None:
    with pytest.raises(UnknownFormatError, match="Did you mean 'json' or 'jsonl'"):
        file_format("a.csv", "jsn")


def test_parquet_is_not_compressed_as_a_whole() -> None:
    with pytest.raises(UnknownFormatError, match="compressed inside"):
        file_format("a.parquet.gz")


def test_only_text_formats_are_text() -> None:
    assert FileFormat("jsonl").is_text
    assert not FileFormat("parquet").is_text
