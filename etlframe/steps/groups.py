"""Steps that keep some rows or values of each group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from etlframe.engines.base import Groups
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

Which = Literal["nlargest", "nsmallest"]
_ORDERED = (Kind.INT, Kind.FLOAT, Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)


@frozen(repr=False)
class Extremes(Step):
    """Keep the largest or smallest values of a column in each group, beside the keys.

    Attributes:
        keys: The columns to group by.
        column: The column of the values, none of the keys.
        n: How many of each group, at most.
        word: Which ones.
        dropna: Whether rows with a missing key are dropped.
        sort: Whether groups are ordered by key, else by first appearance.
    """

    needs_all_rows: ClassVar[bool] = True

    keys: tuple[str, ...]
    column: str
    n: int
    word: Which
    dropna: bool = True
    sort: bool = True

    @property
    def name(self) -> str:
        """The verb, the keys, the column and the number."""
        return shortened(f"groupby {', '.join(self.keys)} {self.word} {self.n} of {self.column}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.groupby(...)[column].nlargest(n)``; the rows' own index is dropped."""
        grouped = df.groupby(list(self.keys), dropna=self.dropna, sort=self.sort)[self.column]
        found = getattr(grouped, self.word)(self.n)
        kept: pd.DataFrame = found.reset_index(level=list(range(len(self.keys))))
        return kept.reset_index(drop=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Find them in the engine."""
        kind = frame.schema.get(self.column, Kind.INT)
        if kind not in _ORDERED or self.n < 1:
            raise NotPortable(f"the {self.n} {self.word[1:]} of {kind} are found in pandas")
        groups = Groups(self.keys, self.dropna, self.sort)
        return frame.extremes(groups, self.column, self.n, largest=self.word == "nlargest")

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the keys and the column."""
        need_columns([*self.keys, self.column], columns)
        return [*self.keys, self.column]


@frozen(repr=False)
class HeadOfGroups(Step):
    """Keep the first rows of each group, in the order of the rows.

    Attributes:
        keys: The columns to group by.
        n: How many of each group, at most; all but the last where it is negative.
        dropna: Whether rows with a missing key are dropped.
    """

    needs_all_rows: ClassVar[bool] = True

    keys: tuple[str, ...]
    n: int
    dropna: bool = True

    @property
    def name(self) -> str:
        """The verb, the keys and the number."""
        return shortened(f"groupby {', '.join(self.keys)} head {self.n}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.groupby(...).head(n)``."""
        kept: pd.DataFrame = df.groupby(list(self.keys), dropna=self.dropna).head(self.n)
        return kept.reset_index(drop=True)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Keep them in the engine."""
        if self.n < 0:
            raise NotPortable("all but the last rows of groups are kept in pandas")
        return frame.head_of_groups(Groups(self.keys, self.dropna), self.n)

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the same columns."""
        need_columns(self.keys, columns)
        return list(columns)
