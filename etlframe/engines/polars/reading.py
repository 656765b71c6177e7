"""Files as lazy frames: by the one reader of all engines, or by Polars' own where both agree.

A file's cells mean the same on every engine since one reader reads them: DuckDB streams them, and
Polars pulls batches when it needs them, so a source may be larger than memory. Parquet has types
of its own; where Polars would give those that the sniff told, it reads the file by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl  # the engine imports this module once the number of threads is set

from etlframe.engines.base import RowsRefused, Scan
from etlframe.engines.exchange import EXACT_IN_FLOAT
from etlframe.engines.polars.holding import held
from etlframe.engines.polars.lowering import column, operand
from etlframe.engines.polars.lowering_decimals import dtype_of
from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import Origin

if TYPE_CHECKING:
    from etlframe.engines.polars.engine import Assumed, PolarsEngine

# The sniff's type -> what Polars reads it as, where it needs no change.
_PLAIN: dict[str, pl.DataType] = {
    "BIGINT": pl.Int64(),
    "DOUBLE": pl.Float64(),
    "VARCHAR": pl.String(),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMP": pl.Datetime("us"),
    "TIMESTAMP_MS": pl.Datetime("ms"),
    "TIMESTAMP_NS": pl.Datetime("ns"),
    "TIMESTAMP WITH TIME ZONE": pl.Datetime("us", "UTC"),
}
_WHOLE = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)


def lazy_frame(scan: Scan, engine: PolarsEngine, assumed: Assumed) -> tuple[pl.LazyFrame, bool]:
    """Return a file as a lazy frame with exactly the scan's columns, rows in file order.

    Args:
        scan: How to read it.
        engine: What it is read for.
        assumed: What rows are held to while they are read, as it is by then.

    Returns:
        The frame, and whether its rows are held to what is assumed.

    Raises:
        NotPortable: A column has a type that Polars does not hold.
    """
    own = _own_parquet(scan) if scan.format == "parquet" and not scan.folders else None
    return (_streamed(scan, engine, assumed), True) if own is None else (own, False)


def _own_parquet(scan: Scan) -> pl.LazyFrame | None:
    """Return Polars' own scan of a Parquet file, or None where a type could mean another."""
    try:
        files = list(scan.files)
        lazy = pl.scan_parquet(files, glob=False, hive_partitioning=False)
        found = lazy.collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        return None
    columns = []
    for name in scan.columns:
        if name not in found or (asked := _asked(scan, name)) is None:
            return None
        if not _means(found[name], asked):
            return None
        same = found[name] == asked
        columns.append(pl.col(name) if same else pl.col(name).cast(asked))
    return lazy.select(columns)


def _asked(scan: Scan, name: str) -> pl.DataType | None:
    """Return the type that a column shall have."""
    if name in scan.digits:
        return dtype_of(scan.digits[name])
    return _PLAIN.get(scan.types[name])


def _means(found: pl.DataType, asked: pl.DataType) -> bool:
    """Whether a cast between the types changes no value."""
    if found == asked:
        return True
    if asked == pl.Int64():
        return found in _WHOLE
    if asked == pl.Float64():
        return found == pl.Float32()
    return asked == pl.Datetime("us") and found == pl.Date()


def _streamed(scan: Scan, engine: PolarsEngine, assumed: Assumed) -> pl.LazyFrame:
    from polars.io.plugins import register_io_source

    schema = held(engine.streams.schema(scan).empty_table()).schema
    place = engine.place_in_source(scan)

    def batches(
        columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        computation, rows = engine.computation, 0
        try:
            held = {name for name, _ in assumed}
            read = columns and [*columns, *(name for name in held if name not in columns)]
            for batch in engine.streams.read(scan, read, n_rows):
                computation.check()
                rows += batch.num_rows
                if place is not None:
                    computation.read(place, rows)
                df = pl.DataFrame(batch)
                _hold(df, assumed)
                df = df.select(columns) if columns else df
                # Every cell was checked by now, also in rows that are dropped here.
                yield df if predicate is None else df.filter(predicate)
        except Exception as error:
            computation.failed(error)
            raise
        if place is not None:
            computation.scanned(place, None if n_rows is not None else rows)

    return register_io_source(batches, schema=schema, is_pure=True)


def _hold(df: pl.DataFrame, assumed: Assumed) -> None:
    """Refuse rows that are not as it was assumed."""
    for name, what in assumed:
        value = pl.col(name)
        held = value.is_not_null() if what == "present" else value.abs() <= EXACT_IN_FLOAT
        if not df.select(held.all()).item():  # a missing value is not compared
            raise RowsRefused


def any_missing(lazy: pl.LazyFrame, origin: Origin) -> pl.LazyFrame:
    """Return a frame of one value: whether a column, or an expression, misses a value."""
    if origin.value is not None:
        return lazy.select(operand(origin.value, lazy).missing.any())
    is_float = lazy.collect_schema()[origin.column].is_float()
    value = column(origin.column, Kind.FLOAT if is_float else Kind.OTHER)
    return lazy.select(value.is_null().any())
