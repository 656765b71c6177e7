"""Words for numbers, comparisons, logic and missing values."""

from __future__ import annotations

import numpy as np

from tests.differential.vocabulary.word import Word, column

NUMBERS: list[Word] = [
    column("`+ - *`", lambda d: d["i"] + d["j"] * 2 - d["f"], "i + j * 2 - f"),
    column("`/`", lambda d: d["i"] / d["j"], "i / j"),
    column("`//`", lambda d: d["i"] // d["j"], "i // j"),
    column("`//` of floats", lambda d: d["g"] // d["f"], "g // f"),
    column("`%`", lambda d: d["i"] % d["j"], "i % j"),
    column("`%` of floats", lambda d: d["g"] % -0.3, "g % -0.3"),
    column("`**`", lambda d: d["j"] ** 3 + d["f"] ** 0.5, "j ** 3 + f ** 0.5"),
    column("`**` of two columns", lambda d: d["f"] ** d["g"], "f ** g"),
    column("`2 ** x` of whole numbers", lambda d: 2 ** d["j"].abs(), "2 ** abs(j)"),
    column("`-x`", lambda d: -d["f"], "-f"),
    column("`abs`", lambda d: d["f"].abs(), "abs(f)"),
    column("`round`", lambda d: d["g"].round(1), "g.round(1)"),
    column("`sqrt`, `exp`, `log`", lambda d: np.log(abs(d["g"])), "log(abs(g))"),
    column("`log10`, `log1p`, `expm1`", lambda d: np.log1p(abs(d["g"])), "log1p(abs(g))"),
    column("`sin`, `cos`, `tan`", lambda d: np.sin(d["g"]), "sin(g)"),
    column("`floor`, `ceil`", lambda d: np.floor(d["f"]), "floor(f)"),
    column("`np.log2`, `np.cbrt`", lambda d: np.log2(np.abs(d["g"])), col=False),
    column("`np.sign`, `np.trunc`, `np.rint`", lambda d: np.sign(d["f"]), col=False),
    column("`np.minimum`, `np.maximum`", lambda d: np.minimum(d["f"], d["g"]), col=False),
    column("`np.isnan`, `np.isinf`, `np.isfinite`", lambda d: np.isfinite(d["f"]), col=False),
    column("`np.arctan`", lambda d: np.arctan(d["f"]), "arctan(f)"),
    column("`== !=`", lambda d: d["s"] != "u", "s != 'u'"),
    column("`< <= > >=`", lambda d: d["f"] > d["g"], "f > g"),
    column("`& | ~`, `and or not`", lambda d: ~d["b"] | (d["i"] > 1), "~b | i > 1"),
    column("`^`", lambda d: d["b"] ^ (d["i"] > 1)),
    column("`&` of whole numbers", lambda d: d["i"] & d["j"]),
]
