"""How rows leave DuckDB: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines import aside
from etlframe.engines.base import Written
from etlframe.engines.pandas import PandasRows

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.duckdb.frame import DuckDBFrame


def to_pandas(frame: DuckDBFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    from etlframe.engines.exchange import from_arrow

    table, held = frame.engine.arrow(frame.statement()), _aside(frame)
    df = from_arrow(aside.without(table, held), frame.schema)
    # What misses values now has the dtype already; only the others are looked for elsewhere.
    plain = [name for name in df.columns if df[name].dtype in ("int64", "bool")]
    dtypes = frame.shape.select(plain).dtypes_of_missing(frame.engine.has_missing)
    df = df.astype(dtypes)
    return aside.brought_back(df, table, held) if held else df


def write(frame: DuckDBFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if _aside(frame):
        rows = PandasRows(to_pandas(frame), frame.schema)
        return replace(rows.write(path, format, options), rows_scanned=None)
    written = frame.engine.write(frame.statement(), frame.schema, path, format, options)
    return Written(written, frame.engine.rows_scanned)


def _aside(frame: DuckDBFrame) -> dict[str, Any]:
    return aside.of_frame(frame.engine.aside, frame.schema, frame.shape.origins)
