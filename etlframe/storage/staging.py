"""A result of a database streamed into a Parquet file, which an engine reads as often as it needs.

Memory holds a batch or two. The file holds what reading the whole result at once would give; where
batches do not tell that (a column of SQLite whose values are of several types), there is no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from etlframe.errors import SourceError
from etlframe.storage.column_types import family
from etlframe.storage.sessions import BATCH_ROWS, MixedTypes, Session, sentence

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from etlframe.storage.narrowing import Query

_MOST_DIGITS = 38  # of a decimal, as engines read it
_INDEX = re.compile(r"__index_level_\d+__")  # which readers of Parquet take for pandas' own


class _Unstageable(Exception):  # noqa: N818 - a signal for this file alone
    """The result is not one that a file holds as it is."""


def staged(session: Session, query: Query, columns: dict[str, str] | None, path: Path) -> bool:
    """Write a result into a file; return whether it could be written as it is.

    Args:
        session: The database.
        query: The query.
        columns: The declared types, where it is a table.
        path: The file, which is not there yet.

    Raises:
        DatabaseFailed: The database does not take the query, or is gone midway.
        SourceError: The file cannot be written.
    """
    with _Stage(path) as stage:
        try:
            with session.reading(query.sql, query.values, batch_rows=BATCH_ROWS) as batches:
                for batch in _or_empty(batches):
                    stage.write(widened(session.decoded(batch, columns)))
        except (_Unstageable, MixedTypes):
            return False
    return True


def widened(table: pa.Table) -> pa.Table:
    """Return numbers in the types that pandas has by default: of 64 bits."""
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        wide = field.type
        if pa.types.is_integer(wide) and wide != pa.uint64():
            wide = pa.int64()
        elif pa.types.is_floating(wide):
            wide = pa.float64()
        if wide != field.type:
            table = table.set_column(at, pa.field(field.name, wide), table.column(at).cast(wide))
    return table


def _or_empty(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Yield tables of a batch each; one without rows where there are none."""
    import pyarrow as pa

    count = 0
    for count, batch in enumerate(batches, start=1):  # noqa: B007 - how many there were
        yield pa.Table.from_batches([batch])
    if not count:
        yield batches.schema.empty_table()


class _Stage:
    """The file while it is written.

    Args:
        path: Where.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._schema: pa.Schema | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._told():
            self._close()

    def write(self, table: pa.Table) -> None:
        """Write the rows of a batch, in the types that all batches so far have.

        Raises:
            _Unstageable: They have no such types.
        """
        schema = table.schema.remove_metadata()
        if self._schema is None:
            _check(schema)
        both = schema if self._schema is None else _types_of_both(self._schema, schema)
        with self._told():
            if both != self._schema:
                self._open(both)
            if self._writer is not None:
                self._writer.write_table(table.cast(both))

    def _open(self, schema: pa.Schema) -> None:
        """Begin the file, or begin it anew where its decimals turn out to need more digits."""
        import pyarrow.parquet as pq

        self._close()
        before = self._path.with_suffix(".before")
        if self._schema is not None:
            self._path.replace(before)
        self._schema = schema
        self._writer = pq.ParquetWriter(self._path, schema, compression="snappy")
        if before.exists():
            with pq.ParquetFile(before) as narrower:
                for at in range(narrower.num_row_groups):
                    self._writer.write_table(narrower.read_row_group(at).cast(schema))
            before.unlink()

    def _close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = error.strerror or sentence(str(error))
            raise SourceError(
                f"What is read of the database is kept in {self._path.parent} while the run goes "
                f"on, and it cannot be written there: {why}."
            ) from error


def _check(schema: pa.Schema) -> None:
    """Raise unless an engine that reads the file gives what pandas would be given at once."""
    import pyarrow as pa

    folded = {name.casefold() for name in schema.names}
    if not folded or "" in folded or len(folded) < len(schema.names):
        raise _Unstageable
    if any(_INDEX.fullmatch(name) for name in schema.names):
        raise _Unstageable
    for field in schema:
        what = family(field.type)
        is_known = {
            "time": field.type == pa.timestamp("us"),
            "instant": field.type == pa.timestamp("us", "UTC"),
            "int": field.type == pa.int64(),
            "decimal": pa.types.is_decimal128(field.type),
            "date": field.type == pa.date32(),
        }
        if not is_known.get(what, what in ("bool", "float", "text")):
            raise _Unstageable


def _types_of_both(left: pa.Schema, right: pa.Schema) -> pa.Schema:
    """Return the types for the rows of both: decimals have as many digits as either needs."""
    import pyarrow as pa

    if left == right:
        return left
    if left.names != right.names:
        raise _Unstageable
    pairs = zip(left, right, strict=True)
    return pa.schema([(one.name, _type_of_both(one.type, other.type)) for one, other in pairs])


def _type_of_both(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if one == other:
        return one
    if not (pa.types.is_decimal128(one) and pa.types.is_decimal128(other)):
        raise _Unstageable
    scale = max(one.scale, other.scale)
    precision = scale + max(one.precision - one.scale, other.precision - other.scale)
    if precision > _MOST_DIGITS:
        raise _Unstageable
    return pa.decimal128(precision, scale)
