"""pandas' own documentation of query, eval, assign, named aggregation, merge and pd.col.

The examples of the docstrings and of the user guide, each beside what plain pandas does with it.
Left out are those that need an index (``df.loc`` by label, ``MultiIndex``, ``left_index=True``):
frames of a pipeline have a RangeIndex. ``inplace=`` and ``a = b`` in ``eval`` are left out too: a
step gives a new frame, and each new column is an argument of ``assign``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline

Example = tuple[pd.DataFrame, Callable[[Pipeline], Pipeline], Callable[[pd.DataFrame], Any]]

ABC = pd.DataFrame({"A": range(1, 6), "B": range(10, 0, -2), "C&C": range(10, 5, -1)})
rng = np.random.default_rng(123)
RANDOM = pd.DataFrame(rng.random((10, 3)), columns=list("abc"))
WHOLE = pd.DataFrame(rng.integers(5, size=(10, 2)), columns=list("bc"))
LETTERS = pd.DataFrame(
    {
        "a": list("aabbccddeeff"),
        "b": list("aaaabbbbcccc"),
        "c": rng.integers(5, size=12),
        "d": rng.integers(9, size=12),
    }
)
BOOLS = RANDOM.assign(bools=rng.random(len(RANDOM)) > 0.5)
CELSIUS = pd.DataFrame({"city": ["Portland", "Berkeley"], "temp_c": [17.0, 25.0]})
ANIMALS = pd.DataFrame(
    {
        "kind": ["cat", "dog", "cat", "dog"],
        "height": [9.1, 6.0, 9.5, 34.0],
        "weight": [7.9, 7.5, 9.9, 198.0],
    }
)
PETS = pd.DataFrame({"animal": ["dog", "pig"], "age": [10, 20]})
LEFT = pd.DataFrame({"lkey": ["foo", "bar", "baz", "foo"], "value": [1, 2, 3, 5]})
RIGHT = pd.DataFrame({"rkey": ["foo", "bar", "baz", "foo"], "value": [5, 6, 7, 8]})
FOO = pd.DataFrame({"a": ["foo", "bar"], "b": [1, 2]})
BAZ = pd.DataFrame({"a": ["foo", "baz"], "c": [3, 4]})
KEYED = pd.DataFrame(
    {
        "key1": ["K0", "K0", "K1", "K2"],
        "key2": ["K0", "K1", "K0", "K1"],
        "A": ["A0", "A1", "A2", "A3"],
        "B": ["B0", "B1", "B2", "B3"],
    }
)
KEYS = pd.DataFrame(
    {
        "key1": ["K0", "K1", "K1", "K2"],
        "key2": ["K0", "K0", "K0", "K0"],
        "C": ["C0", "C1", "C2", "C3"],
        "D": ["D0", "D1", "D2", "D3"],
    }
)
local_var = 2
names = ["a", "b"]


def queried(df: pd.DataFrame, condition: str, same: Any = None) -> Example:
    """An example of ``query``, and what the documentation says that it is the same as."""
    return (
        df,
        lambda p: p.query(condition),
        same or (lambda d: d.query(condition, local_dict={"local_var": local_var})),
    )


def computed(df: pd.DataFrame, expression: str) -> Example:
    """An example of ``eval``: its answer is a new column here."""
    return (
        df,
        lambda p: p.assign(D=expression),
        lambda d: d.assign(D=d.eval(expression, local_dict={"local_var": local_var})),
    )


EXAMPLES: dict[str, Example] = {
    # DataFrame.query
    "query": queried(ABC, "A > B", lambda d: d[d.A > d.B]),
    "query with quotes": queried(ABC, "B == `C&C`", lambda d: d[d["C&C"] == d.B]),
    "query with a variable": queried(ABC, "A <= @local_var"),
    # the user guide: indexing, "The query() method"
    "a chain of comparisons": queried(RANDOM, "(a < b) & (b < c)"),
    "a chain, by hand": queried(RANDOM, "a < b < c", lambda d: d[(d.a < d.b) & (d.b < d.c)]),
    "without brackets": queried(RANDOM, "a < b & b < c"),
    "in words": queried(RANDOM, "a < b and b < c"),
    "close to paper": queried(RANDOM, "a < b < c"),
    "the index": queried(WHOLE, "index < b < c", lambda d: d[(d.index < d.b) & (d.b < d.c)]),
    "a column in a column": queried(LETTERS, "a in b", lambda d: d[d.a.isin(d.b)]),
    "a column not in a column": queried(LETTERS, "a not in b", lambda d: d[~d.a.isin(d.b)]),
    "in and a comparison": queried(LETTERS, "a in b and c < d"),
    "in a sum": queried(WHOLE.assign(a=WHOLE.b, d=1), "a in b + c + d"),
    "== with a list": queried(LETTERS, 'b == ["a", "b", "c"]', lambda d: d[d.b.isin(list("abc"))]),
    "== with whole numbers": queried(LETTERS, "c == [1, 2]"),
    "!= with whole numbers": queried(LETTERS, "c != [1, 2]"),
    "in whole numbers": queried(LETTERS, "[1, 2] in c"),
    "not in whole numbers": queried(LETTERS, "[1, 2] not in c", lambda d: d[~d.c.isin([1, 2])]),
    "~": queried(BOOLS, "~bools", lambda d: d[~d.bools]),
    "not": queried(BOOLS, "not bools", lambda d: d[~d.bools]),
    "everything at once": queried(
        BOOLS,
        "a < b < c and (not bools) or bools > 2",
        lambda d: d[(d.a < d.b) & (d.b < d.c) & (~d.bools) | (d.bools > 2)],
    ),
    # DataFrame.eval, and the user guide: "Enhancing performance"
    "eval": computed(ABC, "A + B"),
    "eval with quotes": computed(ABC, "B * `C&C`"),
    "eval with a variable": computed(ABC, "@local_var * A"),
    "eval of one column after another": (
        ABC,
        lambda p: p.assign(D="A + B", E="A - B"),
        lambda d: d.eval("D = A + B\nE = A - B"),
    ),
    "eval of a new column": (
        PETS,
        lambda p: p.assign(double_age="age * 2"),
        lambda d: pd.eval("double_age = d.age * 2", target=d),
    ),
    "eval of a comparison": computed(RANDOM, "a < b < c"),
    "eval of a function": computed(RANDOM, "sin(a) + log1p(b) - arctan2(a, c)"),
    # DataFrame.assign
    "assign of a function": (
        CELSIUS,
        lambda p: p.assign(temp_f=lambda x: x.temp_c * 9 / 5 + 32),
        lambda d: d.assign(temp_f=lambda x: x.temp_c * 9 / 5 + 32),
    ),
    "assign of two that depend": (
        CELSIUS,
        lambda p: p.assign(
            temp_f=lambda x: x["temp_c"] * 9 / 5 + 32,
            temp_k=lambda x: (x["temp_f"] + 459.67) * 5 / 9,
        ),
        lambda d: d.assign(
            temp_f=lambda x: x["temp_c"] * 9 / 5 + 32,
            temp_k=lambda x: (x["temp_f"] + 459.67) * 5 / 9,
        ),
    ),
    "assign of strings": (
        CELSIUS,
        lambda p: p.assign(temp_f="temp_c * 9 / 5 + 32", temp_k="(temp_f + 459.67) * 5 / 9"),
        lambda d: d.eval("temp_f = temp_c * 9 / 5 + 32\ntemp_k = (temp_f + 459.67) * 5 / 9"),
    ),
    # pd.col
    "col": (
        pd.DataFrame({"name": ["beluga", "narwhal"], "speed": [100, 110]}),
        lambda p: p.assign(name_titlecase=pd.col("name").str.title()),
        lambda d: d.assign(name_titlecase=d["name"].str.title()),
    ),
    "col in arithmetic": (
        CELSIUS,
        lambda p: p.assign(temp_f=pd.col("temp_c") * 9 / 5 + 32),
        lambda d: d.assign(temp_f=d["temp_c"] * 9 / 5 + 32),
    ),
    # named aggregation
    "named aggregation": (
        ANIMALS,
        lambda p: p.groupby("kind").agg(
            min_height=("height", "min"),
            max_height=("height", "max"),
            average_weight=("weight", "mean"),
        ),
        lambda d: d.groupby("kind", as_index=False).agg(
            min_height=pd.NamedAgg(column="height", aggfunc="min"),
            max_height=pd.NamedAgg(column="height", aggfunc="max"),
            average_weight=pd.NamedAgg(column="weight", aggfunc="mean"),
        ),
    ),
    "named aggregation of a function": (
        ANIMALS,
        lambda p: p.groupby("kind").agg(spread=("height", lambda x: max(x) - min(x))),
        lambda d: d.groupby("kind", as_index=False).agg(
            spread=("height", lambda x: max(x) - min(x))
        ),
    ),
    # merge
    "merge of keys of two names": (
        LEFT,
        lambda p: p.merge(RIGHT, left_on="lkey", right_on="rkey"),
        lambda d: d.merge(RIGHT, left_on="lkey", right_on="rkey"),
    ),
    "merge with suffixes": (
        LEFT,
        lambda p: p.merge(RIGHT, left_on="lkey", right_on="rkey", suffixes=("_left", "_right")),
        lambda d: d.merge(RIGHT, left_on="lkey", right_on="rkey", suffixes=("_left", "_right")),
    ),
    "merge inner": (FOO, lambda p: p.merge(BAZ, "inner", on="a"), lambda d: d.merge(BAZ, on="a")),
    "merge left": (
        FOO,
        lambda p: p.merge(BAZ, "left", on="a"),
        lambda d: d.merge(BAZ, "left", "a"),
    ),
    "merge on two keys": (
        KEYED,
        lambda p: p.merge(KEYS, "left", on=["key1", "key2"]),
        lambda d: d.merge(KEYS, how="left", on=["key1", "key2"]),
    ),
    "merge that checks": (
        FOO,
        lambda p: p.merge(BAZ, "left", on="a", validate="one_to_one"),
        lambda d: d.merge(BAZ, "left", on="a", validate="one_to_one"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_pandas_gives_its_answer_on_every_engine(example: str, engine: str) -> None:
    df, ours, theirs = EXAMPLES[example]
    expected = theirs(df.copy()).reset_index(drop=True)
    for name in ("pandas", engine):
        got = ours(Pipeline("documented", df)).collect(name)
        pd.testing.assert_frame_equal(got, expected, rtol=1e-9)


@pytest.mark.parametrize("assignment", ["D = A + B", "D = A + B\nE = A - B"])
def test_an_assignment_in_a_string_tells_how_to_write_it(assignment: str) -> None:
    with pytest.raises(etl.ETLError, match=r"an argument of assign: assign\(total='a \+ b'\)"):
        Pipeline("p", ABC).assign(D=assignment)
