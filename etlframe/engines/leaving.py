"""How rows leave an engine as a DataFrame: with the dtypes that pandas would have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from etlframe.engines import aside
from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.typed import NOWHERE, Origin

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Looking(Protocol):
    """An engine that can look where missing values come from.

    Attributes:
        aside: Columns of frames that stay in pandas.
        looks_for_missing: Whether it may read a column again to learn if it misses values.
    """

    aside: aside.Aside
    looks_for_missing: bool

    def has_missing(self, origin: Origin) -> bool:
        """Look whether a column of a relation holds a missing value, once."""

    def is_of_file(self, origin: Origin) -> bool:
        """Return whether an origin is a column of a file, not what a verb made of one."""


def to_dataframe(table: pa.Table, shape: Shape, engine: Looking) -> pd.DataFrame:
    """Return the rows that an engine computed as a DataFrame.

    Args:
        table: The rows.
        shape: Their shape.
        engine: Where they were computed.
    """
    from etlframe.engines.exchange import from_arrow

    held = aside_of(shape, engine)
    df = from_arrow(_rounded(aside.without(table, held), shape, engine), shape.schema)
    # What misses values now has the dtype already; only the others are looked for elsewhere.
    plain = [name for name in df.columns if df[name].dtype in ("int64", "bool")]
    df = df.astype(shape.select(plain).dtypes_of_missing(engine.has_missing))
    if not held:
        return df
    return _widened(aside.brought_back(df, table, held), held, shape, engine)


def aside_of(shape: Shape, engine: Looking) -> dict[str, Any]:
    """Return the columns of a frame that stayed in pandas, by their names."""
    return aside.of_frame(engine.aside, shape.schema, shape.origins)


def _rounded(table: pa.Table, shape: Shape, engine: Looking) -> pa.Table:
    """Make floats of integers beyond 2^53 that a verb such as ``merge`` made missing.

    pandas rounds them. Those that were missing in a file already are Int64 all the way.
    """
    from etlframe.engines.exchange import is_beyond_float

    for at, name in enumerate(table.column_names):
        column = table[name]
        whole = shape.schema[name] is Kind.INT and column.null_count and is_beyond_float(column)
        if whole and not _missing_in_file(name, shape, engine):
            table = table.set_column(at, name, column.cast("float64", safe=False))
    return table


def _missing_in_file(name: str, shape: Shape, engine: Looking) -> bool:
    of_file = [each for each in shape.origins.get(name, NOWHERE) if engine.is_of_file(each)]
    if not engine.looks_for_missing:  # better Int64 once too often than a number that is not exact
        return any(each.known is not False for each in of_file)
    return any(map(engine.has_missing, of_file))


def _widened(df: pd.DataFrame, held: dict[str, Any], shape: Shape, engine: Looking) -> pd.DataFrame:
    """Make float64 of small integers that missed values once, as pandas has them."""
    small = [
        name for name, values in held.items() if str(values.dtype).strip("u").startswith("int")
    ]
    wide = [
        name
        for name in small
        if any(
            engine.has_missing(each) if each.known is None else each.known
            for each in shape.origins.get(name, NOWHERE)
        )
    ]
    return df.astype(dict.fromkeys(wide, "float64"))
