"""A DuckDB connection for each run: with a memory limit, and with pandas' arithmetic."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from etlframe.control import Advance, current_control, current_listener
from etlframe.engines.duckdb.databases import Settings, connection_to
from etlframe.engines.duckdb.memory import share_of_memory
from etlframe.errors import OptionError
from etlframe.options import get_options

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")

_LOOKS_UP = 0.1
"""Seconds, at most, until Ctrl-C or a wish to stop is heard, and how far it is is told again."""

_TELLS_PROGRESS = "SET enable_progress_bar = true; SET enable_progress_bar_print = false"


def connect() -> duckdb.DuckDBPyConnection:
    """Connect to an in-memory database with the options in force.

    Returns:
        A connection with ``memory_limit`` always set (measured: writing JSON grows with the data
        without it), times in UTC, division by zero missing instead of an error, and row order kept.

    Raises:
        OptionError: ``memory_limit`` is not a size that DuckDB knows.
    """
    from etlframe.engines.duckdb.core import duckdb

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
        "disabled_optimizers": "in_clause",  # it makes joins of long lists, which lose the order
        "arrow_large_buffer_size": True,  # a batch may hold more than 2 GB of text
    }
    if options.threads is not None:
        settings["threads"] = options.threads
    try:
        connection = connection_to(settings)
    except duckdb.Error as error:
        limit = settings["memory_limit"]
        message = f"memory_limit={limit!r} cannot be used ({error}); write it like '4GB'."
        raise OptionError(message) from None
    if current_listener() is not None:
        tell_progress(connection)
    return connection


def tell_progress(connection: duckdb.DuckDBPyConnection) -> None:
    """Have a connection tell how far it is, which each has to be told for itself."""
    connection.execute(_TELLS_PROGRESS)


class Interruptible(Protocol):
    """What runs something that can be told to stop: a connection, or a computation of Polars."""

    def interrupt(self) -> None:
        """Stop what runs now."""


def interruptible(running: Interruptible, work: Callable[[], Answer]) -> Answer:
    """Run a query so that Ctrl-C and a cancelled run stop it, and those who listen are told.

    DuckDB looks for signals between tasks, which a long join may not have for hours, and makes a
    plain ``RuntimeError`` of one that it finds. So the thread of the run waits here, while another
    one runs the query and is told to stop.

    Args:
        running: Where the query runs; asked how far it is if it has ``advance`` or, as a connection
            has, ``query_progress``.
        work: Runs it.

    Raises:
        KeyboardInterrupt: Ctrl-C, heard by the main thread.
        RunCancelled: The run was told to stop.
    """
    control, listener = current_control(), current_listener()
    is_main = threading.current_thread() is threading.main_thread()
    if control is None and listener is None and not is_main:
        return work()
    done: Future[Answer] = Future()
    threading.Thread(target=_settle, args=(done, work), name="etlframe-query").start()
    try:
        # Not Thread.join: one that was interrupted takes the thread for ended ever after. And not
        # without a timeout: where Polars is loaded, its handler lets a wait go on after Ctrl-C, and
        # Python hears of it when this thread next runs.
        while not wait([done], timeout=_LOOKS_UP).done:
            if control is not None:
                control.check()
            if listener is not None:
                listener(_advance(running))
    except BaseException:
        _stop(running, done)
        raise
    if control is not None:
        control.check()
    return done.result()


def _stop(running: Interruptible, done: Future[Answer]) -> None:
    """Tell a query to end until it has: one that was only about to start hears nothing."""
    running.interrupt()
    while not wait([done], timeout=_LOOKS_UP).done:
        running.interrupt()


def _advance(running: Any) -> Advance:
    if hasattr(running, "advance"):
        told: Advance = running.advance()
        return told
    percent = running.query_progress() if hasattr(running, "query_progress") else -1
    return Advance(percent / 100 if percent >= 0 else None)


def _settle(done: Future[Answer], work: Callable[[], Answer]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 - raised again where the answer is asked for
        done.set_exception(error)
