"""PostgreSQL: rows go in by COPY, loads of one table wait for each other by an advisory lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from etlframe.storage.adbc import AdbcSession, driver_errors
from etlframe.storage.column_types import ColumnTypes, family
from etlframe.storage.database import Address, TableName, quoted
from etlframe.storage.narrowing import Bounds, Query, type_query, typed
from etlframe.storage.sessions import DatabaseFailed, sentence

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_NAME = 63  # bytes; PostgreSQL cuts what is longer, in silence
_HELD = "another process changes it, and it was not free within lock_timeout"
_LOCK_NOT_AVAILABLE = "55P03"


class PostgresTypes(ColumnTypes):
    """PostgreSQL's types."""

    def made(self, of: pa.DataType) -> str | None:
        """Return the type of a new column."""
        if family(of) == "decimal":
            return f"NUMERIC({of.precision},{of.scale})"
        return _MADE.get(family(of))

    def held(self, declared: str) -> pa.DataType | None:
        """Return what a column holds; a plain ``numeric`` is one of PostgreSQL's own types."""
        import pyarrow as pa

        digits = re.fullmatch(r"numeric\((\d+),(\d+)\)", declared)
        if digits:
            precision, scale = int(digits[1]), int(digits[2])
            return pa.decimal128(precision, scale) if precision <= 38 else None  # noqa: PLR2004 - decimal128's digits
        plain = {
            "smallint": pa.int16(),
            "integer": pa.int32(),
            "bigint": pa.int64(),
            "real": pa.float32(),
            "double precision": pa.float64(),
            "boolean": pa.bool_(),
            "text": pa.string(),
            "character varying": pa.string(),
            "character": pa.string(),
            "bytea": pa.binary(),
            "date": pa.date32(),
            "timestamp without time zone": pa.timestamp("us"),
            "timestamp with time zone": pa.timestamp("us", "UTC"),
            "time without time zone": pa.time64("us"),
        }
        return plain.get(re.sub(r"\(\d+\)", "", declared))


_MADE = {
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "float": "DOUBLE PRECISION",
    "text": "TEXT",
    "null": "TEXT",
    "binary": "BYTEA",
    "date": "DATE",
    "time": "TIMESTAMP",
    "instant": "TIMESTAMPTZ",
    "clock": "TIME",
}


class PostgresSession(AdbcSession):
    """A connection to a PostgreSQL server."""

    row_id = "ctid"
    types = PostgresTypes()

    def __init__(self, address: Address) -> None:
        super().__init__(
            address, address.url, driver="adbc_driver_postgresql", purpose="PostgreSQL"
        )

    def begin(self, table: TableName, *, timeout: float) -> None:
        """Take the table's advisory lock; every wait of the transaction ends in time."""
        self.execute(f"SET LOCAL lock_timeout = {max(1, round(timeout * 1000))}")
        self._lock(f"etlframe:{table}", timeout)

    def _lock(self, name: str, timeout: float) -> None:
        if timeout > 0:
            self.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", (name,))
            return
        got = self.fetch("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", (name,))
        if got != [(True,)]:
            raise DatabaseFailed(_HELD)

    def only_read(self) -> None:
        """Make this transaction one that only reads."""
        self.execute("SET TRANSACTION READ ONLY")

    def keep_records_apart(self) -> None:
        """Wait for a load that makes the table of loads: ``IF NOT EXISTS`` alone would fail."""
        self.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", ("etlframe loads",))

    def keep_writers_away(self, table: TableName) -> None:
        """Lock a table for all but readers."""
        self.execute(f"LOCK TABLE {table.sql} IN SHARE ROW EXCLUSIVE MODE")

    def columns(self, table: TableName) -> dict[str, str]:
        """Return a table's columns with their types, as ``format_type`` writes them."""
        for name in table:
            if name is not None and len(name.encode()) > _LONGEST_NAME:
                raise DatabaseFailed(f"{name!r} is longer than the 63 bytes of a PostgreSQL name")
        return dict(self.fetch(_COLUMNS, (table.sql,)))

    def tables(self) -> list[str]:
        """Return the tables that are found without naming a schema, and others with theirs."""
        return [row[0] for row in self.fetch(_TABLES)]

    def make_stage(self, name: str, columns: str) -> None:
        """Make a table of this connection alone, gone with the transaction."""
        self.execute(f"CREATE TEMP TABLE {quoted(name)} ({columns}) ON COMMIT DROP")

    def look_up_stage(self, name: str, keys: list[str]) -> None:  # noqa: ARG002 - it hashes
        """Count the rows, so that the plan of the join is made for as many."""
        self.execute(f"ANALYZE {quoted(name)}")

    def query_of(self, table: TableName, columns: dict[str, str]) -> str:
        """Return the query of all of a table: as text what Arrow has no type for."""
        shown = [
            quoted(name) if self._is_known(declared) else f"{quoted(name)}::text AS {quoted(name)}"
            for name, declared in columns.items()
        ]
        return f"SELECT {', '.join(shown)} FROM {table.sql}"

    def _is_known(self, declared: str) -> bool:
        return (
            self.types.held(declared) is not None
            or declared.startswith(("numeric", "json", "uuid", "interval"))
            or declared.endswith("[]")
        )

    def between(
        self, query: Query, declared: str | None, bounds: Bounds
    ) -> tuple[str, list[Any]] | None:
        """Return a condition that keeps what is wanted, and its values."""
        del declared  # a query of a table casts what Arrow has no type for
        found = self.fetch(type_query(query, "pg_typeof", bounds.column), query.values)[0][0]
        held = _any_decimal() if found == "numeric" else self.types.held(found)
        if held is None or found == "character":  # which is compared without its blanks
            return None
        if family(held) == "text" and self.fetch(_ENCODING) != [("UTF8",)]:
            return None  # "C" compares bytes
        name = "NUMERIC" if found == "numeric" else self.types.made(held)
        return None if name is None else typed(bounds, held, name, len(query.values) + 1)

    def decoded(self, batch: pa.Table, columns: dict[str, str] | None) -> pa.Table:
        """Return numbers of many digits as decimals; JSON and UUIDs as text."""
        for at, field in enumerate(batch.schema):
            made = self._column(batch.column(at), field, (columns or {}).get(field.name))
            batch = batch.set_column(at, field.name, made)
        return batch

    def _column(self, column: Any, field: pa.Field, declared: str | None) -> Any:
        import pyarrow as pa

        storage = getattr(field.type, "storage_type", None)
        if storage is None:
            return column
        plain = column.cast(storage)
        if getattr(field.type, "type_name", "") == "numeric":
            held = None if declared is None else self.types.held(declared)
            return as_decimals(plain, held)
        if str(field.type).startswith("extension<arrow.uuid"):
            return pa.chunked_array(
                [[None if v is None else str(v) for v in column.to_pylist()]], pa.string()
            )
        return plain


def _any_decimal() -> pa.DataType:
    import pyarrow as pa

    return pa.decimal128(38, 0)


def failure_of_postgres(error: Exception) -> str | None:
    """Return what libpq or the server says, in a sentence, or None for any other error."""
    if not isinstance(error, driver_errors("adbc_driver_postgresql", "PostgreSQL")):
        return None
    if getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return _HELD
    said = re.sub(r"\s*SQLSTATE: \w+\s*$", "", str(error))
    found = re.search(r"(?:ERROR|FATAL):\s+(.*)", said) or re.search(r"\[libpq\] (.*)", said)
    return sentence(found[1] if found else said)


def as_decimals(texts: pa.ChunkedArray, held: pa.DataType | None) -> pa.ChunkedArray:
    """Return texts of numbers as decimals, of as many digits as they have; NaN is missing.

    Numbers of more than 38 digits stay text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = texts.cast(pa.string())
    is_number = pc.match_substring_regex(texts, r"^-?\d+(\.\d+)?$")
    texts = pc.if_else(is_number, texts, pa.scalar(None, pa.string()))
    if held is None:
        whole = pc.max(pc.utf8_length(pc.replace_substring_regex(texts, r"^-?(\d+).*$", r"\1")))
        behind = pc.max(pc.utf8_length(pc.replace_substring_regex(texts, r"^[^.]*\.?", "")))
        scale = behind.as_py() or 0
        precision = max(1, (whole.as_py() or 0) + scale)
        if precision > 38:  # noqa: PLR2004 - decimal128's digits
            return texts
        held = pa.decimal128(precision, scale)
    return texts.cast(held)


_ENCODING = "SELECT current_setting('server_encoding')"
_COLUMNS = """
SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_TABLES = """
SELECT CASE WHEN pg_table_is_visible(c.oid) THEN relname ELSE nspname || '.' || relname END::text
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^pg_|^information_schema$'
ORDER BY 1
"""
