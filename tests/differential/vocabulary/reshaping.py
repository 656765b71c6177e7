"""Words on columns, and those that turn columns into rows and back."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, step

RESHAPING: list[Word] = [
    step("`select`", lambda p: p.select("s", "i")),
    step("`drop`", lambda p: p.drop(["s", "i"])),
    step("`rename`", lambda p: p.rename({"i": "number"})),
    step("`astype`", lambda p: p.astype({"i": "float64"})),
    step("`melt`", lambda p: p.melt("k", ["i", "j"])),
    step(
        "`melt` of integers and floats",
        lambda p: p.melt(["k", "t"], ["i", "f"], var_name="which", value_name="number"),
    ),
    step("`melt` of numbers and texts", lambda p: p.melt("k", ["i", "s"])),
    step(
        "`pivot`",
        lambda p: p.groupby(["k", "b"]).agg(v=("i", "sum")).pivot("b", index="k", values="v"),
    ),
    step("`explode`", lambda p: p.select("i", "s").explode("s")),
]
