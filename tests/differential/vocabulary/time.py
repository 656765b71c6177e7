"""Words of ``.dt``, and arithmetic with times."""

from __future__ import annotations

import pandas as pd

from tests.differential.vocabulary.word import Word, column

_HOUR = pd.Timedelta(hours=1)

TIME: list[Word] = [
    column("`.dt.year`, `month`, `day`", lambda d: d["t"].dt.year, "t.dt.year"),
    column("`.dt.hour`, `minute`, `second`", lambda d: d["t"].dt.minute, "t.dt.minute"),
    column("`.dt.microsecond`", lambda d: d["t"].dt.microsecond, "t.dt.microsecond"),
    column("`.dt.year` with a time zone", lambda d: d["z"].dt.year, "z.dt.year"),
    column("`.dt.day_of_week`", lambda d: d["t"].dt.day_of_week, "t.dt.day_of_week"),
    column("`.dt.day_of_year`", lambda d: d["t"].dt.day_of_year, "t.dt.day_of_year"),
    column("`.dt.quarter`", lambda d: d["t"].dt.quarter, "t.dt.quarter"),
    column("`.dt.days_in_month`", lambda d: d["t"].dt.days_in_month, "t.dt.days_in_month"),
    column("`.dt.is_month_start` ...", lambda d: d["t"].dt.is_month_end, "t.dt.is_month_end"),
    column("`.dt.is_leap_year`", lambda d: d["t"].dt.is_leap_year, "t.dt.is_leap_year"),
    column("`.dt.day_name()`", lambda d: d["t"].dt.day_name(), "t.dt.day_name()"),
    column("`.dt.month_name()`", lambda d: d["t"].dt.month_name(), "t.dt.month_name()"),
    column("`.dt.floor()`", lambda d: d["t"].dt.floor("15min"), "t.dt.floor('15min')"),
    column("`.dt.ceil()`", lambda d: d["t"].dt.ceil("h"), "t.dt.ceil('h')"),
    column("`.dt.round()`", lambda d: d["z"].dt.round("D")),
    column("`.dt.normalize()`", lambda d: d["t"].dt.normalize(), "t.dt.normalize()"),
    column("`.dt.date`", lambda d: d["t"].dt.date),
    column("`.dt.strftime()`", lambda d: d["t"].dt.strftime("%d/%m/%Y %H:%M")),
    column("`.dt.strftime()` of names", lambda d: d["t"].dt.strftime("%a %d %b %Y, %I %p")),
    column("`.dt.strftime()` of weeks", lambda d: d["t"].dt.strftime("%G-W%V")),
    column('`.dt.tz_localize("UTC")`', lambda d: d["t"].dt.tz_localize("UTC")),
    column("`.dt.tz_convert(None)`", lambda d: d["z"].dt.tz_convert(None)),
    column("`.dt.tz_convert(zone)`", lambda d: d["z"].dt.tz_convert("Europe/Paris")),
    column("a time minus a time", lambda d: d["u"] - d["t"]),
    column("a time minus its minimum", lambda d: (d["t"] - d["t"].min()).dt.days),
    column("a time plus a duration", lambda d: d["t"] + _HOUR),
    column("`.dt.total_seconds()`", lambda d: (d["u"] - d["t"]).dt.total_seconds()),
    column("a duration by a duration", lambda d: (d["u"] - d["t"]) / _HOUR),
    column("`diff` of times", lambda d: d["t"].diff()),
    column("`pd.to_datetime(format=, errors=)`",
           lambda d: pd.to_datetime(d["w"], format="%Y-%m-%d", errors="coerce"), col=False),
    column("`pd.to_datetime` without a format",
           lambda d: pd.to_datetime(d["w"], errors="coerce"), col=False),
    column("`pd.to_numeric`", lambda d: pd.to_numeric(d["d"], errors="coerce"), col=False),
]  # fmt: skip
