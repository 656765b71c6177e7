"""Query strings -> operation trees, by the stand-ins that lambdas meet, so that words are shared.

Where pandas' ``query`` means something else than Python's operators, it is here: ``==`` with a list
or a text is membership, ``in`` with a list that names columns is ``==`` and ``or``.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any, NoReturn

from etlframe.expressions import words
from etlframe.expressions.binding import Bound
from etlframe.expressions.decimals import QUOTIENT
from etlframe.expressions.stand_ins import AccessorStandIn, ColumnStandIn, Tracer, is_column
from etlframe.expressions.syntax import ARITHMETIC, COMPARED, is_list, is_term
from etlframe.expressions.text import column_of
from etlframe.expressions.tree import Call, Column, Node, NotPortable


def to_tree(bound: Bound, columns: Sequence[str]) -> Node:
    """Return the tree of a query string.

    Args:
        bound: The string with the values of its variables.
        columns: The column names of the frame.

    Raises:
        NotPortable: Something in it has no tree; pandas may still know it.
    """
    answer = _Visitor(bound, columns).visit(bound.body)
    return answer.node if is_column(answer) else words.literal(answer)


class _Visitor:
    """Applies the syntax tree to stand-ins."""

    def __init__(self, bound: Bound, columns: Sequence[str]) -> None:
        self._bound = bound
        self._columns = columns
        self._tracer = Tracer(columns)

    def visit(self, node: ast.AST) -> Any:
        """Return a stand-in or a plain value for one node."""
        return getattr(self, f"_visit_{type(node).__name__.lower()}")(node)

    def _refuse(self, what: str) -> NoReturn:
        raise NotPortable(f"{what} runs in pandas")

    def _visit_constant(self, node: ast.Constant) -> Any:
        return node.value

    def _visit_name(self, node: ast.Name) -> Any:
        if node.id in self._bound.given:
            return self._bound.given[node.id]
        name = column_of(node, self._bound.parsed)
        if name is None:
            return float("inf")
        if name == "index" and name not in self._columns:
            self._refuse("the index")
        return ColumnStandIn(self._tracer, Column(name))

    def _visit_list(self, node: ast.List | ast.Tuple) -> list[Any]:
        return [self.visit(each) for each in node.elts]

    _visit_tuple = _visit_list

    def _visit_binop(self, node: ast.BinOp) -> Any:
        left, right = self.visit(node.left), self.visit(node.right)
        if not is_column(left) and not is_column(right):
            self._refuse("arithmetic on constants")
        found = ARITHMETIC[type(node.op)](left, right)
        return _quotient(found) if isinstance(node.op, ast.Div) else found

    def _visit_unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.visit(node.operand)
        if not is_column(value):
            self._refuse("a sign before a value")
        if isinstance(node.op, ast.Not | ast.Invert):
            return ~value
        # + keeps numbers, and is an error for texts: two signs know the difference.
        negative = -value
        return negative if isinstance(node.op, ast.USub) else -negative

    def _visit_boolop(self, node: ast.BoolOp) -> Any:
        values = [self.visit(each) for each in node.values]
        return reduce(operator.and_ if isinstance(node.op, ast.And) else operator.or_, values)

    # -- comparisons -------------------------------------------------------------------------------

    def _visit_compare(self, node: ast.Compare) -> Any:
        operands = [node.left, *node.comparators]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return reduce(operator.and_, [self._compare(*pair) for pair in pairs])

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._unrolled(left, right) if _names_values(right) else None
            if found is None:
                found = self._member(left, right)
            return found if isinstance(op, ast.In) else ~found
        one, other = self.visit(left), self.visit(right)
        if isinstance(op, ast.Eq | ast.NotEq):
            found = self._equal(left, one, right, other)
            if found is not None:
                return found if isinstance(op, ast.Eq) else ~found
        if not is_column(one) and not is_column(other):
            self._refuse("a comparison of values")
        return COMPARED[type(op)](one, other)

    def _unrolled(self, left: ast.expr, right: Any) -> Any:
        """``a in [b, @c]`` is ``a == b or a == @c`` to pandas: a missing value is never in it."""
        each = [self._compare(left, ast.Eq(), one) for one in right.elts]
        return reduce(operator.or_, each)

    def _member(self, left: ast.expr, right: ast.expr) -> Any:
        one, other = self.visit(left), self.visit(right)
        if is_column(other):
            if is_column(one) or not isinstance(one, str | list):
                self._refuse("in a column")
            one, other = other, one  # 'x' in s is s in ['x'] to pandas
        return self._isin(one, other)

    def _isin(self, column: Any, values: Any) -> Any:
        values = [values] if isinstance(values, str) else values
        return self._tracer.guarded(words.membership, column.node, values)

    def _equal(self, left: ast.expr, one: Any, right: ast.expr, other: Any) -> Any:
        """Return ``==`` where it means membership, or None."""
        column, value = (one, other) if is_column(one) else (other, one)
        if not is_column(column) or is_column(value):
            return None
        if value is None:
            return self._isin(column, [])  # nothing is equal to None
        at_hand = all(is_term(each) or is_list(each) for each in (left, right))
        if isinstance(value, list | str) and at_hand:
            return self._isin(column, value)
        if isinstance(value, list) or (hasattr(value, "__len__") and not isinstance(value, str)):
            self._refuse("a comparison row by row with a list or array")
        return None

    # -- words -------------------------------------------------------------------------------------

    def _visit_attribute(self, node: ast.Attribute) -> Any:
        value = self.visit(node.value)
        if not is_column(value) and type(value) is not AccessorStandIn:
            self._refuse(f".{node.attr} of a value")
        return getattr(value, node.attr)

    def _visit_subscript(self, node: ast.Subscript) -> Any:
        value = self.visit(node.value)
        if type(value) is not AccessorStandIn:
            self._refuse("[...] in a string")
        if not isinstance(node.slice, ast.Slice):
            return value[self.visit(node.slice)]
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        return value[slice(*(None if each is None else self.visit(each) for each in bounds))]

    def _visit_call(self, node: ast.Call) -> Any:
        arguments = [self.visit(each) for each in node.args]
        options = {str(each.arg): self.visit(each.value) for each in node.keywords}
        if isinstance(node.func, ast.Name):
            return self._function(node.func.id, arguments)
        method = self.visit(node.func)
        if not callable(method) or is_column(method):
            self._refuse(f".{getattr(node.func, 'attr', '')}()")
        return method(*arguments, **options)

    def _function(self, name: str, arguments: list[Any]) -> Any:
        build = words.FUNCTIONS.get(name)
        if build is None or not is_column(arguments[0]):
            self._refuse(f"the function {name}()")
        trees = [each.node if is_column(each) else words.literal(each) for each in arguments]
        return self._tracer.guarded(build, *trees)


def _quotient(divided: ColumnStandIn) -> ColumnStandIn:
    """``/`` in a string: of decimals it gives floats, where pandas' own cuts digits off."""
    node: Any = divided.node
    return ColumnStandIn(divided.tracer, Call(node.op, node.args, (QUOTIENT,)))


def _names_values(node: ast.expr) -> bool:
    """Whether a list names columns or variables: pandas compares with each of them then."""
    return isinstance(node, ast.List | ast.Tuple) and any(
        isinstance(each, ast.Name) for each in node.elts
    )
