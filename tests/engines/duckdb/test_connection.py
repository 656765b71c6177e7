"""What every connection is opened with."""

from __future__ import annotations

from etlframe.engines.duckdb.connection import connect


def test_files_are_written_by_the_threads_that_compute() -> None:
    """With others, a write to a full disk hung in one of twenty runs."""
    with connect() as connection:
        assert connection.execute("SELECT current_setting('async_threads')").fetchone() == (0,)
