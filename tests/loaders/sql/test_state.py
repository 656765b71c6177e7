"""What a table remembers of its loads, in the same transaction as their rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import OptionError
from etlframe.loaders import table_records
from etlframe.storage.records import LoadedBefore, LoadRecord, State
from tests.loaders.sql.looking import load_run, loader, people, rows, run

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}


def test_nothing_is_remembered_before_a_run_has_loaded(url: str) -> None:
    assert loader(url).state() == State()
    loader(url).load(people(1))
    assert loader(url).state() == State()


@pytest.mark.parametrize("mode", MODES)
def test_the_same_run_is_taken_once(url: str, mode: str) -> None:
    to = loader(url, mode=mode, **MODES[mode])
    assert load_run(to, people(1, 2), "a").rows == 2
    with pytest.raises(LoadedBefore) as caught:
        load_run(to, people(3), "a")
    expected = LoadRecord("a", "job", "2026-03-02T02:00:00+00:00", mode, 2)
    assert caught.value.record == expected
    assert rows(url) == [(1, "n1"), (2, "n2")]
    assert load_run(to, people(3), "b").rows == 1
    assert [each.run_id for each in to.state().loads] == ["a", "b"]
    assert to.state().find("a") == expected


def test_tables_remember_each_their_own(url: str) -> None:
    load_run(loader(url, table="t"), people(1), "a")
    load_run(loader(url, table="u"), people(1), "a")
    load_run(loader(url, table="u"), people(1), "b")
    assert [each.run_id for each in loader(url, table="t").state().loads] == ["a"]
    assert [each.run_id for each in loader(url, table="u").state().loads] == ["a", "b"]


def test_cursors_come_back_with_the_newest_of_each_source(url: str) -> None:
    to = loader(url, mode="append")
    load_run(to, people(1), "a", orders=7, visits="2024-01-02")
    load_run(to, people(2), "b", orders=9)
    load_run(to, people(3), "c")
    assert to.state().cursors == {"orders": 9, "visits": "2024-01-02"}


def test_only_the_newest_loads_are_kept(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_records, "MOST_LOADS", 3)
    to = loader(url)
    load_run(loader(url, table="u"), people(1), "other")
    for at in range(5):
        load_run(to, people(1), f"run-{at}")
    assert [each.run_id for each in to.state().loads] == ["run-2", "run-3", "run-4"]
    assert rows(url, "SELECT count(*) FROM _etlframe_loads") == [(4,)]


def test_a_pipeline_s_run_is_remembered_and_skipped_the_second_time(url: str) -> None:
    made = etl.Pipeline("people", etl.FrameSource(people(1, 2))).to(url, table="t", mode="append")
    first = made.run(run_id="night-1")
    first.raise_for_status()
    again = made.run(run_id="night-1")
    assert again.status is etl.JobStatus.SKIPPED
    assert again.rows_loaded == 0
    assert rows(url) == [(1, "n1"), (2, "n2")]
    assert [each.run_id for each in loader(url).state().loads] == ["night-1"]


def test_rows_may_tell_the_run_that_loaded_them(url: str) -> None:
    to = etl.Pipeline("people", etl.FrameSource(people(1))).to(url, table="t", add_run_id=True)
    to.run(run_id="night-1").raise_for_status()
    assert rows(url, "SELECT _run_id FROM t") == [("night-1",)]


def test_the_table_of_loads_is_no_destination(url: str) -> None:
    with pytest.raises(OptionError, match="remembers loads"):
        loader(url, table="_etlframe_loads")


def test_new_rows_of_one_database_reach_another_once(url: str, tmp_path: Path) -> None:
    source = tmp_path / "orders.db"
    with closing(sqlite3.connect(source)) as orders:
        orders.execute("CREATE TABLE orders (id INTEGER, updated_at TIMESTAMP)")
        for at in range(1, 4):
            orders.execute("INSERT INTO orders VALUES (?, ?)", (at, f"2024-01-0{at} 10:00:00"))
        orders.commit()
        read = etl.SQLSource(f"sqlite:///{source}", "orders", cursor="updated_at", key="id")
        new = etl.Pipeline("new", read).to(url, table="t", mode="append")
        assert [new.run().raise_for_status().rows_loaded for _ in range(2)] == [3, 0]
        orders.execute("INSERT INTO orders VALUES (4, '2024-01-03 10:00:00')")
        orders.commit()
        assert new.run().raise_for_status().rows_loaded == 1
    assert sorted(etl.DataLoader(url, table="t").read()["id"]) == [1, 2, 3, 4]
    assert new.state().cursors["new"]["value"] == "2024-01-03T10:00:00"
    new.reset()
    assert new.state().cursors == {}
    assert len(new.state().loads) == 3


def test_two_runs_that_read_the_same_new_rows_load_them_once(url: str) -> None:
    rows = [1, 2]
    source = etl.FrameSource(lambda: pd.DataFrame({"id": rows}), cursor="id")
    new = etl.Pipeline("new", source).to(url, table="t", mode="append")
    new.run().raise_for_status()
    rows.append(3)

    def meanwhile(df: pd.DataFrame) -> pd.DataFrame:
        assert new.run().raise_for_status().rows_loaded == 1
        return df

    late = new.pipe(meanwhile).run()
    assert "has loaded new rows meanwhile" in late.errors[0]["message"]
    assert sorted(etl.DataLoader(url, table="t").read()["id"]) == [1, 2, 3]


def test_a_table_that_was_dropped_remembers_nothing(url: str) -> None:
    source = etl.FrameSource(pd.DataFrame({"id": [1, 2]}), cursor="id")
    new = etl.Pipeline("new", source).to(url, table="t", mode="append")
    new.run(run_id="a").raise_for_status()
    run(url, "DROP TABLE t")
    assert new.state() == State()
    assert new.run(run_id="a").raise_for_status().rows_loaded == 2
    assert [each.run_id for each in new.state().loads] == ["a"]
