"""Incremental runs of a plan: which rows are new to its destination, and what cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from etlframe.errors import PlanError
from etlframe.sources.cursor import NewRows, RowsBetween
from etlframe.sources.new_files import NewFiles, new_files

if TYPE_CHECKING:
    from etlframe.loaders.base import Destination
    from etlframe.plan.plan import Plan
    from etlframe.sources.file import FileSource


def new_rows(plan: Plan) -> NewRows | NewFiles | None:
    """Return the source of a plan as the rows that are new to its destination.

    Returns:
        None where all rows are read: the source is not incremental, or the plan has no destination.

    Raises:
        PlanError: New rows alone would make the destination wrong.
        NothingNew: There is no new file.
    """
    source, destination = plan.source, plan.destination
    if not source.is_incremental or destination is None:
        return None
    _check_mode(plan, destination)
    before: Mapping[str, Any] | None = destination.state().cursors.get(plan.name)
    everything = _needing_all_rows(plan) is not None
    if source.cursor is not None:
        return NewRows(source, source.cursor, before, everything=everything)
    again = destination.mode == "upsert"
    return new_files(cast("FileSource", source), before, again=again, everything=everything)


def rows_between(plan: Plan, start: Any, end: Any) -> RowsBetween:
    """Return the source of a plan as the rows from a value of its cursor on and before another.

    Raises:
        PlanError: The source has no cursor, or rows could be loaded twice.
    """
    cursor, destination = plan.source.cursor, plan.destination
    if cursor is None and plan.source.is_incremental:
        raise PlanError(
            f"{plan.name!r} knows which files are new, and not which rows: a backfill is for a "
            "source with cursor=. To load all files again there is reset()."
        )
    if cursor is None:
        raise PlanError(
            f"{plan.name!r} reads all rows each time: a backfill is for a source with cursor=."
        )
    if destination is not None:
        _check_mode(plan, destination)
        if destination.mode == "append" and not _is_before(end, cursor.initial):
            raise PlanError(
                "A backfill that appends would load rows twice that are there already. Use "
                'mode="upsert" with key=, or end it where the first load began (initial=).'
            )
    return RowsBetween(plan.source, cursor, start, end)


def _is_before(end: Any, initial: Any) -> bool:
    if initial is None:
        return False
    try:
        return bool(end <= initial)
    except TypeError:
        return False


def _needing_all_rows(plan: Plan) -> str | None:
    """Return the name of the first step that needs all rows, or None."""
    return next((step.name for step in plan.steps if step.needs_all_rows), None)


def _check_mode(plan: Plan, destination: Destination) -> None:
    if destination.mode == "write":
        raise PlanError(
            f'{plan.name!r} reads only rows that are new since the last load, and mode="write" '
            'would leave those alone in the destination. Use mode="append", or "upsert" with key=.'
        )
    step = _needing_all_rows(plan)
    if destination.mode == "append" and step is not None:
        raise PlanError(
            f"{plan.name!r} reads only rows that are new since the last load, and {step!r} needs "
            "all rows: what it makes of a part would be appended beside what is there. Use "
            'mode="upsert" with key= (of groups: their keys): where there are new rows, all is '
            "then computed anew."
        )
