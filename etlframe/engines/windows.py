"""Windows inside expressions, the same for every engine: computed first, innermost first.

No engine takes every window inside a window or in a filter, and pandas takes both:
``d.x.shift().cumsum()``, ``query("x > x.mean()")``. So each window becomes a hidden column of its
relation, which is there for one expression, and is not passed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from etlframe.engines.shape import Shape
from etlframe.expressions.kinds import Kind
from etlframe.expressions.tree import Call, Column, Node
from etlframe.expressions.typed import NOWHERE, Origin, Origins, Typed
from etlframe.expressions.vocabulary_windows import is_window

_HIDDEN = "__etl_window_"
_COUNTS = ("count", "size", "nunique", "cumcount", "any", "all")


class Window(NamedTuple):
    """A window and the hidden column that it becomes."""

    node: Call
    typed: Typed
    name: str


class Windowed(Protocol):
    """Rows of an engine to which windows can be added as columns."""

    def name_of(self) -> str:
        """Return the relation's name, by which an origin can tell where to look."""

    def with_windows(self, windows: Sequence[Window]) -> Self:
        """Return the rows with windows as more columns."""

    def name_of_one(self, window: Window) -> str:
        """Return the name of a relation of one row: an aggregate of the frame, alone."""


Rows = TypeVar("Rows", bound=Windowed)


class Hoisted(NamedTuple, Generic[Rows]):
    """Rows with the windows of an expression as columns, and what is left of it.

    Attributes:
        rows: The rows.
        shape: The shape with the hidden columns.
        node: The expression, which reads the hidden columns.
    """

    rows: Rows
    shape: Shape
    node: Node


def has_windows(node: Node) -> bool:
    """Say whether an expression sees other rows than its own, somewhere in it."""
    return isinstance(node, Call) and (is_window(node) or any(map(has_windows, node.args)))


def hoist(rows: Rows, shape: Shape, node: Node) -> Hoisted[Rows]:
    """Return the rows in which every window of an expression is a column.

    Args:
        rows: The rows that the expression is computed on.
        shape: Their shape.
        node: The expression.
    """
    count = 0
    while has_windows(node):
        windows = [
            Window(each, shape.typed(each, rows.name_of()), f"{_HIDDEN}{count + at}")
            for at, each in enumerate(dict.fromkeys(_innermost(node)))
        ]
        before, rows = rows, rows.with_windows(windows)
        origins = {each.name: _origins(each, before, rows.name_of()) for each in windows}
        kinds = {each.name: each.typed.kind for each in windows}
        shape = Shape({**shape.schema, **kinds}, {**shape.origins, **origins})
        node = _replaced(node, {each.node: Column(each.name) for each in windows})
        count += len(windows)
    return Hoisted(rows, shape, node)


def _innermost(node: Node) -> list[Call]:
    if not isinstance(node, Call):
        return []
    below = [each for arg in node.args for each in _innermost(arg)]
    return below or ([node] if is_window(node) else [])


def _replaced(node: Node, columns: Mapping[Call, Column]) -> Node:
    if not isinstance(node, Call):
        return node
    if node in columns:
        return columns[node]
    return Call(node.op, tuple(_replaced(each, columns) for each in node.args), node.params)


def _origins(window: Window, before: Windowed, after: str) -> Origins:
    """Where a window's missing values come from, as pandas has them.

    A column that was float64 stays it. What a window makes missing itself is looked for in its
    column; that of a frame's shift is always there, also in a frame without rows.
    """
    node, typed, name = window
    family, _, word = node.op.partition("_")
    value = typed.args[0]
    if typed.kind is Kind.DECIMAL:  # with the digits of the answer
        return typed.origins | {Origin(after, name)}
    kept = value.origins if value.kind is typed.kind and word not in _COUNTS else NOWHERE
    moved = word == "shift" and node.params[1] is None
    if family == "group":
        keys = typed.args if word == "cumcount" else typed.args[1:]
        may = any(key.origins or key.kind is Kind.FLOAT for key in keys)
        if word == "shift" and not moved:
            return kept
        return kept | {Origin(after, name)} if may or moved else kept
    if moved:
        return kept | {Origin(after, name, known=True)}
    if word in ("min", "max"):  # missing where no row is there
        return kept | {Origin(before.name_of_one(window), name)}
    return kept
