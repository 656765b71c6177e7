"""Whether new rows fit those that are there: columns of one name hold one kind of value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from etlframe.engines.base import EngineFrame
from etlframe.errors import LoadError
from etlframe.expressions.kinds import Kind, Schema

_TIMES = {Kind.DATE, Kind.DATETIME}


def misfits(old: Schema, new: EngineFrame) -> Iterator[str]:
    """Yield the columns of new rows that hold another kind of value than those that are there."""
    for name in new.columns:
        kinds = {old.get(name, Kind.OTHER), new.schema[name]}
        if len(kinds) > 1 and Kind.OTHER not in kinds and not kinds <= _TIMES:
            yield name


def is_without_values(new: EngineFrame, name: str) -> bool:
    """Return whether all rows miss a column."""
    return not new.drop_missing([name], "any").count()


def misfit(path: Path, name: str, old: Schema, new: Schema) -> LoadError:
    """Return the error for a column of another kind."""
    return LoadError(
        f"Column {name!r} is {old[name]} in {path}, and {new[name]} in the new rows: make one of "
        f"the other, with .astype({{{name!r}: ...}})."
    )
