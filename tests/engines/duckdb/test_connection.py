from __future__ import annotations

import multiprocessing
import sys
import tempfile
import threading
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import etlframe as etl
from etlframe.engines.duckdb import databases
from etlframe.engines.duckdb.connection import connect
from etlframe.errors import OptionError
from etlframe.storage.spill import spilling


def test_a_connection_has_the_arithmetic_and_the_time_of_pandas() -> None:
    with connect() as opened:
        assert opened.execute("SELECT 1 // 0, current_setting('TimeZone')").fetchall() == [
            (None, "UTC")
        ]


def test_what_one_run_registers_or_creates_no_other_sees() -> None:
    with connect() as one, connect() as other:
        one.register("frame", pa.table({"v": [1]}))
        one.execute("CREATE TEMP TABLE made AS SELECT 1")
        for name in ("frame", "made"):
            with pytest.raises(duckdb.CatalogException):
                other.execute(f"SELECT * FROM {name}")


def test_the_options_in_force_hold_for_each_connection() -> None:
    for threads, limit in ((1, "200MB"), (3, "1GB"), (1, "200MB")):
        with etl.set_options(threads=threads, memory_limit=limit), connect() as opened:
            found = opened.execute("SELECT current_setting('threads')").fetchone()
            assert found == (threads,)


def test_a_closed_connection_leaves_others_open() -> None:
    one, other = connect(), connect()
    one.close()
    assert other.execute("SELECT 1").fetchone() == (1,)
    other.close()


def test_a_limit_that_duckdb_does_not_know_is_an_error_for_people() -> None:
    with (
        etl.set_options(memory_limit="99999999999999999999TB"),
        pytest.raises(OptionError, match="memory_limit"),
    ):
        connect()


def test_after_an_error_of_its_own_that_closes_a_database_there_is_another(tmp_path: Path) -> None:
    """DuckDB 2.0 closes a database to everybody when a cast of a far timestamp fails in a COPY."""
    with connect() as opened:
        opened.register("frame", pa.table({"t": pa.array([2**62], pa.timestamp("s"))}))
        with pytest.raises(duckdb.Error):
            opened.execute(f"COPY frame TO '{tmp_path / 'out.csv'}'")
        with pytest.raises(duckdb.FatalException):
            opened.execute("SELECT 1")
    with connect() as opened:
        assert opened.execute("SELECT 1").fetchone() == (1,)


def _answer() -> None:
    with connect() as opened:
        ((total,),) = opened.execute("SELECT sum(range) FROM range(1000000)").fetchall()
    sys.exit(0 if total == 499_999_500_000 else 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_databases_of_its_own() -> None:
    connect().close()
    child = multiprocessing.get_context("fork").Process(target=_answer)
    child.start()
    child.join(timeout=60)
    assert child.exitcode == 0


def test_files_are_written_by_the_threads_that_compute() -> None:
    """With others, a write to a full disk hung in one of twenty runs."""
    with connect() as connection:
        assert connection.execute("SELECT current_setting('async_threads')").fetchone() == (0,)


# -- where what memory does not hold goes ----------------------------------------------------------


def place(connection: duckdb.DuckDBPyConnection) -> Path:
    found = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert found is not None
    return Path(found[0])


def are_of_one_database(one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> bool:
    one.execute("CREATE TABLE seen_by_all (v INT)")
    try:
        return bool(
            other.execute("FROM duckdb_tables() WHERE table_name = 'seen_by_all'").fetchall()
        )
    finally:
        one.execute("DROP TABLE seen_by_all")


def test_each_run_spills_beside_its_own_destination_with_one_database(tmp_path: Path) -> None:
    with spilling(tmp_path / "one" / "a.csv"), connect() as one:
        assert place(one).parent == tmp_path / "one"
        known = list(databases._databases.values())[-1].opened
    with connect() as between:
        assert place(between).parent == Path(tempfile.gettempdir())
    with spilling(tmp_path / "two" / "b.csv"), connect() as two, connect() as again:
        assert place(two).parent == tmp_path / "two"
        assert are_of_one_database(two, again)
        assert list(databases._databases.values())[-1].opened == known


def test_runs_at_one_time_share_a_database_and_with_it_the_memory_limit(tmp_path: Path) -> None:
    def other() -> None:
        with spilling(tmp_path / "two" / "b.csv"), connect() as two:
            assert are_of_one_database(one, two)
            assert place(two).parent == tmp_path / "one"
            done.append(True)

    done: list[bool] = []
    with spilling(tmp_path / "one" / "a.csv"), connect() as one:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert done == [True]


def test_a_database_that_has_spilled_serves_no_later_run(tmp_path: Path) -> None:
    with etl.set_options(memory_limit="100MB", threads=2):
        with spilling(tmp_path / "out" / "a.csv"), connect() as one:
            one.execute("CREATE TABLE large AS SELECT range::VARCHAR AS v FROM range(9000000)")
            spilled = place(one)
            assert spilled.exists()
        assert not spilled.exists()
        with spilling(tmp_path / "out" / "a.csv"), connect() as two:
            assert not two.execute("FROM duckdb_tables()").fetchall()


def test_databases_of_many_limits_are_not_all_kept() -> None:
    for limit in range(100, 110):
        with etl.set_options(memory_limit=f"{limit}MB"):
            connect().close()
    assert len(databases._databases) == databases._MOST_DATABASES
