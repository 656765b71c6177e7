"""Words for numbers, comparisons, logic and missing values."""

from __future__ import annotations

import numpy as np

from tests.differential.vocabulary.word import Word, column

NUMBERS: list[Word] = [
    column("`+ - *`", lambda d: d["i"] + d["j"] * 2 - d["f"], "i + j * 2 - f"),
    column("`/`", lambda d: d["i"] / d["j"], "i / j"),
    column("`//`", lambda d: d["i"] // d["j"], "i // j"),
    column("`%`", lambda d: d["i"] % d["j"], "i % j"),
    column("`== !=`", lambda d: d["s"] != "u", "s != 'u'"),
    column("`< <= > >=`", lambda d: d["f"] > d["g"], "f > g"),
    column("`isin`, `in`", lambda d: d["s"].isin(["u", None]), "s in ['u', None]"),
    column("`between`", lambda d: d["f"].between(0, 2), "f.between(0, 2)"),
    column("`isna`, `notna`", lambda d: d["f"].isna(), "f.isna()"),
    column("`fillna`", lambda d: d["f"].fillna(0.0), "f.fillna(0.0)"),
    column("`np.where`", lambda d: np.where(d["b"], d["f"], -1.0), col=False),
]
