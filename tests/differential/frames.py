"""Frames that Hypothesis makes: the values on which engines were seen to disagree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from hypothesis import strategies as st

TEXTS = ["", "a", "b", "ab", "A b", " pad\t", "é", "日本", "x_%", "it's", 'q"q', "007", "NA"]
MOMENTS = [dt.datetime(2013, 1, 1), dt.datetime(2013, 12, 31, 23, 59, 59), dt.datetime(1969, 2, 28)]


def _column(values: st.SearchStrategy[Any], size: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=size, max_size=size)


def _often_missing(values: st.SearchStrategy[Any], missing: Any) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.just(missing))


small = st.integers(-5, 5)
INF = float("inf")
floats = st.sampled_from([0.0, 0.5, 1.0, 1.5, 2.5, -0.5, -1.25, 3.0, 1e6, INF, -INF])


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Return a frame of columns i j (int64), f g (float64), s k (str), b (bool), t (datetime64)."""
    size = draw(st.integers(0, 12))
    texts = st.sampled_from(TEXTS)
    return pd.DataFrame(
        {
            "i": pd.Series(draw(_column(small, size)), dtype="int64"),
            "j": pd.Series(draw(_column(st.integers(-(2**40), 2**40), size)), dtype="int64"),
            "f": pd.Series(draw(_column(_often_missing(floats, None), size)), dtype="float64"),
            "g": pd.Series(draw(_column(floats, size)), dtype="float64"),
            "s": pd.Series(draw(_column(_often_missing(texts, None), size)), dtype="str"),
            "k": pd.Series(draw(_column(st.sampled_from("xyz"), size)), dtype="str"),
            "b": pd.Series(draw(_column(st.booleans(), size)), dtype="bool"),
            "t": pd.Series(
                draw(_column(_often_missing(st.sampled_from(MOMENTS), None), size)),
                dtype="datetime64[us]",
            ),
        }
    )
