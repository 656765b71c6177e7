"""Rows that come in their order by themselves, watched instead of sorted.

A join that numbers the rows of its left side runs on one thread, since DuckDB numbers rows one
after the other; and where each row has one match at most, what comes out is in the order of the
numbers. DuckDB does not promise it. To sort 10 million joined rows again took as much processor
time as to join and write them, and 4 GB; to look at their numbers takes a fiftieth of that. So the
rows of a large file flow from one query into the one that writes them, and their numbers are looked
at on the way: where one is not greater than that before it, the rows are sorted after all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etlframe.engines.duckdb.core import register, relation_of
from etlframe.engines.duckdb.faults import of_arrow
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa

    from etlframe.engines.base import Scan
    from etlframe.engines.duckdb.frame import DuckDBFrame
    from etlframe.expressions.kinds import Schema

LEAST_ROWS = 500_000
"""From here on a sort takes longer than the import of pyarrow."""

LEAST_BYTES = 32 << 20
"""The same, where a file does not tell its rows."""

_ROWS = "__etl_rows"
_BATCH = 122_880  # rows
_AHEAD = "64MB"  # what the query may have ready, while the other one writes
_PLAIN = frozenset((Kind.INT, Kind.FLOAT, Kind.STR, Kind.BOOL, Kind.DATE, Kind.DATETIME))
"""The kinds that are the same after a way through Arrow."""


class OutOfSequence(Exception):  # noqa: N818 - no error: the rows are sorted then
    """Rows did not come in the order that they have to leave in."""


def is_worth_watching(frame: DuckDBFrame, source: Scan | None) -> bool:
    """Return whether a frame's rows are likely to come in order, and are many.

    Args:
        frame: The frame.
        source: The file that its rows come from.
    """
    if not frame.order or not frame.is_sequential or source is None:
        return False
    numbered = all(term.column in frame.hidden and term.ascending for term in frame.order)
    if not numbered or not _PLAIN.issuperset(frame.schema.values()):
        return False
    if source.rows is not None:
        return source.rows >= LEAST_ROWS
    return _bytes_of(source) >= LEAST_BYTES


def _bytes_of(source: Scan) -> int:
    return sum(Path(path).stat().st_size for path in source.files)


class Watched:
    """A query whose rows another one writes, and whose order is looked at on the way.

    Args:
        connection: Where the query runs.
        sql: The SELECT: the columns to write, and after them the numbers that have to grow.
        numbers: How many of its columns are such numbers: whole, from 1 on, or missing.

    Attributes:
        cursor: Where the query runs that writes.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, sql: str, numbers: int) -> None:
        connection.execute(f"SET streaming_buffer_size = '{_AHEAD}'")
        self.cursor = connection.cursor()
        self.cursor.execute("PRAGMA enable_profiling='no_output'")
        self._connection = connection
        self._sql, self._numbers = sql, numbers
        self._newest: list[np.ndarray[Any, Any]] = []
        self._batches: pa.RecordBatchReader | None = None
        self._failed: BaseException | None = None

    def write(self, schema: Schema, path: str, format: str, options: Mapping[str, Any]) -> int:  # noqa: A002 - the field's word
        """Write the rows to one file, as ``write_query`` does, and return their number.

        Raises:
            OutOfSequence: The rows did not come in order; what was written is of no use.
        """
        from etlframe.engines.duckdb.writer import write_query

        register(self.cursor, _ROWS, self._reader())
        once = {**options, "once": True}  # a stream has its rows once
        try:
            return write_query(self.cursor, f"SELECT * FROM {_ROWS}", schema, path, format, once)
        except Exception:
            if self._failed is not None:  # which comes as text through the query that writes
                raise self._failed from None
            raise

    def interrupt(self) -> None:
        """Stop both queries."""
        self.cursor.interrupt()
        self._connection.interrupt()

    def query_progress(self) -> float:
        """Return how far the query is that reads, in percent, or -1 where it does not tell."""
        return self._connection.query_progress()

    def close(self) -> None:
        """Let go of what is left of the rows, and close the cursor."""
        if self._batches is not None:
            self._batches.close()
        self.cursor.close()

    def _reader(self) -> pa.RecordBatchReader:
        import pyarrow as pa

        batches = relation_of(self._connection, self._sql).to_arrow_reader(_BATCH)
        self._batches = batches
        schema = pa.schema(list(batches.schema)[: -self._numbers])
        return pa.RecordBatchReader.from_batches(schema, self._rows(batches, schema))

    def _rows(self, batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        try:
            for batch in batches:
                self._look_at(batch.columns[-self._numbers :])
                yield pa.RecordBatch.from_arrays(batch.columns[: -self._numbers], schema=schema)
        except OSError as error:
            self._failed = of_arrow(error)
            raise
        except OutOfSequence as error:
            self._failed = error
            raise

    def _look_at(self, columns: Sequence[pa.Array]) -> None:
        """Raise where rows do not come after each other, or not after those before."""
        import numpy as np

        numbers = [column.fill_null(0).to_numpy(zero_copy_only=False) for column in columns]
        if self._newest:
            numbers = [np.concatenate(each) for each in zip(self._newest, numbers, strict=True)]
        grows = np.zeros(max(len(numbers[0]) - 1, 0), np.bool_)
        for each in reversed(numbers):
            grows = (each[:-1] < each[1:]) | (each[:-1] == each[1:]) & grows
        if not grows.all():
            raise OutOfSequence
        self._newest = [each[-1:] for each in numbers]
