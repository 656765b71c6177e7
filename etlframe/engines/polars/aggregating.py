"""Aggregates of groups as Polars' expressions; missing values are skipped by all but ``size``."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.polars.lowering import column
from etlframe.engines.polars.lowering_windows import median
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable


def _quantile(value: pl.Expr) -> pl.Expr:
    """The half quantile as pandas interpolates it: between two infinities it is missing."""
    low, high = (value.quantile(0.5, interpolation=way) for way in ("lower", "higher"))
    return pl.when(value.count() % 2 == 1).then(low).otherwise(low + (high - low) / 2)


_OF_VALUES: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "count": lambda value: value.count().cast(pl.Int64),
    "size": lambda _value: pl.len().cast(pl.Int64),
    "nunique": lambda value: value.drop_nulls().n_unique().cast(pl.Int64),
    "min": lambda value: value.min(),
    "max": lambda value: value.max(),
    "first": lambda value: value.first(ignore_nulls=True),
    "last": lambda value: value.last(ignore_nulls=True),
}
_OF_NUMBERS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "sum": lambda value: value.sum(),
    "mean": lambda value: value.mean(),
    "median": median,
    "quantile": _quantile,
    "std": lambda value: value.std(),
    "var": lambda value: value.var(),
}
_OF_TRUTH: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "any": lambda value: value.any(ignore_nulls=True),
    "all": lambda value: value.all(ignore_nulls=True),
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
    value = column(name, kind)
    if function in _OF_VALUES:
        return _OF_VALUES[function](value)
    if function in _OF_TRUTH:
        return _OF_TRUTH[function](_truth(value, kind))
    if function in _OF_NUMBERS:
        return _OF_NUMBERS[function](_number(function, value, kind))
    raise NotPortable(f"the aggregate {function!r} runs in pandas, not on Polars")


def _number(function: str, value: pl.Expr, kind: Kind) -> pl.Expr:
    if kind is Kind.DECIMAL and function != "sum":
        return value.cast(pl.Float64)
    return value.cast(pl.Int64) if kind is Kind.BOOL else value


def _truth(value: pl.Expr, kind: Kind) -> pl.Expr:
    """Python's truth of a value: zero and the empty text are false."""
    if kind.is_boolean:
        return value
    return value != ("" if kind is Kind.STR else 0)
