"""Times in other units than microseconds: Polars would cut the finer ones."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from etlframe import Pipeline
from tests.differential.comparing import assert_same

MOMENT = pd.Timestamp("2013-01-01 00:00:00.000001")
DF = pd.DataFrame(
    {
        "ns": pd.Series([MOMENT + pd.Timedelta(5, "ns"), MOMENT, None]).astype("datetime64[ns]"),
        "us": pd.Series([MOMENT, MOMENT, MOMENT]).astype("datetime64[us]"),
        "ms": pd.Series(["2013-01-01", None, "2012-01-01"]).astype("datetime64[ms]"),
        "s": pd.Series(["2013-01-01", None, "2012-01-01"]).astype("datetime64[s]"),
    }
)
FRAMES = {"with seconds": DF, "without seconds": DF.drop(columns="s")}
CASES: dict[str, Callable[[Pipeline], Pipeline]] = {
    "nothing is done": lambda p: p.sort_values("us"),
    "a finer one is greater": lambda p: p.query("ns > us"),
    "a coarser one is less": lambda p: p.query("ms < us"),
    "equal to a literal": lambda p: p.assign(z=lambda d: d["ns"] == MOMENT),
    "a far literal": lambda p: p.assign(z=lambda d: d["ns"] < pd.Timestamp("9999-12-31")),
    "one of several": lambda p: p.assign(z=lambda d: d["ns"].isin([MOMENT])),
    "filled": lambda p: p.assign(z=lambda d: d["ns"].fillna(MOMENT)),
    "chosen": lambda p: p.assign(z=lambda d: d["ns"].where(d["ns"] > d["ns"], MOMENT)),
    "a merge": lambda p: p.merge(DF[["us", "ms"]], left_on="ns", right_on="us"),
    "a part": lambda p: p.assign(z=lambda d: d["ns"].dt.second),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("frame", FRAMES)
def test_times_keep_their_unit_and_are_not_cut(case: str, frame: str) -> None:
    assert_same(CASES[case](Pipeline("p", FRAMES[frame])), "polars")
