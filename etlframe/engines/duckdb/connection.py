"""A DuckDB connection for each run: with a memory limit, and with pandas' arithmetic."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Protocol, TypeVar

from etlframe.engines.duckdb.databases import Settings, connection_to
from etlframe.engines.duckdb.memory import share_of_memory
from etlframe.errors import OptionError
from etlframe.options import get_options

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")

_HEARS_SIGNALS_AFTER = 0.1
"""Seconds, at most, until a person's Ctrl-C is heard."""


def connect() -> duckdb.DuckDBPyConnection:
    """Connect to an in-memory database with the options in force.

    Returns:
        A connection with ``memory_limit`` always set (measured: writing JSON grows with the data
        without it), times in UTC, division by zero missing instead of an error, and row order kept.

    Raises:
        OptionError: ``memory_limit`` is not a size that DuckDB knows.
    """
    import duckdb

    options = get_options()
    settings: Settings = {
        "memory_limit": options.memory_limit or f"{share_of_memory()}B",
        "preserve_insertion_order": True,
        "error_on_division_by_zero": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "enable_external_file_cache": False,  # a file may be another one by the next run
        # With threads of its own for writing, DuckDB 2.0 now and then waits for itself for ever
        # when a write fails, as on a full disk. Without them writing is as fast.
        "async_threads": 0,
    }
    if options.threads is not None:
        settings["threads"] = options.threads
    try:
        connection = connection_to(settings)
    except duckdb.Error as error:
        limit = settings["memory_limit"]
        message = f"memory_limit={limit!r} cannot be used ({error}); write it like '4GB'."
        raise OptionError(message) from None
    connection.execute("SET TimeZone = 'UTC'")
    return connection


class Interruptible(Protocol):
    """What runs something that can be told to stop: a connection, or a computation of Polars."""

    def interrupt(self) -> None:
        """Stop what runs now."""


def interruptible(running: Interruptible, work: Callable[[], Answer]) -> Answer:
    """Run a query so that Ctrl-C stops it, and is a ``KeyboardInterrupt``.

    DuckDB looks for signals between tasks, which a long join may not have for hours, and makes a
    plain ``RuntimeError`` of one that it finds. So the main thread, which gets the signals, waits
    here, while another one runs the query and is told to stop.

    Args:
        running: Where the query runs.
        work: Runs it.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    done: Future[Answer] = Future()
    threading.Thread(target=_settle, args=(done, work), name="etlframe-query").start()
    try:
        # Not Thread.join: one that was interrupted takes the thread for ended ever after. And not
        # without a timeout: where Polars is loaded, its handler lets a wait go on after Ctrl-C, and
        # Python hears of it when this thread next runs.
        while not done.done():
            wait([done], timeout=_HEARS_SIGNALS_AFTER)
    except KeyboardInterrupt:
        running.interrupt()
        wait([done])
        raise
    return done.result()


def _settle(done: Future[Answer], work: Callable[[], Answer]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
        done.set_exception(error)
