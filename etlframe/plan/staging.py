"""Sources that an engine cannot read by itself, streamed into files that it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.control import stoppable
from etlframe.plan.blame import blamed
from etlframe.sources.base import can_stage
from etlframe.storage.spill import current_spill
from etlframe.timing import phase

if TYPE_CHECKING:
    from etlframe.sources.base import DataSource


def for_engines(source: DataSource) -> DataSource:
    """Return a source of a file that the rows were streamed into; the same one where it has none.

    The file is where the run that goes on spills, and is gone with that.

    Raises:
        ETLError: The source cannot be read, or the file not written.
    """
    spill = current_spill()
    if spill is None or not can_stage(source):
        return source
    with phase("read into a file"), blamed("extract", None):
        staged = stoppable(lambda: source.stage(spill.directory))
    return source if staged is None else staged
