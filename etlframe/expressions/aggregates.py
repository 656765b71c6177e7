"""pandas' words for aggregates, and the kinds of column where every engine agrees on them."""

from __future__ import annotations

from collections.abc import Callable

from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

_NUMBERS = (Kind.INT, Kind.FLOAT)
_SUMMED = (*_NUMBERS, Kind.BOOL)
_MEASURED = (*_SUMMED, Kind.DECIMAL)
_ORDERED = (*_MEASURED, Kind.STR, Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)
_COUNTABLE = (*_ORDERED, Kind.MAYBE_BOOL)
_TRUE_OR_NOT = (*_SUMMED, Kind.STR, Kind.MAYBE_BOOL)

Rule = Callable[[Kind], Kind | None]


def _to(answer: Kind, *kinds: Kind) -> Rule:
    return lambda kind: answer if kind in kinds else None


def _same(kind: Kind) -> Kind | None:
    return kind if kind in _ORDERED else None


def _sum(kind: Kind) -> Kind | None:
    return Kind.INT if kind is Kind.BOOL else kind if kind in _MEASURED else None


AGGREGATES: dict[str, Rule] = {
    "count": lambda _kind: Kind.INT,
    "size": lambda _kind: Kind.INT,
    "nunique": _to(Kind.INT, *_COUNTABLE),
    "any": _to(Kind.BOOL, *_TRUE_OR_NOT),
    "all": _to(Kind.BOOL, *_TRUE_OR_NOT),
    "sum": _sum,
    "mean": _to(Kind.FLOAT, *_MEASURED),
    "median": _to(Kind.FLOAT, *_MEASURED),
    "quantile": _to(Kind.FLOAT, *_NUMBERS),
    "std": _to(Kind.FLOAT, *_MEASURED),
    "var": _to(Kind.FLOAT, *_MEASURED),
    "min": _same,
    "max": _same,
    "first": _same,
    "last": _same,
}
"""pandas' word for an aggregate -> the kind of its answer, None where it is not portable."""

COUNTS = ("count", "size", "nunique", "any", "all")
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
