"""``merge`` on Polars: pandas' columns, suffixes and row order; missing keys match each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.base import Suffixes
from etlframe.engines.joined import joined_columns, joined_shape
from etlframe.engines.shape import Shape
from etlframe.expressions.tree import NotPortable


def joined(
    left: Any,
    right: Any,
    *,
    how: Any,
    left_on: Sequence[str],
    right_on: Sequence[str],
    suffixes: Suffixes,
) -> tuple[pl.LazyFrame, Shape]:
    """Return the lazy frame and the shape of a join."""
    if how not in ("inner", "left"):
        raise NotPortable(f"a merge with how={how!r} runs in pandas")
    columns = joined_columns(
        left.shape, right.shape, how=how, left_on=left_on, right_on=right_on, suffixes=suffixes
    )
    hidden = {name: f"__etl_right_{at}" for at, name in enumerate(right.schema)}
    one, other = left.lazy.collect_schema(), right.lazy.collect_schema()
    for mine, theirs in zip(left_on, right_on, strict=True):
        if one[mine] != other[theirs]:
            raise NotPortable("a merge of times in different units runs in pandas")
    lazy = left.lazy.join(
        right.lazy.select([pl.col(name).alias(new) for name, new in hidden.items()]),
        how=how,
        left_on=list(map(pl.col, left_on)),
        right_on=[pl.col(hidden[name]) for name in right_on],
        nulls_equal=True,
        coalesce=False,
        maintain_order="left_right",
    ).select(
        [
            pl.col(each.source if each.side == "left" else hidden[each.source]).alias(each.name)
            for each in columns
        ]
    )
    relation = left.engine.name_of(lazy)
    return lazy, joined_shape(left.shape, right.shape, columns, how=how, relation=relation)
