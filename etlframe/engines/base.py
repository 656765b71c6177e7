"""The contract of an engine: a frame that steps can be moved onto, and what it is scanned from.

A step asks a frame for relational verbs (``filter``, ``assign``, ``aggregate`` ...) with operation
trees; the frame answers with a new frame, or raises :class:`NotPortable` with the reason, and the
step runs in pandas instead. A frame is lazy where its engine is: nothing is read before
``to_pandas``, ``write`` or ``count``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

from etlframe.engines.scan import Scan as Scan  # noqa: PLC0414 - a part of the contract
from etlframe.expressions.kinds import Kind, Schema
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.expressions.tree import Aggregate, Node

Place = Literal["first", "last"]
Suffixes = tuple[str | None, str | None]
Dtypes = Mapping[str, str]
"""Columns with the one of their possible dtypes that is relied on."""
Unique = Sequence[Sequence[str]]
"""Columns whose values together repeat in no two rows."""


@frozen
class Groups:
    """How rows are grouped.

    Attributes:
        keys: Columns.
        dropna: Drop rows with a missing key, or keep missing as a key that sorts last.
        sort: Order groups by key, or by their first row.
    """

    keys: Sequence[str]
    dropna: bool = True
    sort: bool = True


class ScanMismatch(Exception):  # noqa: N818 - a signal for the planner, not an error for people
    """A file proved not to be what its sniff said; ``source.scan(whole=True)`` sniffs it anew."""


class ReadAgain(Exception):  # noqa: N818 - a signal for the planner, not an error for people
    """A file could not be read in the quick way that was tried; the next attempt takes another."""


class RowsRefused(Exception):  # noqa: N818 - a signal for the planner, not an error for people
    """Rows do not keep what a guard asks of them; pandas tells which ones, and what of them."""


@frozen
class Written:
    """What a frame wrote.

    Attributes:
        rows: Rows written, counted by the writer.
        rows_scanned: Rows that the engine read from files to do so, or None where it cannot tell.
    """

    rows: int
    rows_scanned: int | None = None


class Rows(ABC):
    """Rows that can leave: as a DataFrame, or into a file. A loader takes these."""

    @property
    @abstractmethod
    def schema(self) -> Schema:
        """The columns in order, with their kinds as far as they are known."""

    @abstractmethod
    def select(self, columns: Sequence[str]) -> Self:
        """Keep ``columns``, in that order."""

    @abstractmethod
    def to_pandas(self) -> pd.DataFrame:
        """Compute, and return a DataFrame with a RangeIndex and pandas' default dtypes."""

    @abstractmethod
    def write(self, path: str, format: str, options: Mapping[str, Any]) -> Written:  # noqa: A002 - the field's word
        """Write to one file, which is replaced if it exists; the loader stages and commits."""


class EngineFrame(Rows):
    """A frame in an engine: immutable; every verb returns a new one or raises ``NotPortable``.

    Verbs have pandas' meaning: comparisons with a missing value are False, group keys are sorted
    and missing ones dropped, missing values sort last, and the order of rows is the source's.
    What an engine's verb does not know to do as pandas does, it refuses with ``NotPortable``; so do
    the verbs at the end of this class until an engine has them.
    """

    @property
    def columns(self) -> list[str]:
        """The column names, in order."""
        return list(self.schema)

    @abstractmethod
    def filter(self, condition: Node) -> Self:
        """Keep the rows where ``condition``, a boolean tree, is true."""

    @abstractmethod
    def assign(self, columns: Mapping[str, Node]) -> Self:
        """Add or replace columns, one after the other: each sees those before it."""

    @abstractmethod
    def aggregate(
        self,
        keys: Sequence[str],
        aggregates: Mapping[str, Aggregate],
        *,
        dropna: bool = True,
        sort: bool = True,
    ) -> Self:
        """Group by ``keys`` and compute named aggregates; keys come first, as columns.

        Args:
            keys: Columns.
            aggregates: New column -> aggregate.
            dropna: Drop rows with a missing key, or keep missing as a key that sorts last.
            sort: Order groups by key, or by their first row.
        """

    @abstractmethod
    def rename(self, names: Mapping[str, str]) -> Self:
        """Rename columns, old name to new."""

    @abstractmethod
    def sort(
        self, by: Sequence[str], ascending: Sequence[bool], *, na_position: Place = "last"
    ) -> Self:
        """Sort stably by columns, missing values last (or first) both ways."""

    @abstractmethod
    def distinct(
        self, subset: Sequence[str] | None, *, keep: Place | Literal[False] = "first"
    ) -> Self:
        """Keep the first or last (or none) of rows equal in ``subset`` (all columns where None)."""

    @abstractmethod
    def drop_missing(self, subset: Sequence[str], how: str) -> Self:
        """Drop rows with ``"any"`` or ``"all"`` of ``subset`` missing."""

    @abstractmethod
    def fill_missing(self, values: Mapping[str, Any]) -> Self:
        """Replace missing values, column by column."""

    @abstractmethod
    def cast(self, kinds: Mapping[str, Kind]) -> Self:
        """Convert columns to kinds, as ``astype`` does."""

    @abstractmethod
    def join(
        self,
        right: Self,
        *,
        how: str,
        left_on: Sequence[str],
        right_on: Sequence[str],
        suffixes: Suffixes,
        validate: str | None = None,
    ) -> Self:
        """Join as ``DataFrame.merge`` does; missing keys match each other.

        Args:
            right: The other frame, on the same engine.
            how: ``inner left right outer cross left_anti right_anti``, or ``left_semi``: the rows
                of the left that have a match, each once, with the left's columns.
            left_on: Keys on the left; none for ``cross``.
            right_on: Keys on the right, as many.
            suffixes: What is added to a name that both sides have.
            validate: pandas' check of the keys. An engine raises ``KeysNotUniqueError`` when rows
                are computed, or ``NotPortable`` now.
        """

    @abstractmethod
    def head(self, n: int) -> Self:
        """Keep the first ``n`` rows; all but the last ``-n`` where ``n`` is negative."""

    @abstractmethod
    def count(self) -> int:
        """Compute the number of rows."""

    def closed(self) -> Self:
        """Need no column that a file may have besides those that are known: nobody named it."""
        return self

    def tail(self, n: int) -> Self:  # noqa: ARG002 - a contract for children
        """Keep the last ``n`` rows; all but the first ``-n`` where ``n`` is negative."""
        raise NotPortable("tail runs in pandas")

    def extremes(self, groups: Groups, name: str, n: int, *, largest: bool) -> Self:  # noqa: ARG002 - a contract for children
        """Keep the ``n`` largest, or smallest, values of each group, the most extreme first.

        The keys and the column are left; missing values come last, where a group has less others.
        """
        raise NotPortable("the largest values of groups are found in pandas")

    def head_of_groups(self, groups: Groups, n: int) -> Self:  # noqa: ARG002 - a contract for children
        """Keep the first ``n`` rows of each group, in the order of the rows."""
        raise NotPortable("the first rows of groups are found in pandas")

    def explode(self, columns: Sequence[str]) -> Self:  # noqa: ARG002 - a contract for children
        """Make one row of each value of columns of lists, whose lists are equally long."""
        raise NotPortable("explode gives a column of objects, which pandas holds")

    def concat(self, others: Sequence[Self]) -> Self:  # noqa: ARG002 - a contract for children
        """Put the rows of other frames below, by column names, as ``pd.concat`` does."""
        raise NotPortable("concat runs in pandas")

    def dtypes(self) -> Mapping[str, Sequence[str]]:
        """Return the dtypes that pandas may have for each column, the likely one first.

        Several where missing values decide, none where that is not known.
        """
        return dict.fromkeys(self.schema, ())

    def guard(self, conditions: Sequence[Node], *, dtypes: Dtypes, unique: Unique) -> Self:  # noqa: ARG002 - a contract for children
        """Hold every row to conditions, on its way: also rows that a later verb leaves out.

        ``RowsRefused`` is raised when rows are computed, before any of them has left.

        Args:
            conditions: Boolean trees that are true of every row.
            dtypes: Columns with the one of their possible dtypes that they must have in pandas.
            unique: Columns whose values together must repeat in no two rows.
        """
        raise NotPortable("checks run in pandas")

    def melt(
        self,
        id_vars: Sequence[str],  # noqa: ARG002 - a contract for children
        value_vars: Sequence[str],  # noqa: ARG002 - a contract for children
        *,
        var_name: str,  # noqa: ARG002 - a contract for children
        value_name: str,  # noqa: ARG002 - a contract for children
    ) -> Self:
        """Put columns below each other: the rows of the first of ``value_vars``, then the next."""
        raise NotPortable("melt runs in pandas")


class Engine(ABC):
    """An engine: makes frames, and owns what they need (a connection) for one run.

    Attributes:
        name: Its name, as people give it.
        looks_for_missing: Whether it may read a column again to learn if pandas would hold it as
            float64; a preview does not.
        reads_in_full: Whether it reads files to their end, so that a look at their bytes pays.
        guards: Whether it may hold rows to a schema; not once it has refused some.
        warnings: What a person should know of how it was opened.
        source: What it reads first; those rows are counted.
    """

    name: str
    looks_for_missing: bool = True
    reads_in_full: bool = True
    guards: bool = True
    warnings: Sequence[str] = ()
    source: Scan | None = None

    @abstractmethod
    def from_scan(self, scan: Scan) -> EngineFrame:
        """Return a lazy frame over a file, or over files that are read as one."""

    def over(self, scan: Scan) -> EngineFrame:
        """Return a lazy frame over all that a scan is put together of."""
        self.source = self.source or scan
        first, *others = [self.from_scan(each) for each in scan.parts or (scan,)]
        return first.concat(others) if others else first

    @abstractmethod
    def from_pandas(self, df: pd.DataFrame) -> EngineFrame:
        """Return a frame over a DataFrame; raises ``NotPortable`` for what it cannot hold."""

    @property
    @abstractmethod
    def rows_scanned(self) -> int | None:
        """Rows read from files by the newest computation, or None where it cannot tell."""

    @abstractmethod
    def close(self) -> None:
        """Release what the engine holds."""
