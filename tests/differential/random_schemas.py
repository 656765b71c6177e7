"""Schemas that Hypothesis makes for its frames: often kept, often not, some for pandas alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pandera.pandas as pa
from hypothesis import strategies as st

from etlframe import Pipeline

MOMENT = dt.datetime(2013, 1, 1)
KEYS = pd.DataFrame({"k": ["x", "y"], "w": [1, 2]})

_NUMBERS = (
    lambda: pa.Check.ge(-5),
    lambda: pa.Check.gt(-(2**62) - 1),
    lambda: pa.Check.lt(2**40),
    lambda: pa.Check.le(3),
    lambda: pa.Check.ge(0.5),
    lambda: pa.Check.ne(4),
    lambda: pa.Check.eq(1),
    lambda: pa.Check.in_range(-5, 5),
    lambda: pa.Check.in_range(-5, 5, include_min=False, include_max=False),
    lambda: pa.Check.isin([-2, -1, 0, 1, 2, 3]),
    lambda: pa.Check.notin([5]),
    lambda: pa.Check(lambda s: s > -4),
    lambda: pa.Check(lambda s: (s % 2 == 0) | (s < 4), name="even"),
    lambda: pa.Check(lambda s: s.between(-5, 4) | s.isna()),
    lambda: pa.Check(lambda s: s.fillna(0) >= -5),
    lambda: pa.Check(lambda s: s.sum() > 0),
    lambda: pa.Check(lambda s: s.diff().fillna(0) < 9),
    lambda: pa.Check(lambda x: x < 6, element_wise=True),
)
_TEXTS = (
    lambda: pa.Check.isin(["", "a", "b", "ab", "A b", "x", "y", "z", "é", "007", "NA"]),
    lambda: pa.Check.notin(["it's"]),
    lambda: pa.Check.str_matches("[xyzabé]?"),
    lambda: pa.Check.str_matches("a|b|[xyz]"),
    lambda: pa.Check.str_contains("[a-zé]"),
    lambda: pa.Check.str_startswith("x"),
    lambda: pa.Check.str_endswith("b"),
    lambda: pa.Check.str_length(0, 5),
    lambda: pa.Check.str_length(min_value=1),
    lambda: pa.Check.eq("x"),
    lambda: pa.Check.ge("A"),
    lambda: pa.Check(lambda s: s.str.len() < 5),
    lambda: pa.Check(lambda s: s.str.upper() != "AB"),
    lambda: pa.Check(lambda s: s.map(len) < 9),
)
_MOMENTS = (
    lambda: pa.Check.ge(MOMENT),
    lambda: pa.Check.lt("2014-01-01"),
    lambda: pa.Check(lambda s: s.dt.year == 2013),
)
_BOOLEANS = (lambda: pa.Check.eq(value=True), lambda: pa.Check.isin([True, False]))
_OF: dict[str, tuple[tuple[Any, ...], tuple[Callable[[], pa.Check], ...]]] = {
    "i": ((int, int, "int64", float, None, "Int64"), _NUMBERS),
    "j": ((int, None, float), _NUMBERS),
    "m": ((int, float, float, None), _NUMBERS),
    "f": ((float, float, int, None), _NUMBERS),
    "g": ((float, "float64", "float32", None), _NUMBERS),
    "s": ((str, str, None, object), _TEXTS),
    "k": ((str, "str", "category"), _TEXTS),
    "b": ((bool, bool, None, int), _BOOLEANS),
    "t": (("datetime64[us]", pa.DateTime, None), _MOMENTS),
    "z": ((None, "datetime64[us, UTC]"), ()),
    "gone": ((int,), ()),
}
_FRAME = (
    lambda: pa.Check(lambda d: d["i"] <= d["g"] + 100),
    lambda: pa.Check(lambda d: d.i + 5 >= 0, error="i from -5"),
    lambda: pa.Check(lambda d: (d["s"] != "a") | (d["i"] > -9), ignore_na=False),
    lambda: pa.Check(lambda d: len(d) < 12),
    lambda: pa.Check(lambda d: d["gone"] > 0),
)


@st.composite
def schemas(draw: st.DrawFn) -> pa.DataFrameSchema:
    """Return a schema of some of the columns."""
    names = draw(st.lists(st.sampled_from(sorted(_OF)), unique=True, max_size=4))
    strict = draw(st.sampled_from([False, False, False, False, "filter", True]))
    if strict and "k" not in names:  # what follows reads it
        names.append("k")
    usual = draw(st.integers(0, 3)) > 0
    rare = st.booleans() if not usual else st.just(value=False)
    return pa.DataFrameSchema(
        {name: draw(_columns(name, rare)) for name in names if not usual or name != "gone"},
        checks=[draw(st.sampled_from(_FRAME))() for _ in range(draw(st.integers(0, 6)) // 5)],
        strict=strict if strict is not True or not usual else "filter",
        coerce=draw(st.sampled_from([False, False, False, True])),
        ordered=draw(rare),
        unique=draw(st.sampled_from([None, None, None, ["i"], ["k", "b"]])),
    )


@st.composite
def _columns(draw: st.DrawFn, name: str, rare: st.SearchStrategy[bool]) -> pa.Column:
    dtypes, checks = _OF[name]
    drawn = st.lists(st.sampled_from(checks), max_size=2) if checks else st.just([])
    made = [check() for check in draw(drawn)]
    for check in made:
        check.ignore_na = draw(st.sampled_from([True, True, False]))
    return pa.Column(
        draw(st.sampled_from(dtypes[: 2 if not draw(rare) else None])),
        made,
        nullable=draw(st.sampled_from([True, True, False])),
        unique=draw(rare),
        coerce=draw(rare),
        required=not draw(rare),
    )


BEFORE: tuple[Callable[[Pipeline], Pipeline], ...] = (
    lambda p: p,
    lambda p: p,
    lambda p: p.query("i > -3"),
    lambda p: p.query("f > -1"),
    lambda p: p.dropna(["m"]),
    lambda p: p.assign(m=lambda d: d["m"] * 2, g="f / 2"),
    lambda p: p.assign(i=lambda d: d["s"].str.len()),
    lambda p: p.sort_values("j"),
    lambda p: p.head(4),
    lambda p: p.merge(KEYS, on="k", how="left").rename({"w": "i2"}),
    lambda p: p.merge(KEYS.rename(columns={"w": "m2"}), on="k", how="outer"),
)
"""Steps before a schema."""

AFTER: tuple[Callable[[Pipeline], Pipeline], ...] = (
    lambda p: p,
    lambda p: p,
    lambda p: p.query("k == 'x'"),
    lambda p: p.query("k == 'nothing'"),
    lambda p: p.query("k in []"),
    lambda p: p.head(1),
    lambda p: p.head(0),
    lambda p: p.tail(2),
    lambda p: p.sort_values("k").head(2),
    lambda p: p.groupby("k").agg(n=("k", "size")).query("k == 'y'"),
    lambda p: p.groupby("k").agg(n=("k", "size")).head(1),
    lambda p: p.merge(KEYS, on="k"),
    lambda p: p.merge(KEYS.query("w > 5"), on="k"),
    lambda p: p.merge(KEYS.query("w > 5"), on="k", how="left"),
    lambda p: p.merge(KEYS, on="k", how="left_semi").head(1),
    lambda p: p.merge(KEYS, on="k", how="right"),
    lambda p: p.query("k == 'nothing'").concat(KEYS),
    lambda p: p.drop_duplicates("k"),
    lambda p: p.assign(k=lambda d: d["k"] + "x").query("k == 'xx'"),
    lambda p: p.assign(last=lambda d: d["k"].shift()),
    lambda p: p.select("k").head(3),
    lambda p: p.pipe(lambda d: d.head(2)).query("k == 'x'"),
    lambda p: p.validate(pa.DataFrameSchema({"k": pa.Column(str, pa.Check.isin(["x", "y"]))})),
)
"""Steps after it, many of which leave rows out that it has to see all the same."""
