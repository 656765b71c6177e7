"""What incremental runs refuse, what groups do, and backfills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import etlframe as etl
from etlframe.errors import OptionError, PlanError
from tests.plan.growing import Rows, day, loaded, pipeline, table


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# -- groups ----------------------------------------------------------------------------------------


def groups(rows: Rows, mode: str, **options: Any) -> etl.Pipeline:
    source = etl.FrameSource(table(rows), cursor="id")
    plan = etl.Pipeline("groups", source).groupby("at").agg(n=("id", "count"))
    return plan.to("groups.csv", mode=mode, **options)


def test_groups_of_new_rows_are_not_appended() -> None:
    result = groups([(1, "a")], "append").run()
    assert result.status == "FAILED"
    assert 'mode="upsert" with key= (of groups: their keys)' in result.errors[0]["message"]


def test_groups_are_computed_anew_where_there_are_new_rows() -> None:
    rows: Rows = [(1, "a"), (2, "b")]
    runs = groups(rows, "upsert", key="at")
    runs.run()
    rows += [(3, "a")]
    assert runs.run().rows_loaded == 2
    assert runs.run().rows_loaded == 0
    df = etl.DataLoader("groups.csv").read()
    assert dict(zip(df["at"], df["n"], strict=True)) == {"a": 2, "b": 1}


# -- backfill --------------------------------------------------------------------------------------


def test_a_backfill_loads_a_span_and_leaves_the_cursor_alone() -> None:
    rows: Rows = [(1, day(1)), (2, day(2)), (3, day(3))]
    runs = pipeline(rows, mode="upsert", key="id")
    runs.run()
    before = runs.state().cursors
    rows[1] = (20, day(2))
    assert runs.backfill("2024-01-02", "2024-01-03").rows_loaded == 1
    assert runs.state().cursors == before
    assert sorted(loaded()) == [1, 2, 3, 20]


def test_a_backfill_that_would_load_rows_twice_is_refused() -> None:
    rows: Rows = [(1, 1), (2, 2), (3, 3)]
    runs = pipeline(rows, initial=2)
    runs.run()
    with pytest.raises(PlanError, match="would load rows twice"):
        runs.backfill(1, 3)
    assert runs.backfill(0, 2).rows_loaded == 1
    assert sorted(loaded()) == [1, 2, 3]


# -- what is refused -------------------------------------------------------------------------------


def test_new_rows_alone_are_not_written_over_all() -> None:
    result = pipeline([(1, day(1))], mode="write").run()
    assert "would leave those alone in the destination" in result.errors[0]["message"]


def test_a_row_without_a_cursor_is_told() -> None:
    result = pipeline([(1, day(1)), (2, None)]).run()
    assert "The cursor 'at' is missing in 1 of 2 rows" in result.errors[0]["message"]


def test_a_cursor_that_is_no_column_is_told() -> None:
    source = etl.FrameSource(table([(1, day(1))]), cursor="att")
    result = etl.Pipeline("new", source).to("out.csv", mode="append").run()
    assert "Did you mean 'at'?" in result.errors[0]["message"]


@pytest.mark.parametrize("option", [{"initial": 1}, {"lag": 1}, {"key": "id"}])
def test_options_of_a_cursor_need_one(option: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=f"{next(iter(option))}= needs cursor="):
        etl.FrameSource(table([]), **option)
