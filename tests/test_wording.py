from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from etlframe.wording import (
    count_text,
    duration_text,
    moment_text,
    plural,
    rate_text,
)


@pytest.mark.parametrize("nothing", [None, float("nan"), np.nan, pd.NaT, pd.NA])
def test_what_is_missing_is_a_dash(nothing):
    told = [each(nothing) for each in (duration_text, count_text, rate_text, moment_text)]
    assert told == ["–"] * 4


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (3599.6, "1 h 0 min"),
        (90_061, "25 h 1 min"),
    ],
)
def test_a_duration_never_rounds_up_to_sixty_of_its_unit(seconds, text):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("rate", "text"), [(0.0, "0%"), (0.00001, "0.1%"), (0.99999, "99.9%"), (1.0, "100%")]
)
def test_only_all_is_a_hundred_per_cent_and_only_none_is_zero(rate, text):
    assert rate_text(rate) == text


def test_a_moment_of_another_zone_is_said_in_utc():
    there = timezone(timedelta(hours=2))
    assert moment_text(datetime(2026, 3, 2, 1, 0, tzinfo=there)) == "2026-03-01 23:00:00"
    assert moment_text(pd.Timestamp("2026-03-02", tz=UTC)) == "2026-03-02 00:00:00"


def test_numpy_counts_are_whole_numbers():
    assert count_text(np.int64(27_004)) == "27,004"


def test_one_is_not_plural():
    assert (plural(0, "run"), plural(1, "run"), plural(2, "run")) == ("0 runs", "1 run", "2 runs")
