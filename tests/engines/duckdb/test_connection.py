from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import etlframe as etl
from etlframe.engines.duckdb.connection import connect
from etlframe.errors import OptionError


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
