"""The other frames that a step reads: DataFrames, sources and plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etlframe.errors import PlanError

if TYPE_CHECKING:
    import pandas as pd


def as_input(verb: str, given: Any) -> Any:
    """Return what a step shall read besides its frame; a DataFrame as it is now.

    Args:
        verb: The step's verb, for the message.
        given: A DataFrame, or anything with ``extract()`` or ``collect()``.

    Raises:
        PlanError: It is none of these.
    """
    if type(given).__name__ == "DataFrame" and hasattr(given, "copy"):
        return given.copy(deep=False)  # lazy: pandas copies on write
    if not hasattr(given, "extract") and not hasattr(given, "collect"):
        kind = type(given).__name__
        raise PlanError(f"{verb} takes a DataFrame, a source or a pipeline, not {kind}.")
    return given


def as_frame(given: Any) -> pd.DataFrame:
    """Return what ``as_input`` gave as a DataFrame."""
    for method in ("collect", "extract"):
        if hasattr(given, method):
            frame: pd.DataFrame = getattr(given, method)()
            return frame
    taken: pd.DataFrame = given
    return taken
