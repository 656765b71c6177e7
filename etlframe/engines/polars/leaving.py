"""How rows leave Polars: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines.base import Written
from etlframe.engines.leaving import aside_of, to_dataframe
from etlframe.engines.pandas import PandasRows
from etlframe.engines.polars.writing import is_streamed

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.polars.frame import PolarsFrame


def to_pandas(frame: PolarsFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    return to_dataframe(frame.engine.arrow(frame.lazy), frame.shape, frame.engine)


def write(frame: PolarsFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if is_streamed(frame.lazy) and not aside_of(frame.shape, frame.engine):
        return frame.engine.write(frame, path, format, options)
    rows = PandasRows(to_pandas(frame), frame.schema).write(path, format, options)
    return replace(rows, rows_scanned=frame.engine.rows_scanned)
