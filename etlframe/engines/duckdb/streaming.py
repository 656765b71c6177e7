"""Files as streams of Arrow batches, and such streams as files, for engines of other libraries.

Every engine reads by the one reader and writes by the one writer, both of which are DuckDB's: so a
file's cells mean the same on each, and a file is the same whichever wrote it. Batches are made when
they are asked for: what flows through may be larger than memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event, RLock
from typing import TYPE_CHECKING, Any

from etlframe.control import current_listener
from etlframe.engines.duckdb import text
from etlframe.engines.duckdb.connection import connect, tell_progress
from etlframe.engines.duckdb.core import register, relation_of
from etlframe.engines.duckdb.faults import of_arrow, translate
from etlframe.engines.duckdb.faults_files import fault
from etlframe.engines.duckdb.reader import read_sql
from etlframe.engines.duckdb.writer import write_query

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from etlframe.engines.base import Scan
    from etlframe.expressions.kinds import Schema

BATCH = 122_880
"""Rows of a batch, at most: what DuckDB makes a row group of."""

_ROWS = "__etl_rows"
_LOOKS_AGAIN = 0.01  # seconds


class Streams:
    """Reads and writes on a DuckDB of its own, opened at the first use; from any thread."""

    def __init__(self) -> None:
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._cursors: list[duckdb.DuckDBPyConnection] = []
        self._tells = False
        self._asking = RLock()  # a connection refuses a call while it answers another one
        self._ended = Event()

    def open(self) -> duckdb.DuckDBPyConnection:
        """Connect with the options in force here: another thread may not see them."""
        with self._asking:
            if self._opened is None:
                self._opened = connect()
                self._tells = current_listener() is not None
            return self._opened

    def schema(self, scan: Scan) -> pa.Schema:
        """Return the types of a file's columns in Arrow, without reading rows."""
        with self._cursor() as cursor:
            query = f"SELECT * FROM ({read_sql(scan)}) LIMIT 0"
            return relation_of(cursor, query).to_arrow_table().schema

    def read(
        self, scan: Scan, columns: Sequence[str] | None = None, limit: int | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield a file's rows, in its order; every cell of the columns is checked on the way.

        Args:
            scan: How to read it.
            columns: The columns to read; None for all.
            limit: The number of rows to read; None for all.

        Raises:
            SourceError: The file is not what its format says.
            ScanMismatch: The file is not what its sniff said.
        """
        from etlframe.engines.duckdb.core import duckdb

        names = list(columns or scan.columns)
        query = f"SELECT {text.names(names)} FROM ({read_sql(scan, names, in_full=limit is None)})"
        if limit is not None:
            query += f" LIMIT {int(limit)}"
        with self._cursor() as cursor:
            try:
                yield from relation_of(cursor, query).to_arrow_reader(BATCH)
            except duckdb.Error as error:
                raise fault(error, [scan]) from error
            except OSError as error:
                raise fault(of_arrow(error), [scan]) from error

    def write(
        self,
        rows: pa.RecordBatchReader,
        schema: Schema,
        path: str,
        format: str,  # noqa: A002 - the field's word
        options: Mapping[str, Any],
    ) -> int:
        """Write a stream to one file, as :func:`write_query` does, and return the rows written.

        Raises:
            LoadError: The file could not be written, or the format cannot hold a value.
        """
        from etlframe.engines.duckdb.core import duckdb

        with self._cursor() as cursor:
            register(cursor, _ROWS, rows)
            query = f"SELECT * FROM {_ROWS}"
            try:
                once = {**options, "once": True}  # a stream has its rows once
                return write_query(cursor, query, schema, path, format, once)
            except duckdb.Error as error:
                raise translate(error, None) from error

    def fraction(self) -> float | None:
        """Return the part that was read of the file that is furthest behind; None if none is."""
        percents = [each for each in map(_percent, list(self._cursors)) if each >= 0]
        return min(percents) / 100 if percents else None

    def interrupt(self) -> None:
        """Stop everything that reads or writes now."""
        from etlframe.engines.duckdb.core import duckdb

        for cursor in list(self._cursors):
            with suppress(duckdb.Error):  # it was closed meanwhile
                cursor.interrupt()

    def close(self) -> None:
        """Stop everything, and close the connection; its spilled files go with it."""
        from etlframe.engines.duckdb.core import duckdb

        with self._asking:
            opened, self._opened = self._opened, None
        while opened is not None:
            self.interrupt()
            try:
                opened.close()
                opened = None
            except duckdb.ResourceInUseException:  # until a call of another thread has ended
                self._ended.wait(_LOOKS_AGAIN)
                self._ended.clear()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a cursor, which ``interrupt`` reaches as long as the block runs."""
        from etlframe.engines.duckdb.core import duckdb

        with self._asking:
            cursor = self.open().cursor()
        if self._tells:
            tell_progress(cursor)
        self._cursors.append(cursor)
        try:
            yield cursor
        finally:
            self._cursors.remove(cursor)
            with suppress(duckdb.Error):  # closed with its connection meanwhile
                cursor.close()
            self._ended.set()


def _percent(cursor: duckdb.DuckDBPyConnection) -> float:
    """Return what a cursor tells of its query, or -1 where it does not, or was closed meanwhile."""
    from etlframe.engines.duckdb.core import duckdb

    try:
        return cursor.query_progress()
    except duckdb.Error:
        return -1
