"""Opening files: what is the matter with one that cannot be read."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pytest

from etlframe.errors import (
    EmptySourceError,
    MalformedSourceError,
    SourceError,
    SourceIsDirectoryError,
    SourceNotFoundError,
)
from etlframe.storage.formats import FileFormat
from etlframe.storage.opening import (
    BLOCK,
    check_readable,
    first_block,
    identity,
    opened_bytes,
)


def test_a_missing_file_is_told_with_near_names(tmp_path: Path) -> None:
    (tmp_path / "flights.csv").write_text("a\n")
    with pytest.raises(SourceNotFoundError, match=r"Did you mean '.*/flights\.csv'") as caught:
        check_readable(str(tmp_path / "flihgts.csv"))
    assert isinstance(caught.value, FileNotFoundError)


def test_near_names_are_told_by_their_stems_with_those_of_the_same_suffix_first(
    tmp_path: Path,
) -> None:
    for name in ("many.csv", "planes.csv", "flights.json", "flights.csv.gz", "flights.parquet"):
        (tmp_path / name).touch()
    with pytest.raises(SourceNotFoundError) as caught:
        check_readable(str(tmp_path / "flihgts.parquet"))
    told = str(caught.value).partition("Did you mean ")[2]
    assert [Path(each.strip("'?")).name for each in told.split(" or ")] == [
        "flights.parquet",
        "flights.csv.gz",
        "flights.json",
    ]
    with pytest.raises(SourceNotFoundError) as caught:
        check_readable(str(tmp_path / "missing.csv"))
    assert "Did you mean" not in str(caught.value)


def test_a_relative_path_tells_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceNotFoundError) as caught:
        check_readable("nothing.csv")
    assert str(tmp_path) in str(caught.value)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match=r"folder .*nowhere is not there"):
        check_readable(str(tmp_path / "nowhere" / "a.csv"))


def test_a_folder_is_told_with_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n")
    with pytest.raises(SourceIsDirectoryError, match=r"is a folder.*a\.csv"):
        check_readable(str(tmp_path))


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.touch()
    with pytest.raises(EmptySourceError, match="no bytes"):
        check_readable(str(path))


def test_a_forbidden_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a\n")

    def forbidden(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root may read every file, and containers run tests as root.
    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(SourceError, match="permission denied"):
        check_readable(str(path))


def test_a_pipe_is_no_file_to_read_twice(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(SourceError, match="not a plain file"):
        check_readable(str(tmp_path / "pipe.csv"))


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (b" \n\n\t\r\n", FileFormat("csv")),
        (b"\xef\xbb\xbf\n", FileFormat("csv")),
        (gzip.compress(b""), FileFormat("csv", "gzip")),
        (gzip.compress(b"\n \n"), FileFormat("jsonl", "gzip")),
        (b"\n" * (BLOCK + 5), FileFormat("csv")),
    ],
    ids=["spaces", "mark", "gzip of nothing", "gzip of lines", "many lines"],
)
def test_white_space_alone_is_empty(tmp_path: Path, content: bytes, format_: FileFormat) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(EmptySourceError):
        first_block(str(path), format_)


def test_text_after_much_white_space_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n" * (BLOCK + 5) + b"a\n1\n")
    assert first_block(str(path), FileFormat("csv")) == b"\n" * BLOCK


@pytest.mark.parametrize("compression", [None, "gzip", "zstd"])
def test_bytes_come_decompressed(tmp_path: Path, compression: str | None) -> None:
    content = b"line\n" * 1000
    packed = {
        None: content,
        "gzip": gzip.compress(content),
        "zstd": pa.compress(content, codec="zstd", asbytes=True),
    }[compression]
    path = tmp_path / "a"
    path.write_bytes(packed)
    with opened_bytes(str(path), compression) as opened:
        assert opened.readline() == b"line\n"
        assert opened.read() == content[5:]


@pytest.mark.parametrize(
    ("content", "compression"),
    [
        (b"plain text", "gzip"),
        (b"plain text", "zstd"),
        (gzip.compress(os.urandom(1000))[:-20], "gzip"),
    ],
    ids=["text as gzip", "text as zstd", "gzip cut short"],
)
def test_what_cannot_be_decompressed_is_told(
    tmp_path: Path, content: bytes, compression: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with (
        pytest.raises(MalformedSourceError, match=f"decompressed as {compression}"),
        opened_bytes(str(path), compression) as opened,
    ):
        opened.read()


def test_a_changed_file_has_another_identity(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    before = identity(str(path))
    assert identity(str(path)) == before
    path.write_bytes(b"12")
    assert identity(str(path)) != before


def test_a_missing_file_has_no_identity(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        identity(str(tmp_path / "a"))
