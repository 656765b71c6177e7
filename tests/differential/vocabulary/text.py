"""Words of ``.str``."""

from __future__ import annotations

from tests.differential.vocabulary.word import Word, column

TEXT: list[Word] = [
    column("`.str.upper()`", lambda d: d["k"].str.upper(), "k.str.upper()"),
    column("`.str.lower()`", lambda d: d["s"].str.lower(), "s.str.lower()"),
    column("`.str.strip()`", lambda d: d["s"].str.strip(), "s.str.strip()"),
    column("`.str.len()`", lambda d: d["s"].str.len(), "s.str.len()"),
]
