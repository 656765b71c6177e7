"""Windows inside expressions on Polars: hidden columns of a lazy frame, one level after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self, TypeVar

from etlframe.engines.polars import lowering
from etlframe.engines.polars.lowering_decimals import dtype_of
from etlframe.engines.polars.lowering_windows import window
from etlframe.engines.windows import Window, has_windows, hoist
from etlframe.expressions.tree import Node
from etlframe.frozen import frozen

if TYPE_CHECKING:
    import polars as pl

    from etlframe.engines.polars.engine import PolarsEngine
    from etlframe.engines.polars.frame import PolarsFrame

Frame = TypeVar("Frame", bound="PolarsFrame")


@frozen
class _Lazy:
    """A lazy frame, and the engine that names it."""

    lazy: pl.LazyFrame
    engine: PolarsEngine

    def name_of(self) -> str:
        """Return the lazy frame's name."""
        return self.engine.name_of(self.lazy)

    def with_windows(self, windows: Sequence[Window]) -> Self:
        """Return the lazy frame with windows beside all columns."""
        return replace(self, lazy=self.lazy.with_columns(list(map(self._made, windows))))

    def name_of_one(self, window: Window) -> str:
        """Return the name of a lazy frame of an aggregate, alone."""
        return self.engine.name_of(self.lazy.select(self._made(window)))

    def _made(self, each: Window) -> pl.Expr:
        args = tuple(lowering.operand(arg, self.lazy) for arg in each.typed.args)
        return window(each.node.op, args, each.node.params, each.typed.kind).alias(each.name)


def filtered(frame: Frame, condition: Node) -> Frame:
    """Return the rows where a condition is true, windows and aggregates in it included."""
    if not has_windows(condition):
        typed = frame.shape.condition(condition)
        return replace(frame, lazy=frame.lazy.filter(lowering.condition(typed, frame.lazy)))
    found = hoist(_Lazy(frame.lazy, frame.engine), frame.shape, condition)
    typed = found.shape.condition(found.node, condition)
    lazy = found.rows.lazy
    kept = lazy.filter(lowering.condition(typed, lazy)).select(list(frame.schema))
    return replace(frame, lazy=kept)


def assigned(frame: Frame, column: str, node: Node) -> Frame:
    """Return the frame with one more, or another, column."""
    found = hoist(_Lazy(frame.lazy, frame.engine), frame.shape, node)
    typed = found.shape.column(found.node, found.rows.name_of(), node)
    lazy = found.rows.lazy
    made = lowering.expr(typed, lazy)
    if typed.digits is not None:  # Polars' own type of a decimal is wider than pandas'
        made = made.cast(dtype_of(typed.digits))
    lazy = lazy.with_columns(made.alias(column))
    shape = frame.shape.with_column(column, typed)
    if has_windows(node):
        lazy = lazy.select(list(shape.schema))
    return replace(frame, lazy=lazy, shape=shape)
