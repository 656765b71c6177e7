"""Frames that Hypothesis makes: the values on which engines were seen to disagree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

TEXTS = ["", "a", "b", "ab", "A b", " pad\t", "é", "日本", "x_%", "it's", 'q"q', "007", "NA"]
MOMENTS = [dt.datetime(2013, 1, 1), dt.datetime(2013, 12, 31, 23, 59, 59), dt.datetime(1969, 2, 28)]


def _column(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=size, max_size=size)


def _often_missing(values: st.SearchStrategy[Any], missing: Any) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.just(missing))


small = st.integers(-5, 5)
wide = st.one_of(
    st.integers(-(2**40), 2**40),
    st.sampled_from([2**53 - 1, 2**53 + 1, -(2**53) - 1, 2**62 - 1, -(2**62)]),
)
"""Whole numbers; the greatest can still be added up a few times within 64 bits."""
INF = float("inf")
MONEY = pd.ArrowDtype(pa.decimal128(9, 2))
decimals = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "1", "1.25", "0.07", "0.35", "-2.5", "9.99")]),
    st.decimals(-(10**6), 10**6, places=2, allow_nan=False).map(Decimal),
)
floats = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.5, -0.5, -1.25, 3.0, 1e6, INF, -INF])


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Return a frame with a column a kind, often with duplicates, sometimes of no rows or one.

    Columns: i j (int64), f g (float64), s k (str), b (bool), t (datetime64), z (in UTC), m
    (decimal); and, where drawn, those that engines carry only: c (category), y (another time zone),
    o (objects), n (Int64), h (int8).
    """
    size = draw(st.one_of(st.integers(0, 12), st.just(1)))
    texts, moments = st.sampled_from(TEXTS), st.sampled_from(MOMENTS)

    def drawn(values: st.SearchStrategy[Any], dtype: Any, *, gaps: bool = False) -> pd.Series[Any]:
        values = _often_missing(values, None) if gaps else values
        made: pd.Series[Any] = pd.Series(draw(_column(values, size)), dtype=dtype)
        return made

    columns = {
        "i": drawn(small, "int64"),
        "j": drawn(wide, "int64"),
        "f": drawn(floats, "float64", gaps=True),
        "g": drawn(floats, "float64"),
        "s": drawn(texts, "str", gaps=True),
        "k": drawn(st.sampled_from("xyz"), "str"),
        "b": drawn(st.booleans(), "bool"),
        "t": drawn(moments, "datetime64[us]", gaps=True),
        "z": drawn(moments, "datetime64[us]", gaps=True).dt.tz_localize("UTC"),
        "m": drawn(decimals, MONEY, gaps=True),
    }
    carried = {
        "c": lambda: drawn(st.sampled_from(["lo", "hi"]), pd.CategoricalDtype(["lo", "hi", "no"]),
                           gaps=True),
        "y": lambda: columns["t"].dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"),
        "o": lambda: drawn(st.sampled_from([1, "a", (1, 2)]), "object", gaps=True),
        "n": lambda: drawn(small, "Int64", gaps=True),
        "h": lambda: drawn(small, "int8"),
    }  # fmt: skip
    for name in draw(st.sets(st.sampled_from(sorted(carried)))):
        columns[name] = carried[name]()
    return pd.DataFrame(columns)
