"""The newest load of a table undone, in one transaction."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError, OptionError
from etlframe.storage import failpoints
from etlframe.storage.records import State
from tests.loaders.sql.looking import load_run, loader, people, rows, run

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}


def tables(url: str) -> list[str]:
    return [each for each in ("t", "_etlframe_before_t") if _is_there(url, each)]


def _is_there(url: str, name: str) -> bool:
    if url.startswith("sqlite"):
        return rows(url, f"SELECT 1 FROM sqlite_master WHERE name = '{name}'") != []
    of_this = "table_schema = current_schema() AND table_name"
    return rows(url, f"SELECT 1 FROM information_schema.tables WHERE {of_this} = '{name}'") != []


@pytest.mark.parametrize("mode", MODES)
def test_the_rows_and_the_memory_are_what_they_were(url: str, mode: str) -> None:
    load_run(loader(url), people(1, 2, 3), "a", orders=1)
    before = rows(url)
    to = loader(url, mode=mode, keep_previous=True, **MODES[mode])
    new = people(3, 4, name="new").assign(more=1.5)
    load_run(to, new, "b", orders=2)
    assert rows(url) != before

    undone = to.rollback("b")
    assert (undone.run_id, undone.mode, undone.rows) == ("b", mode, 2)
    assert rows(url) == before
    assert [each.run_id for each in to.state().loads] == ["a"]
    assert to.state().cursors == {"orders": 1}
    assert tables(url) == ["t"]
    load_run(to, new, "b", orders=2)
    assert len(rows(url)) == {"write": 2, "append": 5, "upsert": 4}[mode]


def test_a_table_that_was_not_there_is_gone_again(url: str) -> None:
    to = loader(url)
    load_run(to, people(1), "a")
    to.rollback("a")
    assert not _is_there(url, "t")
    assert to.state() == State()
    load_run(to, people(1), "a")
    assert rows(url) == [(1, "n1")]


def test_an_empty_table_is_empty_again_and_keeps_its_types(url: str) -> None:
    run(url, "CREATE TABLE t (id INTEGER, name VARCHAR(20))")
    to = loader(url, mode="append")
    load_run(to, people(1, 2), "a")
    to.rollback("a")
    assert rows(url) == []
    assert _is_there(url, "t")


def test_rows_that_say_which_run_loaded_them_need_nothing_kept(url: str) -> None:
    pipeline = etl.Pipeline("p", people(1, 2)).to(url, table="t", mode="append", add_run_id=True)
    for run_id in ("a", "b"):
        pipeline.run(run_id=run_id).raise_for_status()
    run(url, "INSERT INTO t (id, name) VALUES (7, 'by hand')")
    pipeline.rollback("b")
    assert rows(url, "SELECT id FROM t ORDER BY 1") == [(1,), (2,), (7,)]
    assert tables(url) == ["t"]


def test_what_is_not_kept_cannot_come_back_and_says_how(url: str) -> None:
    load_run(loader(url), people(1), "a")
    load_run(loader(url), people(2), "b")
    with pytest.raises(LoadError, match=r"were not kept\. keep_previous=True keeps them"):
        loader(url).rollback("b")
    assert rows(url) == [(2, "n2")]


def test_only_the_newest_load(url: str) -> None:
    to = loader(url, mode="append", keep_previous=True)
    for run_id in ("a", "b"):
        load_run(to, people(1), run_id)
    with pytest.raises(LoadError, match=r"not the newest one of table t\. It is that of run 'b'"):
        to.rollback("a")
    to.rollback("b")
    with pytest.raises(
        LoadError, match=r"rows that table t had before were not kept|not the newest"
    ):
        to.rollback("b")
    assert len(rows(url)) == 1


def test_what_another_program_wrote_since_is_not_lost(url: str) -> None:
    to = loader(url, keep_previous=True)
    for run_id in ("a", "b"):
        load_run(to, people(1, 2), run_id)
    run(url, "INSERT INTO t VALUES (7, 'by hand')")
    with pytest.raises(LoadError, match="had 2 rows after it and has 3 now"):
        to.rollback("b")
    assert len(rows(url)) == 3


def test_rows_that_no_run_loaded_end_what_can_be_undone(url: str) -> None:
    to = loader(url)
    load_run(to, people(1, 2), "a")
    to.load(people(8, 9))
    with pytest.raises(LoadError, match="cannot be undone"):
        to.rollback("a")
    assert rows(url) == [(8, "n8"), (9, "n9")]


def test_kept_rows_are_let_go_by_the_next_load(url: str) -> None:
    for keeps in (True, True, False):
        load_run(
            loader(url, keep_previous=keeps), people(1), f"run {len(rows_or_none(url))}{keeps}"
        )
    assert tables(url) == ["t"]


def rows_or_none(url: str) -> list[Any]:
    return rows(url) if _is_there(url, "t") else []


def test_a_rollback_that_dies_before_its_commit_changes_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = loader(url, keep_previous=True)
    load_run(to, people(1), "a")
    load_run(to, people(2), "b")

    class Died(BaseException):
        pass

    def die(name: str) -> None:
        if name == "undo:of table":
            raise Died

    monkeypatch.setattr("etlframe.loaders.table.reach", die)
    with pytest.raises(Died):
        to.rollback("b")
    monkeypatch.setattr("etlframe.loaders.table.reach", failpoints.reach)
    assert rows(url) == [(2, "n2")]
    to.rollback("b")
    assert rows(url) == [(1, "n1")]


def test_the_tables_of_etlframe_are_no_destinations(url: str) -> None:
    for name in ("_etlframe_loads", "_etlframe_before_t"):
        with pytest.raises(OptionError, match="is where etlframe remembers loads"):
            loader(url, table=name)


def test_a_long_name_is_kept_under_a_shorter_one(url: str) -> None:
    name = "t" * 60
    for run_id in ("a", "b"):
        load_run(loader(url, table=name, keep_previous=True), people(len(run_id)), run_id)
    loader(url, table=name).rollback("b")
    found = loader(url, table=name).read()
    pd.testing.assert_frame_equal(found, people(1))


def test_marks_that_the_table_ignores_undo_nothing(url: str) -> None:
    run(url, "CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (7)")
    options: dict[str, Any] = {"mode": "append", "add_run_id": True, "on_new_columns": "ignore"}
    pipeline = etl.Pipeline("p", people(1, 2)).to(url, table="t", **options)
    pipeline.run(run_id="a").raise_for_status()
    with pytest.raises(LoadError, match="were not kept"):
        pipeline.rollback("a")
    assert rows(url) == [(1,), (2,), (7,)]
    assert pipeline.run(run_id="a").status == "SKIPPED"
