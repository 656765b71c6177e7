"""Options of a file source: a wrong one is told when the source is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etlframe.errors import OptionError, UnknownNameError
from etlframe.sources.file import FileSource


def test_an_unknown_option_is_told_with_near_names() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'delimiter'"):
        FileSource("a.csv", delimeter=";")


@pytest.mark.parametrize(
    ("path", "options", "words"),
    [
        ("a.csv", {"delimiter": ";;"}, "delimiter is one character"),
        ("a.csv", {"delimiter": ""}, "delimiter is one character"),
        ("a.csv", {"delimiter": "\n"}, "cannot be a line end"),
        ("a.csv", {"delimiter": ";", "sep": ";"}, "sep and delimiter are one option"),
        ("a.csv", {"quote": "''"}, "quote is one character"),
        ("a.csv", {"columns": "ab"}, "columns is a list of str"),
        ("a.csv", {"columns": ["a", "a"]}, "names a column twice"),
        ("a.csv", {"null_values": "NA"}, "null_values is a list of str"),
        ("a.csv", {"encoding": "utf-9"}, "No encoding named 'utf-9'.* Did you mean 'utf-8'"),
        ("a.csv", {"encoding": "rot13"}, "No encoding named 'rot13'"),
        ("a.csv", {"dtypes": {"a": "inte64"}}, "cannot be read as 'inte64'.* Did you mean 'int64'"),
        ("a.jsonl", {"delimiter": ";"}, "option of CSV; this file is jsonl"),
        ("a.json", {"null_values": ["-"]}, "option of CSV; this file is json"),
        ("a.parquet", {"encoding": "utf-8"}, "option of text; this file is parquet"),
    ],
)
def test_an_option_that_cannot_be_is_told(path: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        FileSource(path, **options)


def test_the_repr_is_the_call_that_makes_the_source() -> None:
    assert repr(FileSource("data/a.csv")) == "FileSource('data/a.csv')"
    source = FileSource(Path("a.txt"), format="csv", sep=";", dtypes={"a": "str"})
    assert repr(source) == "FileSource('a.txt', format='csv', sep=';', dtypes={'a': 'str'})"


def test_a_description_has_no_secrets() -> None:
    source = FileSource("export?token=hidden&part=1.csv")
    assert source.describe() == "export?token=***&part=1.csv"
    assert "hidden" not in repr(source)


def test_an_address_is_refused_without_its_secrets() -> None:
    with pytest.raises(OptionError, match="s3:// addresses are not available yet") as caught:
        FileSource("s3://key:hidden@bucket/a.csv")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("path", [["a.csv", 5], None, 5])
def test_what_is_no_path_is_told(path: Any) -> None:
    with pytest.raises(OptionError, match="reads files: a path or a list of paths, not"):
        FileSource(path)


def test_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert FileSource("~/a.csv").columns() == ["a"]
