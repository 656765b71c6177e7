"""What happens to a destination while it is loaded into, and clocks that go back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.loaders import append, upsert
from etlframe.storage import commit, commit_parts
from etlframe.storage.failpoints import reach

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}


pytestmark = pytest.mark.usefixtures("log")


def rows(*ids: int) -> pd.DataFrame:
    return pd.DataFrame({"id": list(ids), "v": [f"v{each}" for each in ids]})


def plan(path: Path | str, mode: str, *ids: int) -> etl.Pipeline:
    return etl.Pipeline("p", rows(*ids)).to(path, mode=mode, **MODES[mode])


def ids(path: Path | str) -> list[int]:
    return [int(each) for each in etl.DataLoader(path).read()["id"]]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "parquet"])
@pytest.mark.parametrize("mode", ["append", "upsert"])
@pytest.mark.parametrize("what", ["replaced", "removed"])
def test_a_file_that_another_program_changes_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, mode: str, what: str
) -> None:
    path = tmp_path / f"rows.{suffix}"
    plan(path, "write", 1, 2).run().raise_for_status()
    etl.DataLoader(tmp_path / f"other.{suffix}").load(rows(7, 8, 9))
    other = (tmp_path / f"other.{suffix}").read_bytes()
    staged = commit.staged

    def changed(*given: Any, **options: Any) -> Any:
        stage = staged(*given, **options)
        enter = stage.__enter__

        def entered() -> Path:
            found = enter()
            path.unlink()
            if what == "replaced":
                path.write_bytes(other)
            return found

        stage.__enter__ = entered  # type: ignore[method-assign]
        return _Entered(stage, entered)

    for module in (append, upsert):
        monkeypatch.setattr(module, "staged", changed)
    result = plan(path, mode, 3).run()
    assert result.status == "FAILED"
    assert "was changed by another program" in result.errors[-1]["message"]
    assert (path.read_bytes() == other) if what == "replaced" else not path.exists()
    monkeypatch.undo()
    assert plan(path, mode, 3).run().ok
    assert ids(path) == ([7, 8, 9, 3] if what == "replaced" else [3])


class _Entered:
    """A context manager that is entered by a function."""

    def __init__(self, stage: Any, enter: Any) -> None:
        self._stage, self._enter = stage, enter

    def __enter__(self) -> Any:
        return self._enter()

    def __exit__(self, *error: object) -> Any:
        return self._stage.__exit__(*error)


@pytest.mark.parametrize("to", ["out/rows.csv", "out/rows/"])
def test_a_folder_that_is_removed_meanwhile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    def removing(name: str) -> None:
        if name in ("file:staged", "tree:staged"):
            shutil.rmtree(tmp_path / "out")
        reach(name)

    for module in (commit, commit_parts):
        monkeypatch.setattr(module, "reach", removing)
    destination = f"{tmp_path}/{to}"
    result = plan(destination, "write", 1).run()
    assert result.status == "FAILED"
    assert "its folder was removed meanwhile" in result.errors[-1]["message"]
    monkeypatch.undo()
    assert plan(destination, "write", 1).run().ok
    assert ids(destination) == [1]


@pytest.mark.parametrize("to", ["rows.csv", "rows.parquet", "rows/"])
def test_a_clock_that_goes_back_changes_nothing_of_what_is_remembered(
    tmp_path: Path, to: str
) -> None:
    moments = iter(dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC) - dt.timedelta(hours=at)
                   for at in range(10))  # fmt: skip
    destination = f"{tmp_path}/{to}"
    seen = rows(1, 2)
    job = etl.Pipeline("p", etl.FrameSource(lambda: seen, cursor="id")).to(
        destination, mode="append"
    )
    results = [job.run(run_id="a", clock=lambda: next(moments))]
    seen = rows(1, 2, 3)
    results.append(job.run(run_id="b", clock=lambda: next(moments)))
    assert [each.status for each in results] == ["COMPLETED", "COMPLETED"]
    assert [each.duration for each in results] == [0.0, 0.0]
    assert ids(destination) == [1, 2, 3]
    assert job.run(run_id="a", clock=lambda: next(moments)).status == "SKIPPED"
    assert [each.run_id for each in job.state().loads] == ["a", "b"]
    assert job.rollback("b").rows == 1
    assert ids(destination) == [1, 2]
    assert job.run(run_id="b", clock=lambda: next(moments)).rows_loaded == 1
