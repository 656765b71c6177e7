"""Appending at the end of a file that is not copied."""

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
from etlframe.errors import LoadError, OptionError
from etlframe.loaders.file import DataLoader
from etlframe.storage import growing
from tests.storage.killing import Loads

IN_PLACE: dict[str, Any] = {"mode": "append", "append": "in_place"}
POINTS = ["ledger:written", "ledger:flushed", "growth:announced", "growth:half", "growth:written"]


def rows(*ids: int) -> pd.DataFrame:
    return pd.DataFrame({"id": list(ids), "v": [f"v{each}" for each in ids]})


def ids(path: Path) -> list[int]:
    return [int(each) for each in DataLoader(path).read()["id"]]


pytestmark = pytest.mark.usefixtures("log")


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_the_file_is_the_same_one_and_the_rows_as_a_copy_would_have_them(
    tmp_path: Path, suffix: str
) -> None:
    path, copied = tmp_path / f"rows.{suffix}", tmp_path / f"copied.{suffix}"
    for start in (1, 3, 5):
        DataLoader(path, **IN_PLACE).load(rows(start, start + 1))
        DataLoader(copied, mode="append").load(rows(start, start + 1))
        if start == 1:
            number = path.stat().st_ino
    assert path.read_bytes() == copied.read_bytes()
    assert path.stat().st_ino == number
    assert copied.stat().st_ino != number


def test_a_last_line_without_an_end_gets_one_and_columns_are_matched_by_name(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"v;id\r\nold;0")
    DataLoader(path, **IN_PLACE, delimiter=";").load(rows(1))
    assert path.read_bytes() == b"v;id\r\nold;0\r\nv1;1\r\n"


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("rows.parquet", IN_PLACE, "parquet has to be copied"),
        ("rows.json", IN_PLACE, "json has to be copied"),
        ("rows.csv.gz", IN_PLACE, "gzip data has to be copied"),
        ("rows.csv", {"append": "in_place"}, "is for mode=\"append\", and mode is 'write'"),
        ("rows.csv", {"mode": "append", "append": "inplace"}, "'copy' or 'in_place'"),
        ("rows/", IN_PLACE, "parquet has to be copied"),
    ],
)
def test_what_cannot_grow_at_its_end_is_told_before_anything_runs(
    name: str, options: dict[str, Any], says: str
) -> None:
    with pytest.raises(OptionError, match=says):
        DataLoader(name, **options)


def test_a_disk_that_is_full_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.csv"
    DataLoader(path).load(rows(1, 2))
    before = path.read_bytes()

    def full(source: Any, file: Any, count: int) -> None:
        file.write(source.read(count)[: count // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(growing, "copy_bytes", full)
    with pytest.raises(LoadError, match="No space left on device"):
        DataLoader(path, **IN_PLACE).load(rows(3, 4))
    assert path.read_bytes() == before
    monkeypatch.undo()
    DataLoader(path, **IN_PLACE).load(rows(3, 4))
    assert ids(path) == [1, 2, 3, 4]


def test_a_run_is_remembered_and_can_be_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    first = etl.Pipeline("p", rows(1)).to(path, **IN_PLACE)
    assert [first.run(run_id="a").status for _ in range(2)] == ["COMPLETED", "SKIPPED"]
    before = path.read_bytes()
    second = etl.Pipeline("p", rows(2)).to(path, **IN_PLACE)
    assert [second.run(run_id="b").status for _ in range(2)] == ["COMPLETED", "SKIPPED"]
    assert ids(path) == [1, 2]
    assert second.rollback("b").rows == 1
    assert path.read_bytes() == before
    assert [each.run_id for each in second.state().loads] == ["a"]


def test_a_profile_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    DataLoader(path).load(rows(1, 2))
    before = path.read_bytes()
    etl.Pipeline("p", rows(3)).to(path, **IN_PLACE).profile()
    assert path.read_bytes() == before


# -- killed ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as started:
        yield started


def load(path: Path, run_id: str, given: list[int], **more: Any) -> dict[str, Any]:
    told = {"path": str(path), "rows": {"id": given}, "run_id": run_id, **IN_PLACE}
    return told | {"log": str(path.parent.parent / "log.jsonl")} | more


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_load_that_is_killed_anywhere_is_there_once_after_it_ran_again(
    tmp_path: Path, loads: Loads, suffix: str
) -> None:
    first, new = tmp_path / "first" / f"rows.{suffix}", list(range(100, 300))
    assert loads.load(**load(first, "a", [1, 2])) == 0
    whole, torn = first.read_bytes(), 0
    for point in POINTS:
        path = shutil.copytree(first.parent, tmp_path / point.replace(":", " ")) / first.name
        assert loads.load(point, **load(path, "b", new)) == -signal.SIGKILL, point
        torn += len(whole) < path.stat().st_size and point == "growth:half"
        happened = point == "growth:written"
        known = [each.run_id for each in DataLoader(path).state().loads]
        assert known == (["a", "b"] if happened else ["a"]), point
        assert ids(path) == ([1, 2, *new] if happened else [1, 2]), point
        assert loads.load(**load(path, "b", new)) == 0
        assert ids(path) == [1, 2, *new], point
    assert torn == 1


@pytest.mark.parametrize("mode", ["write", "append", "upsert"])
def test_whatever_loads_next_finds_the_file_whole(tmp_path: Path, loads: Loads, mode: str) -> None:
    path = tmp_path / "out" / "rows.csv"
    assert loads.load(**load(path, "a", [1, 2])) == 0
    assert loads.load("growth:half", **load(path, "b", list(range(100, 300)))) == -signal.SIGKILL
    key = "id" if mode == "upsert" else None
    DataLoader(path, mode=mode, key=key).load(pd.DataFrame({"id": [2, 3]}))
    there = {"write": [2, 3], "append": [1, 2, 2, 3], "upsert": [1, 2, 3]}
    assert ids(path) == there[mode]


def test_what_another_program_wrote_behind_a_torn_end_is_not_cut_off(
    tmp_path: Path, loads: Loads
) -> None:
    path = tmp_path / "out" / "rows.csv"
    assert loads.load(**load(path, "a", [1, 2])) == 0
    assert loads.load("growth:half", **load(path, "b", list(range(100, 300)))) == -signal.SIGKILL
    with path.open("a") as file:
        file.write("by hand\n" * 200)
    found = path.read_bytes()
    with pytest.raises(LoadError, match=r"whole up to byte 7; and another program has written"):
        DataLoader(path, **IN_PLACE).load(pd.DataFrame({"id": [3]}))
    assert path.read_bytes() == found


def test_a_file_that_was_replaced_since_is_not_cut(tmp_path: Path, loads: Loads) -> None:
    path = tmp_path / "out" / "rows.csv"
    assert loads.load(**load(path, "a", [1, 2])) == 0
    assert loads.load("growth:half", **load(path, "b", list(range(100, 300)))) == -signal.SIGKILL
    (tmp_path / "new.csv").write_text("id\n7\n8\n9\n")
    os.replace(tmp_path / "new.csv", path)  # noqa: PTH105 - as other programs do
    DataLoader(path, **IN_PLACE).load(pd.DataFrame({"id": [10]}))
    assert ids(path) == [7, 8, 9, 10]


def test_a_rollback_that_is_killed_happened_or_did_not(tmp_path: Path, loads: Loads) -> None:
    for point in ("undo:announced", "undo:done"):
        path = tmp_path / point.replace(":", " ") / "rows.csv"
        for run_id, given in (("a", [1]), ("b", [2])):
            assert loads.load(**load(path, run_id, given)) == 0
        assert loads.load(point, **load(path, "", [], undoes="b")) == -signal.SIGKILL
        happened = point == "undo:done"
        assert ids(path) == ([1] if happened else [1, 2])
        known = [each.run_id for each in DataLoader(path).state().loads]
        assert known == (["a"] if happened else ["a", "b"])
