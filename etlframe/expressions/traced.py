"""Lambdas and ``pd.col`` -> operation trees, by calling them with stand-ins for the frame.

A stand-in answers the words that it knows, and refuses and remembers all else: a function that
swallows the error, or a constant that came of a column, is never taken for a portable answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from etlframe.expressions.modules import with_modules
from etlframe.expressions.refusing import StandIn
from etlframe.expressions.reserved import FRAME_ATTRIBUTES
from etlframe.expressions.stand_ins import (
    AccessorStandIn,
    ColumnStandIn,
    GroupsStandIn,
    Tracer,
    groups,
    is_column,
)
from etlframe.expressions.tree import Call, Column, Node, NotPortable
from etlframe.expressions.vocabulary_windows import is_scalar

__all__ = ["AccessorStandIn", "ColumnStandIn", "Tracer", "is_column", "trace", "trace_col"]


def trace(function: Callable[[Any], Any], columns: Iterable[str]) -> Node:
    """Return the tree of ``function(frame)``.

    Args:
        function: A function of a DataFrame that returns a column. One that returns a constant is
            not portable: it may have looked at its argument in a way that no stand-in sees.
        columns: The column names of the frame.

    Raises:
        NotPortable: Something in the function has no tree; the message says what.
    """
    tracer = Tracer(columns)
    try:
        answer = with_modules(function)(FrameStandIn(tracer))
    except NotPortable as refused:
        raise NotPortable(tracer.refusal or str(refused)) from None
    except Exception as error:
        # The function may be right in pandas and only break on a stand-in.
        reason = tracer.refusal or f"{type(error).__name__} while it was traced"
        raise NotPortable(reason) from error
    if tracer.refusal is not None:
        raise NotPortable(tracer.refusal)
    if is_column(answer) and answer.tracer is tracer:
        return answer.node
    what = "reads a column and returns something else" if tracer.touched else "reads no column"
    raise NotPortable(f"the function {what}")


def trace_col(expression: Any, columns: Iterable[str]) -> Node:
    """Return the tree of a ``pd.col`` expression; raises ``NotPortable``."""
    node = trace(expression._eval_expression, columns)  # noqa: SLF001 - pandas has no public way in
    if _begins_with_aggregate(node):
        # pandas asks the aggregate for its __sub__ and the like; a plain NaN has none for columns.
        raise NotPortable("pd.col with an aggregate on the left of a column runs in pandas")
    return node


def _begins_with_aggregate(node: Node) -> bool:
    if not isinstance(node, Call):
        return False
    first = node.args[0]
    left = isinstance(first, Call) and is_scalar(first) and not all(map(is_scalar, node.args))
    return left or any(map(_begins_with_aggregate, node.args))


class FrameStandIn(StandIn):
    """Stands for the DataFrame that a lambda takes."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    @property
    def columns(self) -> _AnyName:
        """The column names; ``pd.col`` looks here, and finds every name."""
        return _AnyName(self.tracer.columns)

    def __getitem__(self, name: Any) -> ColumnStandIn:
        tracer = self.tracer
        if type(name) is not str:
            tracer.refuse("d[...] with anything but a column's name")
        tracer.touched = True
        # A name that is not there is left to the check of the tree's columns, which knows the step.
        return ColumnStandIn(tracer, Column(name))

    def groupby(self, by: Any, **options: Any) -> GroupsStandIn:
        """Stand for the groups, whose windows are columns again."""
        self.tracer.touched = True
        return groups(self.tracer, by, **options)

    def __getattr__(self, name: str) -> ColumnStandIn:
        tracer = self.tracer
        if name in FRAME_ATTRIBUTES or name.startswith("_") or _is_accessor(name):
            tracer.refuse(f"d.{name}")
        return self[name]


class _AnyName(list[str]):
    """Column names that find every name: one that is not there is told by the check of columns."""

    def __contains__(self, _name: object) -> bool:
        return True


def _is_accessor(name: str) -> bool:
    """Whether somebody has registered an accessor of that name with pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and hasattr(pandas.DataFrame, name)
