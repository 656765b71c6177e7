"""Small CSV files: read without a look at each cell, as long as they are what the sniff saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.engines.duckdb import reader_settled
from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.reader import read_sql


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
    sql = read_sql(scan, is_watched=True)
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

    monkeypatch.setattr(reader_settled, "_unsettled", set())
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
