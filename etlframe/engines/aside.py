"""Columns that no engine computes with, such as categories: they stay in pandas, by row number.

An engine that is given a frame carries the row number in their place, missing where the value is,
through filters, sorts and joins. When rows leave the engine, the values are looked up again, so
that categories, nullable dtypes, time zones and mixed objects come back as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.typed import Origin, Origins

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Aside = dict[Origin, Any]
"""Where a column of a frame came from -> its values, a Series."""


def put_aside(df: pd.DataFrame, schema: Schema, relation: str) -> tuple[pd.DataFrame, Aside]:
    """Return the frame with row numbers in place of what no engine computes with, and the rest.

    Args:
        df: The frame that an engine is given.
        schema: The kinds of its columns; those of ``Kind.OTHER`` are put aside.
        relation: The name of the frame in the engine.
    """
    import numpy as np
    import pandas as pd

    aside: Aside = {}
    columns = {}
    for at, (name, kind) in enumerate(schema.items()):
        column = df.iloc[:, at]
        if kind is Kind.OTHER:
            missing = column.isna().to_numpy()
            aside[Origin(relation, name, known=bool(missing.any()))] = column
            numbers = pd.array(np.arange(len(df)), dtype="Int64")
            numbers[missing] = pd.NA
            column = pd.Series(numbers, index=df.index)
        columns[name] = column
    return (pd.DataFrame(columns, index=df.index) if aside else df), aside


def of_frame(aside: Aside, schema: Schema, origins: Mapping[str, Origins]) -> dict[str, Any]:
    """Return the columns of a frame that are put aside: name -> values."""
    found = {}
    for name, kind in schema.items():
        if kind is Kind.OTHER and aside:
            values = [aside[origin] for origin in origins.get(name, ()) if origin in aside]
            if values:
                found[name] = values[0]
    return found


def without(table: pa.Table, names: Iterable[str]) -> pa.Table:
    """Return the table that an engine gave without the columns of row numbers."""
    return table.drop_columns(list(names))


def brought_back(df: pd.DataFrame, table: pa.Table, aside: Mapping[str, Any]) -> pd.DataFrame:
    """Return the frame with the values that were put aside, looked up by row number.

    Args:
        df: What became of the other columns.
        table: What the engine gave: row numbers are in it.
        aside: Name -> values.
    """
    import pandas as pd

    columns = {name: df[name] for name in df.columns}
    for name, values in aside.items():
        columns[name] = _looked_up(values, table[name])
    ordered = {name: columns[name] for name in table.column_names}
    return pd.DataFrame(ordered, index=pd.RangeIndex(table.num_rows))


def _looked_up(values: pd.Series[Any], numbers: pa.ChunkedArray) -> pd.Series[Any]:
    import pandas as pd

    wanted = numbers.fill_null(-1).to_numpy()
    index = pd.RangeIndex(len(wanted))
    if values.dtype != "object":
        return pd.Series(pd.api.extensions.take(values.array, wanted, allow_fill=True), index=index)
    taken = pd.api.extensions.take(values.to_numpy(), wanted, allow_fill=True)
    taken[wanted < 0] = _missing_value(values)
    return pd.Series(taken, index=index, dtype="object")  # texts alone would be taken for str


def _missing_value(values: pd.Series[Any]) -> object:
    """None, NaN and NaT are one to etlframe, and remain the one that the column had."""
    missing = values[values.isna()]
    return missing.iloc[0] if len(missing) else float("nan")
