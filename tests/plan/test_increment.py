"""Incremental runs: each new row once, whatever comes late, is tied, or is run again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.errors import OptionError, PlanError
from etlframe.runs.log import RunLog

Rows = list[tuple[int, Any]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(rows: Rows) -> Callable[[], pd.DataFrame]:
    """Return a function that gives the rows that there are when it is called."""
    return lambda: pd.DataFrame({"id": [i for i, _ in rows], "at": [at for _, at in rows]})


def pipeline(
    rows: Rows, mode: str = "append", to: str = "out.jsonl", **cursor: Any
) -> etl.Pipeline:
    source = etl.FrameSource(table(rows), cursor="at", **cursor)
    options = {"key": "id"} if mode == "upsert" else {}
    return etl.Pipeline("new", source).to(to, mode=mode, **options)


def loaded(to: str = "out.jsonl") -> list[int]:
    return [int(each) for each in etl.DataLoader(to).read()["id"]]


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(2024, 1, number)


DAYS = [
    pytest.param(lambda n: n, id="integers"),
    pytest.param(lambda n: n + 0.5, id="floats"),
    pytest.param(day, id="times"),
    pytest.param(lambda n: day(n).tz_localize("UTC"), id="times with a zone"),
    pytest.param(lambda n: f"2024-01-{n:02}", id="text"),
]


@pytest.mark.parametrize("at", DAYS)
def test_a_run_loads_what_is_new_since_the_last_one(at: Callable[[int], Any]) -> None:
    rows: Rows = [(1, at(1)), (2, at(2))]
    runs = pipeline(rows)
    assert [runs.run().rows_loaded for _ in range(2)] == [2, 0]
    rows += [(3, at(3)), (4, at(4))]
    assert [runs.run().rows_loaded for _ in range(2)] == [2, 0]
    assert loaded() == [1, 2, 3, 4]


@pytest.mark.parametrize("key", [None, "id"])
def test_rows_that_tie_with_the_last_one_are_loaded_once(key: str | None) -> None:
    rows: Rows = [(1, day(1)), (2, day(2))]
    runs = pipeline(rows, key=key)
    runs.run()
    rows += [(3, day(2)), (4, day(3))]
    assert runs.run().rows_loaded == 2
    rows += [(5, day(3))]
    assert runs.run().rows_loaded == 1
    assert loaded() == [1, 2, 3, 4, 5]


def test_equal_rows_at_the_boundary_are_as_many_as_there_are() -> None:
    rows: Rows = [(1, day(1)), (1, day(1))]
    runs = pipeline(rows)
    runs.run()
    rows += [(1, day(1))]
    assert [runs.run().rows_loaded for _ in range(2)] == [1, 0]


def test_what_is_remembered_does_not_grow() -> None:
    rows: Rows = []
    runs = pipeline(rows, lag="1D")
    for number in range(1, 20):
        rows += [(number, day(number))]
        runs.run()
        assert len(runs.state().cursors["new"]["seen"]) <= 2
    assert loaded() == list(range(1, 20))


def test_a_lag_finds_rows_that_come_late() -> None:
    rows: Rows = [(1, day(1)), (2, day(10))]
    runs = pipeline(rows, lag="3D")
    runs.run()
    rows += [(3, day(8)), (4, day(5))]  # within the three days, and not
    assert [runs.run().rows_loaded for _ in range(2)] == [1, 0]
    assert loaded() == [1, 2, 3]


def test_a_first_load_begins_at_initial() -> None:
    rows: Rows = [(1, day(1)), (2, day(2)), (3, day(3))]
    pipeline(rows, initial="2024-01-02").run()
    assert loaded() == [2, 3]


def test_a_changed_row_takes_the_place_of_the_old_one() -> None:
    rows: Rows = [(1, day(1)), (2, day(2))]
    runs = pipeline(rows, mode="upsert", key="id")
    runs.run()
    rows[0] = (1, day(3))
    assert runs.run().rows_loaded == 1
    assert sorted(loaded()) == [1, 2]


def test_a_failed_run_moves_nothing() -> None:
    rows: Rows = [(1, day(1))]

    def fail(df: pd.DataFrame) -> pd.DataFrame:
        raise RuntimeError

    assert pipeline(rows).pipe(fail).run().status == "FAILED"
    assert pipeline(rows).state().cursors == {}
    assert pipeline(rows).run().rows_loaded == 1


def test_a_retry_loads_once() -> None:
    rows: Rows = [(1, day(1))]
    calls = []

    def fail_once(df: pd.DataFrame) -> pd.DataFrame:
        calls.append(1)
        if len(calls) == 1:
            raise ConnectionError
        return df

    result = pipeline(rows).pipe(fail_once).run(retries=2, sleep=lambda _: None)
    assert (result.status, result.attempts, result.rows_loaded) == ("COMPLETED", 2, 1)
    assert loaded() == [1]


def test_two_runs_that_read_the_same_rows_load_them_once() -> None:
    rows: Rows = [(1, day(1))]
    pipeline(rows).run()
    rows += [(2, day(2))]

    def meanwhile(df: pd.DataFrame) -> pd.DataFrame:
        assert pipeline(rows).run().rows_loaded == 1
        return df

    result = pipeline(rows).pipe(meanwhile).run()
    assert result.status == "FAILED"
    assert "has loaded new rows meanwhile" in result.errors[0]["message"]
    assert loaded() == [1, 2]


def test_where_the_destination_is_gone_all_is_loaded_again(folder: Path) -> None:
    rows: Rows = [(1, day(1))]
    pipeline(rows).run()
    (folder / "out.jsonl").unlink()
    assert pipeline(rows).run().rows_loaded == 1


def test_a_reset_begins_anew_and_leaves_the_rows() -> None:
    rows: Rows = [(1, day(1)), (2, day(2))]
    runs = pipeline(rows, mode="upsert", key="id")
    runs.run()
    runs.reset()
    assert runs.state().cursors == {}
    assert runs.run().rows_loaded == 2
    assert loaded() == [1, 2]


def test_collect_and_preview_read_all_rows() -> None:
    rows: Rows = [(1, day(1)), (2, day(2))]
    runs = pipeline(rows)
    runs.run()
    assert len(runs.collect()) == 2
    assert len(runs.preview(1)) == 1


# -- groups ----------------------------------------------------------------------------------------


def groups(rows: Rows, mode: str, **options: Any) -> etl.Pipeline:
    source = etl.FrameSource(table(rows), cursor="id")
    plan = etl.Pipeline("groups", source).groupby("at").agg(n=("id", "count"))
    return plan.to("groups.csv", mode=mode, **options)


def test_groups_of_new_rows_are_not_appended() -> None:
    result = groups([(1, "a")], "append").run()
    assert result.status == "FAILED"
    assert 'mode="upsert" with the keys of the groups' in result.errors[0]["message"]


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


# -- any course of things --------------------------------------------------------------------------

STEPS = st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=6)


@settings(max_examples=40)
@given(steps=STEPS, lag=st.integers(0, 3), keyed=st.booleans(), as_time=st.booleans())
def test_rows_that_come_within_the_lag_are_loaded_once_each(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[list[int]],
    lag: int,
    *,
    keyed: bool,
    as_time: bool,
) -> None:
    """Each step adds rows that are up to ``lag`` behind the newest there was, and runs."""
    rows: Rows = []
    to = str(tmp_path_factory.mktemp("lag") / "out.jsonl")
    told: dict[str, Any] = {"lag": dt.timedelta(days=lag) if as_time else lag}
    runs = pipeline(rows, to=to, **told, **({"key": "id"} if keyed else {}))
    newest = 5
    for behind in steps:
        ats = [max(newest - min(each, lag), 1) for each in behind] + (
            [newest + 1] if behind else []
        )
        rows += [(len(rows) + at, day(at_) if as_time else at_) for at, at_ in enumerate(ats)]
        newest = max([newest, *ats])
        result = runs.run(log=RunLog(Path(to).with_name("log.jsonl")))
        assert result.rows_loaded == len(ats)
    if rows:
        assert sorted(loaded(to)) == [i for i, _ in rows]
