"""The loads that tables of a database took, in a table beside them: ``_etlframe_loads``."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from etlframe.storage.database import TableName
from etlframe.storage.records import MOST_LOADS, Load, LoadRecord, State
from etlframe.storage.sessions import Session

LOADS = "_etlframe_loads"
"""The table's name. Its rows are written in the transaction of the rows that they tell of."""

_COLUMNS = (
    '"table_name" TEXT NOT NULL, "position" BIGINT NOT NULL, "run_id" TEXT NOT NULL, '
    '"job_id" TEXT NOT NULL, "loaded_at" TEXT NOT NULL, "mode" TEXT NOT NULL, '
    '"rows" BIGINT NOT NULL, "cursors" TEXT NOT NULL, "undo" TEXT'
)


class Newest(NamedTuple):
    """The newest load of a table.

    Attributes:
        record: The load.
        undo: How it is undone, as JSON; None where it cannot be.
    """

    record: LoadRecord
    undo: str | None


def forget_loads(session: Session, table: TableName) -> None:
    """Forget the loads of a table that is not there any more."""
    loads = table.beside(LOADS)
    if session.columns(loads):
        name = _name(session, table)
        session.execute(f'DELETE FROM {loads.sql} WHERE "table_name" = $1', (name,))


def _name(session: Session, table: TableName) -> str:
    """Return a table's name as loads are kept by it: PostgreSQL alone tells cases apart."""
    return table.name if session.address.database == "postgresql" else table.name.casefold()


def add_load(
    session: Session, table: TableName, load: Load, *, mode: str, rows: int, undo: str | None = None
) -> None:
    """Remember a load, and forget what is older than the newest thousand of the table."""
    loads = table.beside(LOADS)
    if not session.columns(loads):
        session.keep_records_apart()
        session.execute(f"CREATE TABLE IF NOT EXISTS {loads.sql} ({_COLUMNS})")
    newest = session.fetch(
        f'SELECT coalesce(max("position"), 0) FROM {loads.sql} WHERE "table_name" = $1',
        (_name(session, table),),
    )
    at = int(newest[0][0]) + 1
    session.execute(
        f"INSERT INTO {loads.sql} VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        (
            _name(session, table),
            at,
            load.run_id,
            load.job_id,
            load.loaded_at.isoformat(),
            mode,
            rows,
            json.dumps({**read_state(session, table).cursors, **load.cursors}, default=_plain),
            undo,
        ),
    )
    session.execute(
        f'DELETE FROM {loads.sql} WHERE "table_name" = $1 AND "position" <= $2',
        (_name(session, table), at - MOST_LOADS),
    )


def _plain(value: Any) -> str:
    """Return what JSON has not as text: times in ISO 8601."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def read_state(session: Session, table: TableName) -> State:
    """Return the loads that a table took, and how far its sources were read: the newest tells."""
    loads = table.beside(LOADS)
    if not session.columns(loads) or not session.columns(table):
        return State()
    found = session.fetch(
        'SELECT "run_id", "job_id", "loaded_at", "mode", "rows", "cursors" '
        f'FROM {loads.sql} WHERE "table_name" = $1 ORDER BY "position"',
        (_name(session, table),),
    )
    cursors = json.loads(found[-1][5]) if found else {}
    return State(tuple(LoadRecord(*row[:5]) for row in found[-MOST_LOADS:]), cursors)


def newest_load(session: Session, table: TableName) -> Newest | None:
    """Return the newest load of a table; None where it took none."""
    loads = table.beside(LOADS)
    if not session.columns(loads) or not session.columns(table):
        return None
    found = session.fetch(
        'SELECT "run_id", "job_id", "loaded_at", "mode", "rows", "undo" '
        f'FROM {loads.sql} WHERE "table_name" = $1 ORDER BY "position" DESC LIMIT 1',
        (_name(session, table),),
    )
    return Newest(LoadRecord(*found[0][:5]), found[0][5]) if found else None


def forget_undo(session: Session, table: TableName) -> None:
    """Forget how loads are undone, as rows come that no load is remembered of."""
    loads = table.beside(LOADS)
    if session.columns(loads):
        name = _name(session, table)
        session.execute(f'UPDATE {loads.sql} SET "undo" = NULL WHERE "table_name" = $1', (name,))


def forget_newest(session: Session, table: TableName) -> None:
    """Forget the newest load of a table: its cursors are those of the load before."""
    loads, name = table.beside(LOADS), _name(session, table)
    found = session.fetch(
        f'SELECT "position", "cursors" FROM {loads.sql} WHERE "table_name" = $1'
        ' ORDER BY "position" DESC LIMIT 2',
        (name,),
    )
    session.execute(
        f'DELETE FROM {loads.sql} WHERE "table_name" = $1 AND "position" = $2', (name, found[0][0])
    )
    if len(found) > 1:  # a source that was to be read from its beginning still is
        now, before = (json.loads(each[1]) for each in found)
        kept = {source: value for source, value in before.items() if source in now}
        session.execute(
            f'UPDATE {loads.sql} SET "cursors" = $1 WHERE "table_name" = $2 AND "position" = $3',
            (json.dumps(kept), name, found[1][0]),
        )


def forget_cursor(session: Session, table: TableName, name: str) -> None:
    """Forget how far a source was read, by the job's name."""
    cursors = {**read_state(session, table).cursors}
    if name not in cursors:
        return
    del cursors[name]
    loads = table.beside(LOADS)
    newest = f'SELECT max("position") FROM {loads.sql} WHERE "table_name" = $3'
    session.execute(
        f'UPDATE {loads.sql} SET "cursors" = $1 WHERE "table_name" = $2'
        f' AND "position" = ({newest})',
        (json.dumps(cursors), _name(session, table), _name(session, table)),
    )
