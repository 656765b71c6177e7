"""Frames into files: Polars' batches stream into the one writer of all engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl  # the engine imports this module once the number of threads is set

from etlframe.engines.duckdb.streaming import BATCH

if TYPE_CHECKING:
    import pyarrow as pa

    from etlframe.engines.polars.computation import Computation


def is_streamed(lazy: pl.LazyFrame) -> bool:
    """Return whether every column reaches the writer as the type that any engine would give.

    Time spans have a unit here and none in DuckDB, and times of day have nanoseconds.
    """
    return not any(
        dtype.is_nested() or isinstance(dtype, pl.Duration | pl.Time)
        for dtype in lazy.collect_schema().dtypes()
    )


def stream(lazy: pl.LazyFrame, computation: Computation) -> pa.RecordBatchReader:
    """Return a lazy frame as a stream of Arrow batches, computed as they are asked for."""
    import pyarrow as pa

    empty = pl.DataFrame(schema=lazy.collect_schema()).to_arrow()
    return pa.RecordBatchReader.from_batches(empty.schema, _batches(lazy, computation))


def _batches(lazy: pl.LazyFrame, computation: Computation) -> Iterator[pa.RecordBatch]:
    try:
        chunks = lazy.collect_batches(chunk_size=BATCH, lazy=True, engine="streaming")
        for df in chunks:
            yield from df.to_arrow().to_batches()
            computation.check()
    except BaseException as error:
        computation.failed(error)  # DuckDB makes an error of its own of whatever this raises
        raise
