"""One DuckDB connection a run: in memory, with a memory limit, and with pandas' arithmetic.

Opening a database costs 30 ms or more (measured), a further connection to one less than 1 ms. So a
process keeps one empty database for each memory limit and number of threads. What a run registers
or creates belongs to its connection, and is gone with it.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from etlframe.options import get_options

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")

_SHARE_OF_MEMORY = 0.5
"""What a run may hold where no limit is set: other kernels live on the machine too."""


_HEARS_SIGNALS_AFTER = 0.1
"""Seconds, at most, until a person's Ctrl-C is heard."""

Settings = dict[str, str | bool | int | float | list[str]]

_databases: dict[str, duckdb.DuckDBPyConnection] = {}
_left_behind: list[dict[str, duckdb.DuckDBPyConnection]] = []
_opening = threading.Lock()


def _start_anew() -> None:
    """Open databases anew in a process that was forked: threads of the old ones are not in it."""
    global _databases, _opening
    _left_behind.append(_databases)  # never closed here: closing would wait for those threads
    _databases, _opening = {}, threading.Lock()


def _close_all() -> None:
    """Close the databases while the interpreter still stands."""
    with _opening:
        for database in _databases.values():
            database.close()
        _databases.clear()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def connect() -> duckdb.DuckDBPyConnection:
    """Connect to an in-memory database with the options in force.

    Returns:
        A connection with ``memory_limit`` always set (measured: writing JSON grows with the data
        without it), times in UTC, division by zero missing instead of an error, and row order kept.

    Raises:
        OptionError: ``memory_limit`` is not a size that DuckDB knows.
    """
    options = get_options()
    settings: Settings = {
        "memory_limit": options.memory_limit or f"{_share_of_memory()}B",
        "temp_directory": str(Path(tempfile.gettempdir()) / f"etlframe-{os.getpid()}.spill"),
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
    key = repr(settings)
    with _opening:
        if key in _databases and not _is_usable(_databases[key]):
            _databases.pop(key).close()
        if key not in _databases:
            _databases[key] = _database(settings)
        connection = _databases[key].cursor()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _is_usable(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether a database still answers: DuckDB closes it to all after an error of its own."""
    import duckdb

    try:
        database.execute("SELECT 1")
    except duckdb.FatalException:
        return False
    return True


def _database(settings: Settings) -> duckdb.DuckDBPyConnection:
    import duckdb

    from etlframe.errors import OptionError

    try:
        return duckdb.connect(":memory:", config=settings)
    except duckdb.Error as error:
        limit = settings["memory_limit"]
        message = f"memory_limit={limit!r} cannot be used ({error}); write it like '4GB'."
        raise OptionError(message) from None


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


def _share_of_memory() -> int:
    """Half of what the machine, or its container, has, in bytes."""
    sizes = (
        [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")] if hasattr(os, "sysconf") else []
    )
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            sizes.append(int(Path(limit).read_text()))
        except (OSError, ValueError):  # no such limit here, or "max"
            continue
    return int(min(sizes, default=8 * 2**30) * _SHARE_OF_MEMORY)
