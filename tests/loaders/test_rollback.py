"""The newest load of a file undone: the file, and what it remembers, are what they were before."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError
from etlframe.storage.records import State
from tests.storage.killing import Loads

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}


def rows(*ids: int) -> pd.DataFrame:
    return pd.DataFrame({"id": list(ids), "v": [f"v{each}" for each in ids]})


pytestmark = pytest.mark.usefixtures("log")


def pipeline(path: Path, df: pd.DataFrame, mode: str = "append", **options: Any) -> etl.Pipeline:
    return etl.Pipeline("p", df).to(path, mode=mode, **options)


def hidden(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each.suffix == ".before")


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet", "csv.gz"])
@pytest.mark.parametrize("mode", MODES)
def test_the_file_is_what_it_was_byte_by_byte(tmp_path: Path, suffix: str, mode: str) -> None:
    path = tmp_path / "out" / f"rows.{suffix}"
    pipeline(path, rows(1, 2), "write").run(run_id="a").raise_for_status()
    before = path.read_bytes()
    pipeline(path, rows(2, 3), mode, **MODES[mode]).run(run_id="b").raise_for_status()
    assert path.read_bytes() != before

    undone = pipeline(path, rows()).rollback("b")
    assert (undone.run_id, undone.job_id, undone.mode, undone.rows) == ("b", "p", mode, 2)
    assert path.read_bytes() == before
    assert [each.run_id for each in pipeline(path, rows()).state().loads] == ["a"]
    assert hidden(path) == []


def test_a_run_without_a_name_is_undone_by_the_name_it_got(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    pipeline(path, rows(1)).run().raise_for_status()
    second = pipeline(path, rows(2)).run()
    pipeline(path, rows()).rollback(second.run_id)
    assert etl.DataLoader(path).read()["id"].tolist() == [1]


def test_a_first_load_undone_leaves_no_file_and_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    pipeline(path, rows(1)).run(run_id="a").raise_for_status()
    pipeline(path, rows()).rollback("a")
    assert not path.exists()
    assert pipeline(path, rows()).state() == State()
    assert pipeline(path, rows(1)).run(run_id="a").status == "COMPLETED"


def test_a_run_that_was_undone_may_run_again(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    for run_id in ("a", "b"):
        pipeline(path, rows(1)).run(run_id=run_id).raise_for_status()
    pipeline(path, rows()).rollback("b")
    assert pipeline(path, rows(2)).run(run_id="b").status == "COMPLETED"
    assert etl.DataLoader(path).read()["id"].tolist() == [1, 2]


def test_the_cursor_goes_back_too_so_the_rows_come_again(tmp_path: Path) -> None:
    seen = rows(1, 2)
    source = etl.FrameSource(lambda: seen, cursor="id")
    job = etl.Pipeline("p", source).to(tmp_path / "rows.csv", mode="append")
    job.run(run_id="a").raise_for_status()
    position = job.state().cursors
    seen = rows(1, 2, 3)
    job.run(run_id="b").raise_for_status()
    job.rollback("b")
    assert job.state().cursors == position
    assert job.run(run_id="c").rows_loaded == 1
    assert etl.DataLoader(tmp_path / "rows.csv").read()["id"].tolist() == [1, 2, 3]


def test_only_the_newest_load_and_only_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for run_id in ("a", "b"):
        pipeline(path, rows(1)).run(run_id=run_id).raise_for_status()
    with pytest.raises(LoadError, match=r"run 'a' cannot be undone.* It is that of run 'b'"):
        pipeline(path, rows()).rollback("a")
    pipeline(path, rows()).rollback("b")
    for run_id in ("a", "b", "never"):
        with pytest.raises(LoadError, match=f"run '{run_id}' cannot be undone"):
            pipeline(path, rows()).rollback(run_id)
    assert len(etl.DataLoader(path).read()) == 1


def test_what_somebody_else_wrote_since_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    pipeline(path, rows(1)).run(run_id="a").raise_for_status()
    pipeline(path, rows(2)).run(run_id="b").raise_for_status()
    with path.open("a") as file:
        file.write("3,by hand\n")
    with pytest.raises(LoadError, match="changed since by another program"):
        pipeline(path, rows()).rollback("b")
    assert path.read_text().endswith("3,by hand\n")


def test_a_load_without_a_run_is_somebody_else_s_and_drops_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for run_id in ("a", "b"):
        pipeline(path, rows(1)).run(run_id=run_id).raise_for_status()
    etl.DataLoader(path, mode="append").load(rows(2))
    assert hidden(path) == []
    with pytest.raises(LoadError, match="cannot be undone"):
        pipeline(path, rows()).rollback("b")


def test_one_file_is_kept_however_often_it_is_loaded_and_none_if_that_is_not_wanted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.csv"
    for _ in range(4):
        pipeline(path, rows(1)).run().raise_for_status()
    assert len(hidden(path)) == 1
    last = pipeline(path, rows(1), keep_previous=False).run()
    assert hidden(path) == []
    with pytest.raises(LoadError, match="unless keep_previous=False"):
        pipeline(path, rows()).rollback(last.run_id)


def test_where_files_have_one_name_only_a_load_still_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "rows.csv"
    for run_id in ("a", "b"):
        pipeline(path, rows(1)).run(run_id=run_id).raise_for_status()
    with pytest.raises(LoadError, match="run 'b' cannot be undone"):
        pipeline(path, rows()).rollback("b")
    assert len(etl.DataLoader(path).read()) == 2


def test_a_note_that_cannot_be_read_undoes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    for run_id in ("a", "b"):
        pipeline(path, rows(1)).run(run_id=run_id).raise_for_status()
    (tmp_path / ".rows.csv.undo.json").write_text('{"version": 1, "undo"')
    with pytest.raises(LoadError, match="run 'b' cannot be undone"):
        pipeline(path, rows()).rollback("b")
    pipeline(path, rows(1)).run(run_id="c").raise_for_status()
    assert len(hidden(path)) == 1
    pipeline(path, rows()).rollback("c")
    assert len(etl.DataLoader(path).read()) == 2


def test_a_plan_without_a_destination_has_nothing_to_undo() -> None:
    with pytest.raises(LoadError, match="'p' has no destination"):
        etl.Pipeline("p", rows(1)).rollback("a")


# -- killed ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as started:
        yield started


def load(path: Path, run_id: str, ids: list[int], **more: Any) -> dict[str, Any]:
    log = str(path.parent.parent / "log.jsonl")
    told = {"path": str(path), "rows": {"id": ids}, "log": log, "run_id": run_id}
    return told | {"mode": "append"} | more


@pytest.mark.parametrize("point", ["undo:announced", "undo:done"])
def test_a_rollback_that_is_killed_happened_or_did_not_and_can_be_done_again(
    tmp_path: Path, loads: Loads, point: str
) -> None:
    path = tmp_path / "out" / "rows.csv"
    for run_id, ids in (("a", [1]), ("b", [2])):
        assert loads.load(**load(path, run_id, ids)) == 0
    assert loads.load(point, **load(path, "", [], undoes="b")) == -signal.SIGKILL

    found = etl.DataLoader(path).read()["id"].tolist()
    remembered = [each.run_id for each in etl.DataLoader(path).state().loads]
    assert (found, remembered) == ([1], ["a"]) if point == "undo:done" else ([1, 2], ["a", "b"])

    again = shutil.copytree(path.parent, tmp_path / "copy", copy_function=os.link) / path.name
    if point == "undo:announced":
        assert loads.load(**load(again, "", [], undoes="b")) == 0
    assert etl.DataLoader(again).read()["id"].tolist() == [1]
    assert loads.load(**load(path, "c", [3])) == 0
    assert etl.DataLoader(path).read()["id"].tolist() == [*found, 3]
    assert [each.run_id for each in etl.DataLoader(path).state().loads] == [*remembered, "c"]
    assert len(hidden(path)) == 1


@pytest.mark.parametrize("point", ["file:kept", "file:put in place", "file:loaded"])
def test_after_a_load_that_was_killed_the_newest_one_can_be_undone(
    tmp_path: Path, loads: Loads, point: str
) -> None:
    path = tmp_path / "out" / "rows.csv"
    for run_id, ids in (("a", [1]), ("b", [2])):
        assert loads.load(**load(path, run_id, ids)) == 0
    assert loads.load(point, **load(path, "c", [3])) == -signal.SIGKILL
    newest = [each.run_id for each in etl.DataLoader(path).state().loads][-1]
    assert newest == ("b" if point == "file:kept" else "c")
    assert loads.load(**load(path, "", [], undoes=newest)) == 0
    assert etl.DataLoader(path).read()["id"].tolist() == ([1] if newest == "b" else [1, 2])
    assert loads.load(**load(path, "d", [4])) == 0
    assert len(hidden(path)) == 1
