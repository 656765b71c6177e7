"""``groupby().agg()``: named aggregates of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from etlframe.errors import PlanError, near_names
from etlframe.expressions.aggregates import AGGREGATES
from etlframe.expressions.capture import snapshot
from etlframe.expressions.tree import Aggregate, NotPortable
from etlframe.frozen import frozen
from etlframe.steps.base import Step, as_names, need_columns, shortened

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.engines.base import EngineFrame

_PAIR = 2
_MEASURES = ("mean", "median", "std", "var")
_FLOATS = "__etl_float_"
WORDS = (
    *AGGREGATES,
    "idxmax",
    "idxmin",
    "kurt",
    "nth",
    "ohlc",
    "prod",
    "sem",
    "skew",
    "unique",
    "describe",
    "value_counts",
    "corr",
    "cov",
)
"""pandas' words for aggregates, those that only pandas runs at the end."""


@frozen(repr=False)
class Aggregation(Step):
    """Group and aggregate; the keys come first, as columns.

    Attributes:
        keys: The columns to group by.
        aggregates: New column -> (column, pandas' word or a function).
        dropna: Whether rows with a missing key are dropped.
        sort: Whether groups are ordered by key, else by first appearance.
    """

    needs_all_rows: ClassVar[bool] = True

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
        from etlframe.expressions.decimals_pandas import with_defaults

        measured, named = _measured(df, self.aggregates)
        grouped = measured.groupby(
            list(self.keys), as_index=False, dropna=self.dropna, sort=self.sort
        )
        aggregated: pd.DataFrame = grouped.agg(**named)
        return with_defaults(df, aggregated)

    def lower(self, frame: EngineFrame, *_inputs: EngineFrame) -> EngineFrame:
        """Group in the engine."""
        for _, function in self.aggregates.values():
            if not isinstance(function, str):
                raise NotPortable("a function of yours as aggregate runs in pandas")
            if function not in AGGREGATES:
                raise NotPortable(f"the aggregate {function!r} runs in pandas")
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


def _measured(
    df: pd.DataFrame, aggregates: Mapping[str, tuple[str, Any]]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a frame and aggregates in which decimals are floats where the answer is one.

    pandas rounds the mean of decimals to the digits of the column.
    """
    from etlframe.expressions.decimals_pandas import is_decimal, to_float

    named, floats = dict(aggregates), {}
    for name, (column, function) in aggregates.items():
        if function in _MEASURES and column in df.columns and is_decimal(df[column]):
            floats[f"{_FLOATS}{column}"] = to_float(df[column])
            named[name] = (f"{_FLOATS}{column}", function)
    return (df.assign(**floats) if floats else df), named


def aggregate(
    by: str | Sequence[str],
    *unnamed: Any,
    dropna: bool = True,
    sort: bool = True,
    **named: tuple[str, Any],
) -> Aggregation:
    """Group by columns and compute named aggregates, as ``DataFrame.groupby().agg`` does.

    Args:
        by: One column or several.
        *unnamed: None: pandas' other forms, such as ``{"v": ["mean", "max"]}``, name no columns.
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
    if unnamed or not keys or not named:
        raise PlanError(f"Aggregate by name: groupby({_key(keys)}).agg({_named_form(unnamed)}).")
    repeated = [name for name in named if name in keys]
    if repeated:
        raise PlanError(f"The aggregate {repeated[0]!r} has the name of a key; call it otherwise.")
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


def _key(keys: Sequence[str]) -> str:
    return repr(keys[0] if len(keys) == 1 else list(keys)) if keys else "'carrier'"


def _named_form(unnamed: Sequence[Any]) -> str:
    """Return pandas' other forms of aggregation in the named one, as far as they can be read."""
    form = unnamed[0] if unnamed else None
    if not isinstance(form, Mapping) or not form:
        return "flights=('flight', 'count')"
    pairs = [
        (column, function)
        for column, functions in form.items()
        for function in (functions if isinstance(functions, list | tuple) else [functions])
    ]
    words = [(column, each if isinstance(each, str) else "mean") for column, each in pairs]
    return ", ".join(f"{column}_{word}=({column!r}, {word!r})" for column, word in words)
