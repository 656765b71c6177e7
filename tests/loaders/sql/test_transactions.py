"""A load is whole or nothing, and others see the old rows until it is whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError
from etlframe.loaders import table, table_load
from etlframe.storage.failpoints import FAILPOINTS
from tests.loaders.sql.looking import (
    connected,
    database_of,
    load_run,
    loader,
    people,
    rows,
    run,
)

MODES = {"write": {}, "append": {}, "upsert": {"key": "id"}}
each_mode = pytest.mark.parametrize("mode", MODES)
POINTS = [each for each in FAILPOINTS if each.startswith("sql:")]
BEFORE = [each for each in POINTS if each != "sql:committed"]
OLD = [(1, "n1"), (2, "n2")]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], Any]], None]:
    """Return what has something done when a load comes to a point."""

    def have(point: str, do: Callable[[], Any]) -> None:
        for module in (table, table_load):
            monkeypatch.setattr(module, "reach", lambda name: do() if name == point else None)

    return have


@each_mode
def test_another_connection_sees_the_old_rows_until_the_commit(
    url: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader(url).load(people(1, 2))
    seen = []
    for module in (table, table_load):
        monkeypatch.setattr(module, "reach", lambda name: seen.append((name, rows(url))))
    load_run(loader(url, mode=mode, **MODES[mode]), people(2, 3, name="new"))
    assert seen[:-1] == [(point, OLD) for point in BEFORE]
    assert len(seen[-1][1]) == len(rows(url))
    assert len(rows(url)) == {"write": 2, "append": 4, "upsert": 3}[mode]


@each_mode
@pytest.mark.parametrize("point", ["sql:table", "sql:record"])
def test_what_fails_leaves_everything_as_it_was(url: str, mode: str, point: str, at: Any) -> None:
    def fail() -> None:
        raise RuntimeError("half-way")

    loader(url).load(people(1, 2))
    to = loader(url, mode=mode, **MODES[mode])
    at(point, fail)
    with pytest.raises(RuntimeError, match="half-way"):
        load_run(to, people(2, 3).assign(more=1))
    assert rows(url) == OLD
    assert to.state().loads == ()
    at("", fail)
    load_run(to, people(2, 3).assign(more=1))
    assert [each.run_id for each in to.state().loads] == ["run-1"]


def test_a_table_that_was_not_there_is_not_there_after_a_failure(url: str, at: Any) -> None:
    def fail() -> None:
        raise RuntimeError("half-way")

    at("sql:record", fail)
    with pytest.raises(RuntimeError, match="half-way"):
        load_run(loader(url), people(1))
    at("", fail)
    loader(url, table="other").load(people(1))
    with pytest.raises(FileNotFoundError, match="There is no table t "):
        loader(url).read()


@each_mode
def test_a_value_late_in_the_rows_that_does_not_fit_leaves_the_old_rows(
    url: str, mode: str
) -> None:
    loader(url).load(pd.DataFrame({"id": [1], "n": [1]}))
    late = pd.DataFrame({"id": np.arange(70_000), "n": np.append(np.arange(69_999.0), 0.5)})
    with pytest.raises(
        LoadError, match=r"^Column 'n' holds 0.5, which does not fit 'n' of table t"
    ):
        loader(url, mode=mode, **MODES[mode]).load(late)
    assert rows(url) == [(1, 1)]


@each_mode
def test_a_constraint_of_the_table_is_told_and_the_old_rows_stay(url: str, mode: str) -> None:
    run(url, "CREATE TABLE t (id BIGINT NOT NULL, name VARCHAR(9) NOT NULL)",
        "INSERT INTO t VALUES (1, 'n1'), (2, 'n2')")  # fmt: skip
    with pytest.raises(LoadError, match=r"table t: .*(NOT NULL|not-null)"):
        loader(url, mode=mode, **MODES[mode]).load(
            pd.DataFrame({"id": [1, 2, 3], "name": ["a", "b", None]})
        )
    assert rows(url) == OLD


def test_rows_are_read_to_their_end_before_the_transaction_begins(url: str, at: Any) -> None:
    loader(url).load(people(1, 2))
    source = etl.SQLSource(url, "t")
    made = etl.Pipeline("self", source).assign(name="'again'").to(url, table="t")
    made.run().raise_for_status()
    assert rows(url) == [(1, "again"), (2, "again")]


# -- two at one time -------------------------------------------------------------------------------

HOLDS = """
import sys
import pandas as pd
from etlframe.loaders import table_load
from etlframe.loaders.file import DataLoader

def reach(name):
    if name == "sql:rows":
        print("held", flush=True)
        sys.stdin.readline()

table_load.reach = reach
DataLoader(sys.argv[1], table="t", mode="append").load(pd.DataFrame({"id": [7], "name": ["n7"]}))
"""


@pytest.fixture
def holder(url: str) -> Any:
    """Start a process that stops in the middle of a load until it gets a line."""
    loader(url).load(people(1, 2))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_process_waits_or_fails_clearly(url: str, holder: Any, at: Any) -> None:
    with pytest.raises(LoadError, match=r"another process.*was not free within|being changed by"):
        loader(url, mode="append", lock_timeout=0).load(people(3))
    with pytest.raises(LoadError, match=r"another process.*was not free within|being changed by"):
        loader(url, mode="append", lock_timeout=0.05).load(people(3))
    if database_of(url) != "duckdb":  # which one process alone may have open, and so no other reads
        assert rows(url) == OLD
    # Its turn comes while this one waits: the rows are staged, the transaction not yet begun.
    at("sql:staged", lambda: (holder.stdin.write("\n"), holder.stdin.flush()))
    assert loader(url, mode="append", lock_timeout=60).load(people(3)) == 1
    holder.wait()
    assert rows(url) == [*OLD, (3, "n3"), (7, "n7")]


def test_loads_of_other_tables_go_on_at_one_time_in_postgresql(
    url_of: Callable[[str], str], at: Any
) -> None:
    url = url_of("postgresql")

    def other() -> None:
        at("", lambda: None)
        load_run(loader(url, table="other", lock_timeout=0), people(5))

    loader(url, table="first", mode="append").load(people(1))
    load_run(loader(url, table="first", mode="append"), people(1), "run-0")
    at("sql:record", other)
    load_run(loader(url), people(1))
    assert rows(url, "SELECT * FROM other") == [(5, "n5")]


def test_a_program_that_holds_a_sqlite_file_is_waited_for(url_of: Callable[[str], str]) -> None:
    url = url_of("sqlite")
    loader(url).load(people(1))
    with closing(connected(url)) as other:
        with closing(other.cursor()) as cursor:
            cursor.execute("COMMIT")
            cursor.execute("BEGIN IMMEDIATE")
        with pytest.raises(LoadError, match="another process changes it"):
            loader(url, lock_timeout=0.02).load(people(2))
    assert rows(url) == [(1, "n1")]


def test_a_locked_table_of_postgresql_is_waited_for(url_of: Callable[[str], str]) -> None:
    url = url_of("postgresql")
    loader(url).load(people(1))
    with closing(connected(url)) as other, closing(other.cursor()) as cursor:
        cursor.execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
        with pytest.raises(LoadError, match="another process changes it"):
            loader(url, lock_timeout=0.02).load(people(2))
        other.rollback()
    assert rows(url) == [(1, "n1")]


# -- faults ----------------------------------------------------------------------------------------


def test_a_server_that_goes_away_half_way_is_told(url_of: Callable[[str], str], at: Any) -> None:
    url = url_of("postgresql")
    loader(url).load(people(1))

    def end_it() -> None:
        run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            " AND query LIKE '%COPY%'")  # fmt: skip

    at("sql:rows", end_it)
    result = etl.Pipeline("p", etl.FrameSource(people(2))).to(url, table="t").run()
    assert result.status is etl.JobStatus.FAILED
    assert "terminat" in result.errors[0]["message"] or "clos" in result.errors[0]["message"]
    assert rows(url) == [(1, "n1")]


FILLS = """
import resource, sys
import pandas as pd
import etlframe as etl
from etlframe.errors import LoadError

df = pd.DataFrame({"n": range(50_000), "s": [f"{i * 7919 % 1000003}" for i in range(50_000)]})
if sys.argv[2] == "database":
    from etlframe.loaders import table_load
    def reach(name):
        if name == "sql:begun":
            resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
    table_load.reach = reach
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    etl.DataLoader(sys.argv[1], table="t").load(df)
except LoadError as error:
    print("told:", error)
"""


@pytest.mark.parametrize("database", ["sqlite", "duckdb"])
@pytest.mark.parametrize("where", ["stage", "database"])
def test_a_full_disk_is_told_and_the_old_rows_stay(
    url_of: Callable[[str], str], where: str, database: str, tmp_path: Path
) -> None:
    url = url_of(database)
    loader(url).load(people(1))
    told = subprocess.run(
        [sys.executable, "-c", FILLS, url, where],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert told.startswith("told: ")
    assert "full" in told or "too large" in told or "disk I/O" in told
    assert rows(url) == [(1, "n1")]
    left = {each.name for each in tmp_path.iterdir()} - {f"a base.{database}"}
    assert left <= {"a base.duckdb.lock"}


@pytest.mark.parametrize("database", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_is_told(
    database: str, url_of: Callable[[str], str], tmp_path: Path
) -> None:
    url = url_of(database)
    (tmp_path / f"a base.{database}").write_text("something else altogether" * 100)
    with pytest.raises(LoadError, match=r"not a (valid )?.*database"):
        loader(url).load(people(1))


def test_a_server_that_cannot_be_reached_is_told_before_anything_runs() -> None:
    def never() -> pd.DataFrame:
        raise AssertionError("it ran")

    to = etl.Pipeline("p", etl.FrameSource(never)).to(
        "postgresql://ada:lovelace@127.0.0.1:1/db", table="t"
    )
    result = to.run()
    message = result.errors[0]["message"]
    assert "connect" in message
    assert "127.0.0.1" in message
    assert "lovelace" not in message
