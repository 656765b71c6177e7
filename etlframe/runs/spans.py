"""Lengths and points of time as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from etlframe.errors import OptionError

Span: TypeAlias = str | float | timedelta

_WORDS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = r"(?i)\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*"


def utc_now() -> datetime:
    """Return the time, as an aware datetime in UTC."""
    return datetime.now(UTC)


def parse_span(span: Span) -> timedelta:
    """Return a length of time.

    Args:
        span: Text such as ``"30s"``, ``"15m"``, ``"2h"``, ``"1d"`` or ``"1w"``, a number of
            seconds, or a timedelta.

    Raises:
        OptionError: It is none of these, or not longer than nothing.

    >>> parse_span("15m")
    datetime.timedelta(seconds=900)
    """
    try:
        found = _as_timedelta(span)
    except OverflowError:
        found = None
    if found is None or found <= timedelta(0):
        raise OptionError(
            f"{span!r} is not a length of time. Write a number and a unit (s, m, h, d or w), such "
            'as "30s", "15m" or "1d", or give seconds or a timedelta above zero.'
        )
    return found


def parse_since(since: str | datetime | timedelta, now: datetime) -> datetime:
    """Return the moment from which on to look, in UTC; a time without a zone is taken as UTC.

    Args:
        since: A datetime or Timestamp, ISO 8601 text (``"2026-03-02"``), or how long ago: a
            timedelta, or text such as ``"7d"``.
        now: What "ago" counts from, aware.

    Raises:
        OptionError: It is none of these.

    >>> parse_since("2026-03-02", utc_now()).isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    if isinstance(since, timedelta):
        return now - since
    if isinstance(since, str) and re.fullmatch(_SPAN, since):
        return now - parse_span(since)
    moment = _as_datetime(since)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _as_timedelta(span: Span) -> timedelta | None:
    if isinstance(span, timedelta):
        return span
    if isinstance(span, int | float) and not isinstance(span, bool) and span == span:  # noqa: PLR0124 - NaN differs from itself
        return timedelta(seconds=span)
    match = re.fullmatch(_SPAN, span) if isinstance(span, str) else None
    return match and timedelta(**{_WORDS[match[2].lower()]: float(match[1])})


def _as_datetime(since: object) -> datetime:
    try:
        return since if isinstance(since, datetime) else datetime.fromisoformat(str(since))
    except ValueError:
        raise OptionError(
            f"since={since!r} is not a time. Give a datetime, ISO text such as "
            '"2026-03-02T06:00", or how long ago, such as "7d" or a timedelta.'
        ) from None
