"""Writes ``docs/vocabulary.md`` from what the engines do: ``make docs``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from etlframe import Pipeline
from tests.differential.conftest import ENGINES_BESIDE_PANDAS
from tests.differential.vocabulary import DF, VOCABULARY, Word
from tests.differential.vocabulary.departures import departs
from tests.differential.vocabulary.word import Build

PAGE = Path(__file__).parents[3] / "docs" / "vocabulary.md"
NATIVE = "native"
_BEGINNING = (
    "# The vocabulary, word by word\n\n"
    "Written by `make docs` from the tests, which run every example on every engine and compare "
    "the answer with plain pandas'. **native**: the engine computes it. **pandas**: the step runs "
    "in pandas, with the same answer, for the reason beside it. **departure**: native, and in a "
    "corner case not pandas' answer, on purpose: see [engines.md](engines.md#declared-departures). "
    "A word may be native on some kinds of columns and not on others; `explain()` always tells.\n"
)


def placement(build: Build, engine: str) -> tuple[str, str]:
    """Return where an engine puts a step: ``("native", "")`` or ``("pandas", reason)``."""
    steps = build(Pipeline("word", DF)).explain(engine).steps[1:]
    for placed in steps:
        if placed.engine != engine or placed.reason:
            return "pandas", placed.reason
    return NATIVE, ""


def page() -> str:
    """Return the page as it has to be."""
    return "\n".join((_BEGINNING, *_tables()))


def _tables() -> Iterator[str]:
    for heading, words in VOCABULARY.items():
        yield f"## {heading}\n"
        yield f"| word | {' | '.join(ENGINES_BESIDE_PANDAS)} | why pandas |"
        yield "| --- |" + " --- |" * (len(ENGINES_BESIDE_PANDAS) + 1)
        yield from map(_row, words)
        yield ""


def _row(word: Word) -> str:
    build = next(iter(word.ways.values()))
    placed = [placement(build, engine) for engine in ENGINES_BESIDE_PANDAS]
    why = "; ".join(dict.fromkeys(reason for _, reason in placed if reason))
    marks = [
        "departure" if where == NATIVE and departs(word.shown, engine) else where
        for engine, (where, _) in zip(ENGINES_BESIDE_PANDAS, placed, strict=True)
    ]
    cells = [word.shown, *marks, why]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
