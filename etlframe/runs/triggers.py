"""When a job is due: cron expressions and intervals as APScheduler's triggers."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from etlframe.errors import OptionError, UnknownNameError
from etlframe.runs.spans import Span, parse_span
from etlframe.wording import plural

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

NAMED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
FIELDS = ("minute", "hour", "day", "month", "day_of_week")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")

_DAYS_ITEM = re.compile(
    r"(?:\*|(?P<first>[a-z0-9]+)(?:-(?P<last>[a-z0-9]+))?)(?:/(?P<step>0*[1-9][0-9]*))?"
)


def timezone_of(name: str | tzinfo | None) -> tzinfo:
    """Return a time zone: as given, by its name (``"Europe/Berlin"``), or for None this machine's.

    Raises:
        UnknownNameError: There is no zone of that name.
    """
    if isinstance(name, tzinfo):
        return name
    if name is None:
        from tzlocal import get_localzone

        return get_localzone()
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise UnknownNameError("time zone", name, sorted(available_timezones())) from None


def cron_trigger(cron: str, zone: tzinfo, now: datetime) -> BaseTrigger:
    """Return the trigger of a cron expression, with cron's own meaning.

    Days of the week count from Sunday, 0 or 7, and where a day of the month and one of the week
    are both given, either is enough; APScheduler alone has Monday as 0, and wants both.

    Args:
        cron: Five fields (minute, hour, day, month, weekday), or ``"@daily"`` and the like.
        zone: The time zone that it is read in.
        now: The time, aware; an expression that never comes after it is refused.

    Raises:
        OptionError: It is not a cron expression, or its day never comes.
    """
    fields = _fields(cron)
    try:
        trigger = _either_day(fields, zone)
        due = trigger.get_next_fire_time(None, now)
    except (ValueError, OverflowError) as error:
        raise _not_cron(cron, str(error)) from None
    if due is None:
        raise _not_cron(cron, "no such day ever comes")
    return trigger


def interval_trigger(every: Span, zone: tzinfo, now: datetime) -> BaseTrigger:
    """Return a trigger that is due one interval from now, and again after each.

    Args:
        every: ``"15m"``, ``"1d"``, a number of seconds, or a timedelta.
        zone: The time zone that its times are told in.
        now: The time, aware.

    Raises:
        OptionError: It is not a length of time.
    """
    from apscheduler.triggers.interval import IntervalTrigger

    length = parse_span(every)
    start = now.astimezone(zone) + length
    return IntervalTrigger(seconds=length.total_seconds(), start_date=start, timezone=zone)


def _fields(cron: object) -> dict[str, str]:
    text = cron.strip().lower() if isinstance(cron, str) else ""
    values = NAMED.get(text, text).replace("?", "*").split()
    if len(values) != len(FIELDS):
        raise _not_cron(cron, f"it has {plural(len(values), 'field')}")
    return dict(zip(FIELDS, values, strict=True))


def _either_day(fields: dict[str, str], zone: tzinfo) -> BaseTrigger:
    from apscheduler.triggers.combining import OrTrigger
    from apscheduler.triggers.cron import CronTrigger

    day, weekday = fields["day"], fields["day_of_week"]
    named = fields | {"day_of_week": _weekdays(weekday)}
    if day.startswith("*") or weekday.startswith("*"):
        return CronTrigger(**named, timezone=zone)
    by_day, by_weekday = fields | {"day_of_week": "*"}, named | {"day": "*"}
    return OrTrigger([CronTrigger(**each, timezone=zone) for each in (by_day, by_weekday)])


def _weekdays(field: str) -> str:
    """Return a field of cron's weekday numbers as names, which leave no doubt."""
    if field == "*":
        return field
    days = {day % 7 for item in field.split(",") for day in _weekday_range(item)}
    return ",".join(DAYS[day] for day in sorted(days))


def _weekday_range(item: str) -> range:
    match = _DAYS_ITEM.fullmatch(item)
    if match is None:
        raise ValueError(f"{item!r} is not a weekday")
    step = int(match["step"] or 1)
    first = _weekday(match["first"] or "0")
    if match["last"]:
        last = _weekday(match["last"])
    else:
        last = first if match["first"] and not match["step"] else 6
    # Friday to Sunday, or to Monday, goes on into the next week.
    return range(first, last + 1 + (7 if last < first else 0), step)


def _weekday(text: str) -> int:
    if text in DAYS:
        return DAYS.index(text)
    if text.isdecimal() and int(text) <= 7:  # noqa: PLR2004 - Sunday is 0 and 7
        return int(text)
    raise ValueError(f"{text!r} is not a weekday")


def _not_cron(cron: object, why: str) -> OptionError:
    return OptionError(
        f"{cron!r} is not a time to run at: {why}. A cron expression has five fields, minute, "
        'hour, day, month and weekday: "0 2 * * *" is every day at 02:00, "*/15 8-18 * * 1-5" '
        "every 15 minutes from 8 to 18 from Monday to Friday."
    )
