"""What people give a plan: paths, frames and functions as sources, paths as destinations."""

from __future__ import annotations

from os import PathLike
from typing import Any

from etlframe.errors import PlanError
from etlframe.loaders.base import Destination
from etlframe.sources.base import DataSource


def as_source(source: Any) -> DataSource:
    """Return a path, a DataFrame or a function of no arguments as a source.

    Raises:
        PlanError: It is none of these.
    """
    if isinstance(source, DataSource):
        return source
    if isinstance(source, str | PathLike):
        from etlframe.sources.file import FileSource

        return FileSource(source)
    if callable(source) or type(source).__name__ == "DataFrame":
        from etlframe.sources.frame import FrameSource

        return FrameSource(source)
    kind = type(source).__name__
    raise PlanError(f"A source is a path, a DataFrame, a function or a DataSource, not {kind}.")


def as_destination(destination: Any, mode: str = "write", **options: Any) -> Destination | None:
    """Return a path as a destination; a destination or None as it is.

    Raises:
        PlanError: It is neither.
    """
    if destination is None or isinstance(destination, Destination):
        return destination
    if isinstance(destination, str | PathLike):
        from etlframe.loaders.file import DataLoader

        made: Destination = DataLoader(destination, mode=mode, **options)
        return made
    raise PlanError(f"A destination is a path or a DataLoader, not {type(destination).__name__}.")


def whole(verb: str, n: int) -> int:
    """Return a number of rows.

    Raises:
        PlanError: It is not a whole number.
    """
    if type(n) is not int:
        raise PlanError(f"{verb} takes a whole number of rows, not {n!r}.")
    return n
