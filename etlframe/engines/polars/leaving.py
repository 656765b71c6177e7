"""How rows leave Polars: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.base import Written
from etlframe.engines.leaving import aside_of, to_dataframe
from etlframe.engines.pandas import PandasRows
from etlframe.engines.polars import checking
from etlframe.engines.polars.writing import is_streamed

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.polars.frame import PolarsFrame


def to_pandas(frame: PolarsFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    checking.before(frame)
    df = to_dataframe(frame.engine.arrow(frame.lazy), frame.shape, frame.engine)
    checking.after(frame, len(df))
    return df


def count(frame: PolarsFrame) -> int:
    """Compute the number of a frame's rows."""
    checking.before(frame)
    rows = int(frame.engine.arrow(frame.lazy.select(pl.len()))[0][0].as_py())
    checking.after(frame, rows)
    return rows


def write(frame: PolarsFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if is_streamed(frame.lazy) and not aside_of(frame.shape, frame.engine):
        checking.before(frame)
        written = frame.engine.write(frame, path, format, options)
        checking.after(frame, written.rows)
        return written
    rows = PandasRows(to_pandas(frame), frame.schema).write(path, format, options)
    return replace(rows, rows_scanned=frame.engine.rows_scanned)
