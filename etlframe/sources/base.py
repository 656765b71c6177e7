"""What a source is: something with ``extract()``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from etlframe.frozen import frozen

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from etlframe.engines.base import Scan


@frozen
class Cursor:
    """How new rows are told.

    Attributes:
        column: A column that grows: a moment of change, or a number that counts up.
        initial: Where the first load begins, that value included; None for the first row.
        lag: How far to look back behind the newest row of the last load, for rows that come late: a
            number, or for times a timedelta or text such as ``"1h"``.
        key: Columns that tell a row; all columns unless given. Together with the cursor's value
            they tell whether a row at the boundary, or within the lag, has been loaded.
    """

    column: str
    initial: Any = None
    lag: Any = None
    key: tuple[str, ...] = ()


class NothingNew(Exception):  # noqa: N818 - a signal for a run, not an error for people
    """A source has nothing that its destination does not remember: there is nothing to do."""


class DataSource(ABC):
    """Where rows come from. Subclass it and write ``extract`` alone.

    Attributes:
        cursor: How rows are told that are new since the last load; None to read all each time.

    >>> import pandas as pd
    >>> class Numbers(DataSource):
    ...     def extract(self) -> pd.DataFrame:
    ...         return pd.DataFrame({"n": [1, 2, 3]})
    >>> Numbers().extract()["n"].sum().item()
    6
    """

    cursor: Cursor | None = None

    @property
    def is_incremental(self) -> bool:
        """Whether a run reads only what is new since the last load."""
        return self.cursor is not None

    @abstractmethod
    def extract(self) -> pd.DataFrame:
        """Read the source.

        Returns:
            A DataFrame with a RangeIndex and pandas' default dtypes.

        Raises:
            SourceError: The source cannot be read; nothing of it was dropped in silence.
        """

    def scan(self, *, whole: bool = False) -> Scan | None:  # noqa: ARG002 - a contract for children
        """Return how an engine can read this source by itself, or None where it cannot.

        Args:
            whole: Sniff the whole source instead of its beginning, after a sniff proved wrong.
        """
        return None

    def stage(self, folder: Path) -> DataSource | None:  # noqa: ARG002 - a contract for children
        """Stream the rows into a file for engines to read, and return its source.

        Args:
            folder: Where the file may be; made if it is not there.

        Returns:
            None where there is no way to do so, or it would not be what :meth:`extract` gives.

        Raises:
            SourceError: As :meth:`extract`; or the file cannot be written.
        """
        return None

    def first(self, rows: int) -> DataSource:  # noqa: ARG002 - a contract for children
        """Return a source of the first rows alone, where this one knows how; else this one."""
        return self

    def between(self, column: str, start: Any, end: Any = None) -> DataSource:  # noqa: ARG002 - a contract for children
        """Return a source that reads fewer rows, where this one knows how; else this one.

        All rows have to be among them whose column is from ``start`` on and before ``end``, or
        misses its value. Others may be: who asks looks at each.

        Args:
            column: A column.
            start: The first value.
            end: The first value that is not wanted; None for no end.
        """
        return self

    def columns(self) -> list[str] | None:
        """Return the column names if they are known without reading rows, else None."""
        scan = self.scan()
        return None if scan is None else list(scan.columns)

    def read_notes(self) -> Sequence[str]:
        """Return what a person should know of the rows that the newest extract gave."""
        return ()

    def describe(self) -> str:
        """Return one short line for people and logs, without secrets."""
        return type(self).__name__


def scan_of(source: DataSource, *, whole: bool = False) -> Scan | None:
    """Return how an engine can read a source, or None where it must not go past ``extract``.

    A class of the user's that gives ``extract`` a new meaning, and inherits ``scan``, is extracted.
    """
    return source.scan(whole=whole) if _means_extract(source, "scan") else None


def can_stage(source: DataSource) -> bool:
    """Return whether a source streams its rows into a file.

    Not a class of the user's that gives ``extract`` a new meaning, and inherits ``stage``.
    """
    return _means_extract(source, "stage") and _home(type(source), "stage") is not DataSource


def first_of(source: DataSource, rows: int) -> DataSource:
    """Return a source of the first rows, as ``DataSource.first``; the same where it cannot.

    A class of the user's that gives ``extract`` a new meaning, and inherits ``first``, reads all.
    """
    return source.first(rows) if _means_extract(source, "first") else source


def between_of(source: DataSource, column: str, start: Any, end: Any = None) -> DataSource:
    """Return a source that reads fewer rows, as ``DataSource.between``; the same where it cannot.

    A class of the user's that gives ``extract`` a new meaning, and inherits ``between``, reads all.
    """
    return source.between(column, start, end) if _means_extract(source, "between") else source


def _means_extract(source: object, name: str) -> bool:
    """Whether a method is of the class, or of one below, that says what ``extract`` means."""
    if not isinstance(source, DataSource):  # an object of the user's that has some of its methods
        return False
    extracts, other = _home(type(source), "extract"), _home(type(source), name)
    return extracts is other or not issubclass(extracts, other)


def _home(cls: type, name: str) -> type:
    """The class that a method comes from."""
    return next(each for each in cls.__mro__ if name in vars(each))
