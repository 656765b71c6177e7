"""The verbs of a plan with their arguments."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, step

STEPS: list[Word] = [
    step("`groupby().agg(sum)`", lambda p: p.groupby("k").agg(total=("i", "sum"))),
    step("`sort_values`", lambda p: p.sort_values("f")),
    step("`drop_duplicates`", lambda p: p.drop_duplicates("k")),
]
