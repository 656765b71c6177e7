"""Lines of text as a file: the bytes of Arrow's batches, as they are, in the order of the rows.

DuckDB's own ``COPY`` keeps whole row groups in memory to write them in order. A stream of batches
comes in order by itself, made by all threads: measured, it takes a quarter less processor time, and
as little memory for many rows as for few.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from etlframe.engines.duckdb.connection import interruptible
from etlframe.engines.duckdb.core import relation_of
from etlframe.engines.duckdb.faults import of_arrow
from etlframe.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

LINE_END = "\n"

_BATCH = 2_048  # rows: a vector of DuckDB's, some 100 kB of usual lines
_AHEAD = "64MB"  # what threads may have ready; with DuckDB's 1 MB they wait for each other


def write_lines(connection: duckdb.DuckDBPyConnection, query: str, path: str) -> int:
    """Write the one column of text that a query gives, end to end, to a file that is replaced.

    Args:
        connection: Where the query runs.
        query: A SELECT of lines, each with its end.
        path: The file.

    Returns:
        The number of rows.

    Raises:
        LoadError: The file could not be written.
        duckdb.Error: The query failed.
    """

    def write() -> int:
        rows = 0
        try:
            with Path(path).open("wb", buffering=0) as file:
                for lines, text in _texts(connection, query):
                    rows += lines
                    written = 0
                    while written < len(text):
                        written += file.write(text[written:])
        except OSError as error:
            raise LoadError(f"{path} cannot be written: {error.strerror}") from error
        return rows

    return interruptible(connection, write)


def _texts(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[int, memoryview]]:
    """Yield the number of rows of each batch, and their text."""
    connection.execute(f"SET streaming_buffer_size = '{_AHEAD}'")
    batches = relation_of(connection, query).to_arrow_reader(_BATCH)
    while True:
        try:
            batch = batches.read_next_batch()
        except StopIteration:
            return
        except OSError as error:
            raise of_arrow(error) from error
        if batch.num_rows:
            _, ends, text = batch.column(0).buffers()
            yield batch.num_rows, memoryview(text)[: _last(ends, batch.num_rows)]


def _last(ends: memoryview, rows: int) -> int:
    """Return where the text of the last row ends; ``connect`` asks for 64-bit offsets."""
    return memoryview(ends).cast("q")[rows]
