"""Words for missing values, membership, choice and casts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.differential.vocabulary.word import Word, column

_SIZES = {1: "one", 7: "seven", 3: "three"}

MISSING: list[Word] = [
    column("`isin`, `in`", lambda d: d["s"].isin(["u", None]), "s in ['u', None]"),
    column("`isin` of timestamps", lambda d: d["t"].isin([pd.Timestamp("2013-01-01")])),
    column("`between`", lambda d: d["f"].between(0, 2), "f.between(0, 2)"),
    column("`isna`, `notna`", lambda d: d["f"].isna(), "f.isna()"),
    column("`pd.isna`, `pd.notna`", lambda d: pd.isna(d["f"]), col=False),
    column("`fillna`", lambda d: d["f"].fillna(0.0), "f.fillna(0.0)"),
    column("`fillna` by a column", lambda d: d["s"].fillna(d["k"]), "s.fillna(k)"),
    column("`clip`", lambda d: d["f"].clip(0, 1), "f.clip(0, 1)"),
    column("`clip` of whole numbers by a float", lambda d: d["i"].clip(0.5), "i.clip(0.5)"),
    column("`where`", lambda d: d["i"].where(d["b"]), "i.where(b)"),
    column("`where` with another column", lambda d: d["f"].where(d["b"], d["g"]), "f.where(b, g)"),
    column("`where` of whole numbers and floats", lambda d: d["i"].where(d["b"], d["g"])),
    column("`mask`", lambda d: d["s"].mask(d["b"], "?"), "s.mask(b, '?')"),
    column("`map` by a dict", lambda d: d["i"].map(_SIZES)),
    column("`map` by a function", lambda d: d["i"].map(str), col=False),
    column("`replace`", lambda d: d["s"].replace("u", "U"), "s.replace('u', 'U')"),
    column("`replace` by a dict", lambda d: d["i"].replace({1: 0, 0: 1})),
    column("`replace` by missing", lambda d: d["f"].replace([np.inf, -np.inf], np.nan)),
    column("`astype(float)`", lambda d: d["i"].astype(float)),
    column("`astype(int)`", lambda d: d["g"].astype(int)),
    column("`astype(bool)`", lambda d: d["f"].astype(bool)),
    column("`astype(str)` of whole numbers", lambda d: d["i"].astype(str)),
    column("`astype(str)` of floats", lambda d: d["g"].astype(str)),
    column("`np.where`", lambda d: np.where(d["b"], d["f"], -1.0), col=False),
    column("`np.select`", lambda d: np.select([d["b"], d["i"] > 0], ["b", "i"], "none"), col=False),
]
