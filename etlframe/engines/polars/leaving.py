"""How rows leave Polars: as a DataFrame with pandas' dtypes, or into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from etlframe.engines import aside
from etlframe.engines.base import Written
from etlframe.engines.pandas import PandasRows
from etlframe.engines.polars.writing import is_streamed

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.polars.frame import PolarsFrame


def to_pandas(frame: PolarsFrame) -> pd.DataFrame:
    """Compute a frame's rows as a DataFrame."""
    from etlframe.engines.exchange import from_arrow

    table, held = frame.engine.arrow(frame.lazy), _aside(frame)
    df = from_arrow(aside.without(table, held), frame.schema)
    # What misses values now has the dtype already; only the others are looked for elsewhere.
    plain = [name for name in df.columns if df[name].dtype in ("int64", "bool")]
    dtypes = frame.shape.select(plain).dtypes_of_missing(frame.engine.has_missing)
    df = df.astype(dtypes)
    return aside.brought_back(df, table, held) if held else df


def write(frame: PolarsFrame, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
    """Write a frame's rows to one file."""
    if is_streamed(frame.lazy) and not _aside(frame):
        return frame.engine.write(frame, path, format, options)
    rows = PandasRows(to_pandas(frame), frame.schema).write(path, format, options)
    return replace(rows, rows_scanned=frame.engine.rows_scanned)


def _aside(frame: PolarsFrame) -> dict[str, Any]:
    return aside.of_frame(frame.engine.aside, frame.schema, frame.shape.origins)
