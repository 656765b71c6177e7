"""The loads that tables of a database took, in a table beside them: ``_etlframe_loads``."""

from __future__ import annotations

import json
from typing import Any

from etlframe.storage.database import TableName
from etlframe.storage.records import MOST_LOADS, Load, LoadRecord, State
from etlframe.storage.sessions import Session

LOADS = "_etlframe_loads"
"""The table's name. Its rows are written in the transaction of the rows that they tell of."""

_COLUMNS = (
    '"table_name" TEXT NOT NULL, "position" BIGINT NOT NULL, "run_id" TEXT NOT NULL, '
    '"job_id" TEXT NOT NULL, "loaded_at" TEXT NOT NULL, "mode" TEXT NOT NULL, '
    '"rows" BIGINT NOT NULL, "cursors" TEXT NOT NULL'
)


def find_load(session: Session, table: TableName, run_id: str) -> LoadRecord | None:
    """Return the load that a run made into a table, or None."""
    loads = table.beside(LOADS)
    if not session.columns(loads):
        return None
    found = session.fetch(
        'SELECT "run_id", "job_id", "loaded_at", "mode", "rows" '
        f'FROM {loads.sql} WHERE "table_name" = $1 AND "run_id" = $2',
        (table.name, run_id),
    )
    return LoadRecord(*found[0]) if found else None


def add_load(session: Session, table: TableName, load: Load, *, mode: str, rows: int) -> None:
    """Remember a load, and forget what is older than the newest thousand of the table."""
    loads = table.beside(LOADS)
    if not session.columns(loads):
        session.keep_records_apart()
        session.execute(f"CREATE TABLE IF NOT EXISTS {loads.sql} ({_COLUMNS})")
    newest = session.fetch(
        f'SELECT coalesce(max("position"), 0) FROM {loads.sql} WHERE "table_name" = $1',
        (table.name,),
    )
    at = int(newest[0][0]) + 1
    session.execute(
        f"INSERT INTO {loads.sql} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        (
            table.name,
            at,
            load.run_id,
            load.job_id,
            load.loaded_at.isoformat(),
            mode,
            rows,
            json.dumps(dict(load.cursors), default=_plain),
        ),
    )
    session.execute(
        f'DELETE FROM {loads.sql} WHERE "table_name" = $1 AND "position" <= $2',
        (table.name, at - MOST_LOADS),
    )


def _plain(value: Any) -> str:
    """Return what JSON has not as text: times in ISO 8601."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def read_state(session: Session, table: TableName) -> State:
    """Return the loads that a table took, and how far its sources were read by the newest."""
    loads = table.beside(LOADS)
    if not session.columns(loads):
        return State()
    found = session.fetch(
        'SELECT "run_id", "job_id", "loaded_at", "mode", "rows", "cursors" '
        f'FROM {loads.sql} WHERE "table_name" = $1 ORDER BY "position"',
        (table.name,),
    )
    cursors: dict[str, Any] = {}
    for row in found:
        cursors |= json.loads(row[5])
    return State(tuple(LoadRecord(*row[:5]) for row in found[-MOST_LOADS:]), cursors)
