"""What has to hold before a frame's rows are computed: the unique keys of ``merge(validate=)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.joined import keys_message, unique_sides
from etlframe.engines.polars.lowering import column

if TYPE_CHECKING:
    from etlframe.engines.polars.frame import PolarsFrame


@dataclass(frozen=True)
class Check:
    """A lazy frame that must give no rows, and what is wrong where it does."""

    lazy: pl.LazyFrame
    message: str


def key_checks(
    left: PolarsFrame,
    right: PolarsFrame,
    left_on: Sequence[str],
    right_on: Sequence[str],
    validate: str | None,
) -> Iterator[Check]:
    """Yield the checks of a merge's keys."""
    sides = {"left": (left, left_on), "right": (right, right_on)}
    for side in unique_sides(validate):
        frame, keys = sides[side]
        frame.shape.need(keys)
        values = [column(name, frame.schema[name]) for name in keys]
        counted = frame.lazy.select(values).group_by(list(map(pl.col, keys))).agg(_rows=pl.len())
        # Missing keys are equal to each other here, as in pandas.
        repeated = counted.filter(pl.col("_rows") > 1).head(1)
        yield Check(repeated.select("_rows"), keys_message(side, keys, validate))
