"""Pipelines that Hypothesis makes, from pandas' own words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from etlframe import Pipeline

NUMBERS = ["i", "j", "f", "g"]
CONDITIONS = [
    "i > 0", "f <= 1.5", "f > 1", "not f > 1", "f != 1.0", "s != 'a'", "s == 'a'",
    "i == [1, 2, 3]",
    "s not in ['a', 'b']", "f.isna()", "s.notna() and not b", "b", "~b | i < 0",
    "i > 0 & f < 2 | b",
    "0 < i <= 3", "f == g", "f >= g", "i < f", "s.str.contains('a')", "not s.str.startswith('a')",
    "t >= '2013-01-01'", "t != '2013-01-01'", "abs(f) > 1", "f * 2 > g + 1", "i % 3 == 1",
    "f in [0.5, 1.5]", "s in ['a', None]", "-i > 2", "s.str.len() > 1", "k in @wanted",
]  # fmt: skip
COLUMNS: dict[str, list[Any]] = {
    "i": [
        "i * 2 + 1", "-i", "abs(i) - j", "i // 3", "i % 3", "i // -2", "j % -7",
        lambda d: d["i"].clip(-1, 2), pd.col("i") + pd.col("j"), lambda d: -d.i * d.i,
    ],
    "f": [
        "f + g", "f * i", "i / 2", "f / g", "i / i", "sqrt(abs(f))", "f ** 2",
        lambda d: d["f"].fillna(0.0), lambda d: d["f"].round(), lambda d: d.f.round(1),
        lambda d: d.f.where(d.g > 0, -1.0), lambda d: d.f.clip(0, 1), pd.col("f") * 3,
        lambda d: np.log(d.g.abs() + 1), lambda d: d["i"].astype(float),
        lambda d: np.where(d.b, 1.5, d.f),
    ],
    "s": [
        lambda d: d["s"].str.lower(), pd.col("s").str.strip(), lambda d: d.s.fillna("?"),
        lambda d: d.s.str[:2], lambda d: d.s.str.replace("a", "."), lambda d: d.s + d.k, "s + k",
        lambda d: d.s.str.slice(1, 3), lambda d: np.where(d.i > 0, "up", "down"),
    ],
    "b": [
        "f > 1", lambda d: d.s.isna(), lambda d: ~(d.f > 0) & (d.i < 3),
        lambda d: d.i.between(0, 2),
        "s == 'a' or b", lambda d: d.s.isin(["a", "ab"]), "f != f",
    ],
    "n": [
        lambda d: d.s.str.len(), lambda d: d.t.dt.year, lambda d: d.t.dt.day_of_week,
        lambda d: d.t.dt.quarter * 2, lambda d: d.t.dt.hour,
    ],
}  # fmt: skip
AGGREGATES = [
    ("i", "sum"), ("i", "mean"), ("f", "sum"), ("f", "mean"), ("f", "count"), ("f", "min"),
    ("f", "max"), ("s", "count"), ("s", "nunique"), ("s", "first"), ("s", "last"), ("s", "min"),
    ("j", "max"), ("j", "sum"), ("g", "median"), ("i", "std"), ("i", "var"), ("b", "sum"),
    ("b", "mean"), ("t", "min"), ("t", "first"), ("i", "size"), ("f", "nunique"), ("f", "last"),
]  # fmt: skip
KEYS: list[list[str]] = [["k"], ["s"], ["i"], ["f"], ["k", "b"], ["t"], ["s", "i"]]
LOOKUP = pd.DataFrame(
    {
        "k": ["x", "y", "y", None],
        "v": [1, 2, 3, 4],
        "i": [10, 20, 30, 40],
        "w": ["a", None, "c", "d"],
    }
)


@st.composite
def pipelines(draw: st.DrawFn, source: Any) -> Pipeline:
    """Return a pipeline of one to six steps over a frame of ``frames()``, or a file of one."""
    pipeline = Pipeline("random", source)
    for _ in range(draw(st.integers(1, 6))):
        before = pipeline
        pipeline = draw(st.sampled_from(STEPS))(draw, pipeline)
        if not {"i", "j", "f", "g", "s", "k", "b", "t"} <= set(_columns(pipeline)):
            return pipeline if draw(st.booleans()) else before
    return pipeline


def _columns(pipeline: Pipeline) -> list[str]:
    columns = pipeline.source.columns() or []
    for step in pipeline.steps:
        columns = step.columns_after(columns) or columns
    return columns


def _query(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    wanted = ["x", "z"]  # noqa: F841 - a condition reads it as @wanted
    return pipeline.query(draw(st.sampled_from(CONDITIONS)))


def _assign(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    name = draw(st.sampled_from(list(COLUMNS)))
    value = draw(st.sampled_from(COLUMNS[name]))
    fresh = name == "n" or draw(st.booleans())
    return pipeline.assign(**{"new_" + name if fresh else name: value})


def _groupby(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    keys = draw(st.sampled_from(KEYS))
    chosen = draw(st.lists(st.sampled_from(AGGREGATES), min_size=1, max_size=3))
    named = {f"a{at}": pair for at, pair in enumerate(chosen)}
    return pipeline.groupby(keys).agg(**named)


def _sort(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    keys = st.sampled_from(["i", "f", "s", "b", "t", "k"])
    by = draw(st.lists(keys, min_size=1, max_size=2, unique=True))
    return pipeline.sort_values(by, ascending=[draw(st.booleans()) for _ in by])


def _merge(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    return pipeline.merge(LOOKUP, draw(st.sampled_from(["left", "inner"])), on="k")


STEPS = [
    _query,
    _query,
    _assign,
    _assign,
    _groupby,
    _sort,
    _merge,
    lambda draw, p: p.drop_duplicates(draw(st.sampled_from([None, "s", ["i", "k"], "f"]))),
    lambda draw, p: p.dropna(draw(st.sampled_from([None, "s", ["f", "t"]]))),
    lambda _draw, p: p.fillna({"f": 0, "s": "?"}),
    lambda draw, p: p.head(draw(st.integers(0, 5))),
    lambda _draw, p: p.select("s", "f", "i"),
    lambda _draw, p: p.drop(["t", "b"]),
    lambda _draw, p: p.rename({"i": "I", "s": "text"}),
    lambda _draw, p: p.astype({"i": "float64"}),
]
