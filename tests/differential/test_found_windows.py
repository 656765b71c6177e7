"""Disagreements that were found in windows, and what pandas means by them, as cases.

Each case is a column, or a condition, on one frame; every engine must give what plain pandas gives.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline

from .comparing import assert_same

NAN, INF = math.nan, math.inf
MOMENTS = [dt.datetime(2013, 1, 1), None, dt.datetime(1969, 2, 28), None] * 2
DF = pd.DataFrame(
    {
        "k": ["b", None, "a", "b", "a", "b", "a", None],
        "i": [1, 2, 3, 2**40, -3, 3, 0, 1],
        "x": [INF, INF, -INF, 1.0, NAN, 0.5, 2.0, -1.0],
        "z": [0.0, -0.0, NAN, 0.0, 1.0, NAN, 1.0, -1.0],
        "b": [True, False, True, True, False, True, False, False],
        "s": ["", None, "u", "", "é", "u", "B", None],
        "t": pd.Series(MOMENTS, dtype="datetime64[us]"),
    }
)

Column = Callable[[pd.DataFrame], Any]
COLUMNS: dict[str, Column] = {
    "the median beside minus infinity is that": lambda d: d.groupby("b")["x"].transform("median"),
    "a cumulative sum of a group is missing after an infinity": lambda d: d.groupby("k")[
        "x"
    ].cumsum(),
    "a cumulative sum of the frame is not": lambda d: d["x"].abs().cumsum(),
    "std beside an infinity is missing": lambda d: d.groupby("k")["x"].transform("std"),
    "0.0 and -0.0 are one key and one rank": lambda d: d.groupby("z")["z"].rank(method="dense"),
    "0.0 and -0.0 are one value": lambda d: d["z"].nunique() + d["i"],
    "first of equal ranks, downwards": lambda d: d["z"].rank(method="first", ascending=False),
    "ranks of text": lambda d: d["s"].rank(pct=True),
    "ranks of truth": lambda d: d["b"].rank(method="max"),
    "ranks of times": lambda d: d.groupby("b")["t"].rank(),
    "a shift out of no group is filled": lambda d: d.groupby("k")["i"].shift(fill_value=7),
    "a shift of truth": lambda d: d.groupby("k")["b"].shift(-1),
    "any of a group that is none": lambda d: d.groupby("k")["b"].transform("any"),
    "a shift longer than the frame": lambda d: d["i"].shift(30),
    "a float of a shift stays": lambda d: d["i"].shift().fillna(0),
    "a window of groups of a window": lambda d: d.groupby("k")["x"].transform("mean").rank(),
    "an aggregate of a choice": lambda d: d["i"].where(d["b"]).sum() + d["i"],
    "a window beside an aggregate": lambda d: np.where(d["z"] > d["z"].median(), d["x"], d["i"]),
    "cumcount of several keys": lambda d: d.groupby(["k", "b"]).cumcount(),
    "count of no group": lambda d: d.groupby("s")["x"].transform("count"),
    "cummax of times": lambda d: d["t"].cummax(),
    "bfill of times": lambda d: d.groupby("k")["t"].bfill(),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column_of_windows_is_that_of_pandas(case: str, engine: str) -> None:
    for df in (DF, DF.head(1), DF.head(0)):
        assert_same(Pipeline("case", df).assign(new=COLUMNS[case]), engine)


QUERIES = [
    "i > 0 and i > i.shift()",
    "b or x.rank() <= 2",
    "k == 'a' and i.cumsum() > i.mean()",
    "t == t.max()",
    "not i.diff().isna()",
]


@pytest.mark.parametrize("condition", QUERIES)
def test_a_query_by_a_window_sees_the_rows_before_it(condition: str, engine: str) -> None:
    whole = Pipeline("case", DF)
    assert_same(whole.query(condition), engine)
    assert_same(whole.query("i < 5").query(condition).query("b").head(2), engine)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # numpy's
@pytest.mark.parametrize("q", [0, 0.25, 0.5, 0.9, 1])
def test_a_quantile_beside_infinities_is_that_of_pandas(q: float, engine: str) -> None:
    for values in ([], [INF], [INF, 0.0], [-INF, 0.0], [INF, INF, 0.0], [0.0, 1.0, INF, NAN]):
        df = pd.DataFrame({"x": values, "y": 1.0}, dtype="float64")
        pipeline = Pipeline("case", df).assign(q=lambda d: d["x"].quantile(q))
        assert_same(pipeline, engine)


WINDOWS: dict[str, Column] = {
    "groupby.shift": lambda d: d.groupby("k")["at"].shift(),
    "groupby.cumsum": lambda d: d.groupby("k")["v"].cumsum(),
    "groupby.first": lambda d: d.groupby("k")["v"].transform("first"),
    "rank": lambda d: d["k"].rank(method="first"),
    "diff of ffill": lambda d: d["v"].ffill().diff(),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_row_order_outlives_many_rows_and_threads(case: str, engine: str) -> None:
    rows, rng = 100_000, np.random.default_rng(7)
    df = pd.DataFrame({"k": rng.integers(0, 50, rows), "v": rng.random(rows), "at": range(rows)})
    df.loc[::7, "v"] = NAN
    windowed = Pipeline("big", df).query("not v < 0.1").assign(new=WINDOWS[case])
    with etl.set_options(threads=8):
        assert_same(windowed.query("k < 30").sort_values("k").head(20_000), engine)
        assert_same(windowed.tail(100), engine)
