"""A source moved through steps, and back as a DataFrame: what ``collect`` and ``preview`` do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.engines.base import ScanMismatch
from etlframe.plan.moving import Mover
from etlframe.steps.base import Step

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.sources.base import DataSource


def computed(
    source: DataSource,
    steps: tuple[Step, ...],
    engine: str,
    *,
    exact: bool = True,
) -> pd.DataFrame:
    """Return a source moved through steps, as a DataFrame; a sniff that proves wrong is redone."""
    try:
        with Mover(source, engine, exact=exact) as mover:
            return _through(mover, steps)
    except ScanMismatch:
        with Mover(source, engine, exact=exact, whole=True) as mover:
            return _through(mover, steps)


def _through(mover: Mover, steps: tuple[Step, ...]) -> pd.DataFrame:
    mover.extract()
    for step in steps:
        mover.advance(step)
    return mover.to_pandas()
