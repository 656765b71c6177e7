"""Small CSV files: read without a look at each cell, as long as they are what the sniff saw."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb import reader_settled
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.reader import read_sql
from etlframe.engines.duckdb.reader_settled import settled_columns
from etlframe.errors import RunFailedError


@pytest.fixture(autouse=True)
def _may_be_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files relied on that were written at this very moment, and known for no change."""
    monkeypatch.setattr(reader_settled, "_TICK", 0)
    monkeypatch.setattr(reader_settled, "_unsettled", set())


def run(path: Path, target: Path) -> pd.DataFrame:
    etl.Pipeline("settled", path).to(target).run(engine="duckdb").raise_for_status()
    return etl.FileSource(target).extract()


@pytest.mark.parametrize(
    "cells",
    [
        ["5", " 6 ", "+7", "-0", ""],
        ["9007199254740993", "-9223372036854775808"],
        ["1.5", "2", ".5", "1e3", " -7.25 ", "", "3."],
        ["1.5", "inf", "-Infinity", "1e300"],
        ["True", "false", "", "TRUE"],
        ["2013-01-01", "0001-01-01", "9999-12-31"],
        ["2013-01-01T10:00", "2013-01-01 10:00:05.123456", "2013-01-01"],
        ["2013-01-01T10:00Z", "2013-01-01 10:00:05+0530"],
        ["a", "", "007", "1.5"],
        ["007", "8"],
        ["1", "NA", "2"],
        ["x", "null"],
        ["1", "2", "1.5", "x"],
    ],
)
def test_the_values_are_those_of_the_tested_cells(cells: list[str], tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("x,y\n" + "".join(f"{cell},1\n" for cell in cells))
    pd.testing.assert_frame_equal(
        run(path, tmp_path / "out.parquet"),
        etl.FileSource(path).extract(),
        check_dtype=False,  # a date is a timestamp[s] by one way, and [us] by the other
    )


def test_a_cell_of_a_small_file_is_not_tested_again(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x,given,word\n1,a,5,1\n2,b,6,NA\n")
    scan = etl.FileSource(path, dtypes={"given": "int64"}).scan()
    assert scan is not None
    sql = read_sql(scan, known=settled_columns(scan))
    assert sql.count("etlframe-cell") == read_sql(scan, ["given", "word"]).count("etlframe-cell")
    assert read_sql(scan).count("etlframe-cell") > sql.count("etlframe-cell")


@pytest.fixture
def changed_before_each_read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have something done before each statement of an engine, up to a number of times."""

    def have(change: Callable[[], object], times: int = 1) -> None:
        left = [times]

        def meanwhile(connection: Any, work: Callable[[], Any]) -> Any:
            if left[0]:
                left[0] -= 1
                change()
            return interruptible(connection, work)

        monkeypatch.setattr("etlframe.engines.duckdb.engine.interruptible", meanwhile)

    return have


@pytest.mark.parametrize("late", ["1.5", "007", "word", "", "NA"])
def test_a_file_that_changes_before_it_is_read_is_read_as_what_it_is(
    late: str, tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n2,b\n")
    changed_before_each_read(lambda: path.write_text(f"n,x\n1,a\n{late},b\n3,c\n"))
    got = run(path, tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(got, etl.FileSource(path).extract())
    assert len(got) == 3


def test_a_file_that_goes_on_changing_is_read_with_all_tests(
    tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n2,b\n")

    def grow() -> None:
        with path.open("a") as file:
            file.write("3,c\n")

    changed_before_each_read(grow, times=20)
    got = run(path, tmp_path / "out.parquet")
    assert list(got["n"][:3]) == [1, 2, 3]
    assert len(got) < 10


def test_a_file_that_is_removed_before_it_is_read_is_a_failed_run(
    tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n2,b\n")
    changed_before_each_read(path.unlink)
    result = etl.Pipeline("gone", path).to(tmp_path / "out.parquet").run(engine="duckdb")
    assert result.status == "FAILED"
    assert "There is no file" in str(result.exception)


def test_of_two_runs_at_a_time_neither_trusts_a_file_that_changed(
    tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n2,b\n")

    def change() -> None:
        path.write_text("n,x\n1,a\n2.5,b\n3.5,c\n")
        reader_settled._unsettled.add(str(path))  # as the other run does, which hears of it first

    changed_before_each_read(change)
    assert list(run(path, tmp_path / "out.parquet")["n"]) == [1.0, 2.5, 3.5]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl"])
def test_a_file_that_is_not_relied_on_may_be_replaced_once_it_was_read(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"in.{suffix}"
    etl.Pipeline("made", pd.DataFrame({"n": [1, 2]})).to(path).run().raise_for_status()
    statements = []

    def then_removed(connection: Any, work: Callable[[], Any]) -> Any:
        answer = interruptible(connection, work)
        statements.append(1)
        path.unlink()
        return answer

    monkeypatch.setattr("etlframe.engines.duckdb.engine.interruptible", then_removed)
    assert list(run(path, tmp_path / "out.parquet")["n"]) == [1, 2]
    assert statements == [1]


def test_peek_reads_a_file_anew_that_changes_before_it_is_read(
    tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n2,b\n")
    changed_before_each_read(lambda: path.write_text("n,x\n1,a\n2.5,b\n3,c\n"))
    peeked = etl.Pipeline("peeked", path).query("n > 1").peek()
    assert list(peeked["rows"]) == [3, 2]
    assert "float64" in peeked["dtypes"][0]


def test_a_file_whose_time_was_set_back_is_not_read_as_what_it_was(
    tmp_path: Path, changed_before_each_read: Callable[..., None]
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,x\n111,a\n")
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns

    def overwrite() -> None:
        with path.open("r+") as file:
            file.write("n,x\n1.5,a\n")
        os.utime(path, ns=times)

    changed_before_each_read(overwrite)
    with pytest.raises(RunFailedError, match=r"holds '1\.5', which is no int"):
        run(path, tmp_path / "out.parquet")


def test_a_file_written_at_this_very_moment_is_not_relied_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_settled, "_TICK", 60_000_000_000)
    path = tmp_path / "in.csv"
    path.write_text("n,x\n1,a\n")
    scan = etl.FileSource(path).scan()
    assert scan is not None
    assert scan.whole
    assert not settled_columns(scan)


def test_of_several_files_read_as_one_every_cell_is_tested(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("n,x\n1,a\n")
    scan = etl.FileSource(tmp_path / "*.csv").scan()
    assert scan is not None
    assert not settled_columns(scan)
    assert not any(settled_columns(each) for each in scan.each())
