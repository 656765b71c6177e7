"""Times and time spans in one unit: Polars cuts the finer one before it compares or chooses.

pandas' frames hold times in milli-, micro- or nanoseconds, files mostly in microseconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from etlframe.engines.polars.operand import Operand, literal
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    import polars as pl

_FIRST = dt.datetime(1678, 1, 1)  # noqa: DTZ001 - frames' times have no zone
_LAST = dt.datetime(2262, 1, 1)  # noqa: DTZ001 - as above
_LONGEST = dt.timedelta(days=106_000)
"""What nanoseconds can count, and a little less."""


def counts_time(kind: Kind) -> bool:
    """Return whether values are counted in a unit of time."""
    return kind.is_time or kind is Kind.TIMEDELTA


def compared(left: Operand, right: Operand) -> tuple[pl.Expr, pl.Expr]:
    """Return two times in one unit, for a comparison: the unit may be another than before."""
    units = {each.unit for each in (left, right) if not each.literal}
    if "ns" in units:
        return alike(left, right)
    if units <= {"us"}:
        return left.expr, right.expr
    return left.expr.dt.cast_time_unit("us"), right.expr.dt.cast_time_unit("us")


def alike(left: Operand, right: Operand) -> tuple[pl.Expr, pl.Expr]:
    """Return two times, or spans, in the unit of the columns among them.

    Raises:
        NotPortable: Their units differ, or a literal is none that the unit can hold.
    """
    units = {each.unit for each in (left, right) if not each.literal} or {"us"}
    if len(units) > 1:
        raise NotPortable("times of different units beside each other run in pandas")
    (unit,) = units
    one, other = (_in(each.value, unit) if each.literal else each.expr for each in (left, right))
    return one, other


def moments(values: Sequence[Any], unit: str) -> list[pl.Expr]:
    """Return plain times as literals in a unit."""
    return [_in(value, unit) for value in values]


def _in(value: Any, unit: Any) -> pl.Expr:
    fits = {"us": True, "ms": _is_of_milliseconds(value), "ns": _is_near(value)}[unit]
    if not fits:
        raise NotPortable(f"a time that {unit} cannot count runs in pandas")
    return literal(value).dt.cast_time_unit(unit)


def _is_of_milliseconds(value: Any) -> bool:
    parts = value.microseconds if isinstance(value, dt.timedelta) else value.microsecond
    return bool(parts % 1000 == 0)


def _is_near(value: Any) -> bool:
    if isinstance(value, dt.timedelta):
        return abs(value) < _LONGEST
    return bool(_FIRST < value < _LAST)
