"""Windows inside expressions as SQL: hidden columns of a subquery, since SQL does not nest them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self, TypeVar

from etlframe.engines.duckdb import lowering, text
from etlframe.engines.duckdb.lowering_missing import LONG_LIST
from etlframe.engines.duckdb.lowering_windows import window
from etlframe.engines.windows import Window, has_windows, hoist
from etlframe.expressions.tree import Call, Node, NotPortable
from etlframe.frozen import frozen

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")


@frozen
class _Select:
    """A SELECT, and the ORDER BY clause of its rows, from its columns."""

    sql: str
    order_by: str

    def name_of(self) -> str:
        """Return the SELECT itself."""
        return self.sql

    def with_windows(self, windows: Sequence[Window]) -> Self:
        """Return the SELECT of windows beside all columns."""
        written = [f"{self._written(each)} AS {text.name(each.name)}" for each in windows]
        return replace(self, sql=f"SELECT *, {', '.join(written)} FROM ({self.sql})")

    def name_of_one(self, window: Window) -> str:
        """Return the SELECT of an aggregate of the frame, alone."""
        alone = self._written(window).rpartition(" OVER ")[0]
        return f"SELECT {alone} AS {text.name(window.name)} FROM ({self.sql})"

    def _written(self, each: Window) -> str:
        args = tuple(map(lowering.operand, each.typed.args))
        return window(each.node.op, args, each.node.params, each.typed.kind, self.order_by)


def filtered(frame: Frame, condition: Node) -> Frame:
    """Return the rows where a condition is true, windows and aggregates in it included."""
    if not has_windows(condition):
        frame = _kept_in_order(frame, condition)
        return frame.keep(_checked(lowering.condition(frame.shape.condition(condition))))
    frame = frame.with_row()
    found = hoist(_Select(frame.sql, frame.order_by()), frame.shape, condition)
    typed = found.shape.condition(found.node, condition)
    names = text.names([*frame.schema, *frame.hidden])
    kept = f"({found.rows.sql}) WHERE {_checked(lowering.condition(typed))}"
    return frame.reordered(f"SELECT {names} FROM {kept}")


def assigned(frame: Frame, column: str, node: Node) -> Frame:
    """Return the frame with one more, or another, column."""
    if not has_windows(node):
        frame = _kept_in_order(frame, node)
        typed = frame.shape.column(node, frame.sql)
        return frame.compute(column, _checked(lowering.sql(typed)), typed)
    frame = frame.with_row()
    found = hoist(_Select(frame.sql, frame.order_by()), frame.shape, node)
    sql = found.rows.sql
    typed = found.shape.column(found.node, sql, node)
    made = frame.reordered(sql).compute(column, _checked(lowering.sql(typed)), typed)
    # Without the windows: the next step's have the same names.
    names = text.names([*made.schema, *made.hidden])
    return replace(made, sql=f"SELECT {names} FROM ({made.sql})")


def _kept_in_order(frame: Frame, node: Node) -> Frame:
    """Return the frame with its order made explicit, where a list is long enough to be joined."""
    return frame.with_row() if _has_long_list(node) else frame


def _has_long_list(node: Node) -> bool:
    if not isinstance(node, Call):
        return False
    if node.op == "isin" and len(node.params[0]) > LONG_LIST:
        return True
    return any(map(_has_long_list, node.args))


def _checked(written: str) -> str:
    """Refuse SQL that is too long: each use of a tree is written out."""
    if len(written) > text.LONGEST:
        raise NotPortable("an expression this long runs in pandas")
    return written
