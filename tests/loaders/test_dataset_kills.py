"""A load of a dataset that is killed at every place that matters: there whole, or not at all."""

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
from etlframe.storage.failpoints import FAILPOINTS
from tests.storage.killing import Loads

OLD = {"id": list(range(10)), "v": ["old"] * 10, "k": [each % 3 for each in range(10)]}
NEW = {"id": [5, 21], "v": ["new"] * 2, "k": [2, 7]}
STAYS = [(each, "old", each % 3) for each in range(10)]
COMES = [(5, "new", 2), (21, "new", 7)]
MODES: dict[str, tuple[dict[str, Any], list[tuple[int, str, int]]]] = {
    "write": ({}, COMES),
    "append": ({}, [*STAYS, *COMES]),
    "upsert": ({"key": "id"}, [*(row for row in STAYS if row[0] != 5), *COMES]),
}
"""Mode -> options, and the rows that are there afterwards."""

POINTS = [name for name in FAILPOINTS if name.startswith(("tree:", "ledger:"))]
AWAY = "tree:moved away"


@pytest.fixture(scope="module")
def loads() -> Iterator[Loads]:
    with Loads() as started:
        yield started


def rows_of(path: Path) -> list[tuple[int, str, int]]:
    df = etl.DataLoader(f"{path}/").read()
    return sorted(df[["id", "v", "k"]].itertuples(index=False, name=None))


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to, copy_function=os.link)) / "rows"


def load(path: Path, rows: dict[str, Any], run_id: str, **options: Any) -> dict[str, Any]:
    log = str(path.parent.parent / "log.jsonl")
    return {"path": f"{path}/", "rows": rows, "log": log, "run_id": run_id, **options}


@pytest.mark.parametrize("partition_by", [None, "k"])
@pytest.mark.parametrize("mode", MODES)
def test_a_load_that_is_killed_anywhere_is_there_once_after_it_ran_again(
    tmp_path: Path, loads: Loads, mode: str, partition_by: str | None
) -> None:
    options, after = MODES[mode]
    first = tmp_path / "first" / "rows"
    assert loads.load(**load(first, OLD, "first", partition_by=partition_by)) == 0
    seen = set()
    for point in POINTS:
        path = copied(first.parent, tmp_path / point.replace(":", " "))
        second = load(path, NEW, "second", mode=mode, partition_by=partition_by, **options)
        ended = loads.load(point, exchanges=point != AWAY, **second)
        assert ended == -signal.SIGKILL, point

        found = rows_of(path)
        assert found in (sorted(STAYS), sorted(after)), point
        seen.add(found == sorted(after))
        remembered = [each.run_id for each in etl.DataLoader(f"{path}/").state().loads]
        assert remembered == ["first", "second"][: 1 + (found == sorted(after))], point

        assert loads.load(**second) == 0
        assert rows_of(path) == sorted(after), point
        there = [(each.run_id, each.rows) for each in etl.DataLoader(f"{path}/").state().loads]
        assert there == [("first", 10), ("second", 2)]
        left = [each.suffix for each in path.parent.iterdir()]
        assert (left.count(".before"), left.count(".stage"), left.count(".away")) == (1, 0, 0)
    assert seen == {False, True}


@pytest.mark.parametrize("point", ["tree:flushed", "tree:kept", "tree:put in place"])
def test_a_first_load_that_is_killed_is_there_once_after_it_ran_again(
    tmp_path: Path, loads: Loads, point: str
) -> None:
    path = tmp_path / "out" / "rows"
    told = load(path, NEW, "only", mode="append", partition_by="k")
    assert loads.load(point, **told) == -signal.SIGKILL
    assert not path.exists() or rows_of(path) == COMES
    assert loads.load(**told) == 0
    assert rows_of(path) == COMES
    assert [each.run_id for each in etl.DataLoader(f"{path}/").state().loads] == ["only"]


@pytest.mark.parametrize("exchanges", [True, False])
@pytest.mark.parametrize("point", ["undo:announced", AWAY, "undo:done"])
def test_a_rollback_that_is_killed_happened_or_did_not_and_can_be_done_again(
    tmp_path: Path,
    loads: Loads,
    point: str,
    exchanges: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    path = tmp_path / "out" / "rows"
    for run_id, rows in (("a", OLD), ("b", NEW)):
        assert loads.load(**load(path, rows, run_id, mode="append")) == 0
    back = load(path, NEW, "", undoes="b", exchanges=exchanges)
    has_point = point != AWAY or not exchanges
    assert loads.load(point, **back) == (-signal.SIGKILL if has_point else 0)

    found = rows_of(path)
    remembered = [each.run_id for each in etl.DataLoader(f"{path}/").state().loads]
    happened = point == "undo:done" or not has_point
    assert (found, remembered) == (
        (sorted(STAYS), ["a"]) if happened else (sorted([*STAYS, *COMES]), ["a", "b"])
    )
    if not happened:
        assert loads.load(**back) == 0
    assert rows_of(path) == sorted(STAYS)
    assert loads.load(**load(path, NEW, "b", mode="append")) == 0
    assert rows_of(path) == sorted([*STAYS, *COMES])


def test_an_unnamed_load_after_a_killed_one_forgets_nothing(tmp_path: Path, loads: Loads) -> None:
    path = tmp_path / "out" / "rows"
    assert loads.load(**load(path, OLD, "a", mode="append")) == 0
    ended = loads.load("tree:put in place", **load(path, NEW, "b", mode="append"))
    assert ended == -signal.SIGKILL
    loader = etl.DataLoader(f"{path}/", mode="upsert", key="id")
    loader.load(pd.DataFrame({"id": [5], "v": ["mine"], "k": [2]}))
    assert [each.run_id for each in loader.state().loads] == ["a", "b"]
