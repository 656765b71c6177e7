"""Pipelines that Hypothesis makes, from pandas' own words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from etlframe import Pipeline
from etlframe.steps.reshape import Pivot

from .random_steps import VERBS, Add

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


@st.composite
def pipelines(draw: st.DrawFn, source: Any) -> Pipeline:
    """Return a pipeline of one to six steps over a frame of ``frames()``, or a file of one."""
    pipeline = Pipeline("random", source)
    for _ in range(draw(st.integers(1, 6))):
        before = pipeline
        pipeline = draw(st.sampled_from(STEPS))(draw, pipeline)
        if isinstance(pipeline.steps[-1], Pivot):  # its columns depend on the rows
            return pipeline
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


STEPS: list[Add] = [
    _query,
    _query,
    _assign,
    _assign,
    *VERBS,
    lambda draw, p: p.dropna(draw(st.sampled_from([None, "s", ["f", "t"]]))),
    lambda _draw, p: p.fillna({"f": 0, "s": "?"}),
    lambda _draw, p: p.select("s", "f", "i"),
    lambda _draw, p: p.drop(["t", "b"]),
    lambda _draw, p: p.rename({"i": "I", "s": "text"}),
    lambda _draw, p: p.astype({"i": "float64"}),
]
