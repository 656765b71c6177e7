"""What has to hold before a frame's rows are computed: the unique keys of ``merge(validate=)``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etlframe.engines.duckdb.lowering import column
from etlframe.engines.joined import keys_message, unique_sides

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame


@dataclass(frozen=True)
class Check:
    """A SELECT that must give no rows, and what is wrong where it does."""

    sql: str
    message: str


def key_checks(
    left: DuckDBFrame,
    right: DuckDBFrame,
    left_on: Sequence[str],
    right_on: Sequence[str],
    validate: str | None,
) -> Iterator[Check]:
    """Yield the checks of a merge's keys."""
    sides = {"left": (left, left_on), "right": (right, right_on)}
    for side in unique_sides(validate):
        frame, keys = sides[side]
        frame.shape.need(keys)
        values = ", ".join(column(name, frame.schema[name]) for name in keys)
        # Missing keys are equal to each other here, as in pandas.
        sql = f"SELECT 1 FROM ({frame.sql}) GROUP BY {values} HAVING count(*) > 1 LIMIT 1"
        yield Check(sql, keys_message(side, keys, validate))
