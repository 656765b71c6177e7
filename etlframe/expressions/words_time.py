"""Words of ``.dt``: attributes, and methods."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.expressions.words_values import simple

TIME_PARTS: dict[str, Callable[..., Node]] = {
    **{
        word: simple(word)
        for word in (
            "year", "month", "day", "hour", "minute", "second", "microsecond",
            "dayofweek", "dayofyear", "quarter", "days_in_month",
            "is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end",
            "is_year_start", "is_year_end", "is_leap_year",
        )
    },
    "weekday": simple("dayofweek"),
    "day_of_week": simple("dayofweek"),
    "day_of_year": simple("dayofyear"),
    "daysinmonth": simple("days_in_month"),
    **{word: simple(f"duration_{word}") for word in ("days", "seconds", "microseconds")},
}  # fmt: skip
"""Attributes of ``.dt``."""

_UNITS = {
    "D": 86_400_000_000,
    "h": 3_600_000_000,
    "min": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
    "us": 1,
}
_FREQUENCY = r"([1-9][0-9]{0,5})?(D|h|min|s|ms|us)"
PORTABLE_CODES = "YmdHMSfjaAbBpIy%"
_CODE = r"(?s)%(.?)"


def _to_unit(way: str) -> Callable[..., Node]:
    def build(node: Node, freq: Any) -> Node:
        found = re.fullmatch(_FREQUENCY, freq) if type(freq) is str else None
        if found is None:
            raise NotPortable(f".dt.{way}({freq!r}) runs in pandas")
        return Call(f"time_{way}", (node,), (int(found[1] or 1) * _UNITS[found[2]],))

    return build


def _normalize(node: Node) -> Node:
    return Call("time_floor", (node,), (_UNITS["D"],))


def portable_format(text: Any) -> str:
    """Return a format whose codes mean the same to Python and to every engine."""
    if type(text) is not str or "\x00" in text:
        raise NotPortable("a format that is not plain text runs in pandas")
    for code in re.findall(_CODE, text):
        if code == "" or code not in PORTABLE_CODES:
            raise NotPortable(f"the code %{code} of a format runs in pandas")
    return text


def _strftime(node: Node, date_format: Any) -> Node:
    return Call("strftime", (node,), (portable_format(date_format),))


def _tz_localize(node: Node, tz: Any) -> Node:
    if tz is None:
        return Call("without_zone", (node,))
    if tz != "UTC":
        raise NotPortable(f"tz_localize({tz!r}) runs in pandas; UTC is portable")
    return Call("localize_utc", (node,))


def _tz_convert(node: Node, tz: Any) -> Node:
    if tz is not None:
        raise NotPortable(f"tz_convert({tz!r}) runs in pandas")
    return Call("without_zone", (node,))


TIME_METHODS: dict[str, Callable[..., Node]] = {
    **{way: _to_unit(way) for way in ("floor", "ceil", "round")},
    "normalize": _normalize,
    "strftime": _strftime,
    "day_name": simple("day_name"),
    "month_name": simple("month_name"),
    "tz_localize": _tz_localize,
    "tz_convert": _tz_convert,
    "total_seconds": simple("total_seconds"),
}
"""Methods of ``.dt``."""
