"""Connections to databases by their addresses, and whole results read from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from etlframe.errors import ETLError
from etlframe.storage.database import Address, TableName
from etlframe.storage.locks import LOCK_TIMEOUT
from etlframe.storage.sessions import DatabaseFailed, Session

if TYPE_CHECKING:
    import pyarrow as pa


def connect(address: Address, *, timeout: float = LOCK_TIMEOUT, read_only: bool = False) -> Session:
    """Open a connection.

    Args:
        address: The database.
        timeout: Seconds to wait for another process, where opening does.
        read_only: Whether nothing shall be changed.

    Raises:
        MissingDependencyError: The driver is not installed.
        DatabaseFailed: The database cannot be opened.
        LoadError: Another process held it too long.
    """
    with said_by(address):
        if address.database == "postgresql":
            from etlframe.storage.postgresql import PostgresSession

            return PostgresSession(address)
        if address.database == "sqlite":
            from etlframe.storage.sqlite import SqliteSession

            return SqliteSession(address, timeout=timeout, read_only=read_only)
        from etlframe.engines.duckdb.session import DuckDBSession

        return DuckDBSession(address, timeout=timeout, read_only=read_only)


@contextmanager
def said_by(address: Address) -> Iterator[None]:
    """Turn what a driver raises into ``DatabaseFailed``, without secrets."""
    try:
        yield
    except ETLError:
        raise
    except Exception as error:
        said = _sentence(address, error)
        if said is None:
            raise
        raise DatabaseFailed(address.without_secrets(said)) from None


def _sentence(address: Address, error: Exception) -> str | None:
    if address.database == "duckdb":
        from etlframe.engines.duckdb.session import failure

        return failure(error)
    if address.database == "sqlite":
        from etlframe.storage.sqlite import failure_of_sqlite

        return failure_of_sqlite(error)
    from etlframe.storage.postgresql import failure_of_postgres

    return failure_of_postgres(error)


def read_table(session: Session, table: TableName) -> pa.Table:
    """Read a whole table."""
    columns = session.columns(table)
    return read(session, session.query_of(table, columns), (), columns)


def read(
    session: Session, sql: str, values: Sequence[Any], columns: dict[str, str] | None = None
) -> pa.Table:
    """Read a whole result.

    Args:
        session: Where.
        sql: The query.
        values: Its values.
        columns: The declared types, where it is a table.
    """
    with session.reading(sql, values, batch_rows=None) as batches:
        return session.decoded(batches.read_all(), columns)
