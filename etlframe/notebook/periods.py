"""Group runs by the hour, the day, or whatever period suits the time that they span."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.frozen import frozen

if TYPE_CHECKING:
    import pandas as pd

MOST_PERIODS = 62


@frozen
class Period:
    """A length of time: its word, its pandas alias, and about how many seconds it lasts."""

    word: str
    alias: str
    seconds: int


PERIODS = (
    Period("minute", "min", 60),
    Period("hour", "h", 3_600),
    Period("day", "D", 86_400),
    Period("week", "W", 7 * 86_400),
    Period("month", "M", 30 * 86_400),
    Period("year", "Y", 365 * 86_400),
)


def fitting_period(started: pd.Series) -> Period:
    """Return the shortest period that cuts the runs into no more than 62.

    Args:
        started: When each run started (datetime64, UTC); at least one.

    >>> import pandas as pd
    >>> fitting_period(pd.to_datetime(pd.Series(["2026-01-01", "2026-01-15"]), utc=True)).word
    'day'
    """
    span = (started.max() - started.min()).total_seconds()
    fitting = (each for each in PERIODS if span <= each.seconds * MOST_PERIODS)
    return next(fitting, PERIODS[-1])


def period_starts(started: pd.Series, period: Period) -> pd.Series:
    """Return the start of the period that each run falls into (datetime64, naive, in UTC).

    >>> import pandas as pd
    >>> runs = pd.to_datetime(pd.Series(["2026-01-01T12:34:56"]), utc=True)
    >>> period_starts(runs, PERIODS[1]).iloc[0]
    Timestamp('2026-01-01 12:00:00')
    """
    in_utc = started.dt.tz_convert("UTC").dt.tz_localize(None)
    starts: pd.Series = in_utc.dt.to_period(period.alias).dt.start_time
    return starts
