"""The declared departures of the documentation, and the words that they are about."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs" / "engines.md"

_ZERO = "integer // 0, integer % 0"
_OVERFLOW = "integer overflow beyond 64 bits"
_LETTERS = "upper and lower case of letters such as ß and İ"
DEPARTING = {
    "`+ - *`": _OVERFLOW,
    "`//`": _ZERO,
    "`%`": _ZERO,
    "`map` by a dict": "`map` by a dict of a text column without rows",
    "`.str.upper()`": _LETTERS,
    "`.str.lower()`": _LETTERS,
    "`.str.isdigit()`, `isalpha` ...": (
        r"`.str.isalpha`, `\w`, `\d` of characters that Unicode added after 2021"
    ),
    "`pd.to_datetime(format=, errors=)`": (
        "`pd.to_datetime` of a text column in which nothing is a time"
    ),
    '`agg(n=("x", "sum"))`': _OVERFLOW,
    "`+ - *` of decimals": (
        "decimals whose type would need over 38 digits though the values do not, in a lambda"
    ),
    "`<` of decimals and floats": "a decimal compared with a float in a lambda",
    "`isin` of decimals": "decimals among whole numbers in a lambda: `d.m.isin([1, 2])`",
}
"""A word as the vocabulary shows it -> the departure, as the documentation's table has it."""


def declared() -> dict[str, dict[str, str]]:
    """Return the departures of the docs: case -> engine -> what it gives."""
    table = DOCS.read_text(encoding="utf-8").split("## Declared departures")[1]
    lines = re.findall(r"^\| (.+) \|$", table, re.MULTILINE)
    (_, *engines), *cases = (line.split(" | ") for line in lines)
    return {case: dict(zip(engines, given, strict=True)) for case, *given in cases}


def departs(shown: str, engine: str) -> bool:
    """Return whether an engine departs from pandas in a word, as the docs declare."""
    case = DEPARTING.get(shown)
    return case is not None and declared()[case][engine] != "as pandas"
