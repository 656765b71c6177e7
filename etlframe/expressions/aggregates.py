"""pandas' words for aggregates, and the kinds of column where every engine agrees on them."""

from __future__ import annotations

from collections.abc import Callable

from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

_NUMBERS = (Kind.INT, Kind.FLOAT)
_ORDERED = (*_NUMBERS, Kind.STR, Kind.DATE, Kind.DATETIME)
_COUNTABLE = (*_ORDERED, Kind.BOOL, Kind.DATETIME_TZ)

AGGREGATES: dict[str, Callable[[Kind], Kind | None]] = {
    "count": lambda _kind: Kind.INT,
    "size": lambda _kind: Kind.INT,
    "nunique": lambda kind: Kind.INT if kind in _COUNTABLE else None,
    "sum": lambda kind: Kind.INT if kind is Kind.BOOL else kind if kind in _NUMBERS else None,
    "mean": lambda kind: Kind.FLOAT if kind in (*_NUMBERS, Kind.BOOL) else None,
    "median": lambda kind: Kind.FLOAT if kind in _NUMBERS else None,
    "std": lambda kind: Kind.FLOAT if kind in _NUMBERS else None,
    "var": lambda kind: Kind.FLOAT if kind in _NUMBERS else None,
    "min": lambda kind: kind if kind in _ORDERED else None,
    "max": lambda kind: kind if kind in _ORDERED else None,
    "first": lambda kind: kind if kind in _ORDERED else None,
    "last": lambda kind: kind if kind in _ORDERED else None,
}
"""pandas' word for an aggregate -> the kind of its answer, None where it is not portable."""

COUNTS = ("count", "size", "nunique")
"""The aggregates that are never missing."""


def aggregate_kind(function: str, kind: Kind) -> Kind:
    """Return the kind of an aggregate of a column, or raise ``NotPortable``."""
    rule = AGGREGATES.get(function)
    found = rule(kind) if rule else None
    if found is None:
        raise NotPortable(
            f"the aggregate {function!r} of {kind} is known to be right in pandas only"
        )
    return found
