from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etlframe.errors import OptionError, UnknownNameError
from etlframe.runs.triggers import cron_trigger, interval_trigger, timezone_of

# A Monday.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def times(cron: str, count: int = 3, zone: tzinfo = UTC, now: datetime = NOW) -> list[str]:
    trigger, due, found = cron_trigger(cron, zone, now), None, []
    for _ in range(count):
        due = trigger.get_next_fire_time(due, due or now)
        found.append(f"{due:%a %Y-%m-%d %H:%M}")
    return found


def test_every_night_at_two() -> None:
    assert times("0 2 * * *", 2) == ["Tue 2026-03-03 02:00", "Wed 2026-03-04 02:00"]


def test_every_quarter_of_the_working_hours() -> None:
    assert times("*/15 12-13 * * 1-5", 2) == ["Mon 2026-03-02 12:00", "Mon 2026-03-02 12:15"]


@pytest.mark.parametrize(
    ("weekdays", "expected"),
    [
        ("0", ["Sun", "Sun", "Sun"]),
        ("7", ["Sun", "Sun", "Sun"]),
        ("1", ["Mon", "Mon", "Mon"]),
        ("1-3", ["Tue", "Wed", "Mon"]),
        ("5-7", ["Fri", "Sat", "Sun"]),
        ("fri-mon", ["Fri", "Sat", "Sun"]),
        ("SAT,tue", ["Tue", "Sat", "Tue"]),
        ("1-5/2", ["Wed", "Fri", "Mon"]),
        ("*/3", ["Wed", "Sat", "Sun"]),
        ("4/2", ["Thu", "Sat", "Thu"]),
    ],
)
def test_weekdays_are_cron_s_own_and_count_from_sunday(weekdays: str, expected: list[str]) -> None:
    assert [each[:3] for each in times(f"0 2 * * {weekdays}")] == expected


def test_a_day_of_the_month_or_one_of_the_week_is_enough_as_cron_has_it() -> None:
    assert times("0 0 13 * 5", 4) == [
        "Fri 2026-03-06 00:00",
        "Fri 2026-03-13 00:00",
        "Fri 2026-03-20 00:00",
        "Fri 2026-03-27 00:00",
    ]
    assert times("0 0 4 * 5", 2) == ["Wed 2026-03-04 00:00", "Fri 2026-03-06 00:00"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("@hourly", "Mon 2026-03-02 12:00"),
        ("@daily", "Tue 2026-03-03 00:00"),
        ("@weekly", "Sun 2026-03-08 00:00"),
        ("@Monthly", "Wed 2026-04-01 00:00"),
        ("@yearly", "Fri 2027-01-01 00:00"),
        ("0 0 ? * ?", "Tue 2026-03-03 00:00"),
    ],
)
def test_cron_s_other_spellings_are_known(name: str, expected: str) -> None:
    assert times(name, 1) == [expected]


def test_a_cron_expression_is_read_in_the_zone_given() -> None:
    due = cron_trigger("0 2 * * *", BERLIN, NOW).get_next_fire_time(None, NOW)
    assert due.astimezone(UTC).hour == 1


def test_a_time_that_the_clock_skips_comes_an_hour_later_that_night() -> None:
    eve = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN)
    trigger = cron_trigger("30 2 * * *", BERLIN, eve)
    due = trigger.get_next_fire_time(None, eve)
    assert due.astimezone(UTC).astimezone(BERLIN).strftime("%d %H:%M") == "29 03:30"


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("", "0 fields"),
        ("0 2 * *", "4 fields"),
        ("0 2 * * * *", "6 fields"),
        ("2", "1 field."),
        ("60 2 * * *", "maximum value"),
        ("0 24 * * *", "maximum value"),
        ("0 0 0 * *", "minimum value"),
        ("0 0 1 13 *", "maximum value"),
        ("0 0 * * 8", "'8' is not a weekday"),
        ("0 0 * * funday", "'funday' is not a weekday"),
        ("0 0 * * 1,,2", "'' is not a weekday"),
        ("0 0 * * 1/0", "is not a weekday"),
        ("*/0 * * * *", "higher than 0"),
        ("noon * * * *", "Unrecognized"),
        ("0 0 30 2 *", "no such day ever comes"),
        (None, "0 fields"),
        (5, "0 fields"),
    ],
)
def test_what_is_no_cron_expression_is_told_what_one_looks_like(cron: Any, why: str) -> None:
    with pytest.raises(OptionError) as caught:
        cron_trigger(cron, UTC, NOW)
    assert why in str(caught.value)
    assert '"0 2 * * *" is every day at 02:00' in str(caught.value)


def test_an_interval_starts_one_interval_from_now() -> None:
    trigger = interval_trigger("15m", UTC, NOW)
    first = trigger.get_next_fire_time(None, NOW)
    assert first == NOW + timedelta(minutes=15)
    assert trigger.get_next_fire_time(first, first) == NOW + timedelta(minutes=30)


def test_zones_are_found_by_name() -> None:
    assert timezone_of("Europe/Berlin") == BERLIN
    assert timezone_of(UTC) is UTC
    assert timezone_of(None) is not None


@pytest.mark.parametrize("name", ["Europe/Berln", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError, match="No time zone named"):
        timezone_of(name)


def test_near_zones_are_named() -> None:
    with pytest.raises(UnknownNameError, match="Europe/Berlin"):
        timezone_of("Europe/Berln")
