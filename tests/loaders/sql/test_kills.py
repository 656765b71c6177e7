"""A load that is killed, anywhere, and run again: each row is there once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import LoadError
from etlframe.storage.failpoints import FAILPOINTS
from etlframe.storage.records import LoadedBefore
from tests.loaders.sql.looking import load_run, loader, rows

MODES: dict[str, dict[str, Any]] = {"write": {}, "append": {}, "upsert": {"key": "id"}}
POINTS = [each for each in FAILPOINTS if each.startswith("sql:")]
OLD = pd.DataFrame({"id": range(300), "v": 0})
NEW = pd.DataFrame({"id": range(200, 500), "v": 1, "more": "x"})
TRUTH = {
    "write": {(at, 1): 1 for at in range(200, 500)},
    "append": {(at, 0): 1 for at in range(300)} | {(at, 1): 1 for at in range(200, 500)},
    "upsert": {(at, 0): 1 for at in range(200)} | {(at, 1): 1 for at in range(200, 500)},
}

LOADS = """
import sys
from tests.loaders.sql.test_kills import die
die(*sys.argv[1:])
"""


def die(url: str, mode: str, point: str = "") -> None:
    """Load, and die at a point; without one, the environment has told it."""
    from etlframe.storage import failpoints

    if point:
        failpoints._armed = point
    load_run(loader(url, mode=mode, **MODES[mode]), NEW)
    os._exit(1)  # it should have died before


@pytest.fixture(scope="module")
def forks() -> Any:
    """Return what starts processes in milliseconds: they are copies of one that has imported all.

    That one has no threads, so that a copy is sound.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([
        "tests.loaders.sql.test_kills",
        "etlframe.loaders.table",
        "etlframe.engines.duckdb.writer",
        "etlframe.engines.exchange",
        "adbc_driver_sqlite.dbapi",
        "adbc_driver_postgresql.dbapi",
        "pyarrow.parquet",
        "pyarrow.compute",
    ])  # fmt: skip
    return context


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("point", POINTS)
def test_a_load_that_is_killed_and_run_again_is_there_once(
    url: str, mode: str, point: str, forks: Any, tmp_path: Path
) -> None:
    loader(url).load(OLD)
    process = forks.Process(target=die, args=(url, mode, point))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    to = loader(url, mode=mode, **MODES[mode])
    was_done = point == "sql:committed"
    assert len(to.state().loads) == was_done
    assert counted(url) == (TRUTH[mode] if was_done else {(at, 0): 1 for at in range(300)})
    if was_done:
        with pytest.raises(LoadedBefore):
            load_run(to, NEW)
    else:
        assert load_run(to, NEW).rows == 300
    assert counted(url) == TRUTH[mode]
    assert [each.run_id for each in to.state().loads] == ["run-1"]
    left = [each.name for each in tmp_path.iterdir() if each.suffix in (".spill", ".owner")]
    assert left == [] or was_done


def counted(url: str) -> dict[tuple[Any, ...], int]:
    found = rows(url, "SELECT id, v, count(*) FROM t GROUP BY id, v")
    return {(row[0], row[1]): row[2] for row in found}


def test_the_environment_names_the_place(url: str) -> None:
    process = subprocess.run(
        [sys.executable, "-c", LOADS, url, "write"],
        env={**os.environ, "ETLFRAME_FAILPOINT": "sql:rows"},
        check=False,
    )
    assert process.returncode == -signal.SIGKILL
    with pytest.raises((FileNotFoundError, LoadError)):
        loader(url).read()
