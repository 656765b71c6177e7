"""The operations of time: the words of ``.dt``."""

from __future__ import annotations

from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import KEPT, Kinds, Operation, table


def _time_part(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if kinds[0].is_time else None


TIME: dict[str, Operation] = table(
    *(
        Operation(part, f".dt.{part}", KEPT, _time_part)
        for part in ("year", "month", "day", "hour", "minute", "second")
    ),
    Operation("dayofweek", ".dt.day_of_week", "Monday is 0", _time_part),
    Operation("dayofyear", ".dt.day_of_year", KEPT, _time_part),
    Operation("quarter", ".dt.quarter", KEPT, _time_part),
)
