"""Aggregates of groups as Polars' expressions; missing values are skipped by all but ``size``."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.lowering import column
from etlframe.expressions.aggregates import COUNTS
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

_AGGREGATES: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "count": lambda value: value.count(),
    "size": lambda _value: pl.len(),
    "nunique": lambda value: value.drop_nulls().n_unique(),
    "sum": lambda value: value.sum(),
    "mean": lambda value: value.mean(),
    "median": lambda value: value.median(),
    "std": lambda value: value.std(),
    "var": lambda value: value.var(),
    "min": lambda value: value.min(),
    "max": lambda value: value.max(),
    "first": lambda value: value.first(ignore_nulls=True),
    "last": lambda value: value.last(ignore_nulls=True),
}


def aggregate(function: str, name: str, kind: Kind) -> pl.Expr:
    """Return an aggregate of a column.

    Args:
        function: pandas' word.
        name: The column.
        kind: The column's kind.

    Raises:
        NotPortable: It is not known to be right on Polars.
    """
    build = _AGGREGATES.get(function)
    if build is None:
        raise NotPortable(f"the aggregate {function!r} runs in pandas, not on Polars")
    made = build(column(name, kind))
    whole = function in COUNTS or (function == "sum" and kind is Kind.BOOL)
    return made.cast(pl.Int64) if whole else made
