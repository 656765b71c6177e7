"""Whether text is one of some words, such as those for a missing value: told quickly if it is not.

DuckDB compares a text with each of the words, which takes longer than reading a short one. So its
length and its first letter are asked before: most text has others than any of the words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from etlframe.engines.duckdb.text import value as literal

_MANY = 6
"""From so many words on, their first letters are worth a look of their own."""

_CLOSE = 16


def is_among(text: str, words: Sequence[str]) -> str:
    """Return the SQL of whether a text is one of some words.

    >>> is_among("c", ["NA", "null"])
    "strlen(c) BETWEEN 2 AND 4 AND c IN ('NA', 'null')"
    """
    lengths = [len(word.encode()) for word in words]
    tests = [f"strlen({text}) BETWEEN {min(lengths)} AND {max(lengths)}"]
    if len(words) >= _MANY and all(word and word.isascii() for word in words):
        begins = [
            f"{text} >= {literal(first)} AND {text} < {literal(after)}"
            for first, after in _ranges({word[0] for word in words})
        ]
        tests.append(f"({' OR '.join(begins)})")
    return " AND ".join([*tests, f"{text} IN ({', '.join(map(literal, words))})"])


def _ranges(letters: Collection[str]) -> list[tuple[str, str]]:
    """Return ranges that have all letters, of those close together one: first, and after the last.

    >>> _ranges({"N", "n", "#", "-"})
    [('#', '.'), ('N', 'O'), ('n', 'o')]
    """
    ranges: list[list[str]] = []
    for letter in sorted(letters):
        if not ranges or ord(letter) - ord(ranges[-1][1]) > _CLOSE:
            ranges.append([letter, letter])
        ranges[-1][1] = letter
    return [(first, chr(ord(last) + 1)) for first, last in ranges]
