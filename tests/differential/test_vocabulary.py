"""Every word of the vocabulary, in every way to write it, on every engine."""

from __future__ import annotations

import pytest

from etlframe import Pipeline
from tests.differential.comparing import assert_same
from tests.differential.vocabulary import DF, VOCABULARY
from tests.differential.vocabulary.table import PAGE, page, placement

WORDS = {word.shown: word for words in VOCABULARY.values() for word in words}


@pytest.mark.parametrize("shown", WORDS)
def test_a_word_gives_the_answer_of_pandas_in_every_way_to_write_it(
    shown: str, engine: str
) -> None:
    for build in WORDS[shown].ways.values():
        assert_same(build(Pipeline("word", DF)), engine)


@pytest.mark.parametrize("shown", WORDS)
def test_a_word_gives_the_answer_of_pandas_on_an_empty_frame(shown: str, engine: str) -> None:
    build = next(iter(WORDS[shown].ways.values()))
    assert_same(build(Pipeline("word", DF.head(0))), engine)


@pytest.mark.parametrize("shown", WORDS)
def test_an_engine_places_a_word_alike_in_every_way_to_write_it(shown: str, engine: str) -> None:
    placed = {way: placement(build, engine)[0] for way, build in WORDS[shown].ways.items()}
    assert len(set(placed.values())) == 1, placed


def test_the_page_of_the_vocabulary_is_what_the_engines_do() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "the page is old: run `make docs`"
