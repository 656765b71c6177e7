"""What has to hold of a frame's rows: the keys of ``merge(validate=)``, and a schema's conditions.

A condition is a filter that raises where it is not true. DuckDB was measured to move other filters
before it, those of later steps and those that joins make, and to drop it where nothing is left to
filter. A sample of all rows stops the former: no filter goes through it, and it costs next to
nothing. For the latter, an answer without rows has its guards looked at apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from etlframe.engines.base import Dtypes, Unique
from etlframe.engines.duckdb import lowering, text
from etlframe.engines.duckdb.faults import REFUSED
from etlframe.engines.guarding import REFUSED_BEFORE, Guard, assured, look_after, look_before
from etlframe.engines.joined import keys_message, unique_sides
from etlframe.engines.windows import has_windows
from etlframe.expressions.tree import Node, NotPortable
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from etlframe.engines.duckdb.engine import DuckDBEngine
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")


@frozen
class Check:
    """A SELECT that must give no rows, and what is wrong where it does, unless pandas tells."""

    sql: str
    message: str = ""


def key_checks(
    left: DuckDBFrame,
    right: DuckDBFrame,
    left_on: Sequence[str],
    right_on: Sequence[str],
    validate: str | None,
) -> Iterator[Check]:
    """Yield the checks of a merge's keys."""
    sides = {"left": (left, left_on), "right": (right, right_on)}
    for side in unique_sides(validate):
        frame, keys = sides[side]
        frame.shape.need(keys)
        yield Check(_repeated(frame, keys), keys_message(side, keys, validate))


def _repeated(frame: DuckDBFrame, keys: Sequence[str]) -> str:
    # Missing keys are equal to each other here, as in pandas.
    values = ", ".join(lowering.column(name, frame.schema[name]) for name in keys)
    return f"SELECT 1 FROM ({frame.sql}) GROUP BY {values} HAVING count(*) > 1 LIMIT 1"


def guarded(
    frame: Frame,
    conditions: Sequence[Node],
    dtypes: Dtypes,
    unique: Unique,
) -> Frame:
    """Return the frame whose rows are held to conditions on their way."""
    if not frame.engine.guards:
        raise NotPortable(REFUSED_BEFORE)
    for each in unique:
        frame.shape.comparable(each)
    if any(map(has_windows, conditions)):
        raise NotPortable("a check that sees other rows runs in pandas")
    written = [lowering.condition(frame.shape.condition(each)) for each in conditions]
    if sum(map(len, written)) > text.LONGEST:
        raise NotPortable("checks this long run in pandas")
    shape = assured(frame.shape, dtypes, frame.engine)
    checks = tuple(Check(_repeated(frame, each)) for each in unique)
    sql = guard(frame.sql, written) if written else frame.sql
    return replace(frame, sql=sql, shape=shape, checks=(*frame.checks, Guard(sql), *checks))


def guard(sql: str, conditions: Sequence[str]) -> str:
    """Return a SELECT that gives the rows of another, and raises where a condition is not true."""
    held = f"CASE WHEN {' AND '.join(conditions)} THEN TRUE ELSE error({text.value(REFUSED)}) END"
    return f"SELECT * FROM (SELECT * FROM ({sql}) WHERE {held}) USING SAMPLE 100 PERCENT (system)"


def before(frame: DuckDBFrame) -> None:
    """Raise what a check finds, before rows are computed."""
    engine = frame.engine
    look_before(frame.checks, _sees(engine), lambda check: engine.gives_rows(check.sql))


def after(frame: DuckDBFrame, rows: int) -> None:
    """Look at what guards may not have seen, where no rows came."""
    look_after(frame.checks, _sees(frame.engine), rows)


def _sees(engine: DuckDBEngine) -> Callable[[Guard[str]], object]:
    return lambda guard: engine.look(f"SELECT count(*) AS n FROM ({guard.rows})")
