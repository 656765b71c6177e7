"""A load of a file that is killed at every place that matters: there as a whole, or not at all."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import etlframe as etl
from etlframe.storage.failpoints import FAILPOINTS
from tests.storage.killing import Loads

OLD = {"id": list(range(10)), "v": ["old"] * 10}
MODES: dict[str, tuple[dict[str, Any], dict[str, list[Any]], list[tuple[int, str]]]] = {
    "write": ({}, {"id": [20, 21], "v": ["new"] * 2}, [(20, "new"), (21, "new")]),
    "append": (
        {},
        {"id": [20, 21], "v": ["new"] * 2},
        [*((each, "old") for each in range(10)), (20, "new"), (21, "new")],
    ),
    "upsert": (
        {"key": "id"},
        {"id": [3, 21], "v": ["new"] * 2},
        [*((each, "old") for each in range(10) if each != 3), (3, "new"), (21, "new")],
    ),
}
"""Mode -> options, the rows that are loaded, and what is there afterwards."""

POINTS = [name for name in FAILPOINTS if name.startswith(("file:", "ledger:"))]


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as started:
        yield started


def rows_of(path: Path) -> list[tuple[int, str]]:
    df = etl.DataLoader(path).read()
    return list(df[["id", "v"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("mode", MODES)
def test_a_load_that_is_killed_anywhere_is_there_once_after_it_ran_again(
    tmp_path: Path, loads: Loads, suffix: str, mode: str
) -> None:
    options, rows, after = MODES[mode]
    before = [(each, "old") for each in range(10)]
    log, name = str(tmp_path / "log.jsonl"), f"out.{suffix}"
    first: dict[str, Any] = {
        "path": str(tmp_path / "first" / name),
        "rows": OLD,
        "log": log,
        "run_id": "first",
    }
    assert loads.load(**first) == 0
    seen = set()
    for point in POINTS:
        folder = tmp_path / point.replace(":", " ")
        shutil.copytree(tmp_path / "first", folder)
        path = folder / name
        load: dict[str, Any] = {
            "path": str(path),
            "rows": rows,
            "log": log,
            "run_id": "second",
            "mode": mode,
        }
        assert loads.load(point, **load, **options) == -signal.SIGKILL, point

        found = rows_of(path)
        assert found in (before, after), point
        seen.add(found == after)
        state = etl.DataLoader(path).state()
        assert [each.run_id for each in state.loads] == ["first", "second"][: 1 + (found == after)]

        assert loads.load(**load, **options) == 0
        assert rows_of(path) == after, point
        loads_there = [(each.run_id, each.rows) for each in etl.DataLoader(path).state().loads]
        assert loads_there == [("first", 10), ("second", 2)]
        assert not [each.name for each in folder.iterdir() if each.suffix == ".stage"]
    assert seen == {False, True}


@pytest.mark.parametrize("mode", MODES)
def test_a_first_load_that_is_killed_anywhere_is_there_once_after_it_ran_again(
    tmp_path: Path, loads: Loads, mode: str
) -> None:
    options, rows, _ = MODES[mode]
    expected = list(zip(rows["id"], rows["v"], strict=True))
    for point in ("file:flushed", "file:announced", "file:put in place"):
        path = tmp_path / point.replace(":", " ") / "out.jsonl"
        log = str(tmp_path / "log.jsonl")
        load: dict[str, Any] = {
            "path": str(path),
            "rows": rows,
            "log": log,
            "run_id": "only",
            "mode": mode,
        }
        assert loads.load(point, **load, **options) == -signal.SIGKILL, point
        assert not path.exists() or rows_of(path) == expected
        assert loads.load(**load, **options) == 0
        assert rows_of(path) == expected
        assert [each.run_id for each in etl.DataLoader(path).state().loads] == ["only"]
