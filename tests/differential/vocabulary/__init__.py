"""The whole vocabulary as data: each word with an example, which the tests run on every engine.

``docs/vocabulary.md`` is written from it by ``make docs``; a test holds the two together.
"""

from __future__ import annotations

from tests.differential.vocabulary.decimals import DECIMALS
from tests.differential.vocabulary.groups import GROUPS
from tests.differential.vocabulary.joins import JOINS
from tests.differential.vocabulary.missing import MISSING
from tests.differential.vocabulary.numbers import NUMBERS
from tests.differential.vocabulary.reshaping import RESHAPING
from tests.differential.vocabulary.rows import ROWS
from tests.differential.vocabulary.text import TEXT
from tests.differential.vocabulary.time import TIME
from tests.differential.vocabulary.windows import WINDOWS
from tests.differential.vocabulary.word import DF, Word

__all__ = ["DF", "VOCABULARY", "Word"]

VOCABULARY: dict[str, list[Word]] = {
    "Numbers, comparisons, logic": NUMBERS,
    "Missing values, choice, casts": MISSING,
    "Decimals": DECIMALS,
    "Text": TEXT,
    "Time": TIME,
    "Other rows: order and aggregates": WINDOWS,
    "Steps: rows": ROWS,
    "Steps: columns and shape": RESHAPING,
    "Steps: groups": GROUPS,
    "Steps: several frames": JOINS,
}
"""Heading -> its words."""
