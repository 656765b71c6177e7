"""``pd.isna(column)`` and the other functions of pandas that take a column."""

from __future__ import annotations

from collections.abc import Callable

from etlframe.expressions.tree import Node
from etlframe.expressions.words_values import simple

PANDAS_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "isna": simple("isna"),
    "isnull": simple("isna"),
    "notna": simple("notna"),
    "notnull": simple("notna"),
}
"""pandas' functions of a column."""
