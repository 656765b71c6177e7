"""How rows leave DuckDB: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines import aside
from etlframe.engines.base import Written
from etlframe.engines.pandas import PandasRows
from etlframe.expressions.annotate import NOWHERE
from etlframe.expressions.kinds import Kind

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from etlframe.engines.duckdb.frame import DuckDBFrame


def to_pandas(frame: DuckDBFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    from etlframe.engines.exchange import from_arrow

    table, held = frame.engine.arrow(frame.statement()), _aside(frame)
    df = from_arrow(_rounded(frame, aside.without(table, held)), frame.schema)
    # What misses values now has the dtype already; only the others are looked for elsewhere.
    plain = [name for name in df.columns if df[name].dtype in ("int64", "bool")]
    dtypes = frame.shape.select(plain).dtypes_of_missing(frame.engine.has_missing)
    df = df.astype(dtypes)
    return aside.brought_back(df, table, held) if held else df


def _rounded(frame: DuckDBFrame, table: pa.Table) -> pa.Table:
    """Make floats of integers beyond 2^53 that a verb such as ``merge`` made missing.

    pandas rounds them. Those that were missing in a file already are Int64 all the way.
    """
    from etlframe.engines.exchange import is_beyond_float

    for at, name in enumerate(table.column_names):
        column = table[name]
        whole = frame.schema[name] is Kind.INT and column.null_count and is_beyond_float(column)
        if whole and not _missing_in_file(frame, name):
            table = table.set_column(at, name, column.cast("float64", safe=False))
    return table


def _missing_in_file(frame: DuckDBFrame, name: str) -> bool:
    engine, origins = frame.engine, frame.shape.origins.get(name, NOWHERE)
    return any(engine.is_of_file(each) and engine.has_missing(each) for each in origins)


def write(frame: DuckDBFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if _aside(frame):
        rows = PandasRows(to_pandas(frame), frame.schema)
        return replace(rows.write(path, format, options), rows_scanned=None)
    written = frame.engine.write(frame.statement(), frame.schema, path, format, options)
    return Written(written, frame.engine.rows_scanned)


def _aside(frame: DuckDBFrame) -> dict[str, Any]:
    return aside.of_frame(frame.engine.aside, frame.schema, frame.shape.origins)
