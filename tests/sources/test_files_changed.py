"""Incremental files that change, and loads of them that fail or are killed."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.runs.result import JobResult
from etlframe.storage.failpoints import FAILPOINTS
from tests.sources.arriving import NOTHING, counts, loaded, message, pipeline, write
from tests.storage.killing import Loads

CHANGED = "in/a.csv has changed since it was loaded"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "size", [pytest.param((7,), id="as long"), pytest.param((1, 2), id="longer")]
)
def test_a_changed_file_is_not_appended_again(size: tuple[int, ...]) -> None:
    write("a.csv", 1)
    runs = pipeline()
    runs.run()
    write("a.csv", *size)
    write("b.csv", 9)
    state = runs.state()
    told = message(runs.run())
    assert CHANGED in told
    assert all(mend in told for mend in ('mode="upsert"', "a file of its own", "reset()"))
    assert loaded() == [1]
    assert runs.state() == state


def test_a_changed_file_is_read_anew_where_rows_are_replaced() -> None:
    write("a.csv", 1, 2)
    write("b.csv", 3)
    runs = pipeline(mode="upsert")
    runs.run()
    write("a.csv", 1, 2, v=5)
    assert counts(runs.run()) == ("COMPLETED", 2, 2)
    assert counts(runs.run()) == NOTHING
    df = etl.DataLoader("out.csv").read()
    assert dict(zip(df["id"], df["v"], strict=True)) == {1: 5, 2: 5, 3: 0}


def test_a_file_that_changes_while_it_is_read_is_seen_by_the_next_run() -> None:
    write("a.csv", 1)

    def grow(df: pd.DataFrame) -> pd.DataFrame:
        write("a.csv", 1, 2)
        return df

    pipeline(mode="upsert").pipe(grow).run().raise_for_status()
    assert loaded() == [1]
    pipeline(mode="upsert").run()
    assert loaded() == [1, 2]


def test_a_touched_file_is_new_by_its_time_and_not_by_its_content() -> None:
    write("a.csv", 1)
    by_time = pipeline()
    by_content = pipeline(to="content.csv", incremental="checksum")
    for runs in (by_time, by_content):
        runs.run()
    os.utime("in/a.csv", ns=(1, 1))
    assert CHANGED in message(by_time.run())
    assert counts(by_content.run()) == NOTHING


def test_other_content_of_the_same_size_and_time_is_told_by_a_checksum() -> None:
    write("a.csv", 1)
    time = Path("in/a.csv").stat().st_mtime_ns
    runs = pipeline(incremental="checksum")
    runs.run()
    write("a.csv", 2)
    os.utime("in/a.csv", ns=(time, time))
    assert CHANGED in message(runs.run())
    assert counts(pipeline().run()) == NOTHING


def test_checksums_may_be_asked_for_later() -> None:
    write("a.csv", 1)
    pipeline().run()
    runs = pipeline(incremental="checksum")
    assert counts(runs.run()) == NOTHING
    write("b.csv", 2)
    runs.run()
    os.utime("in/b.csv", ns=(1, 1))
    assert counts(runs.run()) == NOTHING


def test_a_run_that_fails_moves_nothing() -> None:
    write("a.csv", 1)
    runs = pipeline()

    def fail(df: pd.DataFrame) -> pd.DataFrame:
        raise ValueError("no")

    assert runs.pipe(fail).run().status == "FAILED"
    assert runs.state().cursors == {}
    assert counts(runs.run()) == ("COMPLETED", 1, 1)


@pytest.mark.parametrize("to", ["out.csv", "sqlite:///out.db"])
def test_of_two_runs_that_read_the_same_new_files_the_second_fails(to: str) -> None:
    write("a.csv", 1)
    pipeline(to=to).run()
    write("b.csv", 2)
    read, go = threading.Event(), threading.Event()

    def wait(df: pd.DataFrame) -> pd.DataFrame:
        read.set()
        assert go.wait(60)
        return df

    slow: list[JobResult] = []
    thread = threading.Thread(target=lambda: slow.append(pipeline(to=to).pipe(wait).run()))
    thread.start()
    assert read.wait(60)
    assert counts(pipeline(to=to).run())[2] == 1
    go.set()
    thread.join()
    assert "Another run of 'new' has loaded new rows meanwhile" in message(slow[0])
    assert len(pipeline(to=to).state().loads) == 2


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_load_of_new_files_that_is_killed_anywhere_is_there_once_after_it_ran_again(
    tmp_path: Path, suffix: str
) -> None:
    write("a.csv", 1)
    write("b.csv", 2)
    points = [name for name in FAILPOINTS if name.startswith(("file:", "ledger:"))]
    seen = set()
    with Loads() as loads:
        for point in points:
            path = tmp_path / point.replace(":", " ") / f"out.{suffix}"
            load = {
                "path": str(path),
                "files": str(tmp_path / "in" / "*.csv"),
                "log": str(tmp_path / "log.jsonl"),
                "mode": "append",
            }
            assert loads.load(point, run_id="first", **load) == -signal.SIGKILL, point
            is_there = bool(etl.DataLoader(path).state().cursors)
            seen.add(is_there)
            assert loads.load(run_id="again", **load) == 0
            assert loads.load(run_id="once more", **load) == 0
            assert loaded(str(path)) == [1, 2], point
    assert seen == {True, False}
