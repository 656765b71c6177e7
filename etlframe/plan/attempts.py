"""Attempts at moving a frame, made anew where a file, or its rows, were not what they seemed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from etlframe.engines.base import ReadAgain, RowsRefused, ScanMismatch
from etlframe.plan.moving import Mover
from etlframe.steps.base import Step

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.sources.base import DataSource

Answer = TypeVar("Answer")


def computed(
    source: DataSource,
    steps: tuple[Step, ...],
    engine: str,
    *,
    exact: bool = True,
) -> pd.DataFrame:
    """Return a source moved through steps, as a DataFrame; a sniff that proves wrong is redone."""

    def attempt(*, whole: bool, refused: bool) -> pd.DataFrame:
        with Mover(source, engine, exact=exact, whole=whole, refused=refused) as mover:
            return _through(mover, steps)

    return attempted(attempt)


def attempted(
    attempt: Callable[..., Answer], mismatched: Callable[[str], None] | None = None
) -> Answer:
    """Return what an attempt gives, made anew where a file was not what it seemed to be.

    Args:
        attempt: Takes ``whole=``, to sniff the whole source, and ``refused=``, to have pandas tell
            what is wrong with rows that an engine refused.
        mismatched: Told what a source was that proved not to be what its sniff said.
    """
    whole = refused = False
    while True:
        try:
            return attempt(whole=whole, refused=refused)
        except ScanMismatch as mismatch:
            if whole:
                raise
            whole, refused = True, False
            if mismatched is not None:
                mismatched(str(mismatch))
        except ReadAgain:
            continue
        except RowsRefused:
            if refused:  # pragma: no cover - no engine holds rows to a schema then
                raise
            refused = True


def _through(mover: Mover, steps: tuple[Step, ...]) -> pd.DataFrame:
    mover.extract()
    for step in steps:
        mover.advance(step)
    return mover.to_pandas()
