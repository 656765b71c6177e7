"""A query narrowed by the database itself: to the rows whose column may lie between two values.

Which rows lie there is for Python to say, of what comes back: databases compare texts, times and
numbers in ways of their own. So a condition here is wider than what is wanted wherever it cannot be
the same, and there is none where even that is not known. A missing value always comes back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from etlframe.storage.column_types import family
from etlframe.storage.database import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from etlframe.storage.sessions import Session

_EXACT = 2**53  # up to here a float64 has every whole number
_SINGLE, _DOUBLE = 10**6, 10**9  # a part of a number that is more than what such a float rounds
_MOST = 2**63 - 1
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMES = ("date", "time", "instant", "clock")


class Bounds(NamedTuple):
    """Which rows are wanted.

    Attributes:
        column: The column.
        start: The first value.
        end: The first value that is not wanted; None for no end.
    """

    column: str
    start: Any
    end: Any = None


class Query(NamedTuple):
    """A query, with its values."""

    sql: str
    values: Sequence[Any]


def narrowed(
    session: Session, query: Query, names: Sequence[str], declared: str | None, bounds: Bounds
) -> Query:
    """Return a query of fewer rows, or the same one where the database cannot be asked safely.

    Args:
        session: The database.
        query: The query.
        names: Its columns.
        declared: The column's declared type, if it is one of a table.
        bounds: Which rows are wanted.

    Raises:
        DatabaseFailed: The database does not take the query.
    """
    folded = [name.casefold() for name in names]
    if bounds.column not in names or len(set(folded)) < len(folded):
        return query  # a query around it would rename columns, or mean another one
    made = session.between(query, declared, bounds)
    if made is None:
        return query
    condition, values = made
    # A line of its own, as the query may end in a comment.
    sql = f"SELECT * FROM ({query.sql}\n) AS etlframe_query WHERE {condition}"  # noqa: S608 - the user's own
    return Query(sql, [*query.values, *values])


def type_query(query: Query, function: str, column: str) -> str:
    """Return a query of a column's type, for which no row of the query is computed."""
    return (
        f"SELECT CAST({function}(q.{quoted(column)}) AS VARCHAR) FROM (SELECT 1) AS one "  # noqa: S608 - the user's own
        f"LEFT JOIN ({query.sql}\n) AS q ON FALSE"
    )


# -- PostgreSQL and DuckDB, whose columns have types -----------------------------------------------


def typed(
    bounds: Bounds, held: pa.DataType, type_name: str, first: int
) -> tuple[str, list[Any]] | None:
    """Return the condition for a column of one type, and its values.

    Args:
        bounds: Which rows are wanted.
        held: What the column holds.
        type_name: The type that values are compared in, in the database's words.
        first: The number of the first value.
    """
    what = family(held)
    start = _told(bounds.start, held, up=False)
    end = None if bounds.end is None else _told(bounds.end, held, up=True)
    if start is None:
        return None
    column = f"etlframe_query.{quoted(bounds.column)}"
    compared = f'{column} COLLATE "C"' if what == "text" else column
    limits, values = [f"{compared} >= CAST(${first} AS {type_name})"], [start]
    if end is not None:
        limits.append(f"{compared} < CAST(${first + 1} AS {type_name})")
        values.append(end)
    others = [
        f"{column} {sign} CAST('{value}' AS {type_name})"
        for sign, value in _BEYOND.get(type_name, ())
    ]
    return " OR ".join([f"({' AND '.join(limits)})", f"{column} IS NULL", *others]), values


_INFINITE = (("=", "-infinity"), ("=", "infinity"))
_BEYOND = {
    "DOUBLE": (("=", "NaN"),),
    "DOUBLE PRECISION": (("=", "NaN"),),
    "NUMERIC": (("<", "-1e999"), (">", "1e999")),  # infinite, and NaN, which is the greatest
    "DATE": _INFINITE,
    "TIMESTAMP": _INFINITE,
    "TIMESTAMPTZ": _INFINITE,
    "TIMESTAMP WITH TIME ZONE": _INFINITE,
}
"""What pandas may hold as missing, by the type that values are compared in."""


def _told(value: Any, held: pa.DataType, *, up: bool) -> str | None:
    """Return a value as text that a database makes a bound of; None where it is none."""
    what = family(held)
    if what == "text":
        return value if isinstance(value, str) else None
    if what in _TIMES:
        return _told_time(value, what, up=up)
    number = _fraction(value, _SINGLE if str(held) == "float" else _DOUBLE, up=up)
    if number is None:
        return None
    if what == "int":
        whole = math.ceil(number) if up else math.floor(number)
        return str(whole) if -_MOST <= whole <= _MOST else None
    return repr(float(number)) if what in ("float", "decimal") else None


def _told_time(value: Any, what: str, *, up: bool) -> str | None:
    import pandas as pd

    if what == "clock" or isinstance(value, int | float | Decimal):
        return None
    try:
        moment: Any = pd.Timestamp(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if pd.isna(moment):
        return None
    if moment.tzinfo is not None:
        moment = moment.tz_convert(None)
    unit = "D" if what == "date" else "us"
    moment = moment.ceil(unit) if up else moment.floor(unit)
    text = str(moment.isoformat(sep=" "))
    return f"{text}+00:00" if what == "instant" else text[:10] if what == "date" else text


def _fraction(value: Any, part: int, *, up: bool) -> Fraction | None:
    """Return a number, further away by more than comparing it as a float may round."""
    if isinstance(value, str):
        try:
            value = Decimal(value)  # as which a position is remembered
        except ArithmeticError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = Fraction(value)
    except (OverflowError, ValueError):  # without an end, or no number
        return None
    if isinstance(value, int) and abs(value) <= _EXACT:
        return number
    return number + abs(number) / part if up else number - abs(number) / part


# -- SQLite, whose values have types ---------------------------------------------------------------


def untyped(bounds: Bounds, held: pa.DataType | None, first: int) -> tuple[str, list[Any]] | None:
    """Return the condition for a column of SQLite, and its values.

    Numbers come before text there, and text before bytes: values of another type than the bounds
    always come back, since they change what the whole column is read as.

    Args:
        bounds: Which rows are wanted.
        held: What the column is declared to hold.
        first: The number of the first value.
    """
    column = f"etlframe_query.{quoted(bounds.column)}"
    start, end = bounds.start, bounds.end
    low: float | str | None
    high: float | str | None
    if isinstance(start, int | float | Decimal):
        low, high = _number(start, up=False), None if end is None else _number(end, up=True)
        others, compared = [f"{column} >= ''"], column
    else:
        is_time = held is not None and family(held) in _TIMES
        low = _text(start, is_time=is_time, up=False)
        high = None if end is None else _text(end, is_time=is_time, up=True)
        others, compared = [f"{column} < ''"], f"{column} COLLATE BINARY"
    if low is None:
        return None
    limits, values = [f"unlikely({compared} >= ?{first})"], [low]
    if high is not None:
        limits.append(f"unlikely({compared} < ?{first + 1})")
        values.append(high)
        others.append(f"{column} >= x''")
    # Unlikely, or SQLite guesses that each condition holds for a quarter of the rows, and scans.
    rare = [f"unlikely({each})" for each in (f"{column} IS NULL", *others)]
    return " OR ".join([f"({' AND '.join(limits)})", *rare]), values


def _number(value: Any, *, up: bool) -> int | float | None:
    number = _fraction(value, _DOUBLE, up=up)
    if number is None:
        return None
    if number.denominator == 1:
        return int(number) if abs(number) <= _MOST else None
    return float(number)


def _text(value: Any, *, is_time: bool, up: bool) -> str | None:
    """Return a text to compare with: of a time, the days around it, in whatever zone it is told."""
    if not isinstance(value, str):
        if not (is_time and hasattr(value, "isoformat")):
            return None
        value = value.isoformat()
    if _DATE.match(value) is None:
        # The end could be taken for a number, which is below all texts.
        return None if is_time or up else str(value)
    days = timedelta(days=2)
    try:
        day = date.fromisoformat(value[:10])
        return (day + days if up else day - days).isoformat()
    except (ValueError, OverflowError):
        return None
