"""Words of ``.dt``."""

from __future__ import annotations

from collections.abc import Callable

from etlframe.expressions.tree import Node
from etlframe.expressions.words_values import simple

TIME_PARTS: dict[str, Callable[..., Node]] = {
    **{
        word: simple(word)
        for word in (
            "year", "month", "day", "hour", "minute", "second",
            "dayofweek", "dayofyear", "quarter",
        )
    },
    "weekday": simple("dayofweek"),
    "day_of_week": simple("dayofweek"),
    "day_of_year": simple("dayofyear"),
}  # fmt: skip
"""Attributes of ``.dt``."""
