"""Incremental files: each new file once, wherever it is read from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import OptionError, PlanError
from etlframe.sources.file import FileSource
from tests.sources.arriving import NOTHING, counts, loaded, message, pipeline, write

ENGINES = ["duckdb", "polars", "pandas"]
DESTINATIONS = ["out.csv", "out.jsonl", "out.parquet", "sqlite:///out.db", "duckdb:///out.duckdb"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    return tmp_path


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


@pytest.mark.parametrize("to", [*DESTINATIONS, "out/"])
def test_a_named_run_that_found_nothing_new_is_remembered_too(to: str) -> None:
    write("a.csv", 1)
    runs = pipeline(to=to)
    runs.run(run_id="monday").raise_for_status()
    assert counts(runs.run(run_id="tuesday")) == NOTHING
    write("b.csv", 2)
    assert runs.run(run_id="tuesday").status == "SKIPPED"
    assert [each.rows for each in runs.state().loads] == [1, 0]
    assert counts(runs.run(run_id="wednesday")) == ("COMPLETED", 1, 1)


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
