"""Words of ``merge`` and ``concat``: steps that read another frame."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from etlframe.steps.join import How
from tests.differential.vocabulary.word import Word, step

RIGHT = pd.DataFrame(
    {
        "k": ["x", "y", "y", None, "q"],
        "i": [1, 2, -7, 0, 9],
        "f": [1.0, math.nan, 2.5, math.inf, -0.0],
        "b": [True, False, True, True, False],
        "t": pd.Series(
            [
                dt.datetime(2013, 1, 1),
                None,
                dt.datetime(1969, 2, 28),
                None,
                dt.datetime(2000, 1, 1),
            ],
            dtype="datetime64[us]",
        ),
        "v": [10, 20, 30, 40, 50],
    }
)
UNIQUE = RIGHT[["k", "v"]].drop_duplicates("k")


def _how(how: How) -> Word:
    return step(f'`merge(how="{how}")`', lambda p: p.merge(RIGHT, how, on="k"))


HOWS: list[How] = [
    "inner", "left", "right", "outer", "left_anti", "right_anti", "left_semi",
]  # fmt: skip
JOINS: list[Word] = [
    *map(_how, HOWS),
    step('`merge(how="cross")`', lambda p: p.merge(RIGHT, "cross")),
    step("`merge` of several keys", lambda p: p.merge(RIGHT, "outer", on=["k", "b"])),
    step(
        "`merge(left_on=, right_on=)`",
        lambda p: p.merge(RIGHT, "right", left_on=["k", "i"], right_on=["k", "v"]),
    ),
    step("`merge(suffixes=)`", lambda p: p.merge(RIGHT, on="k", suffixes=(None, "_right"))),
    step("`merge(validate=)`", lambda p: p.merge(UNIQUE, "left", on="k", validate="m:1")),
    step(
        "`merge(validate=)` of keys that are not so",
        lambda p: p.merge(RIGHT, "left", on="k", validate="many_to_one"),
    ),
    step("`merge(indicator=True)`", lambda p: p.merge(RIGHT, "outer", on="k", indicator=True)),
    step("`merge` of float keys", lambda p: p.merge(RIGHT, "outer", on="f")),
    step("`merge` of time keys", lambda p: p.merge(RIGHT, "outer", on="t")),
    step("`merge` of boolean keys", lambda p: p.merge(RIGHT, "left", on="b")),
    step(
        "`merge` of an integer with a float key",
        lambda p: p.merge(RIGHT, "left", left_on="j", right_on="f"),
    ),
    step("`concat`", lambda p: p.drop("c").concat(RIGHT)),
    step(
        "`concat` of several", lambda p: p.drop("c").sort_values("f").concat(UNIQUE, RIGHT.head(0))
    ),
    step("`concat` where a frame lacks a category", lambda p: p.concat(RIGHT)),
    step(
        "`concat` of integers and floats",
        lambda p: p.select("i").concat(pd.DataFrame({"i": [0.5]})),
    ),
    step(
        "`concat` of integers and texts",
        lambda p: p.select("i").concat(pd.DataFrame({"i": ["a"]})),
    ),
]
