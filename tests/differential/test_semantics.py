"""Every measured difference between engines, and every trap of tracing, as a named case.

Each case is a pipeline's steps on one frame; every engine must give what plain pandas gives.
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
values = [NAN, 2.5]
MOMENTS = [
    dt.datetime(2013, 1, 1), None, dt.datetime(2013, 12, 31, 23, 59), dt.datetime(1999, 2, 28),
    dt.datetime(2013, 6, 1), None, dt.datetime(2013, 6, 1),
]  # fmt: skip
DF = pd.DataFrame(
    {
        "s": ["u", None, "b", "", " pad\t\n", "ÀÉ", "a.b.c"],
        "x": [1.0, NAN, -0.5, 2.5, INF, 0.5, 1.5],
        "i": [1, 0, -7, 7, 3, 2, 2**40],
        "o": [2, 3, 3, -3, 1, 1, 7],
        "k": ["p", "q", None, "q", "p", "q", None],
        "b": [True, False, True, True, False, False, True],
        "t": pd.Series(MOMENTS, dtype="datetime64[us]"),
        "n": [1.0, NAN, 3.0, NAN, 5.0, 6.0, 7.0],
        "size": [1, 2, 3, 4, 5, 6, 7],
    }
)
RIGHT = pd.DataFrame({"k": ["p", "q", "q", None], "v": [1, 2, 3, 4], "i": [9, 8, 7, 6]})

Case = Callable[[Pipeline], Pipeline]
CASES: dict[str, Case] = {
    # missing values in conditions
    "s != 'u' keeps missing": lambda p: p.query("s != 'u'"),
    "not in keeps missing": lambda p: p.query("s not in ['u']"),
    "not (x > 1) keeps missing": lambda p: p.query("not x > 1"),
    "not c == 'x' keeps missing": lambda p: p.query("not s == 'u'"),
    "contains is False on missing": lambda p: p.query("s.str.contains('u')"),
    "not contains is True on missing": lambda p: p.query("not s.str.contains('u')"),
    "no time is equal to a text in a string": lambda p: p.query("t == '2013-01-01'"),
    "None in a list matches missing": lambda p: p.query("s in ['u', None]"),
    "NaN in a list matches missing": lambda p: p.query("x in @values"),
    "NaN is never equal to itself": lambda p: p.query("x == x"),
    "NaN is not greater": lambda p: p.query("x > 0"),
    "comparison of two columns with NaN": lambda p: p.query("x >= n"),
    "isna of a computed NaN": lambda p: p.assign(z="x - x").query("z.isna()"),
    "0 / 0 is missing, 1 / 0 is inf": lambda p: p.assign(z="i / (o - o)"),
    # aggregates
    "missing keys are dropped, keys sorted": lambda p: p.groupby("k").agg(n=("i", "count")),
    "mean skips NaN": lambda p: p.groupby("k").agg(m=("x", "mean"), c=("x", "count")),
    "max skips NaN": lambda p: p.groupby("k").agg(m=("n", "max")),
    "sum of all missing is 0": lambda p: p.query("n.isna()").groupby("k").agg(t=("n", "sum")),
    "first and last skip missing": lambda p: p.groupby("b").agg(f=("s", "first"), l=("n", "last")),
    "nunique skips missing": lambda p: p.groupby("b").agg(u=("s", "nunique")),
    "size counts missing": lambda p: p.groupby("b").agg(u=("s", "size")),
    "std of one value is missing": lambda p: p.groupby("i").agg(d=("x", "std")),
    "float keys with NaN": lambda p: p.groupby("n").agg(c=("i", "sum")),
    # rows
    "missing values sort last": lambda p: p.sort_values("x"),
    "missing values sort last, descending": lambda p: p.sort_values("s", ascending=False),
    "ties keep their order": lambda p: p.sort_values("b"),
    "a second sort keeps the first within ties": lambda p: p.sort_values("x").sort_values("b"),
    "a sort outlives the loss of its key": lambda p: p.sort_values("x").drop("x").query("i > 0"),
    "a sort outlives a new value of its key": lambda p: p.sort_values("x").assign(x="o"),
    "a renamed key keeps the order": lambda p: p.sort_values("x").rename({"x": "y"}),
    "duplicates: the first stays, missing are equal": lambda p: p.drop_duplicates("k"),
    "duplicates after a sort": lambda p: p.sort_values("i").drop_duplicates("b"),
    "missing merge keys match each other": lambda p: p.merge(RIGHT, "left", on="k"),
    "merge keeps the order of the left": lambda p: p.merge(RIGHT, on="k"),
    "merge of differently named keys": lambda p: p.merge(
        RIGHT, "left", left_on="o", right_on="v", suffixes=("_l", "_r")
    ),
    "a right column that no row matches is float64": lambda p: p.merge(RIGHT, "left", on="i"),
    "float64 stays when its missing rows go": lambda p: p.merge(RIGHT, "left", on="i").dropna("v"),
    # arithmetic
    "// rounds down, % has the divisor's sign": lambda p: p.assign(q="i // o", r="i % o"),
    "round halves to even": lambda p: p.assign(r=lambda d: d["x"].round()),
    "0.1 + 0.2 == 0.3 is False": lambda p: p.assign(z="x * 0 + 0.1 + 0.2").query("z == 0.3"),
    "integers stay integers": lambda p: p.assign(z="i * 2 - 1"),
    "dayofweek counts from Monday 0": lambda p: p.assign(d=lambda d: d["t"].dt.day_of_week),
    "a part of a time without missing is whole": lambda p: p.dropna("t").assign(
        y=lambda d: d["t"].dt.year
    ),
    "a timestamp compared with a text": lambda p: p.query("t >= '2013-06-01'"),
    "no timestamp is equal to a text in a string": lambda p: p.query("t == '2013-06-01'"),
    "every timestamp differs from a text in a string": lambda p: p.query("'2013-06-01' != t"),
    "a timestamp is equal to a text in a lambda": lambda p: p.assign(
        z=lambda d: d["t"] == "2013-06-01"
    ),
    "a timestamp compared with another text": lambda p: p.query("t < 'June 2013'"),
    # text
    "strip takes tabs and newlines": lambda p: p.assign(z=lambda d: d["s"].str.strip()),
    "replace is literal, and all": lambda p: p.assign(z=lambda d: d["s"].str.replace(".", "-")),
    "len counts code points": lambda p: p.assign(z=lambda d: d["s"].str.len()),
    "lower of accents": lambda p: p.assign(z=lambda d: d["s"].str.lower()),
    "text put together": lambda p: p.assign(z="s + k"),
    # traps of tracing
    "& and | bind as and, or": lambda p: p.query("i > 1 & o < 3 | b"),
    "== with a list": lambda p: p.query("i == [1, 2]"),
    "!= with a list": lambda p: p.query("i != [1, 2]"),
    "an integer compared with a text": lambda p: p.query("i == '1'"),
    "a new column sees those before it": lambda p: p.assign(
        i=lambda d: d.i * 10, z=lambda d: d.i + 1
    ),
    "an expression string sees those before it": lambda p: p.assign(i="i * 10", z="i + 1"),
    "pd.isna of a column": lambda p: p.assign(z=lambda d: pd.isna(d["s"])),
    "an array beside a column": lambda p: p.assign(z=lambda d: np.arange(7) + d.i),
    "d.size is the frame's": lambda p: p.assign(z=lambda d: d.size),
    "d['size'] is the column": lambda p: p.assign(z=lambda d: d["size"] + 1),
    "bitwise & of integers": lambda p: p.assign(z=lambda d: d.i & d.o),
    "an aggregate inside": lambda p: p.assign(z=lambda d: d["i"] - d["i"].mean()),
    "a groupby inside a pipe": lambda p: p.pipe(
        lambda d: d.groupby("k").sum(numeric_only=True)
    ).query("i > 1"),
    "np.where of texts": lambda p: p.assign(z=lambda d: np.where(d.i > 1, "hi", "lo")),
    "np.where of a text column": lambda p: p.assign(z=lambda d: np.where(d.i > 1, d.s, "lo")),
    "np.log of a column": lambda p: p.assign(z=lambda d: np.log(d.o.abs())),
    "apply falls back": lambda p: p.assign(z=lambda d: d["i"].apply(lambda v: v % 5)),
    "a regular expression": lambda p: p.query("s.str.contains('a|u')"),
    "a constant text": lambda p: p.assign(z=etl.lit("US"), y=3, w=etl.lit(2.5)),
    "astype keeps what pandas gives": lambda p: p.astype({"i": "float64", "o": "str"}),
    "fillna by column": lambda p: p.fillna({"x": 0, "s": "none"}),
    "fillna of everything": lambda p: p.select("x", "n").fillna(0),
    "head of a sort": lambda p: p.sort_values("i", ascending=False).head(2),
    "head, then a filter": lambda p: p.head(4).query("i > 0"),
    "no rows are left": lambda p: p.query("i > 10 ** 15"),
    "no rows to group": lambda p: p.query("i < -100").groupby("k").agg(m=("x", "mean")),
    "names that need quoting": lambda p: p.rename({"i": 'a "b" c', "o": "sel;ect"}).query(
        "`sel;ect` > 1"
    ),
    "names that differ by case only": lambda p: p.assign(S="i + 1", X="o"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("threads", [2, 8])
def test_an_engine_gives_the_answer_of_pandas(engine: str, case: str, threads: int) -> None:
    with etl.set_options(threads=threads):
        assert_same(CASES[case](Pipeline("case", DF)), engine)


def test_the_pandas_engine_is_plain_pandas() -> None:
    doubled: Any = lambda d: d.eval("i * 2")  # noqa: E731 - what assign takes
    pipeline = (
        Pipeline("p", DF)
        .query("x > 0 and s != 'u'")
        .assign(z="i * 2", y=lambda d: d["z"] + 1, w=pd.col("k").str.upper())
        .groupby("k")
        .agg(n=("z", "sum"), first=("w", "first"))
    )
    by_hand = (
        DF.query("x > 0 and s != 'u'")
        .assign(z=doubled, y=lambda d: d["z"] + 1, w=pd.col("k").str.upper())
        .groupby("k", as_index=False)
        .agg(n=("z", "sum"), first=("w", "first"))
    )
    pd.testing.assert_frame_equal(pipeline.collect("pandas"), by_hand)


@pytest.mark.parametrize("threads", [2, 8])
def test_row_order_outlives_many_rows_and_threads(engine: str, threads: int) -> None:
    rows = 200_000
    rng = np.random.default_rng(7)
    df = pd.DataFrame({"k": rng.integers(0, 50, rows), "v": rng.random(rows), "at": range(rows)})
    names = pd.DataFrame({"k": range(0, 50, 2), "name": [f"n{k}" for k in range(0, 50, 2)]})
    base = Pipeline("big", df).query("v > 0.1")
    with etl.set_options(threads=threads):
        assert_same(base.merge(names, "left", on="k").drop_duplicates(["k", "name"]), engine)
        assert_same(base.groupby("k").agg(f=("v", "first"), l=("at", "last")), engine)
        assert_same(base.sort_values("k").drop("v"), engine)
        assert_same(base.merge(names, on="k"), engine)


ENDS = [
    *(
        "",
        " ",
        "  ",
        "\t",
        "\n",
        "\r",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x1f",
        "\x01",
        "\x7f",
        "\x80",
        "\x85",
    ),
    *(
        "\xa0",
        "\u2003",
        "\u3000",
        "\t ",
        " \t",
        "a",
        "~",
        "!",
        '"',
        "'",
        "\u00e9",
        "\u65e5",
        "e\u0301",
    ),
]


@pytest.mark.parametrize("word", ["strip", "lstrip", "rstrip"])
def test_text_is_stripped_as_python_does_whatever_it_begins_and_ends_with(
    engine: str, word: str
) -> None:
    texts = [f"{left}{middle}{right}" for left in ENDS for middle in ("", "x y") for right in ENDS]
    df = pd.DataFrame({"s": pd.Series([*texts, None], dtype="str")})
    got = Pipeline("p", df).assign(t=lambda d: getattr(d["s"].str, word)()).collect(engine)
    pd.testing.assert_series_equal(got["t"], getattr(df["s"].str, word)(), check_names=False)
