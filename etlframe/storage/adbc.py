"""PostgreSQL and SQLite by their ADBC drivers: rows come and go as Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from etlframe.errors import MissingDependencyError
from etlframe.storage.database import Address, TableName
from etlframe.storage.sessions import Session, told_in_batches

if TYPE_CHECKING:
    import pyarrow as pa


class AdbcSession(Session):
    """What the two have in common.

    Args:
        address: The database.
        uri: What the driver connects to.
        driver: The driver's package.
        purpose: What needs it, for the error where it is missing.
    """

    def __init__(self, address: Address, uri: str, *, driver: str, purpose: str) -> None:
        self.address = address
        self._errors = driver_errors(driver, purpose)
        self._connection = import_module(f"{driver}.dbapi").connect(uri)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values) or None)

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query, and return its rows."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values) or None)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def insert(self, table: TableName, rows: pa.RecordBatchReader, *, temporary: bool) -> None:
        """Send rows by the driver's own way for many: COPY in PostgreSQL."""
        schema = {} if temporary or table.schema is None else {"db_schema_name": table.schema}
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(table.name, rows, mode="append", temporary=temporary, **schema)

    def commit(self) -> None:
        """Make it all true at once."""
        self._connection.commit()

    def close(self) -> None:
        """Roll back what is open, and let go."""
        with suppress(self._errors):  # a server that is gone has rolled back
            self._connection.rollback()
        with suppress(self._errors):
            self._connection.close()

    @contextmanager
    def reading(
        self, sql: str, values: Sequence[Any], *, batch_rows: int | None
    ) -> Iterator[pa.RecordBatchReader]:
        """Run a query, and give its rows in batches."""
        with self._connection.cursor() as cursor, told_in_batches(self.address):
            self._set_batch_rows(cursor, batch_rows)
            cursor.execute(f"{sql}\n", tuple(values) or None)  # it may end with a comment
            yield cursor.fetch_record_batch()

    def _set_batch_rows(self, cursor: Any, batch_rows: int | None) -> None:
        """Tell the driver how many rows a batch has, where it can be told."""


def driver_errors(driver: str, purpose: str) -> type[Exception]:
    """Return the base of what a driver raises.

    Raises:
        MissingDependencyError: It is not installed.
    """
    try:
        import_module(driver)
        base: type[Exception] = import_module("adbc_driver_manager").Error
    except ImportError as error:
        package = driver.replace("_", "-")
        raise MissingDependencyError(package, extra="sql", purpose=purpose) from error
    return base
