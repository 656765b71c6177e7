"""Incremental reading: the rows that are new since the last load, told by a column that grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from etlframe.errors import OptionError
from etlframe.sources.base import Cursor, DataSource, between_of
from etlframe.sources.cursor_values import lag_of, like, low_of, lowest, marks_of, plain, values_of

if TYPE_CHECKING:
    import pandas as pd


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
        source = self._narrowed()
        try:
            rows = self._kept(source.extract())
        except TypeError:  # without the other rows, values may be of a type that the cursor is not
            if source is self.source:
                raise
        else:
            if source is self.source or rows.empty or not self._everything:
                return rows
        return self._kept(self.source.extract())

    def _narrowed(self) -> DataSource:
        """Return what reads the rows that may be new, where the source can tell them."""
        low = lowest(self.before, self._cursor)
        return self.source if low is None else between_of(self.source, self._cursor.column, low)

    def _kept(self, df: pd.DataFrame) -> pd.DataFrame:
        values = values_of(df, self._cursor)
        if values.empty:
            return df
        low = low_of(self.before, self._cursor, values)
        is_near = values.notna() if low is None else values >= low
        if not is_near.any():
            return df.head(0)
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
        is_beyond = values > like(self.before["value"], values)
        marks = iter(marks_of(near[~is_beyond], values[~is_beyond], self._cursor))
        once = not self._cursor.key
        return [beyond or not _takes(seen, next(marks), once=once) for beyond in is_beyond]

    def _after(self, near: pd.DataFrame, values: pd.Series[Any]) -> Mapping[str, Any] | None:
        """Return the position behind the rows, with the marks of those that will be seen again."""
        if near.empty:
            return self.before
        newest = values.max()
        if self.before is not None:  # the newest row may be gone at the source
            newest = max(newest, like(self.before["value"], values))
        lag = lag_of(self._cursor, values)
        at_end = values >= (newest if lag is None else newest - lag)
        marks = marks_of(near[at_end], values[at_end], self._cursor)
        return {"value": plain(newest), "seen": sorted(set(marks) if self._cursor.key else marks)}

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
        source = between_of(self.source, self._cursor.column, self._start, self._end)
        try:
            return self._kept(source.extract())
        except TypeError:  # as in ``NewRows.extract``
            if source is self.source:
                raise
        return self._kept(self.source.extract())

    def _kept(self, df: pd.DataFrame) -> pd.DataFrame:
        values = values_of(df, self._cursor)
        if values.empty:
            return df
        start, end = (like(each, values) for each in (self._start, self._end))
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
