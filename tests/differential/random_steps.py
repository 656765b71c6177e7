"""Verbs with random arguments, for the pipelines that Hypothesis makes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import pandas as pd
from hypothesis import strategies as st

from etlframe import Pipeline
from etlframe.engines.base import Place
from etlframe.plan.grouped import Grouped
from etlframe.steps.join import How

from .frames import INF, MOMENTS, MONEY

NAN = float("nan")
RIGHT = pd.DataFrame(
    {
        "k": ["x", "y", "y", None, "q"],
        "s": ["a", None, "ab", "a", ""],
        "i": [1, 2, -3, 0, 2],
        "f": [0.5, NAN, -0.0, INF, 1.5],
        "b": [True, False, True, True, False],
        "t": pd.Series([MOMENTS[0], None, MOMENTS[2], MOMENTS[2], None], dtype="datetime64[us]"),
        "m": pd.Series(map(Decimal, ["1.25", "1", "0.35", "0", "1.25"]), dtype=MONEY),
        "v": [1, 2, 3, 4, 5],
        "w": ["a", None, "c", "d", "e"],
    }
)
UNIQUE = RIGHT.drop_duplicates("k")[["k", "v", "w"]].reset_index(drop=True)
OTHERS = [
    RIGHT,
    RIGHT.head(0),
    RIGHT[["v", "f", "i"]],
    pd.DataFrame({"i": [1.5, NAN], "b": [True, False], "s": [None, "z"]}),
    pd.DataFrame({"i": ["text"], "f": [1]}),
]
AGGREGATES = [
    ("i", "sum"), ("i", "mean"), ("f", "sum"), ("f", "mean"), ("f", "count"), ("f", "min"),
    ("f", "max"), ("s", "count"), ("s", "nunique"), ("s", "first"), ("s", "last"), ("s", "min"),
    ("j", "max"), ("j", "sum"), ("g", "median"), ("i", "std"), ("i", "var"), ("b", "sum"),
    ("b", "mean"), ("t", "min"), ("t", "first"), ("i", "size"), ("f", "nunique"), ("f", "last"),
    ("f", "any"), ("f", "all"), ("s", "any"), ("s", "all"), ("b", "any"), ("b", "all"),
    ("i", "any"), ("i", "all"), ("f", "quantile"), ("i", "quantile"), ("i", "median"),
    ("f", "median"), ("b", "min"), ("b", "max"), ("b", "first"), ("b", "last"), ("b", "median"),
    ("b", "std"), ("f", "std"), ("g", "var"), ("z", "min"), ("z", "last"), ("t", "max"),
    ("t", "nunique"), ("z", "count"), ("b", "nunique"), ("f", "prod"), ("s", "sum"),
]  # fmt: skip
DECIMAL_AGGREGATES = [
    ("m", word)
    for word in (
        "sum", "mean", "min", "max", "count", "size", "nunique", "first", "last", "median", "std",
        "var", "any",
    )
]  # fmt: skip
KEYS: list[list[str]] = [
    ["k"], ["s"], ["i"], ["f"], ["b"], ["t"], ["z"], ["k", "b"], ["s", "i"], ["t", "s"], ["f", "k"],
]  # fmt: skip

Add = Callable[[st.DrawFn, Pipeline], Pipeline]


def _groupby(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    decimals = with_decimals(pipeline)
    words = [*AGGREGATES, *DECIMAL_AGGREGATES] if decimals else AGGREGATES
    chosen = draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    named = {f"a{at}": pair for at, pair in enumerate(chosen)}
    keys = draw(st.sampled_from([*KEYS, ["m"], ["k", "m"]] if decimals else KEYS))
    return _grouped(draw, pipeline, keys).agg(**named)


def _extremes(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    some = [name for name in ("n",) if name in columns_of(pipeline)]  # which files do not have
    column = draw(st.sampled_from(["i", "f", "g", "j", "t", "z", "b", "s", *some]))
    keys = [keys for keys in KEYS if column not in keys]
    grouped = _grouped(draw, pipeline, draw(st.sampled_from(keys)))[column]
    word = draw(st.sampled_from([grouped.nlargest, grouped.nsmallest]))
    return word(draw(st.sampled_from([0, 1, 2, 3, 11])))


def _head_of_groups(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    grouped = _grouped(draw, pipeline, draw(st.sampled_from(KEYS)))
    return grouped.head(draw(st.integers(-1, 3)))


def _grouped(draw: st.DrawFn, pipeline: Pipeline, keys: list[str]) -> Grouped[Pipeline]:
    return pipeline.groupby(keys, dropna=draw(st.booleans()), sort=draw(st.booleans()))


def columns_of(pipeline: Pipeline) -> list[str]:
    """Return the names of the columns after all steps, as far as they are known."""
    columns = pipeline.source.columns() or []
    for step in pipeline.steps:
        columns = step.columns_after(columns) or columns
    return columns


def with_decimals(pipeline: Pipeline) -> bool:
    """Say whether there is a column of decimals, unless a step made it something else."""
    return "m" in columns_of(pipeline)


def _sort(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    names = ["i", "f", "s", "b", "t", "k", "z"]
    keys = st.sampled_from([*names, "m"] if with_decimals(pipeline) else names)
    by = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    place: Place = draw(st.sampled_from(["last", "first"]))
    ways = [draw(st.booleans()) for _ in by]
    return pipeline.sort_values(by, ascending=ways, na_position=place)


def _merge(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    how = draw(st.sampled_from(get_args(How)))
    suffixes = draw(st.sampled_from([("_x", "_y"), (None, "_r"), ("", "_r"), (None, "_r")]))
    if how == "cross":
        return pipeline.merge(RIGHT.head(2), "cross", suffixes=suffixes)
    right = draw(st.sampled_from([RIGHT, RIGHT, RIGHT.head(0), _steps_on_right()]))
    one = [["k"], ["s"], ["i"], ["f"], ["b"], ["t"], ["k", "i"], ["t", "s"], ["f", "b"], ["i", "t"]]
    if with_decimals(pipeline):
        one += [["m"], ["m", "k"]]
    keys: dict[str, Any] = {"on": draw(st.sampled_from(one))}
    if draw(st.integers(0, 3)) == 0:
        pairs = [("s", "k"), ("i", "v"), (["k", "s"], ["s", "w"]), (["k", "i"], ["k", "v"])]
        left_on, right_on = draw(st.sampled_from(pairs))
        keys = {"left_on": left_on, "right_on": right_on}
    return pipeline.merge(right, how, **keys, suffixes=suffixes)


def _steps_on_right() -> Pipeline:
    return Pipeline("right", RIGHT).sort_values("v", ascending=False).query("v < 5")


def _validated(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    validate = draw(st.sampled_from(["m:1", "one_to_one", "1:m"]))
    right = draw(st.sampled_from([UNIQUE, RIGHT]))
    return pipeline.merge(right, "left", on="k", validate=validate, suffixes=(None, "_r"))


def _concat(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    others = draw(st.lists(st.sampled_from([*OTHERS, _steps_on_right()]), min_size=1, max_size=2))
    return pipeline.concat(*others)


def _melt(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    values = [["i", "j"], ["f", "i"], ["s", "k"], ["b"], ["t"], ["f", "s"], ["g", "f", "i"]]
    ids = draw(st.sampled_from([[], ["k"], ["i", "t"], ["s", "b", "z"]]))
    return pipeline.melt(ids, draw(st.sampled_from(values)))


def _pivot(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    summed = pipeline.groupby(["k", "b"]).agg(v=("i", "sum"))
    return summed.pivot("b", index="k", values="v")  # noqa: PD010 - the verb is what is tested


def _duplicates(draw: st.DrawFn, pipeline: Pipeline) -> Pipeline:
    subsets = [None, "s", ["i", "k"], "f", "t", ["b", "k"]]
    subset = draw(st.sampled_from([*subsets, "m"] if with_decimals(pipeline) else subsets))
    return pipeline.drop_duplicates(subset, keep=draw(st.sampled_from(["first", "last", False])))


VERBS: list[Add] = [
    _groupby,
    _extremes,
    _head_of_groups,
    _sort,
    _merge,
    _merge,
    _validated,
    _concat,
    _melt,
    _pivot,
    _duplicates,
    lambda draw, p: p.head(draw(st.integers(-4, 6))),
    lambda draw, p: p.tail(draw(st.integers(-4, 6))),
    lambda draw, p: p.sample(frac=draw(st.sampled_from([0.0, 0.5, 1.0])), random_state=7),
]
