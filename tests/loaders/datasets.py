"""Flights loaded into datasets, for the tests of those."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import etlframe as etl

FLIGHTS = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5],
        "carrier": ["UA", "AA", "UA", "B6", "AA"],
        "delay": [4.0, None, -1.5, 0.0, 12.25],
        "day": pd.to_datetime(["2013-01-01", "2013-01-02", "2013-01-01", "NaT", "2013-01-03"]),
    }
)


def run(df: pd.DataFrame, to: Path, **options: Any) -> etl.JobResult:
    engine = options.pop("engine", None)
    result = etl.Pipeline("flights", df).to(f"{to}/", **options).run(engine=engine)
    if result.exception is not None:
        raise result.exception
    return result


def read(path: Path) -> pd.DataFrame:
    return etl.DataLoader(f"{path}/").read()


def parts(path: Path) -> list[str]:
    return sorted(each.relative_to(path).as_posix() for each in path.rglob("*.parquet"))


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    columns = list(expected)
    pd.testing.assert_frame_equal(
        found[columns].sort_values("id", ignore_index=True),
        expected.sort_values("id", ignore_index=True),
    )
