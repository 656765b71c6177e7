"""A table or a query of a database as a source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from etlframe.errors import (
    LoadError,
    OptionError,
    SourceError,
    SourceNotFoundError,
    did_you_mean,
    near_names,
)
from etlframe.redaction import redact
from etlframe.sources.base import DataSource
from etlframe.sources.cursor import checked_cursor
from etlframe.sources.file import FileSource
from etlframe.storage.database import TableName, address_of, table_name
from etlframe.storage.narrowing import Bounds, Query, narrowed
from etlframe.storage.placeholders import Params, bound
from etlframe.storage.sessions import BATCH_ROWS, DatabaseFailed, Session
from etlframe.storage.staging import staged, widened

if TYPE_CHECKING:
    import pandas as pd

_COMMENTS = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_QUERY = re.compile(
    rf"{_COMMENTS}(?:select|with|values|from|table|\()\W.*\S", re.IGNORECASE | re.DOTALL
)
_NO_TABLE = re.compile(
    r'relation "(?P<a>.+?)" does not exist|no such table: (?P<b>\S+)'
    r"|Table with name (?P<c>.+?) does not exist"
)
_MOST_SHOWN = 60


class SQLSource(DataSource):
    """Rows of a table, or of a query, of SQLite, DuckDB or PostgreSQL.

    Nothing of the database is changed by reading, and values are bound, never pasted into the SQL.
    Types become pandas' defaults; PostgreSQL's ``NUMERIC`` is exact (a decimal), and its types that
    pandas has not are text. SQLite has no times: the columns of a table that are declared ``DATE``,
    ``TIMESTAMP``, ``TIMESTAMPTZ`` or ``BOOLEAN`` are read as such, the columns of a query as they
    are kept (``pd.to_datetime`` makes times of ISO 8601 text).

    Args:
        url: ``sqlite:///path.db``, ``duckdb:///path.duckdb`` (four slashes before an absolute path)
            or ``postgresql://user:password@host:port/db``.
        query_or_table: A ``SELECT``, or the name of a table (in PostgreSQL also
            ``"schema.table"``).
        params: Values for the places in the query: a dict for ``$name``, a list for ``$1``, ``$2``
            ...; the same in every database.
        batch_rows: Rows of each frame that :meth:`batches` gives.
        cursor: A column that grows, such as ``"updated_at"``: a run then loads only the rows that
            are new since the last load, and asks the database for no others. With ``initial``,
            ``lag`` and ``key`` as for :class:`etlframe.sources.frame.FrameSource`. An index on the
            column makes that quick.
        initial: The cursor's value that the first load begins at.
        lag: How far to look back behind the newest row.
        key: Columns that tell a row; all unless given.

    Raises:
        OptionError: It is no such URL, or ``params`` do not suit the query.

    >>> import duckdb
    >>> path = getfixture("tmp_path") / "flights.duckdb"
    >>> with duckdb.connect(str(path)) as connection:
    ...     _ = connection.execute("CREATE TABLE flights AS SELECT 1 AS id, 'SFO' AS dest")
    >>> query = "SELECT id FROM flights WHERE dest = $dest"
    >>> SQLSource(f"duckdb:///{path}", query, params={"dest": "SFO"}).extract()
       id
    0   1
    """

    def __init__(
        self,
        url: str,
        query_or_table: str,
        *,
        params: Params | None = None,
        batch_rows: int = BATCH_ROWS,
        cursor: str | None = None,
        initial: Any = None,
        lag: float | str | timedelta | None = None,
        key: str | Sequence[str] | None = None,
    ) -> None:
        self.cursor = checked_cursor(cursor, initial, lag, key)
        self._bounds: Bounds | None = None
        self._limit: int | None = None
        self.address = address_of(url)
        self.batch_rows = batch_rows
        self.table: TableName | None = None
        if not isinstance(batch_rows, int) or batch_rows < 1:
            raise OptionError(f"batch_rows is a whole number from 1, not {batch_rows!r}.")
        if isinstance(query_or_table, str) and _QUERY.fullmatch(query_or_table.strip()):
            self._sql = query_or_table.strip().rstrip(";").rstrip()
        else:
            self._sql = ""
            self.table = table_name(query_or_table, self.address)
            if params is not None:
                raise OptionError("params are for a query, and this is the name of a table.")
        self._bound, self._values = bound(self._sql, params, self.address.database)

    def extract(self) -> pd.DataFrame:
        """Read the table or the query.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes.

        Raises:
            SourceNotFoundError: There is no such table, or no such file.
            SourceError: The database cannot be reached, or does not take the query.
            MissingDependencyError: The database's driver is not installed.
        """
        from etlframe.engines.exchange import from_arrow
        from etlframe.engines.sql import read

        with self._opened() as session:
            query, columns = self._query(session)
            return from_arrow(widened(read(session, query.sql, query.values, columns)))

    def stage(self, folder: Path) -> FileSource | None:
        """Stream the rows into a Parquet file, as ``DataSource.stage``: memory holds a batch."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"read-{uuid4().hex[:12]}.parquet"
        with self._opened() as session:
            query, columns = self._query(session)
            if staged(session, query, columns, path):
                return FileSource(path)
        path.unlink(missing_ok=True)
        return None

    def batches(self) -> Iterator[pd.DataFrame]:
        """Read in frames of ``batch_rows`` rows, so that memory holds no more than one.

        PostgreSQL's driver makes batches of its own size. Each frame has the dtypes of its own
        rows: integers without a missing value stay integers in it.

        Raises:
            SourceError: As :meth:`extract`; and a column of SQLite holds another type of value than
                in the first batch.
        """
        import pyarrow as pa

        from etlframe.engines.exchange import from_arrow

        with self._opened() as session:
            query, columns = self._query(session)
            reading = session.reading(query.sql, query.values, batch_rows=self.batch_rows)
            with reading as batches:
                for batch in batches:
                    table = pa.Table.from_batches([batch])
                    yield from_arrow(widened(session.decoded(table, columns)))

    def columns(self) -> list[str] | None:
        """Return the column names, which the database tells without reading rows.

        Raises:
            SourceError: As :meth:`extract`.
        """
        with self._opened() as session:
            query, columns = self._whole(session)
            return _names(session, query) if columns is None else list(columns)

    def first(self, rows: int) -> SQLSource:
        """Return a source that asks the database for its first rows, as ``DataSource.first``."""
        shorter = copy(self)
        shorter._limit = rows  # noqa: SLF001 - a copy of this one
        return shorter

    def between(self, column: str, start: Any, end: Any = None) -> SQLSource:
        """Return a source that asks the database for fewer rows, as ``DataSource.between``."""
        narrower = copy(self)
        narrower._bounds = Bounds(column, start, end)  # noqa: SLF001 - a copy of this one
        return narrower

    def describe(self) -> str:
        """Return the database and what is read of it, without secrets."""
        if self.table is not None:
            return f"{self.address} table {self.table}"
        return f"{self.address} {self._shown()}"

    def __repr__(self) -> str:
        """Return the call that makes this source, without secrets and values."""
        what = self._shown() if self.table is None else str(self.table)
        params = ", params=..." if self._values else ""
        return f"SQLSource({str(self.address)!r}, {what!r}{params})"

    def _shown(self) -> str:
        line = redact(" ".join(self._sql.split()))
        return line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}..."

    def _query(self, session: Session) -> tuple[Query, dict[str, str] | None]:
        """Return the query of the rows that are wanted, and the declared types of a table.

        Raises:
            SourceNotFoundError: There is no such table.
        """
        query, columns = self._whole(session)
        if self._limit is not None:
            query = Query(f"{_around(query)} LIMIT {self._limit}", query.values)
        if self._bounds is None:
            return query, columns
        names = _names(session, query) if columns is None else list(columns)
        declared = None if columns is None else columns.get(self._bounds.column)
        return narrowed(session, query, names, declared, self._bounds), columns

    def _whole(self, session: Session) -> tuple[Query, dict[str, str] | None]:
        if self.table is None:
            return Query(self._bound, self._values), None
        columns = session.columns(self.table)
        if not columns:
            near = did_you_mean(str(self.table), session.tables())
            raise SourceNotFoundError(f"There is no table {self.table} in {self.address}.{near}")
        return Query(session.query_of(self.table, columns), ()), columns

    @contextmanager
    def _opened(self) -> Iterator[Session]:
        from etlframe.engines.sql import connect, said_by

        path = self.address.path
        if path is not None and not path.is_file():
            raise SourceNotFoundError(f"There is no database {self.address}.")
        try:
            with connect(self.address, read_only=True) as session:
                try:
                    with said_by(self.address):
                        session.only_read()
                        yield session
                except DatabaseFailed as failed:
                    raise SourceError(self._failure(str(failed), session)) from None
        except (DatabaseFailed, LoadError) as failed:
            raise SourceError(f"{self.address} cannot be read: {failed}.") from None

    def _failure(self, said: str, session: Session) -> str:
        """Say what the database did not like, with the tables that may have been meant."""
        found, near = _NO_TABLE.search(said), ""
        if found is not None:
            name = next(filter(None, found.groups())).rpartition(".")[2]
            names = near_names(name, self._tables(session))
            near = f" Did you mean {' or '.join(map(repr, names))}?" if names else ""
        return f"{self.address}: {said}.{near}"

    def _tables(self, session: Session) -> list[str]:
        session.close()  # PostgreSQL answers nothing more in a transaction that failed
        from etlframe.engines.sql import connect

        with connect(self.address, read_only=True) as other:
            return other.tables()


def _names(session: Session, query: Query) -> list[str]:
    """Return the names of a query's columns, of which no row is computed."""
    with session.reading(f"{_around(query)} LIMIT 0", query.values, batch_rows=None) as batches:
        return list(batches.schema.names)


def _around(query: Query) -> str:
    # A line of its own, as the query may end in a comment.
    return f"SELECT * FROM ({query.sql}\n) AS etlframe_query"  # noqa: S608 - the user's own
