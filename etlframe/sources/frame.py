"""A DataFrame, or a function that makes one, as a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError
from etlframe.sources.base import DataSource
from etlframe.sources.cursor import checked_cursor

if TYPE_CHECKING:
    import pandas as pd


class FrameSource(DataSource):
    """Rows that are in memory already, or that a function makes.

    A DataFrame is kept as it is now: what is assigned to it later does not show. (It is not copied;
    pandas copies on write. Lists and dicts inside cells are shared, as in any copy of pandas.) A
    function is called at each extract.

    The frame has a RangeIndex afterwards: a named index becomes columns, an unnamed one is dropped.
    Column labels have to be text, each of its own.

    Args:
        source: A DataFrame, or a function of no arguments that returns one.
        cursor: A column that grows, such as ``"updated_at"``: a run then loads only the rows that
            are new since the last load into its destination.
        initial: The cursor's value that the first load begins at.
        lag: How far to look back behind the newest row, for rows that come late: a number, or for
            times a timedelta or text such as ``"1h"``.
        key: Columns that tell a row, so that one at the boundary is loaded once; all unless given.

    Raises:
        OptionError: ``initial``, ``lag`` or ``key`` is given, and no cursor.
        PlanError: It is neither, or its columns have labels that are no text, several levels, or
            one name twice.

    >>> import pandas as pd
    >>> visits = pd.DataFrame({"day": ["Mo", "Tu"], "visits": [3, 4]})
    >>> source = FrameSource(visits)
    >>> visits["visits"] = 0
    >>> source.extract()["visits"].tolist()
    [3, 4]
    """

    def __init__(
        self,
        source: pd.DataFrame | Callable[[], pd.DataFrame],
        *,
        cursor: str | None = None,
        initial: Any = None,
        lag: float | str | timedelta | None = None,
        key: str | Sequence[str] | None = None,
    ) -> None:
        self.cursor = checked_cursor(cursor, initial, lag, key)
        self._frame: pd.DataFrame | None = None
        self._function: Callable[[], pd.DataFrame] | None = None
        if callable(source):
            self._function = source
        else:
            self._frame = _checked(source, "The source").copy(deep=False)

    def extract(self) -> pd.DataFrame:
        """Return the frame, or call the function.

        Returns:
            A DataFrame with a RangeIndex. Writing to it does not change the source.

        Raises:
            PlanError: The function returned something else than a DataFrame, or one with columns
                that cannot be.
        """
        if self._function is not None:
            return _checked(self._function(), f"The function {_name(self._function)}")
        assert self._frame is not None  # noqa: S101 - one of the two is set, for mypy
        return self._frame.copy(deep=False)

    def columns(self) -> list[str] | None:
        """Return the frame's columns; None for a function, which would have to be called."""
        return None if self._frame is None else list(self._frame.columns)

    def describe(self) -> str:
        """Return how large the frame is, or the function's name."""
        if self._function is not None:
            return f"DataFrame of {_name(self._function)}()"
        rows, columns = (0, 0) if self._frame is None else self._frame.shape
        return f"DataFrame ({rows:,} rows, {columns:,} columns)"

    def __repr__(self) -> str:
        """Return the same, as a call."""
        return f"FrameSource({self.describe()})"


def _checked(frame: Any, what: str) -> pd.DataFrame:
    """Return the frame with a RangeIndex, if it is one that a plan can take."""
    import pandas as pd

    from etlframe.engines.index import with_range_index

    if not isinstance(frame, pd.DataFrame):
        given = "None" if frame is None else f"a {type(frame).__name__}"
        hint = " Make one with .to_frame()." if isinstance(frame, pd.Series) else ""
        raise PlanError(f"{what} is no DataFrame, but {given}.{hint}")
    if frame.columns.nlevels > 1:
        raise PlanError(
            f"{what} has columns of several levels (a MultiIndex); give each column one name, for "
            "example: df.columns = ['_'.join(map(str, c)) for c in df.columns]"
        )
    indexed = with_range_index(frame)
    for label in indexed.columns:
        if not isinstance(label, str):
            raise PlanError(
                f"{what} has a column {label!r}, whose label is no text; rename it, for example: "
                "df.rename(columns=str)"
            )
    twice = indexed.columns[indexed.columns.duplicated()]
    if len(twice):
        raise PlanError(f"{what} has two columns named {twice[0]!r}; rename one of them.")
    return indexed


def _name(function: Callable[[], pd.DataFrame]) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
