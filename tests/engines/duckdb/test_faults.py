"""DuckDB's errors as etlframe's, where no file is the matter; files' are in tests/sources."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from etlframe.engines.base import Scan
from etlframe.engines.duckdb.faults import translate
from etlframe.engines.duckdb.reader import read_arrow, read_sql
from etlframe.engines.duckdb.sniff import sniff
from etlframe.errors import (
    ETLError,
    MalformedSourceError,
    SourceError,
    SourceNotFoundError,
)
from etlframe.storage.formats import file_format


def fault(sql: str, *settings: str) -> duckdb.Error:
    """Return the error that a query ends with, in a database of its own with these settings."""
    with duckdb.connect(":memory:") as connection:
        for setting in settings:
            connection.execute(setting)
        with pytest.raises(duckdb.Error) as caught:
            connection.execute(sql).fetchall()
    return caught.value


def scan_of(tmp_path: Path, text: str) -> Scan:
    path = tmp_path / "a.csv"
    path.write_text(text)
    return sniff(str(path), file_format(path))


def test_an_error_without_a_file_is_an_error_of_etlframe() -> None:
    error = translate(fault("SELECT 9223372036854775807::BIGINT + i FROM range(2) AS t(i)"), None)
    assert type(error) is ETLError
    assert "Overflow" in str(error)
    assert "\n" not in str(error)


def test_an_error_of_a_step_is_none_of_its_file(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a,b\nx,1\n")
    error = translate(fault(f"SELECT CAST(a AS BIGINT) FROM ({read_sql(scan)})"), scan)
    assert type(error) is ETLError
    assert "Could not convert string 'x'" in str(error)


def test_too_little_memory_is_told_with_the_mend() -> None:
    query = "SELECT list(i) FROM range(100_000_000) AS t(i)"
    error = translate(fault(query, "SET memory_limit = '20MB'", "SET temp_directory = ''"), None)
    assert type(error) is ETLError
    assert "set_options(memory_limit=...)" in str(error)


def test_an_interrupt_is_told() -> None:
    with duckdb.connect(":memory:") as connection:
        timer = threading.Timer(0.05, connection.interrupt)
        timer.start()
        with pytest.raises(duckdb.InterruptException) as caught:
            connection.execute(
                "SELECT sum(a.i * b.i) FROM range(10_000_000) AS a(i), range(10_000) AS b(i)"
            )
        timer.join()
    assert "interrupted" in str(translate(caught.value, None))


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a\n1\n")
    Path(scan.path).unlink()
    with pytest.raises(SourceNotFoundError, match="is not there any more"):
        read_arrow(scan)


def test_a_file_that_became_a_folder_is_told(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a\n1\n")
    Path(scan.path).unlink()
    Path(scan.path).mkdir()
    with pytest.raises(SourceError):
        read_arrow(scan)


def test_a_file_that_changed_after_a_whole_sniff_is_malformed(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a\n1\n")
    Path(scan.path).write_text("a\n1\nx\n")
    with pytest.raises(MalformedSourceError, match="line 3: column 'a' holds 'x'") as caught:
        read_arrow(scan)
    assert isinstance(caught.value.__cause__, duckdb.Error)


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    scan = scan_of(tmp_path, "a\n1\n")
    Path(scan.path).write_text("a\n" + "x" * 1000 + "\n")
    with pytest.raises(MalformedSourceError) as caught:
        read_arrow(scan)
    assert len(str(caught.value)) < 400
