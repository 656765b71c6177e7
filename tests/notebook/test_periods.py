from __future__ import annotations

import pandas as pd
import pytest

from etlframe.notebook.periods import MOST_PERIODS, fitting_period, period_starts


def moments(*texts):
    return pd.to_datetime(pd.Series(texts), utc=True, format="ISO8601")


@pytest.mark.parametrize(
    ("last", "word"),
    [
        ("2026-01-01T00:00", "minute"),
        ("2026-01-01T01:02", "minute"),
        ("2026-01-01T01:03", "hour"),
        ("2026-01-20T00:00", "day"),
        ("2026-12-31T00:00", "week"),
        ("2030-01-01T00:00", "month"),
        ("2150-01-01T00:00", "year"),
    ],
)
def test_the_period_is_the_shortest_that_gives_few_enough_bars(last, word):
    period = fitting_period(moments("2026-01-01T00:00", last))
    assert period.word == word


def test_there_are_never_many_more_bars_than_the_limit():
    for days in (1, 3, 30, 100, 1000, 10_000):
        started = moments("2000-01-01") + pd.to_timedelta(pd.Series([0]), unit="D")
        started = pd.concat([started, started + pd.Timedelta(days=days)])
        starts = period_starts(started, fitting_period(started))
        span = starts.max() - starts.min()
        seconds = fitting_period(started).seconds
        assert span.total_seconds() / seconds <= MOST_PERIODS + 1


def test_a_run_falls_into_the_week_of_its_monday_in_utc():
    week = fitting_period(moments("2026-01-01", "2026-12-31"))
    starts = period_starts(moments("2026-03-08T23:30:00-05:00"), week)
    assert starts.iloc[0] == pd.Timestamp("2026-03-09")
