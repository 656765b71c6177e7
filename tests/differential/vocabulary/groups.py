"""Words of ``groupby().agg()``: aggregates, and the arguments of a group."""

from __future__ import annotations

import functools

import pandas as pd

from tests.differential.vocabulary.word import Word, step


def _by_k(word: str, *columns: str) -> Word:
    """Return an aggregate as a word, on columns of several kinds."""
    named = {f"of_{column}": (column, word) for column in columns}
    return step(f'`agg(n=("x", "{word}"))`', lambda p: p.groupby("k").agg(**named))


GROUPS: list[Word] = [
    _by_k("count", "i", "f", "s", "t", "b"),
    _by_k("size", "f", "s"),
    _by_k("nunique", "i", "f", "s", "t", "b", "z"),
    _by_k("sum", "i", "f", "n", "b"),
    _by_k("mean", "i", "f", "n", "b"),
    _by_k("median", "i", "f", "n", "b"),
    _by_k("quantile", "i", "f", "n"),
    _by_k("min", "i", "f", "s", "t", "b", "z"),
    _by_k("max", "i", "f", "s", "t", "b", "z"),
    _by_k("std", "i", "f", "g", "b"),
    _by_k("var", "i", "n", "g", "b"),
    _by_k("first", "i", "f", "s", "t", "b", "z"),
    _by_k("last", "i", "f", "s", "t", "b", "z"),
    _by_k("any", "i", "f", "s", "b"),
    _by_k("all", "i", "f", "s", "b"),
    _by_k("prod", "g"),
    _by_k("sem", "g"),
    _by_k("skew", "g"),
    step(
        '`agg` of text: `("s", "sum")`',
        lambda p: p.groupby("k").agg(joined=("s", "sum")),
    ),
    step(
        '`agg` of time: `("t", "mean")`',
        lambda p: p.groupby("k").agg(middle=("t", "mean")),
    ),
    step(
        "`agg` with a lambda",
        lambda p: p.groupby("k").agg(spread=("g", lambda x: x.max() - x.min())),
    ),
    step(
        "`agg` with `functools.partial(pd.Series.quantile, q=0.9)`",
        lambda p: p.groupby("k").agg(high=("g", functools.partial(pd.Series.quantile, q=0.9))),
    ),
    step(
        "`groupby` of several keys",
        lambda p: p.groupby(["k", "b"]).agg(n=("i", "sum"), last=("s", "last")),
    ),
    step("`groupby(dropna=False)`", lambda p: p.groupby("s", dropna=False).agg(n=("i", "sum"))),
    step(
        "`groupby(dropna=False)` of several keys",
        lambda p: p.groupby(["f", "t"], dropna=False).agg(n=("i", "size")),
    ),
    step("`groupby(sort=False)`", lambda p: p.groupby("k", sort=False).agg(n=("i", "sum"))),
    step(
        "`groupby(dropna=False, sort=False)`",
        lambda p: p.groupby("n", dropna=False, sort=False).agg(n_of=("i", "first")),
    ),
    step('`groupby("k")["x"].nlargest(2)`', lambda p: p.groupby("k")["f"].nlargest(2)),
    step(
        '`groupby("k", dropna=False, sort=False)["x"].nsmallest(2)`',
        lambda p: p.groupby(["s", "b"], dropna=False, sort=False)["n"].nsmallest(2),
    ),
    step('`nlargest` of booleans: `groupby("k")["b"]`', lambda p: p.groupby("k")["b"].nlargest(2)),
    step('`groupby("k").head(2)`', lambda p: p.groupby("k").head(2)),
    step(
        '`sort_values("x").groupby("k").head(1)`',
        lambda p: p.sort_values("f", ascending=False).groupby("b").head(1),
    ),
    step('`groupby("k").head(-1)`', lambda p: p.groupby("k").head(-1)),
]
