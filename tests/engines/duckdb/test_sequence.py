"""Joined rows that are written as they come, and sorted where they come in another order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

import etlframe as etl
from etlframe.control import told
from etlframe.engines.duckdb import sequence
from etlframe.engines.duckdb.engine import DuckDBEngine

How = Literal["left", "inner", "left_anti", "left_semi"]
ROWS = 60_000
KEYS = 700


@pytest.fixture(autouse=True)
def _small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequence, "LEAST_ROWS", 0)
    monkeypatch.setattr(sequence, "LEAST_BYTES", 0)


@pytest.fixture
def sorted_statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were written the usual way, with an ORDER BY."""
    written: list[str] = []
    write = DuckDBEngine.write

    def noted(self: DuckDBEngine, statement: str, *rest: object) -> int:
        written.append(statement)
        return write(self, statement, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(DuckDBEngine, "write", noted)
    return written


@pytest.fixture
def rows() -> pd.DataFrame:
    at = pd.RangeIndex(ROWS)
    return pd.DataFrame({"at": at, "k": (at * 7_919) % KEYS, "s": "t" + (at % 11).astype(str)})


@pytest.fixture
def source(tmp_path: Path, rows: pd.DataFrame) -> Path:
    path = tmp_path / "rows.parquet"
    rows.to_parquet(path, row_group_size=7_000)
    return path


def keyed(count: int, name: str) -> pd.DataFrame:
    """Return a table with one row for each of the first keys, in another order than theirs."""
    keys = pd.Series(range(count)).sample(frac=1, random_state=1)
    return pd.DataFrame({"k": keys, name: keys * 0.5}).reset_index(drop=True)


def merged(rows: pd.DataFrame, right: pd.DataFrame, how: How) -> pd.DataFrame:
    """Return what pandas gives, or would give: it has no semi join."""
    if how == "left_semi":
        return rows[rows["k"].isin(right["k"])]
    if how == "left_anti":
        return rows[~rows["k"].isin(right["k"])].assign(half=float("nan"))
    return rows.merge(right, on="k", how="left" if how == "left" else "inner")


@pytest.mark.parametrize("how", ["left", "inner", "left_anti", "left_semi"])
@pytest.mark.parametrize("target", ["out.parquet", "out.csv", "out.jsonl"])
def test_rows_with_one_match_at_most_are_written_as_they_come(
    tmp_path: Path,
    source: Path,
    rows: pd.DataFrame,
    sorted_statements: list[str],
    how: How,
    target: str,
) -> None:
    right = keyed(KEYS // 2, "half")
    path = tmp_path / target
    pipeline = etl.Pipeline("p", etl.FileSource(source)).merge(right, on="k", how=how)
    result = pipeline.to(path).run().raise_for_status()

    expected = merged(rows, right, how).reset_index(drop=True)
    pd.testing.assert_frame_equal(etl.FileSource(path).extract(), expected, check_dtype=False)
    assert result.rows_extracted == ROWS
    assert result.rows_loaded == len(expected)
    assert not sorted_statements


def test_two_joins_and_steps_between_them_are_written_as_they_come(
    tmp_path: Path, source: Path, rows: pd.DataFrame, sorted_statements: list[str]
) -> None:
    one, other = keyed(KEYS, "one"), keyed(KEYS - 100, "other")
    path = tmp_path / "out.parquet"
    (
        etl.Pipeline("p", etl.FileSource(source))
        .query("at % 3 != 0")
        .merge(one, on="k")
        .assign(sum="one + at")
        .merge(other, on="k", how="left")
        .select("at", "sum", "other", "s")
        .to(path)
        .run()
        .raise_for_status()
    )
    expected = rows.query("at % 3 != 0").merge(one, on="k").assign(sum=lambda d: d["one"] + d["at"])
    expected = expected.merge(other, on="k", how="left")[["at", "sum", "other", "s"]]
    pd.testing.assert_frame_equal(pd.read_parquet(path), expected)
    assert not sorted_statements


@pytest.mark.parametrize("first", [0, KEYS - 3])
def test_rows_with_several_matches_are_sorted_where_they_come_in_another_order(
    tmp_path: Path, source: Path, rows: pd.DataFrame, sorted_statements: list[str], first: int
) -> None:
    right = keyed(KEYS, "half")
    right = pd.concat([right, right.query("k >= @first").assign(half=-1.0)], ignore_index=True)
    path = tmp_path / "out.parquet"
    pipeline = etl.Pipeline("p", etl.FileSource(source)).merge(right, on="k", how="left")
    result = pipeline.to(path).run().raise_for_status()

    expected = rows.merge(right, on="k", how="left")
    pd.testing.assert_frame_equal(pd.read_parquet(path), expected)
    assert result.rows_loaded == len(expected)
    assert len(sorted_statements) == 1
    assert "ORDER BY" in sorted_statements[0]


@pytest.mark.parametrize(
    "reorder",
    [
        lambda d: d.sort_values("s"),
        lambda d: d.drop_duplicates("at", keep="last"),
        lambda d: d.tail(ROWS // 2),
        lambda d: d.assign(before=lambda x: x["at"].shift(1)),
    ],
)
def test_what_orders_rows_anew_is_sorted_at_once(
    tmp_path: Path,
    source: Path,
    rows: pd.DataFrame,
    sorted_statements: list[str],
    reorder: Callable[[Any], Any],
) -> None:
    right = keyed(KEYS, "half")
    path = tmp_path / "out.parquet"
    pipeline = etl.Pipeline("p", etl.FileSource(source)).merge(right, on="k")
    reorder(pipeline).to(path).run().raise_for_status()
    expected = reorder(rows.merge(right, on="k")).reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_parquet(path), expected, check_dtype=False)
    assert len(sorted_statements) == 1


def test_a_cell_that_does_not_fit_is_told_as_ever(tmp_path: Path, rows: pd.DataFrame) -> None:
    path = tmp_path / "rows.csv"
    rows.assign(s="x").to_csv(path, index=False)
    with path.open("a") as file:
        file.write("oops,1,x\n")
    target = tmp_path / "out.parquet"
    pipeline = etl.Pipeline("p", etl.FileSource(path, dtypes={"at": "int64"}))
    result = pipeline.merge(keyed(KEYS, "half"), on="k").to(target).run()
    assert "oops" in str(result.errors)
    assert str(ROWS + 2) in str(result.errors)
    assert not target.exists()


def test_rows_of_a_csv_file_are_counted(tmp_path: Path, rows: pd.DataFrame) -> None:
    path = tmp_path / "rows.csv"
    rows.to_csv(path, index=False)
    pipeline = etl.Pipeline("p", etl.FileSource(path)).merge(keyed(9, "half"), on="k")
    result = pipeline.to(tmp_path / "out.jsonl").run().raise_for_status()
    assert (result.rows_extracted, result.rows_loaded) == (ROWS, (rows["k"] < 9).sum())


def test_a_listener_is_told(tmp_path: Path, source: Path) -> None:
    pipeline = etl.Pipeline("p", etl.FileSource(source)).merge(keyed(KEYS, "half"), on="k")
    with told(lambda advance: None):
        result = pipeline.to(tmp_path / "out.parquet").run().raise_for_status()
    assert result.rows_loaded == ROWS


def test_the_profile_shows_both_queries(tmp_path: Path, source: Path) -> None:
    pipeline = etl.Pipeline("p", etl.FileSource(source)).merge(keyed(KEYS, "half"), on="k")
    shown = str(pipeline.to(tmp_path / "out.parquet").profile())
    assert "join" in shown
    assert "write" in shown
