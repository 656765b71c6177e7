from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import OptionError
from etlframe.runs.spans import parse_since, parse_span, utc_now

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        ("30s", 30),
        ("15m", 900),
        ("2h", 7200),
        (" 1 D ", 86_400),
        ("1w", 604_800),
        ("0.5h", 1800),
        (0.01, 0.01),
        (90, 90),
        (timedelta(minutes=5), 300),
        (pd.Timedelta("5min"), 300),
    ],
)
def test_spans_are_read(span: Any, seconds: float) -> None:
    assert parse_span(span).total_seconds() == seconds


@pytest.mark.parametrize(
    "span", ["", "soon", "15", "m", "-5m", "5 fortnights", 0, -1, True, None, 1e30]
)
def test_what_is_no_span_is_refused_and_told_how_one_looks(span: Any) -> None:
    with pytest.raises(OptionError, match='"15m"'):
        parse_span(span)


@pytest.mark.parametrize("span", [float("nan"), timedelta(0), timedelta(seconds=-1)])
def test_a_span_that_lasts_nothing_is_refused(span: Any) -> None:
    with pytest.raises(OptionError, match="not a length of time"):
        parse_span(span)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-03-02", "2026-03-02T00:00:00+00:00"),
        ("2026-03-02T06:30", "2026-03-02T06:30:00+00:00"),
        ("2026-03-02T06:30:00+02:00", "2026-03-02T04:30:00+00:00"),
        ("7d", "2026-03-02T12:00:00+00:00"),
        (timedelta(hours=1), "2026-03-09T11:00:00+00:00"),
        (datetime(2026, 3, 2, 1), "2026-03-02T01:00:00+00:00"),
        (datetime(2026, 3, 2, 1, tzinfo=timezone(timedelta(hours=1))), "2026-03-02T00:00:00+00:00"),
        (pd.Timestamp("2026-03-02"), "2026-03-02T00:00:00+00:00"),
        (pd.Timestamp("2026-03-02", tz="UTC"), "2026-03-02T00:00:00+00:00"),
        (pd.Timedelta(days=7), "2026-03-02T12:00:00+00:00"),
    ],
)
def test_since_is_a_moment_or_how_long_ago(since: Any, expected: str) -> None:
    assert parse_since(since, NOW).isoformat() == expected


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", 5, None])
def test_what_is_no_moment_is_refused(since: Any) -> None:
    with pytest.raises(OptionError, match="is not a time"):
        parse_since(since, NOW)


def test_the_clock_tells_utc() -> None:
    assert utc_now().tzinfo is UTC
