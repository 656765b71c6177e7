"""Words on rows: sorting, dropping, filling, and which rows stay."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, step

ROWS: list[Word] = [
    step("`sort_values`", lambda p: p.sort_values("f")),
    step(
        "`sort_values(ascending=)` of several keys",
        lambda p: p.sort_values(["k", "f"], ascending=[False, True]),
    ),
    step('`sort_values(na_position="first")`', lambda p: p.sort_values("s", na_position="first")),
    step("`drop_duplicates`", lambda p: p.drop_duplicates("k")),
    step("`drop_duplicates()` of all columns", lambda p: p.select("k", "b").drop_duplicates()),
    step('`drop_duplicates(keep="last")`', lambda p: p.drop_duplicates("k", keep="last")),
    step(
        "`drop_duplicates(keep=False)`",
        lambda p: p.drop_duplicates(["k", "b"], keep=False),
    ),
    step("`dropna`", lambda p: p.dropna()),
    step('`dropna(subset, how="all")`', lambda p: p.dropna(["f", "s"], how="all")),
    step("`fillna` by column", lambda p: p.fillna({"f": 0, "s": "?"})),
    step("`fillna` of all columns", lambda p: p.select("f", "n").fillna(0)),
    step("`head`", lambda p: p.head(3)),
    step("`head` of a negative number", lambda p: p.head(-2)),
    step("`tail`", lambda p: p.tail(3)),
    step("`tail` of a negative number", lambda p: p.tail(-2)),
    step("`sample(n)`", lambda p: p.sample(0, random_state=0)),
    step("`sample(frac=)`", lambda p: p.sample(frac=0.5, random_state=0)),
]
