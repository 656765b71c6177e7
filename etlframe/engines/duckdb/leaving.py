"""How rows leave DuckDB: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Written
from etlframe.engines.leaving import aside_of, to_dataframe
from etlframe.engines.pandas import PandasRows

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.duckdb.frame import DuckDBFrame


def to_pandas(frame: DuckDBFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    return to_dataframe(frame.engine.arrow(frame.statement()), frame.shape, frame.engine)


def write(frame: DuckDBFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if aside_of(frame.shape, frame.engine):
        rows = PandasRows(to_pandas(frame), frame.schema)
        return replace(rows.write(path, format, options), rows_scanned=None)
    written = frame.engine.write(frame.statement(), frame.schema, path, format, options)
    return Written(written, frame.engine.rows_scanned)
