"""Disagreements that were found in the verbs of plans, and what pandas means by them, as cases.

Each case is a pipeline's steps on one frame; every engine must give what plain pandas gives.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline

from .comparing import assert_same

NAN, INF = math.nan, math.inf
MOMENTS = [dt.datetime(2013, 1, 1), None, dt.datetime(1969, 2, 28), None]
DF = pd.DataFrame(
    {
        "k": ["b", None, "a", "b"],
        "i": [1, 2, 3, 2**53 + 1],
        "x": [INF, INF, -INF, 1.0],
        "y": [NAN, -INF, NAN, 0.5],
        "z": [0.0, -0.0, NAN, 0.0],
        "b": [True, False, True, True],
        "s": ["", None, "u", ""],
        "t": pd.Series(MOMENTS, dtype="datetime64[us]"),
        "o": pd.Series([True, False, True, True], dtype="object"),
    }
)
RIGHT = pd.DataFrame(
    {
        "k": ["a", "a", None, "q"],
        "z": [-0.0, NAN, 1.0, 2.0],
        "t": pd.Series([MOMENTS[2], None, None, dt.datetime(2020, 1, 1)], dtype="datetime64[us]"),
        "v": [1, 2, 3, 4],
        "c": [True, False, True, False],
    }
)

Case = Callable[[Pipeline], Pipeline]
CASES: dict[str, Case] = {
    # groups
    "quantile between infinities is missing, median is not": lambda p: p.groupby("s").agg(
        q=("x", "quantile"), m=("x", "median")
    ),
    "quantile of an odd number of values is one of them": lambda p: p.groupby("b").agg(
        q=("x", "quantile"), n=("x", "count")
    ),
    "any and all skip missing values": lambda p: p.groupby("b").agg(
        a=("s", "any"), b_of=("s", "all"), c=("z", "any"), d=("z", "all")
    ),
    "0.0 and -0.0 are one key, NaN is dropped": lambda p: p.groupby("z").agg(n=("i", "size")),
    "a missing key is a group and sorts last": lambda p: p.groupby("z", dropna=False).agg(
        n=("i", "sum")
    ),
    "one of several keys is missing": lambda p: p.groupby(["k", "t"], dropna=False).agg(
        n=("i", "size")
    ),
    "groups in order of appearance": lambda p: p.groupby("k", sort=False).agg(n=("i", "last")),
    "a missing group at its place": lambda p: p.groupby("k", sort=False, dropna=False).agg(
        n=("i", "last")
    ),
    "min and first of booleans are booleans": lambda p: p.groupby("k").agg(
        a=("b", "min"), b_of=("b", "last"), c=("b", "median"), d=("b", "std")
    ),
    "no rows: any is a boolean still": lambda p: p.head(0).groupby("k").agg(a=("x", "any")),
    "booleans in a column of objects remain objects": lambda p: p.query("b").head(2),
    # merges
    "outer: missing moments sort first": lambda p: p.merge(RIGHT, "outer", on="t"),
    "outer: missing texts sort last": lambda p: p.merge(RIGHT, "outer", on="k"),
    "outer: several keys": lambda p: p.merge(RIGHT, "outer", on=["k", "t"]),
    "outer: keys of two names": lambda p: p.merge(RIGHT, "outer", left_on="i", right_on="v"),
    "right keeps the right's order, and its keys": lambda p: p.merge(RIGHT, "right", on="k"),
    "float keys: NaN matches NaN, 0.0 matches -0.0": lambda p: p.merge(RIGHT, "left", on="z"),
    "a boolean that misses values is an object": lambda p: p.merge(RIGHT, "left", on="k"),
    "an anti join has the right's columns, all missing": lambda p: p.merge(
        RIGHT, "left_anti", on="k"
    ),
    "a right anti join": lambda p: p.merge(RIGHT, "right_anti", on="k"),
    "a semi join keeps a row once": lambda p: p.merge(RIGHT, "left_semi", on="k"),
    "a semi join keeps a sort": lambda p: p.sort_values("x").merge(RIGHT, "left_semi", on="k"),
    "every pair": lambda p: p.merge(RIGHT, "cross"),
    "a suffix of None": lambda p: p.merge(RIGHT, on="k", suffixes=(None, "_r")),
    "no suffix at all": lambda p: p.merge(RIGHT, on="k", suffixes=(None, None)),
    "unique keys are checked on rows that are filtered out": lambda p: p.merge(
        RIGHT, on="k", validate="m:1"
    ).query("k == 'b'"),
    "a right side of no rows": lambda p: p.merge(RIGHT.head(0), "left", on="k"),
    "a left side of no rows": lambda p: p.head(0).merge(RIGHT, "outer", on="k"),
    # rows below each other
    "a column that a frame of no rows lacks is float64": lambda p: p.concat(RIGHT.head(0)),
    "a boolean that a frame lacks is an object": lambda p: p.select("k", "b").concat(RIGHT),
    "an integer beyond 2^53 that misses values is rounded": lambda p: p.select("k", "i").concat(
        RIGHT
    ),
    "integers and floats are floats": lambda p: p.select("i", "x").melt(value_vars=["i", "x"]),
    "a sorted frame below another": lambda p: p.concat(Pipeline("r", RIGHT).sort_values("v")),
    "a sorted frame above another": lambda p: p.sort_values("i", ascending=False).concat(RIGHT),
    # which rows
    "missing values first, both ways": lambda p: p.sort_values(
        ["k", "t"], ascending=[False, True], na_position="first"
    ),
    "missing floats tie with infinity where several keys sort them first": lambda p: p.sort_values(
        ["y", "i"], na_position="first"
    ).sort_values(["b", "y", "i"], ascending=[True, False, False], na_position="first"),
    "a sort after a sort with missing first": lambda p: p.sort_values(
        "k", na_position="first"
    ).sort_values("b"),
    "the last of equal rows": lambda p: p.sort_values("x").drop_duplicates("s", keep="last"),
    "only rows that are there once": lambda p: p.drop_duplicates("s", keep=False),
    "all but the last rows of a sort": lambda p: p.sort_values("x").head(-1),
    "all but the first rows": lambda p: p.tail(-1),
    "the last rows of a sort": lambda p: p.sort_values("k").tail(2),
    "fewer rows than are left out": lambda p: p.tail(-9),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("threads", [2, 8])
def test_an_engine_gives_the_answer_of_pandas(case: str, engine: str, threads: int) -> None:
    with etl.set_options(threads=threads):
        assert_same(CASES[case](Pipeline("case", DF)), engine)


BIG: dict[str, Case] = {
    "concat": lambda p: p.concat(p.query("k > 40")),
    "concat, then the first of equal rows": lambda p: p.concat(p).drop_duplicates(["k", "s"]),
    "melt": lambda p: p.melt(["at", "s"], ["k", "v"]).tail(1000),
    "tail": lambda p: p.tail(100),
    "all but the last": lambda p: p.head(-200_000),
    "outer": lambda p: p.merge(_names(), "outer", on="k"),
    "right": lambda p: p.query("v > 0.8").merge(_names(), "right", on="k"),
    "semi": lambda p: p.merge(_names(), "left_semi", on="k"),
    "the last of equal rows": lambda p: p.drop_duplicates(["k", "s"], keep="last"),
    "groups by appearance": lambda p: p.groupby(["s", "k"], sort=False, dropna=False).agg(
        f=("v", "first"), l=("at", "last")
    ),
}


def _names() -> pd.DataFrame:
    return pd.DataFrame({"k": [*range(0, 60, 2)] * 2, "name": [f"n{at}" for at in range(60)]})


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    rows, rng = 250_000, np.random.default_rng(7)
    texts = pd.array(["a", "b", None], dtype="str")
    return pd.DataFrame(
        {
            "k": rng.integers(0, 50, rows),
            "v": rng.random(rows),
            "s": texts[rng.integers(0, 3, rows)],
            "at": range(rows),
        }
    )


@pytest.mark.parametrize("case", BIG)
def test_row_order_outlives_many_rows_and_threads(
    case: str, engine: str, many: pd.DataFrame
) -> None:
    with etl.set_options(threads=8):
        assert_same(BIG[case](Pipeline("big", many).query("v > 0.1")), engine)
