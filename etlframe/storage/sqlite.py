"""SQLite: it keeps numbers, text and bytes; times are ISO 8601 text in columns that say so."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from etlframe.storage.adbc import AdbcSession, driver_errors
from etlframe.storage.column_types import ColumnTypes, family
from etlframe.storage.database import Address, TableName, listed, quoted
from etlframe.storage.locks import LOCK_TIMEOUT
from etlframe.storage.narrowing import Bounds, Query, untyped
from etlframe.storage.sessions import DatabaseFailed, MixedTypes, sentence

if TYPE_CHECKING:
    import pyarrow as pa

_ALL_ROWS = 1 << 30
_DRIVERS_FLOAT = r"^-?(\d\.\d{6}e[+-]\d+|inf|nan)$"


class SqliteTypes(ColumnTypes):
    """What SQLite makes of a declared type, with the names that people give to times."""

    def made(self, of: pa.DataType) -> str | None:
        """Return the type of a new column."""
        return _MADE.get(family(of))

    def sent(self, of: pa.DataType) -> pa.DataType:
        """Return as what values are sent: SQLite's integers have 64 bits and a sign."""
        import pyarrow as pa

        return pa.int64() if of == pa.uint64() else super().sent(of)

    def held(self, declared: str) -> pa.DataType | None:
        """Return what a column of this declared type is meant to hold; None for anything."""
        import pyarrow as pa

        name = declared.upper()
        for pattern, held in (
            (r"BOOL", pa.bool_()),
            (r"INT", pa.int64()),
            (r"CHAR|CLOB|TEXT", pa.string()),
            (r"BLOB", pa.binary()),
            (r"REAL|FLOA|DOUB", pa.float64()),
            (r"TIMESTAMPTZ|WITH TIME ZONE", pa.timestamp("us", "UTC")),
            (r"DATETIME|TIMESTAMP", pa.timestamp("us")),
            (r"DATE", pa.date32()),
            (r"TIME", pa.time64("us")),
        ):
            if re.search(pattern, name):
                return held
        return None

    def target(self, of: pa.DataType, declared: str) -> pa.DataType | None:
        """Return as what values are sent into a column that is there."""
        held, what = self.held(declared), family(of)
        if held is None:
            is_numeric = bool(declared) and what not in ("bool", "int", "float", "decimal")
            return None if is_numeric or what == "other" else self.sent(of)
        if family(held) == "text" and what in ("date", "time", "instant", "clock", "decimal"):
            return self.sent(of)
        if family(held) == "int" and what == "bool":
            return self.sent(of)
        return super().target(of, declared)

    def is_own(self, declared: str) -> bool:  # noqa: ARG002 - SQLite casts nothing
        """Return whether the database casts text into this type: none does."""
        return False


_MADE = {
    "bool": "BOOLEAN",
    "int": "INTEGER",
    "float": "REAL",
    "decimal": "TEXT",
    "text": "TEXT",
    "null": "TEXT",
    "binary": "BLOB",
    "date": "DATE",
    "time": "TIMESTAMP",
    "instant": "TIMESTAMPTZ",
    "clock": "TIME",
}


class SqliteSession(AdbcSession):
    """A connection to a SQLite file.

    Args:
        address: The database.
        timeout: Seconds to wait for a process that writes at this moment.
        read_only: Whether nothing shall be changed, nor made where there is no file.
    """

    types = SqliteTypes()

    def __init__(
        self, address: Address, *, timeout: float = LOCK_TIMEOUT, read_only: bool = False
    ) -> None:
        path = str(address.path)
        # Who may not write cannot take back either what a killed process left half-done.
        may_write = os.access(path, os.W_OK) and os.access(os.path.dirname(path) or ".", os.W_OK)  # noqa: PTH120 - as the URL has it
        mode = ("rw" if may_write else "ro") if read_only else "rwc"
        super().__init__(
            address,
            f"file:{quote(path)}?mode={mode}",
            driver="adbc_driver_sqlite",
            purpose="SQLite",
        )
        self._wait(timeout)
        if read_only:
            self.fetch("PRAGMA query_only = ON")

    def _wait(self, timeout: float) -> None:
        self.fetch(f"PRAGMA busy_timeout = {round(timeout * 1000)}")

    def begin(self, table: TableName, *, timeout: float) -> None:  # noqa: ARG002 - it locks the file
        """Lock the database for all other writers, and wait as long for readers at the end."""
        self.execute("COMMIT")  # of the driver's, which would lock at the first change alone
        self._wait(timeout)
        self.execute("BEGIN IMMEDIATE")

    def columns(self, table: TableName) -> dict[str, str]:
        """Return a table's columns with their declared types."""
        return dict(self.fetch("SELECT name, type FROM pragma_table_info($1)", (table.name,)))

    def tables(self) -> list[str]:
        """Return the names of tables and views."""
        found = self.fetch("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return [row[0] for row in found if not row[0].startswith("sqlite_")]

    def make_stage(self, name: str, columns: str) -> None:
        """Make a table of this connection alone."""
        self.execute(f"CREATE TEMP TABLE {quoted(name)} ({columns})")

    def look_up_stage(self, name: str, keys: list[str]) -> None:
        """Index the keys."""
        self.execute(
            f"CREATE INDEX temp.{quoted(name + '_key')} ON {quoted(name)} ({listed(keys)})"
        )

    def insert(self, table: TableName, rows: pa.RecordBatchReader, *, temporary: bool) -> None:
        """Send rows in batches, as what SQLite has."""
        import pyarrow as pa

        schema = pa.schema([(each.name, _stored(each.type)) for each in rows.schema])

        def encoded() -> Iterator[pa.RecordBatch]:
            for batch in rows:
                yield pa.record_batch([_encoded(each) for each in batch.columns], schema=schema)

        reader = pa.RecordBatchReader.from_batches(schema, encoded())
        super().insert(table, reader, temporary=temporary)

    def between(
        self, query: Query, declared: str | None, bounds: Bounds
    ) -> tuple[str, list[Any]] | None:
        """Return a condition that keeps what is wanted, and its values."""
        if self.fetch("PRAGMA encoding") != [("UTF-8",)]:
            return None  # texts of UTF-16 are compared by their bytes
        held = None if declared is None else self.types.held(declared)
        return untyped(bounds, held, len(query.values) + 1)

    def _set_batch_rows(self, cursor: Any, batch_rows: int | None) -> None:
        # The driver tells a column's type by its first batch, and fails where a later one differs.
        rows = _ALL_ROWS if batch_rows is None else batch_rows
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(rows)})

    @contextmanager
    def reading(
        self, sql: str, values: Sequence[Any], *, batch_rows: int | None
    ) -> Iterator[pa.RecordBatchReader]:
        """Run a query, and give its rows in batches; without ``batch_rows`` in one, of any type."""
        self._read = sql, values
        try:
            with super().reading(sql, values, batch_rows=batch_rows) as batches:
                yield batches
        except DatabaseFailed as failed:
            if "Type mismatch" not in str(failed):
                raise
            raise MixedTypes(f"{failed}: read with larger batch_rows") from None

    def _check_text(self, name: str, column: pa.ChunkedArray) -> None:
        """Raise where the driver has made text of floats, of which it keeps seven digits."""
        import pyarrow.compute as pc

        if not pc.any(pc.match_substring_regex(column, _DRIVERS_FLOAT)).as_py():
            return
        sql, values = self._read
        query = f"SELECT 1 FROM ({sql}\n) WHERE typeof({quoted(name)}) = 'real' LIMIT 1"  # noqa: S608 - the user's own
        if self.fetch(query, values):
            raise DatabaseFailed(
                f"column {name!r} holds floats and text; make text of all in a query: "
                f"CAST({quoted(name)} AS TEXT)"
            )

    def decoded(self, batch: pa.Table, columns: dict[str, str] | None) -> pa.Table:
        """Return a table's columns as what they were declared; those of a query as they are."""
        for at, field in enumerate(batch.schema):
            if family(field.type) == "text":
                self._check_text(field.name, batch.column(at))
            declared = (columns or {}).get(field.name)
            held = None if declared is None else self.types.held(declared)
            if held is not None:
                batch = batch.set_column(at, field.name, _decoded(batch.column(at), held))
        return batch


def failure_of_sqlite(error: Exception) -> str | None:
    """Return what SQLite says, in a sentence, or None for any other error."""
    if not isinstance(error, driver_errors("adbc_driver_sqlite", "SQLite")):
        return None
    said = str(error)
    if "database is locked" in said or "SQLITE_BUSY" in said:
        return "another process changes it, and it was not free within lock_timeout"
    return sentence(re.sub(r"^\w+: (?:\[SQLite\] )?(?:Failed to [^:]*: )?", "", said))


def _stored(of: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    what = family(of)
    if what in ("date", "time", "instant", "clock", "decimal"):
        return pa.string()
    return pa.int64() if what == "bool" else of


def _encoded(column: pa.Array) -> pa.Array:
    """Return values as what SQLite has: times are ISO 8601 text, with the fraction they need."""
    import pyarrow as pa
    import pyarrow.compute as pc

    what = family(column.type)
    if what not in ("time", "instant"):
        return column.cast(_stored(column.type))
    naive = column.cast(pa.timestamp("us")) if what == "time" else pc.local_timestamp(column)
    with suppress(pa.ArrowInvalid):  # there are fractions of seconds
        naive = naive.cast(pa.timestamp("s"))
    texts = pc.replace_substring(naive.cast(pa.string()), " ", "T", max_replacements=1)
    return texts if what == "time" else pc.binary_join_element_wise(texts, "+00:00", "")


def _decoded(column: pa.ChunkedArray, held: pa.DataType) -> pa.ChunkedArray:
    """Return a column as what it was declared, if every value is that; as it is, if not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    of = column.type
    if family(held) in ("time", "instant", "date", "clock") and family(of) != "text":
        is_empty = column.null_count == len(column)
        return pa.chunked_array([pa.nulls(len(column), held)]) if is_empty else column
    try:
        if family(held) == "bool" and pa.types.is_integer(of):
            is_boolean = pc.all(pc.is_in(column.drop_null(), pa.array([0, 1], of))).as_py()
            return column.cast(held) if is_boolean is not False else column
        if family(of) == "int" and family(held) in ("float", "text", "binary"):
            is_number = column.null_count < len(column)
            return column if is_number and family(held) != "float" else column.cast(held)
        return column.cast(held)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return column
