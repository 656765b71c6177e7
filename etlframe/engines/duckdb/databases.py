"""The open databases of this process, which runs share: opening one costs 30 ms or more (measured).

A further connection to one costs less than 1 ms. What a run registers or creates belongs to its
connection, and is gone with it. Runs that go on at one time share one database, and with it one
memory limit; what they spill is then together, beside the destination of the first of them.
"""

from __future__ import annotations

import atexit
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etlframe.engines.duckdb import text
from etlframe.storage.spill import Spill, current_spill, temporary_spill

if TYPE_CHECKING:
    import duckdb

Settings = dict[str, str | bool | int | float | list[str]]

_TIMES = "TimeZone = 'UTC'"

_MOST_DATABASES = 4
"""A database for each memory limit and number of threads; each has threads of its own."""


@dataclass(repr=False, eq=False)
class _Database:
    """A database, and where it spills."""

    opened: duckdb.DuckDBPyConnection
    spill: Spill


_databases: dict[str, _Database] = {}
_left_behind: list[dict[str, _Database]] = []
_opening = threading.Lock()
_without_run: Spill | None = None


def connection_to(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Return a new connection to the database of these settings, opened now if it is not yet.

    Raises:
        duckdb.Error: The settings are not possible.
    """
    key = repr(settings)
    with _opening:
        database = _databases.pop(key, None)
        if database is None or not (_is_usable(database) and _is_moved(key, database)):
            database = None  # what was there is gone with the last connection to it
            database = _open(key, settings)
        _databases[key] = database  # the newest is the last
        while len(_databases) > _MOST_DATABASES:
            del _databases[next(iter(_databases))]
        return database.opened.cursor()


def _open(key: str, settings: Settings) -> _Database:
    from etlframe.engines.duckdb.core import duckdb

    spill = current_spill() or _place_without_run()
    place = {"temp_directory": str(spill.directory)}
    opened = duckdb.connect(":memory:", config={**settings, **place})
    opened.execute(f"SET GLOBAL {_TIMES}")  # no setting of a database before ICU is loaded
    _forget_at_end(key, spill)
    return _Database(opened, spill)


def _is_moved(key: str, database: _Database) -> bool:
    """Have a database spill where this run wants it; False where it would spill elsewhere."""
    from etlframe.engines.duckdb.core import duckdb

    before, wanted = database.spill, current_spill()
    if before is not _without_run and before.is_in_use:
        return before is wanted or wanted is None or wanted.share(before)
    spill = wanted or _place_without_run()
    if spill is before:
        return True
    if spill.directory != before.directory:
        place = text.value(str(spill.directory))
        try:
            # Refused once it has spilled; and less than opening one by far, where it has not.
            database.opened.execute(f"SET temp_directory = {place}")
        except duckdb.Error:
            return False
    database.spill = spill
    _forget_at_end(key, spill)
    return True


def _is_usable(database: _Database) -> bool:
    """Whether a database still answers: DuckDB closes it to all after an error of its own."""
    from etlframe.engines.duckdb.core import duckdb

    try:
        database.opened.execute(f"SET {_TIMES}")  # takes half of what SELECT 1 does
    except duckdb.FatalException:
        database.opened.close()
        return False
    return True


def _place_without_run() -> Spill:
    """Return where those spill that are no part of a run, such as a sniff: next to nothing."""
    global _without_run  # noqa: PLW0603 - one for all, made when it is needed first
    if _without_run is None:
        _without_run = temporary_spill()
    return _without_run


def _forget_at_end(key: str, spill: Spill) -> None:
    """Have a database that spilled closed when the run ends: it would spill there for ever."""

    def forget() -> None:
        with _opening:
            database = _databases.get(key)
            if database is not None and database.spill is spill and _has_spilled(spill):
                del _databases[key]

    if spill is not _without_run:
        spill.at_end(forget)


def _has_spilled(spill: Spill) -> bool:
    return any(spill.directory.glob("duckdb_temp*"))


def _start_anew() -> None:
    """Open databases anew in a process that was forked: threads of the old ones are not in it."""
    global _databases, _opening, _without_run
    _left_behind.append(_databases)  # never closed here: closing would wait for those threads
    _databases, _opening, _without_run = {}, threading.Lock(), None


def _close_all() -> None:
    """Close the databases while the interpreter still stands."""
    with _opening:
        for database in _databases.values():
            database.opened.close()
        _databases.clear()
    if _without_run is not None:
        _without_run.let_go()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
