"""Pipelines that Hypothesis makes, from pandas' own words."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from etlframe import Pipeline
from etlframe.steps.reshape import Pivot

from .random_steps import VERBS, Add, columns_of, with_decimals
from .random_values import COLUMNS, CONDITIONS, DECIMAL_COLUMNS, DECIMAL_CONDITIONS


@st.composite
def pipelines(draw: st.DrawFn, source: Any) -> Pipeline:
    """Return a pipeline of one to six steps over a frame of ``frames()``, or a file of one."""
    pipeline = Pipeline("random", source)
    for _ in range(draw(st.integers(1, 6))):
        before = pipeline
        pipeline = draw(st.sampled_from(STEPS))(draw, pipeline)
        if isinstance(pipeline.steps[-1], Pivot):  # its columns depend on the rows
            return pipeline
        if not {"i", "j", "f", "g", "s", "k", "b", "t"} <= set(columns_of(pipeline)):
            return pipeline if draw(st.booleans()) else before
    return pipeline


def _query(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    wanted = ["x", "z"]  # noqa: F841 - a condition reads it as @wanted
    more = DECIMAL_CONDITIONS if with_decimals(pipeline) else []
    return pipeline.query(draw(st.sampled_from([*CONDITIONS, *more])))


def _assign(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    more = DECIMAL_COLUMNS if with_decimals(pipeline) else {}
    name = draw(st.sampled_from([*(COLUMNS | more)]))
    value = draw(st.sampled_from([*COLUMNS.get(name, []), *more.get(name, [])]))
    fresh = name in "dn" or draw(st.booleans())
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
