"""What undoes the newest load of a table: its rows as they were, or what tells the new ones.

A load into a table that was not there or empty needs nothing kept; rows that say which run loaded
them (``add_run_id``) are told by that. For all else the rows are kept in a table beside, if asked:
that is written in the transaction of the load, and takes as long as a copy of the table.
"""

from __future__ import annotations

import json
from hashlib import blake2s
from typing import Any, NamedTuple

from etlframe.errors import LoadError
from etlframe.loaders.table_records import LOADS, forget_newest, newest_load
from etlframe.storage.database import TableName, listed, quoted
from etlframe.storage.records import RUN_ID, LoadRecord
from etlframe.storage.sessions import Session

_LONGEST_NAME = 63  # bytes, in PostgreSQL


class Undo(NamedTuple):
    """How the newest load of a table is undone.

    Attributes:
        way: ``"drop"`` the table, ``"empty"`` it, ``"restore"`` the rows that are kept, or
            ``"by run"``: delete the rows that the run marked.
        rows: Rows of the table after the load, so that a later change of another program is seen;
            None where that does not matter.
    """

    way: str
    rows: int | None = None

    def to_text(self) -> str:
        """Return it as JSON."""
        return json.dumps(self._asdict())


def kept_table(table: TableName) -> TableName:
    """Return the table that holds the rows before the newest load."""
    name = f"_etlframe_before_{table.name}"
    if len(name.encode()) > _LONGEST_NAME:
        name = f"_etlframe_before_{blake2s(table.name.encode(), digest_size=16).hexdigest()}"
    return table.beside(name)


def prepare_undo(session: Session, table: TableName, *, keeps: bool, marks: bool) -> Undo | None:
    """Keep what undoes the load that follows in this transaction.

    Args:
        session: The connection, in the transaction of the load.
        table: The table.
        keeps: Whether its rows are kept.
        marks: Whether the load only adds rows, and marks them with its run.

    Returns:
        How it is undone; None where it cannot be.
    """
    kept = kept_table(table)
    if session.columns(kept):
        session.execute(f"DROP TABLE {kept.sql}")
    if not session.columns(table):
        return Undo("drop")
    if not session.fetch(f"SELECT 1 FROM {table.sql} LIMIT 1"):
        return Undo("empty")
    if marks:
        return Undo("by run")
    if not keeps:
        return None
    session.keep_writers_away(table)
    session.execute(f"CREATE TABLE {kept.sql} AS SELECT * FROM {table.sql}")
    return Undo("restore")


def settled_undo(session: Session, table: TableName, undo: Undo | None, rows: int) -> Undo | None:
    """Return how a load of so many rows is undone, with the rows that the table has after it."""
    if undo is None or undo.way == "by run":
        return undo
    return undo._replace(rows=_count(session, table) if undo.way == "restore" else rows)


def undo_load(session: Session, table: TableName, run_id: str) -> LoadRecord:
    """Undo the newest load of a table, in a transaction that the caller began and commits.

    Raises:
        LoadError: It is not that of the run, nothing tells what was before, or another program
            has changed the table since.
    """
    newest = newest_load(session, table)
    if newest is None or newest.record.run_id != run_id:
        told = "" if newest is None else f" It is that of run {newest.record.run_id!r}."
        raise LoadError(
            f"The load of run {run_id!r} cannot be undone: it is not the newest one of table "
            f"{table}.{told}"
        )
    if newest.undo is None:
        raise LoadError(
            f"The load of run {run_id!r} cannot be undone: the rows that table {table} had before "
            "were not kept. keep_previous=True keeps them, and add_run_id=True marks those that a "
            "load appends."
        )
    undo = Undo(**json.loads(newest.undo))
    session.keep_writers_away(table)
    if undo.rows is not None and (found := _count(session, table)) != undo.rows:
        raise LoadError(
            f"The load of run {run_id!r} cannot be undone: table {table} had {undo.rows:,} rows "
            f"after it and has {found:,} now; another program has changed it, and that change "
            "would be lost."
        )
    _undo(session, table, undo.way, run_id)
    forget_newest(session, table)
    return newest.record


def _undo(session: Session, table: TableName, way: str, run_id: str) -> None:
    if way == "by run":
        if RUN_ID not in session.columns(table):
            raise LoadError(f"Table {table} has no column {RUN_ID!r} any more to tell them by.")
        session.execute(f"DELETE FROM {table.sql} WHERE {quoted(RUN_ID)} = $1", (run_id,))
        return
    if way == "drop":
        session.execute(f"DROP TABLE {table.sql}")
        return
    session.execute(f"DELETE FROM {table.sql}")
    if way == "restore":
        _restore(session, table)


def _restore(session: Session, table: TableName) -> None:
    kept = kept_table(table)
    columns = list(session.columns(kept))
    if not columns:
        raise LoadError(f"The rows that table {table} had before are gone: there is no {kept}.")
    for name in session.columns(table):
        if name not in columns:
            session.execute(f"ALTER TABLE {table.sql} DROP COLUMN {quoted(name)}")
    names = listed(columns)
    session.execute(f"INSERT INTO {table.sql} ({names}) SELECT {names} FROM {kept.sql}")
    session.execute(f"DROP TABLE {kept.sql}")


def _count(session: Session, table: TableName) -> int:
    found: Any = session.fetch(f"SELECT count(*) FROM {table.sql}")
    return int(found[0][0])


def is_own(name: str) -> bool:
    """Return whether a table is one of etlframe's own.

    >>> is_own("_etlframe_loads"), is_own("flights")
    (True, False)
    """
    return name == LOADS or name.startswith("_etlframe_before_")
