"""Words that look at other rows: aggregates of the frame, the row order, and groups."""

from __future__ import annotations

import numpy as np

from tests.differential.vocabulary.word import Word, column, step

WINDOWS: list[Word] = [
    column("`x - x.mean()`", lambda d: d["g"] - d["g"].mean(), "g - g.mean()"),
    column("`sum`, `count`, `nunique`", lambda d: d["i"] / d["i"].sum(), "i / i.sum()"),
    column("`min`, `max`", lambda d: d["i"] - d["i"].max(), "i - i.max()"),
    column("`min`, `max` of timestamps", lambda d: d["t"] == d["t"].max(), "t == t.max()"),
    column("`min`, `max` of text", lambda d: d["s"] == d["s"].max(), "s == s.max()"),
    column("`std`, `var`", lambda d: (d["g"] - d["g"].mean()) / d["g"].std()),
    column("`median`", lambda d: d["f"] > d["f"].median(), "f > f.median()"),
    column("`quantile`", lambda d: d["i"] > d["i"].quantile(0.25), "i > i.quantile(0.25)"),
    column("`quantile` of floats", lambda d: d["f"] > d["f"].quantile(0.25)),
    column("`any`, `all`", lambda d: d["b"].any(), col=False),
    column("`x.fillna(x.mean())`", lambda d: d["n"].fillna(d["n"].mean()), "n.fillna(n.mean())"),
    column("`mean().round()`", lambda d: d["g"] - d["g"].mean().round(1)),
    step("`query` by an aggregate", lambda p: p.query("g > g.mean() and b")),
    column("`rank`", lambda d: d["f"].rank(ascending=False), "f.rank(ascending=False)"),
    column(
        '`rank(method="dense")`', lambda d: d["j"].rank(method="dense"), "j.rank(method='dense')"
    ),
    column('`rank(method="first", pct=True)`', lambda d: d["j"].rank(method="first", pct=True)),
    column("`diff`", lambda d: d["i"].diff(2), "i.diff(2)"),
    column("`cumsum`", lambda d: d["i"].cumsum(), "i.cumsum()"),
    column("`cummax`, `cummin`", lambda d: d["f"].cummax(), "f.cummax()"),
    column("`cumprod` of floats", lambda d: d["g"].cumprod(), "g.cumprod()"),
    column("`cumprod` of whole numbers", lambda d: d["j"].cumprod(), "j.cumprod()"),
    column("`shift`", lambda d: d["i"].shift(-1), "i.shift(-1)"),
    column("`shift` of text", lambda d: d["s"].shift(1, fill_value="?")),
    column("`pct_change`", lambda d: d["g"].pct_change(), "g.pct_change()"),
    column("`ffill`, `bfill`", lambda d: d["f"].ffill(), "f.ffill()"),
    column("a window of a window", lambda d: d["i"].shift().cumsum().rank()),
    step("`query` by a window", lambda p: p.query("i > i.shift() or i.rank() == 1")),
    column("`iloc[0]`", lambda d: d["i"] - d["i"].iloc[0], col=False),
    column("`rolling`", lambda d: d["g"].rolling(2).mean()),
    column(
        '`groupby(k)[x].transform("mean")`',
        lambda d: d["f"] - d.groupby("k")["f"].transform("mean"),
        col=False,
    ),
    column(
        "`groupby` of several columns",
        lambda d: d.groupby(["k", "b"])["i"].transform("sum"),
        col=False,
    ),
    column(
        "`groupby` of a key that may miss",
        lambda d: d.groupby("s")["i"].transform("first"),
        col=False,
    ),
    column("`groupby(k)[x].cumsum()`", lambda d: d.groupby("k")["i"].cumsum(), col=False),
    column("`groupby(k)[x].shift()`", lambda d: d.groupby("k")["i"].shift(), col=False),
    column("`groupby(k)[x].diff()`", lambda d: d.groupby("k")["g"].diff(), col=False),
    column("`groupby(k)[x].rank()`", lambda d: d.groupby("k")["f"].rank(), col=False),
    column("`groupby(k)[x].ffill()`", lambda d: d.groupby("k")["f"].ffill(), col=False),
    column("`groupby(k).cumcount()`", lambda d: d.groupby("k").cumcount(), col=False),
    column(
        "`transform` of a function",
        lambda d: d.groupby("k")["i"].transform(lambda s: s.max()),
        col=False,
    ),
    column(
        "`np.where` by an aggregate",
        lambda d: np.where(d["g"] > d["g"].median(), "high", "low"),
        col=False,
    ),
]
