"""What stands first in groups, where engines were seen or feared to differ from pandas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from etlframe import Pipeline
from tests.differential.comparing import assert_same

NAN, INF = float("nan"), float("inf")
DF = pd.DataFrame(
    {
        "k": ["b", "a", "b", None, "b", "c", "a", "c", None, "d"],
        "q": [1.0, NAN, 1.0, 2.0, NAN, 2.0, INF, -INF, 1.0, 0.5],
        "ties": [1, 1, 1, 2, 2, 1, 0, 3, 3, 3],
        "f": [NAN, 1.0, 2.0, 3.0, INF, NAN, -INF, NAN, 0.0, NAN],
        "both": [INF, -INF, -INF, 0.0, INF, INF, INF, -INF, 1.0, NAN],
        "n": [NAN, 2.0, 3.0, NAN, 5.0, NAN, 7.0, 8.0, NAN, NAN],
        "t": pd.Series(
            ["2020-01-01", None, "2021-01-01", None, "2019-05-05"] * 2, dtype="datetime64[us]"
        ),
    }
)
SOME: dict[str, pd.DataFrame] = {
    "all rows": DF,
    "no rows": DF.head(0),
    "no group": DF[DF["k"].isna()],
    "all values missing": DF[DF["k"].isin(["c", "d"])],
}
PLANS: dict[str, Callable[[Pipeline], Pipeline]] = {
    "the greatest value": lambda p: p.groupby("k")["f"].nlargest(1),
    "missing values fill up": lambda p: p.groupby("k")["f"].nlargest(3),
    "more than any group has": lambda p: p.groupby("k")["f"].nsmallest(10),
    "more than an aggregate holds": lambda p: p.groupby("k")["f"].nlargest(11),
    "infinities": lambda p: p.groupby("k")["both"].nsmallest(2),
    "ties": lambda p: p.groupby("k")["ties"].nlargest(2),
    "whole numbers with missing ones": lambda p: p.groupby("k")["n"].nlargest(2),
    "times": lambda p: p.groupby("k")["t"].nlargest(2),
    "float keys": lambda p: p.groupby("q", dropna=False)["f"].nlargest(2),
    "first groups first": lambda p: p.groupby("k", sort=False)["f"].nlargest(2),
    "first groups first, missing too": lambda p: p.groupby(["k", "q"], dropna=False, sort=False)[
        "ties"
    ].nsmallest(1),
    "many of first groups": lambda p: p.groupby("k", dropna=False, sort=False)["f"].nsmallest(11),
    "largest of what was sorted": lambda p: p.sort_values("f").groupby("k")["ties"].nlargest(2),
    "then the column anew": lambda p: p.groupby("k")["f"].nlargest(2).assign(f=lambda d: -d["f"]),
    "then a row number": lambda p: (
        p.groupby("k", sort=False)["f"].nlargest(2).assign(c=lambda d: d["f"].shift())
    ),
    "then the first rows": lambda p: p.groupby("k")["f"].nlargest(2).head(3),
    "first rows": lambda p: p.groupby("k").head(2),
    "first rows, missing keys too": lambda p: p.groupby("q", dropna=False).head(1),
    "first rows of what was sorted": lambda p: (
        p.sort_values("both", ascending=False).groupby("k").head(2)
    ),
    "first rows in the order of ties": lambda p: p.sort_values("ties").groupby("k").head(1),
    "no first rows": lambda p: p.groupby("k").head(0),
    "first rows of first rows": lambda p: p.groupby("ties").head(2).groupby("k").head(1),
    "a sum of first rows": lambda p: p.groupby("k").head(2).groupby("q").agg(n=("f", "sum")),
}


@pytest.mark.parametrize("rows", SOME)
@pytest.mark.parametrize("name", PLANS)
def test_groups_give_pandas_answer(name: str, rows: str, engine: str) -> None:
    df = SOME[rows].reset_index(drop=True)
    assert_same(PLANS[name](Pipeline("p", df)), engine)


@pytest.mark.parametrize("name", ["ties", "first rows in the order of ties"])
def test_many_rows_keep_their_order(name: str, engine: str) -> None:
    size = 200_000
    made = np.arange(size) * 7919 % size
    df = pd.DataFrame({"k": made % 97, "ties": made % 5, "row": made})
    assert_same(PLANS[name](Pipeline("p", df)), engine)
