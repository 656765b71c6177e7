"""Hundreds of variants of the words: whatever an engine takes, it gives pandas' answer for.

What it leaves to pandas is pandas' answer by itself, so only what it takes is run, many columns in
one pipeline.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from etlframe import Pipeline
from tests.differential.comparing import assert_same
from tests.differential.variants.numbers import NUMBERS
from tests.differential.variants.text import TEXT
from tests.differential.variants.time import TIME
from tests.differential.variants.windows import WINDOWS
from tests.differential.vocabulary import DF

_TEXTS = [
    "", "a", "b c", " pad\t\n", "é", "日本 x", "it's", "007", "-5", "+5", "a.b.c", "A B", "aXbXc",
    "abc\n", "abc", "\n", "ab12cd345", "x٣y", "straße ǆ o'neill 2nd", "ab-cd", None, "ÀÉ ß",
    "foo(bar)[1]", "a|b", "1.5", " ", "²½", "l\u0307", "aaa", "a\\b", "\x1f \x85",
]  # fmt: skip
TEXTS = pd.DataFrame({"s": pd.Series(_TEXTS, dtype="str"), "k": "x", "i": range(len(_TEXTS))})

_MOMENTS = [
    "2013-01-01", None, "2013-01-03 01:02:03.5", "1969-12-31 23:59:59.999999",
    "2024-02-29 12:30:45", "2013-03-31 01:30", "2000-12-31", "0999-05-05 10:00",
    "2013-06-30 12:30", "1900-02-28", "2013-01-01 00:30", "2013-01-01 01:30",
]  # fmt: skip
_WRITTEN = [
    "2013-01-01", "2013-01-02 03:04:05", None, "x", "2024-02-29T06:00:00", "2013", "20130101",
    "2013-1-5", "01/02/2013", "31/12/2013", " 2013-01-01", "2013-01-01 ",
]  # fmt: skip
_t = pd.to_datetime(pd.Series(_MOMENTS), format="ISO8601").dt.as_unit("us")
TIMES = pd.DataFrame(
    {
        "t": _t,
        "u": (_t + pd.Timedelta(days=40, hours=5)).shift(1),
        "z": _t.dt.tz_localize("UTC"),
        "w": pd.Series(_WRITTEN, dtype="str"),
        "i": range(12),
        "m": (_t - pd.Timestamp("2013-01-01")).shift(2),
        "ns": _t.where(_t.dt.year > 1800).dt.as_unit("ns"),
        "b": [True, False] * 6,
    }
)

FAMILIES: dict[str, tuple[list[Callable[[Any], Any]], pd.DataFrame]] = {
    "numbers": (NUMBERS, DF),
    "text": (TEXT, TEXTS),
    "time": (TIME, TIMES),
    "windows": (WINDOWS, DF),
}
_AT_ONCE = 20
"""So many columns in one pipeline: more are nested too deeply to be compiled quickly."""


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # logarithms of negative numbers are meant
def test_variants_of_a_word_give_the_answer_of_pandas(family: str, engine: str) -> None:
    variants, df = FAMILIES[family]
    if (family, engine) == ("text", "polars"):  # whose upper case of it is a declared departure
        df = df[~df["s"].str.contains("ß", na=False)].reset_index(drop=True)
    taken = [each for each in variants if _takes(engine, each, df)]
    assert len(taken) > len(variants) // 10, "nearly nothing is native: the test tells nothing"
    for some in (taken[at : at + _AT_ONCE] for at in range(0, len(taken), _AT_ONCE)):
        for frame in (df, df.head(0), df.head(1), df.iloc[1:2].reset_index(drop=True)):
            pipeline = Pipeline(family, frame)
            for at, variant in enumerate(some):
                pipeline = pipeline.assign(**{f"new_{at}": variant})
            assert_same(pipeline, engine)


def _takes(engine: str, variant: Callable[[Any], Any], df: pd.DataFrame) -> bool:
    steps = Pipeline("variant", df).assign(new=variant).explain(engine).steps[1:]
    return all(step.engine == engine and not step.reason for step in steps)
