"""Windows inside expressions: computed first, innermost first, as hidden columns of a subquery.

SQL has no window inside a window or in a WHERE, and pandas has both: ``d.x.shift().cumsum()``,
``query("x > x.mean()")``. A hidden column is there for one expression, and is not passed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from etlframe.engines.duckdb import lowering, text
from etlframe.engines.duckdb.lowering_windows import window
from etlframe.engines.shape import Shape
from etlframe.expressions.annotate import NOWHERE, Origin, Origins, Typed
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Call, Column, Node, NotPortable
from etlframe.expressions.vocabulary_windows import is_window

if TYPE_CHECKING:
    from etlframe.engines.duckdb.frame import DuckDBFrame

Frame = TypeVar("Frame", bound="DuckDBFrame")
_HIDDEN = "__etl_window_"
_LONGEST = 200_000
_COUNTS = ("count", "size", "nunique", "cumcount", "any", "all")


class Hoisted(NamedTuple):
    """A relation with the windows of an expression as columns, and what is left of it.

    Attributes:
        sql: The SELECT.
        shape: The shape with the hidden columns.
        node: The expression, which reads the hidden columns.
    """

    sql: str
    shape: Shape
    node: Node


class _Level(NamedTuple):
    """One subquery of windows: the relation before and after it, and the order of its rows."""

    before: str
    after: str
    order_by: str


def has_windows(node: Node) -> bool:
    """Say whether an expression sees other rows than its own, somewhere in it."""
    return isinstance(node, Call) and (is_window(node) or any(map(has_windows, node.args)))


def hoist(sql: str, shape: Shape, node: Node, order_by: str) -> Hoisted:
    """Return the relation in which every window of an expression is a column.

    Args:
        sql: The SELECT that the expression is computed on.
        shape: Its shape.
        node: The expression.
        order_by: The ORDER BY clause of the rows, from the columns of the SELECT.
    """
    count = 0
    while has_windows(node):
        windows = list(dict.fromkeys(_innermost(node)))
        names = {each: f"{_HIDDEN}{count + at}" for at, each in enumerate(windows)}
        typed = {each: shape.typed(each, sql) for each in windows}
        written = [
            f"{_written(each, typed[each], order_by)} AS {text.name(names[each])}"
            for each in windows
        ]
        level = _Level(sql, f"SELECT *, {', '.join(written)} FROM ({sql})", order_by)
        shape = Shape(
            {**shape.schema, **{names[each]: typed[each].kind for each in windows}},
            {
                **shape.origins,
                **{
                    names[each]: _origins(each, typed[each], names[each], level) for each in windows
                },
            },
        )
        node = _replaced(node, {each: Column(name) for each, name in names.items()})
        sql, count = level.after, count + len(windows)
    return Hoisted(sql, shape, node)


def _innermost(node: Node) -> list[Call]:
    if not isinstance(node, Call):
        return []
    below = [each for arg in node.args for each in _innermost(arg)]
    return below or ([node] if is_window(node) else [])


def _written(node: Call, typed: Typed, order_by: str) -> str:
    args = tuple(map(lowering.operand, typed.args))
    return window(node.op, args, node.params, typed.kind, order_by)


def _replaced(node: Node, columns: Mapping[Call, Column]) -> Node:
    if not isinstance(node, Call):
        return node
    if node in columns:
        return columns[node]
    return Call(node.op, tuple(_replaced(each, columns) for each in node.args), node.params)


def _origins(node: Call, typed: Typed, name: str, level: _Level) -> Origins:
    """Where a window's missing values come from, as pandas has them.

    A column that was float64 stays it. What a window makes missing itself is looked for in its
    column; that of a frame's shift is always there, also in a frame without rows.
    """
    family, _, word = node.op.partition("_")
    value = typed.args[0]
    kept = value.origins if value.kind is typed.kind and word not in _COUNTS else NOWHERE
    moved = word == "shift" and node.params[1] is None
    if family == "group":
        keys = typed.args if word == "cumcount" else typed.args[1:]
        may = any(key.origins or key.kind is Kind.FLOAT for key in keys)
        if word == "shift" and not moved:
            return kept
        return kept | {Origin(level.after, name)} if may or moved else kept
    if moved:
        return kept | {Origin(level.after, name, known=True)}
    if word in ("min", "max"):  # missing where no row is there
        alone = _written(node, typed, level.order_by).rpartition(" OVER ")[0]
        return kept | {Origin(f"SELECT {alone} AS {text.name(name)} FROM ({level.before})", name)}
    return kept


def filtered(frame: Frame, condition: Node) -> Frame:
    """Return the rows where a condition is true, windows and aggregates in it included."""
    if not has_windows(condition):
        return frame.keep(_checked(lowering.condition(frame.shape.condition(condition))))
    frame = frame.with_row()
    found = hoist(frame.sql, frame.shape, condition, frame.order_by())
    typed = found.shape.condition(found.node, condition)
    names = text.names([*frame.schema, *frame.hidden])
    kept = f"({found.sql}) WHERE {_checked(lowering.condition(typed))}"
    return replace(frame, sql=f"SELECT {names} FROM {kept}")


def assigned(frame: Frame, column: str, node: Node) -> Frame:
    """Return the frame with one more, or another, column."""
    if not has_windows(node):
        typed = frame.shape.column(node, frame.sql)
        return frame.compute(column, _checked(lowering.sql(typed)), typed)
    frame = frame.with_row()
    found = hoist(frame.sql, frame.shape, node, frame.order_by())
    typed = found.shape.column(found.node, found.sql, node)
    return replace(frame, sql=found.sql).compute(column, _checked(lowering.sql(typed)), typed)


def _checked(written: str) -> str:
    """Refuse SQL that is too long: each use of a tree is written out."""
    if len(written) > _LONGEST:
        raise NotPortable("an expression this long runs in pandas")
    return written
