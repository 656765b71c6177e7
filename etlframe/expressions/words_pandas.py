"""``pd.isna(column)`` and the other functions of pandas that take a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.expressions.words_time import portable_format
from etlframe.expressions.words_values import simple


def _to_datetime(node: Node, errors: Any = "raise", *, format: Any = None) -> Node:  # noqa: A002 - pandas' word
    if format is None:
        raise NotPortable("pd.to_datetime without a format looks at the data, and runs in pandas")
    if errors != "coerce":
        raise NotPortable("pd.to_datetime that may stop with an error runs in pandas")
    text = portable_format(format)
    if text not in _PARSED:
        raise NotPortable(f"pd.to_datetime with the format {text!r} runs in pandas")
    return Call("to_datetime", (node,), (text,))


_PARSED = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y",
           "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d")  # fmt: skip
"""The formats whose reading was compared with pandas', digit by digit."""


def _to_numeric(_node: Node, errors: Any = "raise", **_options: Any) -> Node:
    reason = f"pd.to_numeric(errors={errors!r}) finds its dtype in the data, and runs in pandas"
    raise NotPortable(reason)


PANDAS_FUNCTIONS: dict[str, Callable[..., Node]] = {
    "isna": simple("isna"),
    "isnull": simple("isna"),
    "notna": simple("notna"),
    "notnull": simple("notna"),
    "to_datetime": _to_datetime,
    "to_numeric": _to_numeric,
}
"""pandas' functions of a column."""
