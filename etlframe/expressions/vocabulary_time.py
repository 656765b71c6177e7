"""The operations of time: the words of ``.dt``."""

from __future__ import annotations

from typing import Any

from etlframe.expressions.kinds import Kind
from etlframe.expressions.operation import KEPT, Kinds, Operation, Rule, table

_TIMES = (Kind.DATE, Kind.DATETIME, Kind.DATETIME_TZ)


def _time_part(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.INT if kinds[0].is_time else None


def _of_time(answer: Kind) -> Rule:
    return lambda kinds, _params: answer if kinds[0] in _TIMES else None


def _rounded(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    if kinds[0].is_time:
        return Kind.DATETIME
    return kinds[0] if kinds[0] is Kind.DATETIME_TZ else None


def _localized(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.DATETIME_TZ if kinds[0].is_time else None


def _without_zone(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.DATETIME if kinds[0] is Kind.DATETIME_TZ else None


def _of_duration(answer: Kind) -> Rule:
    return lambda kinds, _params: answer if kinds[0] is Kind.TIMEDELTA else None


def _parsed(kinds: Kinds, _params: tuple[Any, ...]) -> Kind | None:
    return Kind.DATETIME if kinds[0] is Kind.STR else None


_PARTS = ("year", "month", "day", "hour", "minute", "second")
_MORE_PARTS = ("microsecond", "days_in_month")
_QUESTIONS = (
    "is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end", "is_year_start",
    "is_year_end", "is_leap_year",
)  # fmt: skip

TIME: dict[str, Operation] = table(
    *(Operation(part, f".dt.{part}", KEPT, _time_part) for part in _PARTS),
    *(Operation(part, f".dt.{part}", KEPT, _of_time(Kind.INT)) for part in _MORE_PARTS),
    Operation("dayofweek", ".dt.day_of_week", "Monday is 0", _time_part),
    Operation("dayofyear", ".dt.day_of_year", KEPT, _time_part),
    Operation("quarter", ".dt.quarter", KEPT, _time_part),
    *(
        Operation(
            word, f".dt.{word}", "False of a missing time", _of_time(Kind.BOOL), keeps_missing=False
        )
        for word in _QUESTIONS
    ),
    Operation("day_name", ".dt.day_name", KEPT, _of_time(Kind.STR)),
    Operation("month_name", ".dt.month_name", KEPT, _of_time(Kind.STR)),
    Operation("strftime", ".dt.strftime", f"portable codes; {KEPT}", _of_time(Kind.STR)),
    *(
        Operation(f"time_{way}", f".dt.{way}", f"to a fixed unit; {KEPT}", _rounded,
                  in_microseconds=True)
        for way in ("floor", "ceil", "round")
    ),
    Operation("localize_utc", '.dt.tz_localize("UTC")', KEPT, _localized, in_microseconds=True),
    Operation("without_zone", ".dt.tz_convert(None)", KEPT, _without_zone, in_microseconds=True),
    Operation("total_seconds", ".dt.total_seconds", KEPT, _of_duration(Kind.FLOAT)),
    *(
        Operation(f"duration_{part}", f".dt.{part}", KEPT, _of_duration(Kind.INT))
        for part in ("days", "seconds", "microseconds")
    ),
    Operation("to_datetime", "pd.to_datetime", "missing where it is no such time", _parsed,
              makes_missing=True),
)  # fmt: skip
