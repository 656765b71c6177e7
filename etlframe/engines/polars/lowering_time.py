"""Words of ``.dt`` -> Polars' expressions with pandas' meaning."""

from __future__ import annotations

from etlframe.engines.polars.operand import Build, whole

TIME: dict[str, Build] = {
    "year": whole(lambda a: a.dt.year()),
    "month": whole(lambda a: a.dt.month()),
    "day": whole(lambda a: a.dt.day()),
    "hour": whole(lambda a: a.dt.hour()),
    "minute": whole(lambda a: a.dt.minute()),
    "second": whole(lambda a: a.dt.second()),
    "dayofyear": whole(lambda a: a.dt.ordinal_day()),
    "quarter": whole(lambda a: a.dt.quarter()),
    "dayofweek": whole(lambda a: a.dt.weekday() - 1),
}
"""Operation -> its lowering."""
