"""Incremental files: each new file once, whatever is touched, changed, moved away or run again."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import OptionError, PlanError
from etlframe.runs.result import JobResult
from etlframe.sources.file import FileSource
from etlframe.storage.failpoints import FAILPOINTS
from tests.storage.killing import Loads

ENGINES = ["duckdb", "polars", "pandas"]
DESTINATIONS = ["out.csv", "out.jsonl", "out.parquet", "sqlite:///out.db", "duckdb:///out.duckdb"]
CHANGED = "in/a.csv has changed since it was loaded"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    return tmp_path


def write(name: str, *ids: int, v: int = 0) -> None:
    """Write a file of ids that certainly has another time than what was there."""
    path = Path("in", name)
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text("id,v\n" + "".join(f"{each},{v}\n" for each in ids))
    if path.stat().st_mtime_ns == before:
        os.utime(path, ns=(before + 1, before + 1))


def pipeline(
    path: Any = "in/*.csv", to: str = "out.csv", mode: str = "append", **incremental: Any
) -> etl.Pipeline:
    options = {"key": "id"} if mode == "upsert" else {}
    options |= {"table": "t"} if "://" in to else {}
    source = FileSource(path, **{"incremental": True, **incremental})
    return etl.Pipeline("new", source).to(to, mode=mode, **options)


def loaded(to: str = "out.csv") -> list[int]:
    return [int(each) for each in etl.DataLoader(to).read()["id"]]


def counts(result: JobResult) -> tuple[str, int | None, int]:
    return result.status, result.rows_extracted, result.rows_loaded


def message(result: JobResult) -> str:
    assert result.status == "FAILED"
    return str(result.errors[0]["message"])


NOTHING = ("COMPLETED", 0, 0)


# -- what is new -----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_reads_the_files_that_the_destination_does_not_remember(engine: str) -> None:
    write("a.csv", 1, 2)
    write("b.csv", 3)
    runs = pipeline()
    assert counts(runs.run(engine=engine)) == ("COMPLETED", 3, 3)
    assert counts(runs.run(engine=engine)) == NOTHING
    write("0.csv", 4, 5)
    assert counts(runs.run(engine=engine)) == ("COMPLETED", 2, 2)
    assert counts(runs.run(engine=engine)) == NOTHING
    assert loaded() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("to", DESTINATIONS)
@pytest.mark.parametrize("mode", ["append", "upsert"])
def test_every_destination_remembers_files(to: str, mode: str) -> None:
    write("a.csv", 1)
    runs = pipeline(to=to, mode=mode)
    runs.run().raise_for_status()
    write("b.csv", 2)
    assert counts(runs.run())[2] == 1
    assert counts(runs.run()) == NOTHING
    files = runs.state().cursors["new"]["files"]
    assert list(files) == [str(Path("in/a.csv").resolve()), str(Path("in/b.csv").resolve())]
    assert files[str(Path("in/a.csv").resolve())] == {
        "size": Path("in/a.csv").stat().st_size,
        "mtime_ns": Path("in/a.csv").stat().st_mtime_ns,
    }


@pytest.mark.parametrize("path", ["in", ["in/a.csv", "in/b.csv"], "in/**/*.csv", "in/a.csv"])
def test_a_file_is_known_by_whatever_path_it_is_found(path: Any) -> None:
    write("a.csv", 1)
    pipeline("in/*.csv").run()
    write("b.csv", 2)
    pipeline(path).run().raise_for_status()
    assert loaded() == ([1] if path == "in/a.csv" else [1, 2])


def test_a_run_from_another_working_folder_knows_the_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("a.csv", 1)
    pipeline().run()
    monkeypatch.chdir("in")
    assert counts(pipeline("*.csv", to="../out.csv").run()) == NOTHING


def test_a_run_without_new_files_changes_nothing() -> None:
    write("a.csv", 1)
    runs = pipeline(to="out.parquet")
    runs.run()
    before, state = Path("out.parquet").stat(), runs.state()
    result = runs.query("id > 0").assign(w="id + 1").run()
    assert counts(result) == NOTHING
    assert result.frame().empty
    assert Path("out.parquet").stat() == before
    assert runs.state() == state


def test_files_that_were_taken_away_stay_known() -> None:
    write("a.csv", 1)
    runs = pipeline()
    runs.run()
    shutil.move("in/a.csv", "a.csv")
    assert counts(runs.run()) == NOTHING
    write("b.csv", 2)
    runs.run()
    shutil.move("a.csv", "in/a.csv")
    assert counts(runs.run()) == NOTHING
    assert loaded() == [1, 2]


def test_a_folder_that_is_gone_is_not_a_folder_without_new_files() -> None:
    write("a.csv", 1)
    runs = pipeline()
    runs.run()
    shutil.rmtree("in")
    assert "there is no folder in" in message(runs.run())


def test_no_files_at_all_are_told() -> None:
    assert "No file matches in/*.csv" in message(pipeline().run())


def test_reset_forgets_the_files() -> None:
    write("a.csv", 1)
    runs = pipeline(mode="upsert")
    runs.run()
    runs.reset()
    assert "new" not in runs.state().cursors
    assert counts(runs.run()) == ("COMPLETED", 1, 1)
    assert loaded() == [1]


def test_looks_see_all_files_and_move_nothing() -> None:
    write("a.csv", 1)
    runs = pipeline()
    runs.run()
    write("b.csv", 2)
    assert len(runs.collect()) == len(runs.preview()) == 2
    assert runs.peek()["rows"].tolist() == [2]
    assert counts(runs.run()) == ("COMPLETED", 1, 1)


def test_a_new_file_with_a_new_column_is_read_as_it_is() -> None:
    write("a.csv", 1)
    runs = pipeline(to="out.jsonl")
    runs.run()
    Path("in/b.csv").write_text("id,v,w\n2,0,x\n")
    runs.run().raise_for_status()
    assert etl.DataLoader("out.jsonl").read()["w"].fillna("-").tolist() == ["-", "x"]


# -- files that change -----------------------------------------------------------------------------


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


# -- all or nothing --------------------------------------------------------------------------------


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


# -- steps and modes -------------------------------------------------------------------------------


def test_groups_of_new_files_are_not_appended() -> None:
    write("a.csv", 1)
    runs = pipeline().groupby("v").agg(n=("id", "count"))
    assert 'mode="upsert" with key= (of groups: their keys)' in message(runs.run())


def test_groups_are_computed_anew_of_all_files_where_there_is_a_new_one() -> None:
    write("a.csv", 1, 2)
    source = FileSource("in/*.csv", incremental=True)
    runs = etl.Pipeline("new", source).groupby("v").agg(n=("id", "count"))
    runs = runs.to("groups.csv", mode="upsert", key="v")
    runs.run()
    write("b.csv", 3)
    write("c.csv", 4, v=1)
    assert counts(runs.run()) == ("COMPLETED", 4, 2)
    df = etl.DataLoader("groups.csv").read()
    assert dict(zip(df["v"], df["n"], strict=True)) == {0: 3, 1: 1}
    assert counts(runs.run()) == NOTHING


def test_new_files_alone_are_not_written_over_all() -> None:
    write("a.csv", 1)
    assert "would leave those alone in the destination" in message(pipeline(mode="write").run())


def test_a_backfill_is_refused() -> None:
    write("a.csv", 1)
    with pytest.raises(PlanError, match="knows which files are new, and not which rows"):
        pipeline().backfill(1, 2)


def test_a_position_of_another_source_is_told() -> None:
    write("a.csv", 1)
    frame = etl.FrameSource(lambda: pd.DataFrame({"id": [1], "v": [0]}), cursor="id")
    etl.Pipeline("new", frame).to("out.csv", mode="append").run()
    assert "reset()" in message(pipeline().run())


@pytest.mark.parametrize("given", ["crc", 2, None])
def test_what_incremental_cannot_be_is_told(given: Any) -> None:
    with pytest.raises(OptionError, match="path, size and time"):
        FileSource("in/*.csv", incremental=given)


def test_the_repr_tells_that_it_is_incremental() -> None:
    source = FileSource("in/*.csv", incremental="checksum")
    assert repr(source) == "FileSource('in/*.csv', incremental='checksum')"
