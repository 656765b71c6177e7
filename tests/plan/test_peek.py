"""peek() counts what each step does to rows, columns and dtypes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import StepError
from etlframe.plan.peek import peeked

FRAME = pd.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})


def changes(plan: etl.Pipeline) -> list[str]:
    return peeked(plan)["change"].tolist()


def test_there_is_a_row_for_the_source_and_for_each_step() -> None:
    seen = peeked(etl.Pipeline("p", FRAME).query("v > 1").head(1))
    assert seen["step"].tolist() == ["extract", "query v > 1", "head 1"]
    assert seen["rows"].tolist() == [3, 2, 1]
    assert seen["columns"].tolist() == [2, 2, 2]
    assert list(seen.columns) == ["step", "rows", "columns", "change", "dtypes"]


def test_rows_gained_are_told_with_a_plus_and_thousands() -> None:
    plan = etl.Pipeline("p", pd.DataFrame({"n": [list(range(1_500))]})).explode("n")
    assert changes(plan)[1].startswith("+1,499 rows")


def test_a_dtype_that_changes_is_told_from_what_to_what() -> None:
    assert changes(etl.Pipeline("p", FRAME).astype({"v": "float64"}))[1] == "v: int64 -> float64"


def test_a_column_that_is_renamed_goes_and_comes() -> None:
    assert changes(etl.Pipeline("p", FRAME).rename({"v": "w"}))[1] == "+w, -v"


def test_a_step_that_changes_nothing_visible_says_so() -> None:
    assert changes(etl.Pipeline("p", FRAME).sort_values("v"))[1] == "no change"


def test_everything_a_step_did_is_in_one_line() -> None:
    plan = etl.Pipeline("p", FRAME).groupby("k").agg(total=("v", "sum"))
    assert changes(plan)[1] == "-1 rows, +total, -v"


def test_dtypes_are_those_of_pandas(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("n,day,s\n1,2024-01-02,x\n,2024-01-03,y\n")
    assert peeked(etl.Pipeline("p", path))["dtypes"].tolist() == [
        "n float64, day datetime64[us], s str"
    ]


def test_nothing_is_loaded(tmp_path: Path) -> None:
    peeked(etl.Pipeline("p", FRAME).to(tmp_path / "out.csv"))
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_fails_is_named() -> None:
    def wrong(_df: pd.DataFrame) -> pd.DataFrame:
        raise ValueError("no")

    with pytest.raises(StepError, match="Step 'wrong' failed"):
        peeked(etl.Pipeline("p", FRAME).pipe(wrong))
