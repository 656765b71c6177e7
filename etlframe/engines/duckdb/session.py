"""A DuckDB file as a database to read and to load into."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from etlframe.engines.duckdb.core import register, relation_of
from etlframe.engines.duckdb.memory import share_of_memory
from etlframe.options import get_options
from etlframe.storage.column_types import ColumnTypes, family
from etlframe.storage.database import Address, TableName, listed, quoted
from etlframe.storage.locks import locked
from etlframe.storage.narrowing import Bounds, Query, type_query, typed
from etlframe.storage.sessions import BATCH_ROWS, DatabaseFailed, Session, sentence, told_in_batches

if TYPE_CHECKING:
    import pyarrow as pa

_LOOKS_AGAIN = 0.05  # seconds: DuckDB itself never waits for another process


class DuckDBTypes(ColumnTypes):
    """DuckDB's types, which Arrow has nearly all of."""

    def made(self, of: pa.DataType) -> str | None:
        """Return the type of a new column; lists and structs have one too."""
        import pyarrow as pa

        if family(of) == "decimal":
            return f"DECIMAL({of.precision},{of.scale})"
        if pa.types.is_list(of) or pa.types.is_large_list(of):
            item = self.made(of.value_type)
            return item and f"{item}[]"
        if pa.types.is_struct(of):
            fields = {each.name: self.made(each.type) for each in of}
            if all(fields.values()) and fields:
                return f"STRUCT({', '.join(f'{quoted(n)} {t}' for n, t in fields.items())})"
            return None
        return _MADE.get(family(of))

    def held(self, declared: str) -> pa.DataType | None:
        """Return what a column holds."""
        import pyarrow as pa

        if declared.startswith("DECIMAL("):
            precision, scale = declared.removeprefix("DECIMAL(").rstrip(")").split(",")
            return pa.decimal128(int(precision), int(scale))
        plain = {
            "TINYINT": pa.int8(),
            "SMALLINT": pa.int16(),
            "INTEGER": pa.int32(),
            "BIGINT": pa.int64(),
            "UTINYINT": pa.uint8(),
            "USMALLINT": pa.uint16(),
            "UINTEGER": pa.uint32(),
            "UBIGINT": pa.uint64(),
            "FLOAT": pa.float32(),
            "DOUBLE": pa.float64(),
            "BOOLEAN": pa.bool_(),
            "VARCHAR": pa.string(),
            "BLOB": pa.binary(),
            "DATE": pa.date32(),
            "TIMESTAMP": pa.timestamp("us"),
            "TIMESTAMP_NS": pa.timestamp("ns"),
            "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
            "TIME": pa.time64("us"),
        }
        return plain.get(declared)

    def target(self, of: pa.DataType, declared: str) -> pa.DataType | None:
        """Return as what values are sent; nested ones into a column of their own type alone."""
        if family(of) == "other":
            return of if self.made(of) == declared else None
        return super().target(of, declared)


_MADE = {
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "float": "DOUBLE",
    "text": "VARCHAR",
    "null": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "time": "TIMESTAMP",
    "instant": "TIMESTAMP WITH TIME ZONE",
    "clock": "TIME",
}


class DuckDBSession(Session):
    """A connection to a DuckDB file, which one process alone may have open to change it.

    Args:
        address: The database.
        timeout: Seconds to wait for another process that has the file open.
        read_only: Whether nothing shall be changed, nor made where there is no file.

    Raises:
        LoadError: The file was not free in time.
    """

    types = DuckDBTypes()
    primary_keys = False  # DuckDB checks them before a transaction's deletions are done

    def __init__(self, address: Address, *, timeout: float, read_only: bool = False) -> None:
        self.address = address
        self._open = ExitStack()
        try:
            self._connection = self._connected(timeout, read_only=read_only)
        except BaseException:
            self._open.close()
            raise

    def _connected(self, timeout: float, *, read_only: bool) -> Any:
        from etlframe.engines.duckdb.core import duckdb

        path = os.fspath(self.address.path or "")
        until = time.monotonic() + timeout
        if not read_only:
            self._open.enter_context(locked(path, timeout=timeout))
        as_it_is = read_only  # in one process all connections have to be alike: for reading, or not
        while True:
            try:
                connection = duckdb.connect(path, read_only=as_it_is)
                break
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                is_other = "different configuration" in str(error)
                if not (is_other or "lock" in str(error)) or time.monotonic() >= until:
                    raise
                if is_other and read_only:
                    as_it_is = not as_it_is
                time.sleep(_LOOKS_AGAIN)
        self._open.callback(connection.close)
        limit = get_options().memory_limit or f"{share_of_memory()}B"
        connection.execute(f"SET memory_limit = '{limit}'; SET TimeZone = 'UTC'")
        return connection

    def begin(self, table: TableName, *, timeout: float) -> None:  # noqa: ARG002 - the file is locked
        """Begin the transaction."""
        self.execute("BEGIN")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""
        self._connection.execute(sql, list(values))

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query, and return its rows."""
        rows: list[tuple[Any, ...]] = self._connection.execute(sql, list(values)).fetchall()
        return rows

    def columns(self, table: TableName) -> dict[str, str]:
        """Return a table's columns with their types."""
        return dict(self.fetch(_COLUMNS, (table.name,)))

    def tables(self) -> list[str]:
        """Return the names of tables and views."""
        return [row[0] for row in self.fetch(_TABLES)]

    def insert(self, table: TableName, rows: pa.RecordBatchReader, *, temporary: bool) -> None:  # noqa: ARG002 - found by name
        """Have DuckDB read the batches."""
        from etlframe.engines.duckdb.core import duckdb

        names = listed(rows.schema.names)
        register(self._connection, "etlframe_rows", rows)
        try:
            self.execute(f"INSERT INTO {table.sql} ({names}) SELECT {names} FROM etlframe_rows")
        finally:
            with suppress(duckdb.Error):  # after a failure it answers nothing, and is closed soon
                self._connection.unregister("etlframe_rows")

    def make_stage(self, name: str, columns: str) -> None:
        """Make a table of this connection alone."""
        self.execute(f"CREATE TEMP TABLE {quoted(name)} ({columns})")

    def commit(self) -> None:
        """Make it all true at once."""
        self.execute("COMMIT")

    def close(self) -> None:
        """Roll back what is open, and let go."""
        from etlframe.engines.duckdb.core import duckdb

        with suppress(duckdb.Error):  # there may be no transaction
            self._connection.execute("ROLLBACK")
        self._open.close()

    @contextmanager
    def reading(
        self, sql: str, values: Sequence[Any], *, batch_rows: int | None
    ) -> Iterator[pa.RecordBatchReader]:
        """Run a query, and give its rows in batches."""
        result = relation_of(self._connection, sql, params=list(values) or None)
        if result is None:
            raise DatabaseFailed("it gives no rows")
        with told_in_batches(self.address):
            yield result.to_arrow_reader(batch_rows or BATCH_ROWS)

    def between(
        self, query: Query, declared: str | None, bounds: Bounds
    ) -> tuple[str, list[Any]] | None:
        """Return a condition that keeps what is wanted, and its values."""
        del declared
        found = self.fetch(type_query(query, "typeof", bounds.column), query.values)[0][0]
        held = self.types.held(found)
        if held is None or found == "TIMESTAMP_NS":  # which has fewer years than bounds may
            return None
        name = "DOUBLE" if family(held) == "decimal" else self.types.made(held)
        return None if name is None else typed(bounds, held, name, len(query.values) + 1)


def failure(error: Exception) -> str | None:
    """Return what DuckDB's error says, in a sentence, or None for any other error."""
    from etlframe.engines.duckdb.core import duckdb

    if not isinstance(error, duckdb.Error):
        return None
    said = str(error)
    if "Could not set lock" in said:
        return "another process has it open, and it was not free within lock_timeout"
    return sentence(said.partition("Error: ")[2] or said)


_COLUMNS = """
SELECT column_name, data_type FROM duckdb_columns()
WHERE table_name = $1 AND schema_name = current_schema() AND database_name = current_database()
ORDER BY column_index
"""
_TABLES = """
SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal
UNION ALL
SELECT view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
ORDER BY 1
"""
