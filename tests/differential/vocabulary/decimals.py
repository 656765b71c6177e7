"""Words on decimals: ``m`` misses a value, ``p`` does not."""

from __future__ import annotations

from decimal import Decimal

from tests.differential.vocabulary.word import Word, column, step


def _in_string(shown: str, string: str) -> Word:
    """Return a word that is native in strings alone: pandas' own means something else."""
    return Word(shown, {"string": lambda p: p.assign(new=string)})


DECIMALS: list[Word] = [
    column("`+ - *` of decimals", lambda d: d["p"] * (1 - d["m"]) + d["i"], "p * (1 - m) + i"),
    column("`*` by a `Decimal`", lambda d: d["p"] * Decimal("0.07")),
    column("`+ - * /` of decimals and floats", lambda d: d["m"] * d["f"] / 0.5, "m * f / 0.5"),
    _in_string("`/` of decimals, in a string", "p / m"),
    column("`/` of decimals, in a lambda", lambda d: d["m"] / d["p"]),
    column("`**` of decimals", lambda d: d["m"] ** 2),
    column("`== != < <= > >=` of decimals", lambda d: d["m"] > d["p"], "m > p"),
    column("`<` of decimals and floats", lambda d: d["m"] < 1.5, "m < 1.5"),
    column("`& | ~` of such comparisons", lambda d: ~(d["m"] > 1) | d["b"], "~(m > 1) | b"),
    column("`between` of decimals", lambda d: d["p"].between(0, 2), "p.between(0, 2)"),
    column("`isin` of decimals", lambda d: d["m"].isin([Decimal("1.25")]), "m in [1.25]"),
    _in_string("`in` whole numbers, of decimals", "p in [1, 2, 9]"),
    column("`isna`, `notna` of decimals", lambda d: d["m"].isna(), "m.isna()"),
    column("`-x`, `abs` of decimals", lambda d: -d["m"].abs(), "-abs(m)"),
    column("`round` of decimals", lambda d: d["p"].round(1), "p.round(1)"),
    column("`fillna` of decimals", lambda d: d["m"].fillna(0), "m.fillna(0)"),
    column("`where`, `mask` of decimals", lambda d: d["m"].where(d["b"], 0), "m.where(b, 0)"),
    column("`clip` of decimals", lambda d: d["m"].clip(0, 2), "m.clip(0, 2)"),
    column("`astype(float)` of decimals", lambda d: d["m"].astype(float), "m.astype('float')"),
    column("`astype(str)`, `astype(int)` of decimals", lambda d: d["p"].astype(str)),
    column("`shift`, `diff` of decimals", lambda d: d["m"].diff(), "m.diff()"),
    column("`ffill`, `bfill` of decimals", lambda d: d["m"].ffill(), "m.ffill()"),
    column("`cumsum`, `rank` of decimals", lambda d: d["m"].rank()),
    column("`.sum()`, `.mean()` of decimals", lambda d: d["m"] - d["m"].sum()),
    column(
        "`groupby().transform` of decimals",
        lambda d: d.groupby("k")["m"].transform("sum"),
        col=False,
    ),
    step(
        "`agg` of decimals: `sum min max first last`",
        lambda p: p.groupby("k").agg(s=("m", "sum"), a=("m", "min"), l=("p", "last")),
    ),
    step(
        "`agg` of decimals: `mean median std var`",
        lambda p: p.groupby("k").agg(m=("m", "mean"), d=("m", "median"), v=("p", "var")),
    ),
    step(
        "`agg` of decimals: `count size nunique`",
        lambda p: p.groupby("k").agg(n=("m", "count"), a=("m", "size"), u=("m", "nunique")),
    ),
    step("`agg` of decimals: `prod`", lambda p: p.groupby("k").agg(x=("p", "prod"))),
    step("`groupby` of decimals", lambda p: p.groupby("m", dropna=False).agg(n=("i", "sum"))),
    step("`sort_values` of decimals", lambda p: p.sort_values(["m", "p"], na_position="first")),
    step("`drop_duplicates` of decimals", lambda p: p.drop_duplicates("m", keep="last")),
    step("`fillna` of a column of decimals", lambda p: p.fillna({"m": 0})),
    step("`astype` of decimals to float", lambda p: p.astype({"m": "float64"})),
    step("`melt` of decimals", lambda p: p.melt("k", ["m", "p"])),
    step("`merge` on decimals", lambda p: p.merge(p.select("m", "s"), on="m")),
    step("`concat` of decimals", lambda p: p.select("k", "m").concat(p.select("m"))),
]
