"""``merge`` on Polars: pandas' columns, suffixes and row order; missing keys match each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.base import Suffixes
from etlframe.engines.joined import MOMENTS, JoinedColumn, joined_columns, joined_shape
from etlframe.engines.polars.lowering import column
from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import NotPortable

if TYPE_CHECKING:
    from etlframe.engines.polars.frame import PolarsFrame

_RIGHT, _KEY = "__etl_right_", "__etl_join_"
_LEFT_ROW, _RIGHT_ROW = "__etl_left_row", "__etl_right_row"


def joined(
    left: PolarsFrame,
    right: PolarsFrame,
    *,
    how: str,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> tuple[pl.LazyFrame, Shape]:
    """Return the lazy frame and the shape of a join."""
    columns = joined_columns(
        left.shape, right.shape, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
    )
    _check_units(left, right, left_on, right_on)
    names = {name: f"{_RIGHT}{at}" for at, name in enumerate(right.schema)}
    renamed = [pl.col(name).alias(new) for name, new in names.items()]
    sides = (
        left.lazy.with_columns(_keys(left, left_on, "l")),
        right.lazy.select([*renamed, *_keys(right, right_on, "r")]),
    )
    if how == "left_semi":
        lazy = _matched(*sides, "semi", len(left_on), swapped=False)
        return lazy.select(list(map(pl.col, left.schema))), left.shape
    if how == "outer":
        lazy = _outer(*sides, [left.schema[name] for name in left_on])
    elif how.endswith("_anti"):
        lazy = _unmatched(*sides, len(left_on), swapped=how == "right_anti")
    else:
        lazy = _matched(*sides, how, len(left_on), swapped=how == "right")
    lazy = lazy.select([_value(each, left, right, names) for each in columns])
    relation = left.engine.name_of(lazy)
    return lazy, joined_shape(left.shape, right.shape, columns, how=how, relation=relation)


def _check_units(
    left: PolarsFrame, right: PolarsFrame, left_on: Sequence[str], right_on: Sequence[str]
) -> None:
    one, other = left.lazy.collect_schema(), right.lazy.collect_schema()
    for mine, theirs in zip(left_on, right_on, strict=True):
        if one[mine] != other[theirs]:
            raise NotPortable("a merge of keys of different types runs in pandas")


def _keys(frame: PolarsFrame, names: Sequence[str], side: str) -> list[pl.Expr]:
    """Return keys whose NaN is null, so that missing ones match each other, and 0 is -0."""
    keys = [(column(name, frame.schema[name]), frame.schema[name]) for name in names]
    return [
        (key + 0.0 if kind is Kind.FLOAT else key).alias(f"{_KEY}{side}{at}")
        for at, (key, kind) in enumerate(keys)
    ]


def _matched(
    left: pl.LazyFrame, right: pl.LazyFrame, how: Any, count: int, *, swapped: bool
) -> pl.LazyFrame:
    """Return a join in the order of its first side, the right one where they are swapped."""
    if how == "cross":
        return left.join(right, how="cross", maintain_order="left_right")
    one, other = (right, left) if swapped else (left, right)
    first, second = ("r", "l") if swapped else ("l", "r")
    return one.join(
        other,
        how="left" if swapped else how,
        left_on=[f"{_KEY}{first}{at}" for at in range(count)],
        right_on=[f"{_KEY}{second}{at}" for at in range(count)],
        nulls_equal=True,
        coalesce=False if how != "semi" else None,
        maintain_order="left_right" if how != "semi" else "left",
    )


def _unmatched(
    left: pl.LazyFrame, right: pl.LazyFrame, count: int, *, swapped: bool
) -> pl.LazyFrame:
    """Return the rows of one side that have no match, with the other's columns missing."""
    if swapped:
        left = left.with_columns(pl.lit(value=True).alias(_LEFT_ROW))
    else:
        right = right.with_columns(pl.lit(value=True).alias(_RIGHT_ROW))
    both = _matched(left, right, "left", count, swapped=swapped)
    return both.filter(pl.col(_LEFT_ROW if swapped else _RIGHT_ROW).is_null())


def _outer(left: pl.LazyFrame, right: pl.LazyFrame, kinds: Sequence[Kind]) -> pl.LazyFrame:
    """Return a full join, sorted by its keys, as pandas does it."""
    count = len(kinds)
    both = left.with_row_index(_LEFT_ROW).join(
        right.with_row_index(_RIGHT_ROW),
        how="full",
        left_on=[f"{_KEY}l{at}" for at in range(count)],
        right_on=[f"{_KEY}r{at}" for at in range(count)],
        nulls_equal=True,
        coalesce=False,
    )
    keys = [pl.coalesce(f"{_KEY}l{at}", f"{_KEY}r{at}") for at in range(count)]
    # pandas sorts these keys as numbers, where a missing moment is the least.
    last = [*(kind not in MOMENTS for kind in kinds), True, True]
    return both.sort([*keys, pl.col(_LEFT_ROW), pl.col(_RIGHT_ROW)], nulls_last=last)


def _value(
    each: JoinedColumn, left: PolarsFrame, right: PolarsFrame, names: dict[str, str]
) -> pl.Expr:
    if each.side == "both":
        one = column(each.source, left.schema[each.source])
        other = column(names[each.source], right.schema[each.source])
        return pl.coalesce(one, other).alias(each.name)
    return pl.col(names[each.source] if each.side == "right" else each.source).alias(each.name)
