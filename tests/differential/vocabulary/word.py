"""A word of the vocabulary: how it is shown, and the pipelines that use it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from etlframe import Pipeline

NAN = math.nan
_T = [
    dt.datetime(2013, 1, 1), None, dt.datetime(2013, 12, 31, 23, 59, 59), dt.datetime(1969, 2, 28),
    dt.datetime(2024, 2, 29, 6, 30), dt.datetime(2013, 12, 29, 12), dt.datetime(2013, 3, 31, 1, 30),
]  # fmt: skip


def _money(*written: str | None) -> pd.Series[Any]:
    made: pd.Series[Any] = pd.Series(
        [None if each is None else Decimal(each) for each in written],
        dtype=pd.ArrowDtype(pa.decimal128(9, 2)),
    )
    return made


DF = pd.DataFrame(
    {
        "i": [1, 0, -7, 7, 3, 2, 2**40],
        "j": [2, 3, 3, -3, 1, 1, 7],
        "f": [1.0, NAN, -0.5, 2.5, math.inf, 0.5, 1.5],
        "g": [0.5, -1.0, 3.5, 4.0, 0.25, -2.5, 9.0],
        "n": [1.0, NAN, 3.0, NAN, 5.0, 6.0, 7.0],
        "s": ["u", None, "Bob", "", " pad\t\n", "ÀÉ ß", "a.b.c"],
        "k": ["x", "y", "x", "y", "x", "z", "z"],
        "d": ["7", "-12", "007", "1.5", "", "x1", "42"],
        "w": ["2013-01-01", "2013-01-02 03:04:05", None, "1969-02-28", "2024-02-29", "2013-06-01",
              "2013-07-01"],
        "b": [True, False, True, True, False, False, True],
        "t": pd.Series(_T, dtype="datetime64[us]"),
        "u": pd.Series(_T, dtype="datetime64[us]") + pd.Timedelta(days=40, hours=5),
        "z": pd.Series(_T, dtype="datetime64[us]").dt.tz_localize("UTC"),
        "m": _money("1.25", None, "-0.35", "2", "0.07", "9.99", "1.25"),
        "p": _money("901.23", "1", "0", "-2.5", "2", "0.1", "1000000"),
        "c": pd.Categorical(["lo", "hi", None, "lo", "mid", "hi", "lo"], ["lo", "mid", "hi"]),
    }
)  # fmt: skip
"""One column a kind, with the values on which engines were seen to disagree."""

Build = Callable[[Pipeline], Pipeline]


class _Columns:
    """Stands for ``d`` in a lambda, so that ``d["x"]`` is ``pd.col("x")``."""

    def __getitem__(self, name: str) -> Any:
        return pd.col(name)

    def __getattr__(self, name: str) -> Any:
        return pd.col(name)


@dataclass(frozen=True)
class Word:
    """A word, and pipelines that say the same with it in different ways.

    Attributes:
        shown: How people write it.
        ways: ``"lambda"``, ``"pd.col"``, ``"string"`` or ``"step"`` -> adds it to a pipeline.
    """

    shown: str
    ways: dict[str, Build] = field(default_factory=dict)


def column(
    shown: str, function: Callable[[Any], Any], string: str | None = None, *, col: bool = True
) -> Word:
    """Return a word of expressions: written as a lambda, as ``pd.col`` and as a string.

    Args:
        shown: How people write it.
        function: A lambda of the frame.
        string: The same as an expression string, where pandas' grammar has it.
        col: Whether ``pd.col`` can say it.
    """
    ways: dict[str, Build] = {"lambda": lambda p: p.assign(new=function)}
    if col:
        ways["pd.col"] = lambda p: p.assign(new=function(_Columns()))
    if string is not None:
        ways["string"] = lambda p: p.assign(new=string)
    return Word(shown, ways)


def step(shown: str, build: Build) -> Word:
    """Return a word of plans: a verb with its arguments."""
    return Word(shown, {"step": build})
