"""Query strings on frames with decimals: what decimals take part in is computed on the way.

``pd.eval`` refuses ``+ - * /`` on them, and compares them with floats by Arrow's, which miss the
last digit. All else is pandas' own.
"""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from etlframe.expressions.decimals_pandas import compared, computed, is_decimal, member
from etlframe.expressions.syntax import ARITHMETIC, COMPARED, is_list


def _compare(sign: type[ast.cmpop]) -> Callable[..., Any]:
    return lambda column, other: compared(COMPARED[sign], column, other)


def _compute(sign: type[ast.operator], *, swapped: bool = False) -> Callable[..., Any]:
    if swapped:
        return lambda column, other: computed(ARITHMETIC[sign], other, column)
    return lambda column, other: computed(ARITHMETIC[sign], column, other)


def _between(column: Any, left: Any, right: Any, inclusive: str = "both") -> Any:
    low = ast.GtE if inclusive in ("both", "left") else ast.Gt
    high = ast.LtE if inclusive in ("both", "right") else ast.Lt
    return _compare(low)(column, left) & _compare(high)(column, right)


_METHODS: dict[str, Callable[..., Any]] = {
    "eq": _compare(ast.Eq),
    "ne": _compare(ast.NotEq),
    "lt": _compare(ast.Lt),
    "le": _compare(ast.LtE),
    "gt": _compare(ast.Gt),
    "ge": _compare(ast.GtE),
    "add": _compute(ast.Add),
    "radd": _compute(ast.Add, swapped=True),
    "sub": _compute(ast.Sub),
    "rsub": _compute(ast.Sub, swapped=True),
    "mul": _compute(ast.Mult),
    "rmul": _compute(ast.Mult, swapped=True),
    "isin": member,
    "between": _between,
}
"""Words that are computed here where they are said of decimals, with their arguments in order."""


class DecimalParts(ast.NodeTransformer):
    """Takes the place of what decimals take part in by names of the values."""

    @abstractmethod
    def holds_decimals(self, node: ast.AST) -> bool:
        """Say whether a node names a column or variable of decimals."""

    @abstractmethod
    def value(self, node: ast.expr) -> Any:
        """Return the value of a node as pandas gives it."""

    @abstractmethod
    def named(self, value: Any) -> ast.expr:
        """Return a name for a value."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Compute arithmetic."""
        if not self.holds_decimals(node):
            return self.generic_visit(node)
        left, right = self.value(node.left), self.value(node.right)
        operate = ARITHMETIC[type(node.op)]
        if any(map(_is_arrow, (left, right))):
            return self.named(computed(operate, left, right))
        return self.named(operate(left, right))

    def compared(self, node: ast.Compare) -> ast.expr:
        """Compute a comparison, or a chain of them."""
        operands = [node.left, *node.comparators]
        pairs = zip(operands, node.ops, operands[1:], strict=False)
        return self.named(reduce(and_, [self._pair(*pair) for pair in pairs]))

    def _pair(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Any:
        one, other = self.value(left), self.value(right)
        if not any(map(_is_arrow, (one, other))):
            written = ast.Compare(self.named(one), [op], [self._list(right, other)])
            return self.value(written)
        column, values = (one, other) if hasattr(one, "dtype") else (other, one)
        if isinstance(op, ast.In | ast.NotIn) or values is None or isinstance(values, list):
            found = _among(column, [] if values is None else values)  # nothing is equal to None
            return found if isinstance(op, ast.In | ast.Eq) else ~found
        return compared(COMPARED[type(op)], one, other)

    def _list(self, node: ast.expr, value: Any) -> ast.expr:
        return self.visit(node) if is_list(node) else self.named(value)

    def method(self, node: ast.Call) -> ast.expr | None:
        """Compute a word that is said of decimals, or return None where it is pandas' own."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _METHODS:
            return None
        if not self.holds_decimals(node.func.value):
            return None
        column = self.value(node.func.value)
        arguments = [self.value(each) for each in node.args]
        options = {str(each.arg): self.value(each.value) for each in node.keywords}
        if not is_decimal(column) or {"level", "fill_value"} & set(options):
            return None
        return self.named(_METHODS[node.func.attr](column, *arguments, **options))


def _is_arrow(value: Any) -> bool:
    """Whether a value is a decimal, or floats that decimals made."""
    return is_decimal(value) or str(getattr(value, "dtype", "")) == "double[pyarrow]"


def _among(column: Any, values: Any) -> Any:
    """``in`` a list; one that names columns is compared with one by one."""
    listed = list(values) if isinstance(values, list | tuple | set | frozenset) else values
    if isinstance(listed, list) and any(hasattr(each, "dtype") for each in listed):
        return reduce(or_, [compared(COMPARED[ast.Eq], column, each) for each in listed])
    return member(column, listed) if is_decimal(column) else column.isin(listed)
