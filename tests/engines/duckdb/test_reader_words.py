"""A word among words, in SQL: the quick tests before the comparisons change no answer."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etlframe.engines.duckdb.connection import connect
from etlframe.engines.duckdb.reader_words import is_among
from etlframe.engines.duckdb.sniff_rules import MISSING_WORDS

_LETTERS = "#-1</=MNOmno~\x7fé'A "


def found(texts: list[str], words: list[str]) -> list[bool]:
    with connect() as opened:
        query = f"SELECT {is_among('t', words)} FROM (SELECT unnest($1) AS t)"
        return [row[0] for row in opened.execute(query, [texts]).fetchall()]


@given(
    words=st.lists(st.text(_LETTERS, max_size=3), min_size=1, max_size=9),
    texts=st.lists(st.text(_LETTERS, max_size=3), min_size=1),
)
@example(words=list("\x7f~abcde"), texts=["\x7f", "~", "\x80"])
def test_a_text_is_among_words_if_it_is_one(words: list[str], texts: list[str]) -> None:
    assert found([*texts, *words], words) == [text in words for text in [*texts, *words]]


@pytest.mark.parametrize("around", ["{}", "{}~", "~{}"])
def test_the_words_for_missing_are_told_from_others(around: str) -> None:
    texts = [around.format(word) for word in MISSING_WORDS]
    assert found(texts, list(MISSING_WORDS)) == [text in MISSING_WORDS for text in texts]
