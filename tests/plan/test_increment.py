"""Incremental runs: each new row once, whatever comes late, is tied, or is run again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.runs.log import RunLog
from tests.plan.growing import Rows, day, loaded, pipeline


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


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


def test_a_newest_row_that_goes_away_moves_nothing_back() -> None:
    rows: Rows = [(1, 89), (2, 95), (3, 100)]
    runs = pipeline(rows, lag=10)
    runs.run()
    del rows[2], rows[0]
    runs.run()
    rows += [(1, 89)]
    assert runs.run().rows_loaded == 0
    assert runs.state().cursors["new"]["value"] == 100


def test_a_lag_does_not_reach_behind_initial() -> None:
    rows: Rows = [(1, 91), (2, 95), (3, 100)]
    runs = pipeline(rows, initial=95, lag=10)
    runs.run()
    rows += [(4, 101)]
    assert runs.run().rows_loaded == 1
    assert loaded() == [2, 3, 4]


@pytest.mark.parametrize("at", [Decimal, lambda n: dt.date(2024, 1, n)])
def test_cursors_of_objects_come_back_as_they_were(at: Callable[[int], Any]) -> None:
    rows: Rows = [(1, at(1)), (2, at(2))]
    runs = pipeline(rows)
    runs.run().raise_for_status()
    rows += [(3, at(2)), (4, at(3))]
    assert runs.run().raise_for_status().rows_loaded == 2


def test_a_file_that_was_made_anew_remembers_nothing(folder: Path) -> None:
    rows: Rows = [(1, 1), (2, 2)]
    pipeline(rows).run()
    (folder / "out.jsonl").unlink()
    etl.DataLoader("out.jsonl").load(pd.DataFrame({"id": [9], "at": [0]}))
    assert pipeline(rows).run().rows_loaded == 2
    assert loaded() == [9, 1, 2]


@pytest.mark.parametrize(
    "verb", [lambda p: p.head(1), lambda p: p.tail(1), lambda p: p.drop_duplicates("at")]
)
def test_steps_that_need_all_rows_are_not_appended(verb: Any) -> None:
    result = verb(pipeline([(1, 1)])).run()
    assert "needs all rows" in result.errors[0]["message"]


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
