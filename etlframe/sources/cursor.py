"""Incremental reading: the rows that are new since the last load, told by a column that grows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from etlframe.errors import ColumnNotFoundError, OptionError, SourceError
from etlframe.sources.base import Cursor, DataSource

if TYPE_CHECKING:
    import pandas as pd

_DIGEST = 10  # bytes: two of a million rows are taken for one once in 10^12 cases


def checked_cursor(
    cursor: str | None,
    initial: Any = None,
    lag: float | str | timedelta | None = None,
    key: str | Sequence[str] | None = None,
) -> Cursor | None:
    """Return how new rows are told, as the options of a source say it; None without a cursor.

    Raises:
        OptionError: ``initial``, ``lag`` or ``key`` is given, and no cursor.
    """
    names = (key,) if isinstance(key, str) else tuple(key or ())
    if cursor is not None:
        return Cursor(cursor, initial, lag, names)
    for name, given in (("initial", initial), ("lag", lag), ("key", names or None)):
        if given is not None:
            raise OptionError(f"{name}= needs cursor=, the column that tells which rows are new.")
    return None


class NewRows(DataSource):
    """The rows of a source that are new since a position.

    Args:
        source: The source.
        cursor: How new rows are told.
        before: The position after the last load, as a destination remembers it; None for none.
        everything: Give all rows if there is a new one, and none otherwise: groups that have new
            rows have to be computed from all of theirs.
    """

    def __init__(
        self,
        source: DataSource,
        cursor: Cursor,
        before: Mapping[str, Any] | None,
        *,
        everything: bool = False,
    ) -> None:
        self.source = source
        self._cursor = cursor
        self.position = before
        self.before = before
        self._everything = everything

    def extract(self) -> pd.DataFrame:
        """Read the source, and keep what is new; ``position`` then tells where that ends.

        Raises:
            SourceError: The source cannot be read, or the cursor is missing in a row, which then
                is neither old nor new.
            ColumnNotFoundError: The cursor or a key is no column.
        """
        df = self.source.extract()
        values = _values(df, self._cursor)
        if values.empty:
            return df
        low = _low(self.before, self._cursor, values)
        is_near = values.notna() if low is None else values >= low
        near = df[is_near]
        is_new = self._new(near, values[is_near])
        self.position = self._after(near, values[is_near])
        if self._everything:
            return df if any(is_new) else df.head(0)
        return near[is_new].reset_index(drop=True)

    def _new(self, near: pd.DataFrame, values: pd.Series[Any]) -> list[bool]:
        """Return which rows were not loaded before: beyond the last position all of them."""
        if self.before is None:
            return [True] * len(near)
        seen = Counter(self.before["seen"])
        is_beyond = values > _like(self.before["value"], values)
        marks = iter(_marks(near[~is_beyond], values[~is_beyond], self._cursor))
        once = not self._cursor.key
        return [beyond or not _takes(seen, next(marks), once=once) for beyond in is_beyond]

    def _after(self, near: pd.DataFrame, values: pd.Series[Any]) -> Mapping[str, Any] | None:
        """Return the position behind the rows, with the marks of those that will be seen again."""
        if near.empty:
            return self.before
        newest = values.max()
        if self.before is not None:  # the newest row may be gone at the source
            newest = max(newest, _like(self.before["value"], values))
        lag = _lag(self._cursor, values)
        at_end = values >= (newest if lag is None else newest - lag)
        marks = _marks(near[at_end], values[at_end], self._cursor)
        return {"value": _plain(newest), "seen": sorted(set(marks) if self._cursor.key else marks)}

    def columns(self) -> list[str] | None:
        """Return the source's columns."""
        return self.source.columns()

    def describe(self) -> str:
        """Return the source, and what it is read by."""
        return f"{self.source.describe()}, new by {self._cursor.column}"


class RowsBetween(DataSource):
    """The rows of a source whose cursor is from a value on and before another.

    Args:
        source: The source.
        cursor: The column, in ``column``.
        start: The first value.
        end: The first value that is not among them.
    """

    def __init__(self, source: DataSource, cursor: Cursor, start: Any, end: Any) -> None:
        self.source = source
        self._cursor = cursor
        self._start, self._end = start, end

    def extract(self) -> pd.DataFrame:
        """Read the source, and keep the rows between.

        Raises:
            SourceError: As ``NewRows.extract``.
        """
        df = self.source.extract()
        values = _values(df, self._cursor)
        start, end = (_like(each, values) for each in (self._start, self._end))
        found: pd.DataFrame = df[(values >= start) & (values < end)].reset_index(drop=True)
        return found

    def columns(self) -> list[str] | None:
        """Return the source's columns."""
        return self.source.columns()

    def describe(self) -> str:
        """Return the source, and which rows of it."""
        return f"{self.source.describe()}, {self._cursor.column} {self._start} to {self._end}"


def _takes(seen: Counter[str], mark: str, *, once: bool) -> bool:
    """Return whether a row was seen; each that was takes the place of one that equals it."""
    if not seen[mark]:
        return False
    seen[mark] -= once
    return True


# -- values ----------------------------------------------------------------------------------------


def _values(df: pd.DataFrame, cursor: Cursor) -> pd.Series[Any]:
    for name in (cursor.column, *cursor.key):
        if name not in df.columns:
            raise ColumnNotFoundError(name, list(df.columns))
    values = df[cursor.column]
    if (missing := int(values.isna().sum())) > 0:
        raise SourceError(
            f"The cursor {cursor.column!r} is missing in {missing:,} of {len(df):,} rows: they are "
            "neither new nor old. Fill it in, or leave them out at the source."
        )
    return values


def _low(before: Mapping[str, Any] | None, cursor: Cursor, values: pd.Series[Any]) -> Any:
    """Return the first value to look at; None for all."""
    if before is None:
        return None if cursor.initial is None else _like(cursor.initial, values)
    lag = _lag(cursor, values)
    last = _like(before["value"], values)
    low = last if lag is None else last - lag
    return low if cursor.initial is None else max(low, _like(cursor.initial, values))


def _lag(cursor: Cursor, values: pd.Series[Any]) -> Any:
    import pandas as pd

    if cursor.lag is None or values.dtype.kind != "M":
        return cursor.lag
    return pd.Timedelta(cursor.lag)


def _like(value: Any, values: pd.Series[Any]) -> Any:
    """Return a value as one that the column's can be compared with."""
    import pandas as pd

    if values.dtype.kind != "M":
        kind = type(values.iloc[0])
        if isinstance(value, str) and issubclass(kind, date):
            return kind.fromisoformat(value)
        return Decimal(value) if isinstance(value, str) and issubclass(kind, Decimal) else value
    moment = pd.Timestamp(value)
    zone = getattr(values.dtype, "tz", None)
    if zone is None:
        return moment.tz_localize(None) if moment.tzinfo is None else moment.tz_convert(None)
    return moment.tz_localize(zone) if moment.tzinfo is None else moment.tz_convert(zone)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, the same for what pandas may hold in one dtype or another.

    >>> _plain(2.0), _plain(float("nan")), _plain(2.5)
    (2, None, 2.5)
    """
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT differs from itself
    if hasattr(value, "item") and not getattr(value, "ndim", 0):
        value = value.item()
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124
    if value is None or isinstance(value, str | int):
        return value
    return None if type(value).__name__ == "NAType" else str(value)


def _marks(rows: pd.DataFrame, values: pd.Series[Any], cursor: Cursor) -> list[str]:
    """Return what tells each row from others, with the value of its cursor."""
    told = rows[list(cursor.key)] if cursor.key else rows
    marks = []
    for value, row in zip(values, told.itertuples(index=False, name=None), strict=True):
        text = json.dumps([_plain(value), *map(_plain, row)])
        marks.append(blake2s(text.encode(), digest_size=_DIGEST).hexdigest())
    return marks
