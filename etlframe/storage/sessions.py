"""A connection to a database for one transaction, or for one reading: the contract of all three."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from etlframe.errors import ETLError
from etlframe.storage.column_types import ColumnTypes
from etlframe.storage.database import Address, TableName
from etlframe.storage.narrowing import Bounds, Query

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
"""Rows that are read, or sent, at a time."""


class DatabaseFailed(Exception):  # noqa: N818 - sources and loaders say what it means
    """A database refused something; the message is a part of a sentence, without secrets."""


class MixedTypes(DatabaseFailed):
    """A column has values of another type than in the batches before."""


class Session(ABC):
    """A connection. What is left open at the end is rolled back.

    Statements take values as ``$1``, ``$2`` ... in that order, each once.

    Attributes:
        address: The database.
        types: Which type a column has.
        primary_keys: Whether a table that is made for upserts gets a primary key.
        row_id: What tells the rows of a table from each other, as long as none is changed.
    """

    address: Address
    types: ColumnTypes
    primary_keys: bool = True
    row_id: str = "rowid"

    @abstractmethod
    def begin(self, table: TableName, *, timeout: float) -> None:
        """Begin the transaction that changes a table, and keep other loads away from it.

        Raises:
            DatabaseFailed: Another process held the table for longer than ``timeout`` seconds.
        """

    def only_read(self) -> None:  # noqa: B027 - not every database needs to
        """Let nothing be changed from now on."""

    def keep_records_apart(self) -> None:  # noqa: B027 - not every database needs to
        """Keep other loads from making the table of loads at the same time."""

    def keep_writers_away(self, table: TableName) -> None:  # noqa: B027 - not every database needs to
        """Keep other programs from changing a table that is there; they may read it."""

    @abstractmethod
    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""

    @abstractmethod
    def fetch(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query, and return its rows."""

    @abstractmethod
    def columns(self, table: TableName) -> dict[str, str]:
        """Return a table's columns with their declared types; none where there is no table."""

    @abstractmethod
    def tables(self) -> list[str]:
        """Return the names of tables and views, as people would name them."""

    @abstractmethod
    def insert(self, table: TableName, rows: pa.RecordBatchReader, *, temporary: bool) -> None:
        """Send rows into a table's columns of the same names, in batches."""

    @abstractmethod
    def make_stage(self, name: str, columns: str) -> None:
        """Make a table of this connection alone, gone with it."""

    def look_up_stage(self, name: str, keys: list[str]) -> None:  # noqa: B027 - not every database needs to
        """Make ready for looking up the rows of such a table by their keys."""

    @abstractmethod
    def commit(self) -> None:
        """Make it all true at once."""

    @abstractmethod
    def close(self) -> None:
        """Roll back what is open, and let go."""

    @abstractmethod
    def reading(
        self, sql: str, values: Sequence[Any], *, batch_rows: int | None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Run a query, and give its rows in batches.

        Args:
            sql: The query, with places for values as this database writes them.
            values: The values.
            batch_rows: Rows of a batch, or None to leave them to the database.
        """

    def query_of(self, table: TableName, columns: dict[str, str]) -> str:
        """Return the query of all of a table."""
        del columns
        return f"SELECT * FROM {table.sql}"  # noqa: S608 - a quoted name

    def between(
        self,
        query: Query,  # noqa: ARG002 - a contract for children
        declared: str | None,  # noqa: ARG002 - a contract for children
        bounds: Bounds,  # noqa: ARG002 - a contract for children
    ) -> tuple[str, list[Any]] | None:
        """Return a condition on ``etlframe_query`` that keeps what is wanted, and its values.

        Args:
            query: The query.
            declared: The column's declared type, if it is one of a table.
            bounds: Which rows are wanted. What else comes back does no harm.

        Returns:
            None where it is not known to be safe.
        """
        return None

    def decoded(self, batch: pa.Table, columns: dict[str, str] | None) -> pa.Table:
        """Return rows that were read in the types that they mean.

        Args:
            batch: The rows.
            columns: The declared types, where a whole table was read.
        """
        del columns
        return batch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def told_in_batches(address: Address) -> Iterator[None]:
    """Turn what Arrow makes of a database's error between two batches into one of the database."""
    import pyarrow as pa

    try:
        yield
    except ETLError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise DatabaseFailed(address.without_secrets(sentence(str(error)))) from None


def sentence(message: str) -> str:
    """Return the first line of a database's message, without its stop.

    >>> sentence("no such table. ")
    'no such table'
    """
    return message.strip().partition("\n")[0].strip().rstrip(".!")
