"""``groupby().agg()``: named aggregates of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError, near_names
from etlframe.expressions.aggregates import AGGREGATES
from etlframe.expressions.capture import snapshot
from etlframe.expressions.tree import Aggregate, NotPortable
from etlframe.steps.base import Step, as_names, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

_PAIR = 2
WORDS = (
    *AGGREGATES,
    "all",
    "any",
    "idxmax",
    "idxmin",
    "kurt",
    "nth",
    "ohlc",
    "prod",
    "quantile",
    "sem",
    "skew",
    "unique",
    "describe",
    "value_counts",
    "corr",
    "cov",
)
"""pandas' words for aggregates, those that only pandas runs at the end."""


@dataclass(frozen=True, repr=False)
class Aggregation(Step):
    """Group and aggregate; the keys come first, as columns.

    Attributes:
        keys: The columns to group by.
        aggregates: New column -> (column, pandas' word or a function).
        dropna: Whether rows with a missing key are dropped.
        sort: Whether groups are ordered by key, else by first appearance.
    """

    keys: tuple[str, ...]
    aggregates: Mapping[str, tuple[str, Any]]
    dropna: bool = True
    sort: bool = True

    @property
    def name(self) -> str:
        """The verb, the keys and the new columns."""
        return shortened(f"groupby {', '.join(self.keys)} agg {', '.join(self.aggregates)}")

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        """Run ``df.groupby(..., as_index=False).agg`` with named aggregation."""
        grouped = df.groupby(list(self.keys), as_index=False, dropna=self.dropna, sort=self.sort)
        named: dict[str, Any] = dict(self.aggregates)
        aggregated: pd.DataFrame = grouped.agg(**named)
        return aggregated

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Group in the engine."""
        for _, function in self.aggregates.values():
            if not isinstance(function, str) or function not in AGGREGATES:
                shown = function if isinstance(function, str) else "of a function of yours"
                raise NotPortable(f"the aggregate {shown} runs in pandas")
        return frame.aggregate(
            self.keys,
            {name: Aggregate(*pair) for name, pair in self.aggregates.items()},
            dropna=self.dropna,
            sort=self.sort,
        )

    def columns_after(self, columns: Sequence[str]) -> list[str]:
        """Return the keys and the new columns."""
        need_columns([*self.keys, *(column for column, _ in self.aggregates.values())], columns)
        return [*self.keys, *self.aggregates]


def aggregate(
    by: str | Sequence[str], *, dropna: bool = True, sort: bool = True, **named: tuple[str, Any]
) -> Aggregation:
    """Group by columns and compute named aggregates, as ``DataFrame.groupby().agg`` does.

    Args:
        by: One column or several.
        dropna: Drop rows with a missing key (pandas' default) or keep them as a group.
        sort: Order groups by key (pandas' default) or by first appearance.
        **named: New column -> ``(column, function)``, as in pandas' named aggregation; the function
            is pandas' word (``"mean"``, ``"count"`` ...) or a function of a Series.

    Returns:
        A step; the frame it gives has the keys as columns, then the new ones.

    Raises:
        PlanError: There is nothing to aggregate, or not in the named form.

    >>> import pandas as pd
    >>> df = pd.DataFrame({"k": ["a", "b", "a"], "v": [1, 2, 3]})
    >>> aggregate("k", n=("v", "count"), total=("v", "sum"))(df)["total"].tolist()
    [4, 2]
    """
    keys = as_names(by)
    if not keys or not named:
        raise PlanError("Aggregate by name: groupby('carrier').agg(flights=('flight', 'count')).")
    pairs = {name: _pair(name, pair) for name, pair in named.items()}
    return Aggregation(tuple(keys), pairs, dropna, sort)


def _pair(name: str, pair: Any) -> tuple[str, Any]:
    if not isinstance(pair, tuple) or len(pair) != _PAIR or not isinstance(pair[0], str):
        raise PlanError(f"Write {name}=('column', 'function'), not {name}={pair!r}.")
    column, function = pair
    if isinstance(function, str) and function not in WORDS:
        near = near_names(function, WORDS)
        if near:  # a word that is like none of pandas' is left to pandas
            known = " or ".join(map(repr, near))
            raise PlanError(f"No aggregate {function!r} in {name}={pair!r}. Did you mean {known}?")
    return column, snapshot(function) if callable(function) else function
