"""Words that look at other rows: those that need a row order, and aggregates in expressions."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, column

WINDOWS: list[Word] = [
    column("`x - x.mean()`", lambda d: d["g"] - d["g"].mean(), "g - g.mean()"),
    column("`cumsum`", lambda d: d["i"].cumsum(), "i.cumsum()"),
]
