"""What has to hold of a frame's rows: the keys of ``merge(validate=)``, and a schema's conditions.

Conditions are looked at batch by batch, by a function that Polars cannot see into: no later filter
or limit goes before it, and the batches stream through. Where nothing is left to compute it is not
called, so an answer without rows has its guards looked at apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import polars as pl  # the engine imports this room once the number of threads is set

from etlframe.engines.base import Dtypes, RowsRefused, Unique
from etlframe.engines.guarding import REFUSED_BEFORE, Guard, assured, look_after, look_before
from etlframe.engines.joined import keys_message, unique_sides
from etlframe.engines.polars.lowering import column, expr
from etlframe.engines.windows import has_windows
from etlframe.expressions.tree import Node, NotPortable
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from etlframe.engines.polars.engine import PolarsEngine
    from etlframe.engines.polars.frame import PolarsFrame

Frame = TypeVar("Frame", bound="PolarsFrame")


@frozen
class Check:
    """A lazy frame that must give no rows, and what is wrong where it does, unless pandas tells."""

    lazy: pl.LazyFrame
    message: str = ""


def key_checks(
    left: PolarsFrame,
    right: PolarsFrame,
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


def _repeated(frame: PolarsFrame, keys: Sequence[str]) -> pl.LazyFrame:
    values = [column(name, frame.schema[name]) for name in keys]
    counted = frame.lazy.select(values).group_by(list(map(pl.col, keys))).agg(_rows=pl.len())
    # Missing keys are equal to each other here, as in pandas.
    return counted.filter(pl.col("_rows") > 1).head(1).select("_rows")


def guarded(frame: Frame, conditions: Sequence[Node], dtypes: Dtypes, unique: Unique) -> Frame:
    """Return the frame whose rows are held to conditions on their way."""
    if not frame.engine.guards:
        raise NotPortable(REFUSED_BEFORE)
    for each in unique:
        frame.shape.comparable(each)
    if any(map(has_windows, conditions)):
        raise NotPortable("a check that sees other rows runs in pandas")
    lazy = frame.lazy
    holds = [expr(frame.shape.condition(each), lazy).all() for each in conditions]
    shape = assured(frame.shape, dtypes, frame.engine)
    checks = tuple(Check(_repeated(frame, each)) for each in unique)
    if holds:
        lazy = _guard(lazy, holds, frame.engine)
    guards = (Guard(lazy),) if holds or dtypes else ()
    return replace(frame, lazy=lazy, shape=shape, checks=(*frame.checks, *guards, *checks))


def _guard(lazy: pl.LazyFrame, holds: list[pl.Expr], engine: PolarsEngine) -> pl.LazyFrame:
    named = [each.alias(str(at)) for at, each in enumerate(holds)]

    def look(df: pl.DataFrame) -> pl.DataFrame:
        if not all(df.select(named).row(0)):
            refused = RowsRefused()
            engine.computation.failed(refused)
            raise refused
        return df

    return lazy.map_batches(look, validate_output_schema=False, streamable=True)


def before(frame: PolarsFrame) -> None:
    """Raise what a check finds, before rows are computed."""
    engine = frame.engine
    look_before(frame.checks, _sees(engine), lambda check: bool(engine.look(check.lazy).num_rows))


def after(frame: PolarsFrame, rows: int) -> None:
    """Look at what guards may not have seen, where no rows came."""
    look_after(frame.checks, _sees(frame.engine), rows)


def _sees(engine: PolarsEngine) -> Callable[[Guard[pl.LazyFrame]], object]:
    return lambda guard: engine.look(guard.rows.select(pl.len()))
